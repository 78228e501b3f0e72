"""Fixtures that the tests of reports share."""

from tests.reports.chromium import browser
from tests.reports.libreoffice import libreoffice

__all__ = ["browser", "libreoffice"]
