"""The independent engine: compares answers in plain Python, and decides the rest by durable-rules.

It runs in a separate process, see `__main__`. Nothing of `readiness.evaluation` is used here.
What a word means is written anew from docs/meaning.md and docs/conditions.md.
"""
