"""Many cases at once: Arrow tables, files of them, and what blocks most in a portfolio.

Needs numpy and pyarrow, the extra `columnar`.
"""
