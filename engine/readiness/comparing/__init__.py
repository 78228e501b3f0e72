"""Comparing two results: what turned, and because of which input."""
