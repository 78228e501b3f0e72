"""A ruleset, a questionnaire and cases from the rows of a checklist."""

from __future__ import annotations

import datetime
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from readiness.authoring.checklist import APPLIES_WHEN, MET_WHEN, REFERENCE, SEVERITY
from readiness.authoring.checklist_reading import (
    AskedQuestion,
    ChecklistRow,
    derive_id,
    listed,
    read_checklist_rows,
    read_days,
    read_gates,
    read_question,
)
from readiness.documents.emitting import WIDTH, Brief, block_lines
from readiness.documents.schemas import FORMATS
from readiness.documents.shapes import ID, correction
from readiness.model.question_types import QUESTION_TYPES
from readiness.model.ruleset import SEVERITIES
from readiness.problems import Problem, Problems, nearest, quote_names
from readiness.problems.values import brief

_BASE, _GATE = "all-is-well", "Start"


@brief
@dataclass(frozen=True, slots=True)
class Draft:
    """The documents of a new ruleset, each text by the name of its file.

    `remarks` say what was taken for granted, each with the cell that it is about.
    """

    texts: Mapping[str, str]
    remarks: tuple[Problem, ...]


def draft_ruleset(
    data: bytes, name: str, ruleset_id: str, *, title: str = "", as_of: datetime.date | None = None
) -> Draft:
    """Return the ruleset, questionnaire and cases that a checklist describes.

    `data` is the content of the file `name`: a workbook or CSV. `title` is that of the ruleset, the
    id in words unless given; `as_of` is the date of the cases. Raises `DocumentError` with every
    cell that was not understood, and what to write there.
    """
    problems, remarks = Problems(), Problems()
    drafting = Drafting(problems, remarks)
    drafting.add(read_checklist_rows(data, name, problems))
    problems.raise_if_any()
    shown = title or ruleset_id.replace("-", " ").capitalize()
    documents = drafting.documents(ruleset_id, shown, as_of or datetime.date.today())
    heads = {
        "questionnaire.yaml": f'The questionnaire "{shown}": the questions that people answer.',
        "ruleset.yaml": f'The ruleset "{shown}": the checks, and the decisions that wait for them.',
        "cases.yaml": f'The test cases of the ruleset "{shown}".',
        "answers.yaml": "An answer sheet. A question that is left out is not answered yet.",
    }
    texts = {file: _text(heads[file], held) for file, held in documents.items()}
    return Draft(texts, tuple(remarks.in_order()))


def _text(head: str, document: Mapping[str, object]) -> str:
    """Return a document as text, a blank line before each of its parts."""
    lines = [f"# {head}"]
    for key, value in document.items():
        lines += [""] if isinstance(value, Mapping) and value else []
        lines += [line[2:] for line in block_lines({key: value}, WIDTH, 2)[1:]]
    return "\n".join(lines) + "\n"


