"""Portfolios in files: Parquet, CSV and JSON Lines, read and written block by block."""
