"""Measurements: how long what takes, against earlier versions and other engines."""
