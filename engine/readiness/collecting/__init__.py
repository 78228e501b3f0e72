"""Collecting answers from the people who know: forms to fill in, and what comes back."""
