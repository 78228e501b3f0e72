"""Fixtures that the tests of forms share."""

from __future__ import annotations

from tests.reports.libreoffice import libreoffice

__all__ = ["libreoffice"]