@dataclass
class Drafting:
    """The entries that rows become, by their ids."""

    problems: Problems
    remarks: Problems
    areas: dict[str, dict[str, Any]] = field(default_factory=dict)
    sections: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    gates: dict[str, dict[str, Any]] = field(default_factory=dict)
    checks: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: dict[str, AskedQuestion] = field(default_factory=dict)
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def add(self, rows: Sequence[ChecklistRow], known: Container[str] = ()) -> None:
        """Add rows, but those of known checks; what they require may be in any of them."""
        area, added = "", []
        for row in rows:
            area = row.text("Area") or area or "General"
            if row.text(REFERENCE) not in known:
                added.append((row, self._check(row, area)))
        self.unread = [row.text("Check") for row, key in added if key is None]
        for row, key in added:
            self.require(row, key)

    def _check(self, row: ChecklistRow, area: str) -> str | None:
        title = " ".join(row.text("Check").split())
        if not title:
            hint = "write what is true when the check is met, such as: A sponsor is named"
            self.problems.add("checklist-blank", row.spot("Check"), hint=hint, column="Check")
        if same := [one for one, held in self.checks.items() if same_text(held["title"], title)]:
            hint = f"write how it differs from the check '{same[0]}'"
            self.problems.add("checklist-twice", row.spot("Check"), hint=hint, title=title)
        condition, question, asked = self._condition(row, area)
        severity = row.text(SEVERITY).casefold() or "major"
        if severity not in SEVERITIES:
            hint = f"write {quote_names(SEVERITIES)}"
            self.problems.add("checklist-severity", row.spot(SEVERITY), hint=hint, found=severity)
        days = read_days(row, self.problems)
        if not title or condition is None:
            return None
        key = correction(ID, row.text(REFERENCE)) or derive_id(title, self.checks, "check")
        remedy = {
            "action": row.text("Action"), "owner": self.owner_of(row), "effort_days": days,
        }  # fmt: skip
        remedy = {name: value for name, value in remedy.items() if value}
        self.checks[key] = {
            "title": title,
            "area": self.entry_of(self.areas, area, "area"),
            "severity": severity,
            **({"why": why} if (why := row.text("Why")) else {}),
            **({"applies_when": held} if (held := row.text(APPLIES_WHEN)) else {}),
            "met_when": condition,
            **({"remedy": remedy} if remedy else {}),
            **({"cites": cites} if (cites := self.cited(row)) else {}),
        }
        if asked is not None:
            self.cases[key] = _case(question, asked)
        self.wait(row, key)
        return key

    def owner_of(self, row: ChecklistRow) -> str:
        """Return the id of the owner of a row; empty where there is none."""
        owner = row.text("Owner")
        found = correction(ID, owner)
        if owner and not found:
            self.problems.add("checklist-owner", row.spot("Owner"), found=owner)
        return found

    def _condition(
        self, row: ChecklistRow, area: str
    ) -> tuple[str | None, str, AskedQuestion | None]:
        """Return the condition of a row, and the question that it reads; None where it has none."""
        text = " ".join(row.text("Question").split())
        own = row.text(MET_WHEN)
        if own and not text:
            return own, "", None
        if not text:
            hint = "write the question whose answer meets the check"
            self.problems.add("checklist-blank", row.spot("Question"), hint=hint, column="Question")
            return None, "", None
        asked = read_question(row, self.problems, self.remarks)
        if asked is None:
            return None, "", None
        name = self._question(row, area, text, asked)
        return (own, "", None) if own else (asked.condition(name), name, asked)

    def _question(self, row: ChecklistRow, area: str, text: str, asked: AskedQuestion) -> str:
        section = self.entry_of(self.sections, area or "area", "section").replace("-", "_")
        held = self.sections[section].setdefault("questions", {})
        for key, one in held.items():
            if same_text(one["ask"], text):  # two checks may read one question
                name = f"{section}.{key}"
                if (self.asked[name].type, self.asked[name].options) != (asked.type, asked.options):
                    at = row.spot("Type")
                    self.problems.add("checklist-question-twice", at, id=name)
                return name
        key = derive_id(text, held, "question").replace("-", "_")
        held[key] = {
            "ask": text,
            "type": asked.type,
            **({"options": dict(asked.options)} if asked.options else {}),
            **({"unit": asked.unit} if asked.unit else {}),
        }
        self.asked[name := f"{section}.{key}"] = asked
        return name

    def entry_of(self, held: dict[str, dict[str, Any]], title: str, noun: str) -> str:
        """Return the id of the entry of that title, which is made where there is none."""
        for key, entry in held.items():
            if key == title or same_text(entry.get("title", key), title):
                return key
        key = derive_id(title, held, noun)
        key = key.replace("-", "_") if noun == "section" else key
        held[key] = {"title": title}
        return key

    def cited(self, row: ChecklistRow) -> list[Any]:
        """Return where a row is taken from, as a ruleset has it."""
        sources = listed(row.text("Source"))
        clauses = [one.strip() for one in re.split(r"[\n;]", row.text("Clause").rstrip("; \n"))]
        if any(clauses) and len(clauses) > len(sources):
            self.problems.add("checklist-clauses", row.spot("Clause"))
        found: list[Any] = []
        for title, clause in zip_longest(sources, clauses[: len(sources)], fillvalue=""):
            key = self.entry_of(self.sources, title, "source")
            found.append(Brief(source=key, clause=clause) if clause else key)
        return found

    def wait(self, row: ChecklistRow, key: str) -> None:
        """Let the gates of a row wait for its check."""
        for title, is_required in read_gates(row):
            gate = self.gates[self.entry_of(self.gates, title, "gate")]
            gate.setdefault("requires" if is_required else "advises", []).append(key)

    def require(self, row: ChecklistRow, key: str | None) -> None:
        """Let the check of a row, if it became one, require those that the row names."""
        found = []
        for name in listed(row.text("Requires")):
            known = self.check_named(name)
            if known is None and any(same_text(name, one) for one in self.unread):
                continue  # what is wrong in that row is said there
            if known is None or known == key:
                titles = [one["title"] for one in self.checks.values()]
                hint = nearest(name, titles) or "write it as under Check in its own row"
                self.problems.add("checklist-requires", row.spot("Requires"), hint=hint, name=name)
            else:
                found.append(known)
        if found and key is not None:
            self.checks[key]["requires"] = found

    def check_named(self, name: str) -> str | None:
        """Return the check of that title or id."""
        if name in self.checks:
            return name
        titles = ((key, held["title"]) for key, held in self.checks.items())
        return next((key for key, title in titles if same_text(title, name)), None)

    def documents(self, name: str, title: str, as_of: datetime.date) -> dict[str, dict[str, Any]]:
        """Return the documents by the names of their files."""
        if not self.gates:
            self.gates["start"] = {"title": _GATE, "requires": list(self.checks)}
        for held in (*self.checks.values(), *self.gates.values()):
            if "requires" in held:
                held["requires"] = self._needed(held["requires"])
        head = {"id": name, "version": "0.1.0"}
        order = ("title", "area", "severity", "why", "requires")
        checks = {key: _in_order(held, order) for key, held in self.checks.items()}
        answers = {
            key: next(iter(held["met"].values())) for key, held in reversed(self.cases.items())
            for key in held["met"]
        }  # fmt: skip
        answers = {key: answers[key] for key in self.asked if key in answers}
        return {
            "questionnaire.yaml": {
                "format": FORMATS["questionnaire"], **head, "title": f"{title} questionnaire",
                "sections": self.sections,
            },
            "ruleset.yaml": {
                "format": FORMATS["ruleset"], **head, "title": title, "questionnaire": name,
                **({"sources": self.sources} if self.sources else {}),
                "areas": self.areas, "gates": self.gates, "checks": checks,
            },
            "cases.yaml": {
                "format": FORMATS["cases"], "ruleset": "ruleset.yaml", "as_of": as_of,
                **({"bases": {_BASE: answers}} if answers else {}),
                **self._cases(answers),
            },
            "answers.yaml": {
                "format": FORMATS["answers"], "ruleset": "ruleset.yaml", "answers": {},
            },
        }  # fmt: skip

    def _needed(self, keys: Sequence[str]) -> list[str]:
        """Return the checks without those that others of them wait for anyway."""
        implied: set[str] = set()
        rest = [one for key in keys for one in self.checks[key].get("requires", ())]
        while rest:
            if (key := rest.pop()) not in implied:
                implied.add(key)
                rest += self.checks[key].get("requires", ())
        return [key for key in keys if key not in implied]

    def _cases(self, answers: Mapping[str, object]) -> dict[str, object]:
        """Return a case for each status that one answer gives a check."""
        base = {"base": _BASE} if answers else {}
        return {"checks": {key: base | held for key, held in self.cases.items()}}


