"""Tests of the exact analyser."""
