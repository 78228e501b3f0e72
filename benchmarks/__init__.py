"""Benchmarks: run times against earlier versions and other engines."""
