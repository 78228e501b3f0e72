"""Verification: an assessment worked a second time, by an engine that shares no evaluation."""
