"""The types of questions: of each, all that sets it apart from the others.

An answer is held, compared, put into a column and into a form as the `kind` of its type says; each
kind has one place for that in every station. A further type of a known kind needs its record here,
and its name in the schema of questionnaires.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["truth", "choice", "choices", "number", "date", "text", "table"]


@dataclass(frozen=True, slots=True)
class QuestionType:
    """What is particular to the answers of one type.

    `wanted` says in a message what an answer is, `how` says in a form how to give one, `example` is
    one, as a document has it.

    Of numbers, `noun` is what one is called, `joint` is what joins its name to the unit, and `unit`
    is the unit where the question names none. `minimum` and `maximum` hold where the question has
    none of its own. `is_whole` is for numbers without a fraction.

    Of texts, `is_valid` says whether one is an answer, and `meant` gives the answer that a text was
    meant to be, or an empty text.
    """

    kind: Kind
    wanted: str
    how: str
    example: str = ""
    noun: str = ""
    joint: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    is_whole: bool = False
    is_valid: Callable[[str], bool] = lambda _text: True
    meant: Callable[[str], str] = lambda _text: ""

    @property
    def is_percentage(self) -> bool:
        """Whether answers are percentages: 85 stands for 0.85."""
        return self.unit == "%"


QUESTION_TYPES: Mapping[str, QuestionType] = MappingProxyType(
    {
        "yes_no": QuestionType("truth", "yes or no", "yes or no", "yes"),
        "choice": QuestionType("choice", "one of its options", "choose one"),
        "choices": QuestionType(
            "choices", "a list of its options", "an x beside each that applies"
        ),
        "number": QuestionType(
            "number", "a number", "a number", "12.5", noun="number", joint="of"
        ),
        "money": QuestionType(
            "number", "an amount of money", "an amount", "12.5", noun="amount", joint="in"
        ),
        "percent": QuestionType(
            "number", "a percentage as a number", "per cent", "12.5",
            noun="number", joint="of", unit="%", minimum=0, maximum=100,
        ),
        "date": QuestionType(
            "date", "a date such as 2026-11-21", "a day such as 2026-11-21", "2026-11-21"
        ),
        "text": QuestionType("text", "a text", "in your own words", "something"),
        "table": QuestionType("table", "a list of rows", "a row for each"),
    }
)  # fmt: skip
"""The types by the names that questionnaires call them, in the order in which they are listed."""
