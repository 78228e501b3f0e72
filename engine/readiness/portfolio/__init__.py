"""Portfolios of cases: Arrow tables, files of them, and what blocks most.

Needs numpy and pyarrow, the extra `columnar`.
"""
