"""What the tests of the reports share."""

from tests.reports.libreoffice import libreoffice

__all__ = ["libreoffice"]