def same_text(one: str, other: str) -> bool:
    """Return whether two texts are the same to people."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _in_order(held: Mapping[str, Any], order: Iterable[str]) -> dict[str, Any]:
    return {key: held[key] for key in order if key in held} | dict(held)


def _case(name: str, asked: AskedQuestion) -> dict[str, Any]:
    """Return the answers to a question that give its check each status."""
    met, unmet = _answers(asked)
    answers = {"met": met, "unmet": unmet, "undetermined": None}
    left_out = "unmet" if unmet is None else ""
    return {key: Brief({name: held}) for key, held in answers.items() if key != left_out}


def _answers(asked: AskedQuestion) -> tuple[Any, Any]:
    """Return an answer that meets a check, and one that does not; None where there is none."""
    known, values = QUESTION_TYPES[asked.type], asked.values
    if known.kind == "truth":
        return values[0], not values[0]
    if known.kind == "choice":
        return values[0], next(key for key in asked.options if key not in values)
    if known.kind == "choices":
        return list(values or asked.options), [] if values else None
    if not values:
        return 1 if known.kind == "number" else known.example, None
    limit, step = values[0], -1 if asked.sign in (">=", "<") else 1
    if known.kind == "date":
        day = datetime.date.fromisoformat(limit)
        beyond = (day + datetime.timedelta(step)).isoformat()
    else:
        beyond = limit + step
        if known.is_percentage and not 0 <= beyond <= 100:
            return limit, None
    return (limit, beyond) if asked.sign in (">=", "<=", "==") else (beyond, limit)
