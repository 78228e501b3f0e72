"""Problems of documents: their places, their messages, and how they are displayed."""

from readiness.problems.problem import (
    MOST_PROBLEMS,
    DocumentError,
    Excerpt,
    Located,
    Place,
    Problem,
    Problems,
    Source,
    Whole,
    join_words,
    nearest,
    quote_names,
    refusal,
    refuse_unknown,
    there_are,
)

__all__ = [
    "MOST_PROBLEMS",
    "DocumentError",
    "Excerpt",
    "Located",
    "Place",
    "Problem",
    "Problems",
    "Source",
    "Whole",
    "join_words",
    "nearest",
    "quote_names",
    "refusal",
    "refuse_unknown",
    "there_are",
]
