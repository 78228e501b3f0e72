"""Verification: recalculating an assessment with an engine that shares no evaluation code."""
