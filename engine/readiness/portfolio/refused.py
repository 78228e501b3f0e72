"""Rows that are set aside because an answer in them does not fit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Why a row is left out; `row` counts from 1, `question` is empty where it is the whole row."""

    row: int
    question: str
    reason: str
