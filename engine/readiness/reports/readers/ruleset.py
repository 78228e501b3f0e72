"""A whole ruleset as a document: what a committee reads, comments on and signs."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from readiness.conditions.terms import Term
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.formatting import format_answer, format_day
from readiness.model.engagement import Branding
from readiness.model.questionnaire import TODAY, Field, Question
from readiness.model.ruleset import Check, Gate
from readiness.problems.proposals import Options, format_command
from readiness.reports.condition_sentences import Sentences
from readiness.reports.graph.drawing import draw
from readiness.reports.markdown.page import render
from readiness.reports.phrasing import citation, effort_in_days, name_owner
from readiness.reports.readers.blocks import Block, Run, read_blocks

_MOST_DRAWN = 60  # checks, beyond which nobody can read a picture that is as wide as a page


@dataclass(frozen=True)
class RulesetPaper:
    """A ruleset as the formats for paper lay it out; `as_of` is the day that it bears.

    `named` is how a command names the ruleset, and `options` are repeated in commands.
    """

    ruleset: Ruleset
    as_of: datetime.date
    named: str
    options: Options = ()
    branding: Branding = field(default_factory=lambda: Branding(draft=False))

    @property
    def title(self) -> str:
        """Return what the ruleset is called."""
        return self.ruleset.title

    @property
    def subtitle(self) -> str:
        """Return which edition it is, and of which day."""
        return (
            f"Ruleset {self.ruleset.id}, version {self.ruleset.version}, {format_day(self.as_of)}"
        )

    @property
    def byline(self) -> str:
        """Return the line below the title, where there is only one."""
        return self.subtitle

    @property
    def footer(self) -> str:
        """Return what stands at the foot of each page."""
        return f"{self.ruleset.id} {self.ruleset.version}"

    @property
    def scope(self) -> str:
        """Return how the document came about."""
        return "This document shows the whole ruleset and the questions that it reads."

    @cached_property
    def markdown(self) -> str:
        """The content in Markdown, from headings of the second level on."""
        return render("ruleset.md.jinja", view=self)

    @cached_property
    def blocks(self) -> list[Block]:
        """The content as blocks."""
        found = read_blocks(self.markdown)
        return [self._picture if block.kind == "mermaid" else block for block in found]

    # ---- numbers -------------------------------------------------------------------------------

    @cached_property
    def areas(self) -> list[tuple[str, str, list[Check]]]:
        """The areas that have checks: the number of each, its title, and its checks."""
        held = ((area, self._checks_of(area)) for area in self.ruleset.areas)
        found = [(self.ruleset.areas[area].title, checks) for area, checks in held if checks]
        return [(str(number), *one) for number, one in enumerate(found, 1)]

    def _checks_of(self, area: str) -> list[Check]:
        return [check for check in self.ruleset.checks.values() if check.area == area]

    @cached_property
    def numbers(self) -> dict[str, str]:
        """The numbers of the checks, by their ids."""
        return {
            check.id: f"{area}.{number}"
            for area, _, checks in self.areas
            for number, check in enumerate(checks, 1)
        }

    @cached_property
    def question_numbers(self) -> dict[str, str]:
        """The numbers of the questions, by their ids."""
        return {key: f"Q{number}" for number, key in enumerate(self.ruleset.questions, 1)}

    def checks(self, keys: Sequence[str]) -> list[str]:
        """Return the numbers of some checks, with their titles."""
        return [f"{self.numbers[key]} {self.ruleset.checks[key].title}" for key in keys]

    # ---- gates and checks ----------------------------------------------------------------------

    @property
    def gates(self) -> list[Gate]:
        """The gates in their order."""
        return [self.ruleset.gates[key] for key in self.ruleset.gate_order]

    def waited_for(self, gate: Gate) -> list[str]:
        """Return the checks that a gate waits for, and those that are recommended, line by line."""
        advised = self.checks(gate.advises)
        return [
            *self.checks(gate.requires),
            *(["Recommended, but not waited for:"] if advised else []),
            *advised,
        ]

    def gate_titles(self, keys: Sequence[str]) -> str:
        """Return the titles of some gates."""
        return "; ".join(self.ruleset.gates[key].title for key in keys)

    def met_when(self, check: Check) -> list[str]:
        """Return when a check is met, line by line."""
        return self._sentences(self.ruleset.met_when[check.id])

    def applies_when(self, check: Check) -> list[str]:
        """Return when a check applies, line by line; nothing where it always does."""
        term = self.ruleset.applies_when.get(check.id)
        return [] if term is None else self._sentences(term)

    def asked_when(self, question: Question) -> list[str]:
        """Return when a question is asked, line by line; nothing where it always is."""
        term = self.ruleset.ask_when.get(question.id)
        return [] if term is None else self._sentences(term)

    def _sentences(self, term: Term) -> list[str]:
        found = Sentences(self._name_question).lines(term)
        marks = ("• ", "– ", "– – ") if len(found) > 1 else ("",)
        return [f"{marks[min(depth, len(marks) - 1)]}{text}" for depth, text in found]

    def _name_question(self, question: Question) -> str:
        return f"“{question.label}” ({self.question_numbers[question.id]})"

    def remedy(self, check: Check) -> str:
        """Return what to do about a check, who does it, and how long it takes."""
        remedy = check.remedy
        effort = effort_in_days(remedy.effort_days) if remedy.effort_days else ""
        who = ", ".join(part for part in (name_owner(remedy.owner), effort) if part)
        return f"{remedy.action} ({who})" if who else remedy.action

    @property
    def values(self) -> list[tuple[str, str]]:
        """The values that are calculated from answers, each with how."""
        sentences = Sentences(self._name_question)
        return [
            (key, sentences.clause(term) if term.type.kind == "truth" else sentences.noun(term))
            for key, term in self.ruleset.values.items()
        ]

    @property
    def sources(self) -> list[tuple[str, str]]:
        """The sources that checks cite, each with the numbers of the checks and its clauses."""
        cited: dict[str, list[str]] = {}
        for check in self.ruleset.checks.values():
            for one in check.citations:
                clause = f" ({one.clause})" if one.clause else ""
                cited.setdefault(one.source, []).append(f"{self.numbers[check.id]}{clause}")
        works = self.ruleset.sources.items()
        return [(citation(work), ", ".join(cited[key])) for key, work in works if key in cited]

    # ---- questions -----------------------------------------------------------------------------

    @property
    def sections(self) -> Iterator[tuple[str, list[Question]]]:
        """Yield the sections with their questions."""
        titles, questions = self.ruleset.section_titles, self.ruleset.questions.values()
        for title, held in groupby(questions, lambda one: titles[one.id]):
            yield title, list(held)

    def answers(self, asked: Field) -> str:
        """Return how a question is answered, with its limits."""
        if asked.options:
            many = "any of: " if asked.kind == "choices" else "one of: "
            return many + "; ".join(asked.options.values())
        limits = [
            f"{word} {limit if isinstance(limit, str) else format_answer(asked, limit)}"
            for word, limit in (("from", asked.minimum), ("to", asked.maximum))
            if limit is not None
        ]
        known = asked.question_type
        said = {"text": known.wanted, "table": "a table"}.get(asked.kind, known.how)
        said = "" if known.is_percentage and limits else said
        unit = f" in {asked.unit}" if asked.unit else ""
        return " ".join([said + unit, *limits]).strip().replace(TODAY, "the day of the assessment")

    @property
    def _picture(self) -> Block:
        """The dependencies: a picture, or how to get one that is larger than a page."""
        command = format_command(
            "graph-picture", options=self.options, path=self.named, file="graph.svg"
        )
        told = (
            Run("For a picture of what waits for what, run "),
            Run(command, code=True),
            Run("."),
        )
        if len(self.ruleset.checks) > _MOST_DRAWN:
            return Block("paragraph", told)
        try:
            from readiness.reports.graph.picture import inline_svg
        except ImportError:
            return Block("paragraph", told)
        title = "What waits for what"
        return Block("picture", told, svg=inline_svg(draw(self.ruleset), title=title))
