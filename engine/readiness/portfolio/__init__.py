"""Portfolios: assesses many cases in bulk, from Arrow tables or files, and counts the blockers.

Needs numpy and pyarrow, the extra `columnar`.
"""
