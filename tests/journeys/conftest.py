"""What journeys need of programs."""

from tests.reports.libreoffice import libreoffice

__all__ = ["libreoffice"]
