"""Readiness assessment."""
