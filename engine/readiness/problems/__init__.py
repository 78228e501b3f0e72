"""Problems of documents: their places, their messages, and how they read."""

from readiness.problems.place import Excerpt, Place, Source
from readiness.problems.problem import (
    DocumentError,
    Located,
    Problem,
    Problems,
    listed,
    nearest,
    there_are,
)

__all__ = [
    "DocumentError",
    "Excerpt",
    "Located",
    "Place",
    "Problem",
    "Problems",
    "Source",
    "listed",
    "nearest",
    "there_are",
]
