"""What the names in a condition can mean."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace

from readiness.conditions.terms import Term
from readiness.model.questionnaire import Question


@dataclass(slots=True)
class Respondents:
    """The group whose answers a function goes through; empty until a question names it."""

    group: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Questions and values by id; the table whose rows, and the respondents who, are gone through.

    `values` are all that the ruleset names, `typed` the terms of those that are typed.
    """

    questions: Map[str, Question]
    values: Map[str, object] = field(default_factory=dict)
    typed: Map[str, Term] = field(default_factory=dict)
    table: Question | None = None
    respondents: Respondents | None = None

    def within_rows(self, table: Question) -> Scope:
        """The scope of what is worked out for each row of `table`."""
        return replace(self, table=table)

    def within_respondents(self, respondents: Respondents) -> Scope:
        """The scope of what is worked out for each respondent."""
        return replace(self, respondents=respondents)

    def names(self) -> list[str]:
        """Every name that may stand here."""
        columns = self.table.columns if self.table else ()
        return [*columns, *self.questions, *self.values]
