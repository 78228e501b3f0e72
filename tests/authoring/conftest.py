"""LibreOffice, for the tests of checklists."""

from tests.reports.libreoffice import libreoffice

__all__ = ["libreoffice"]
