"""A ruleset as a checklist, and what people have changed in the sheet as changes to its files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from readiness.authoring.checklist import (
    APPLIES_WHEN,
    MET_WHEN,
    RECOMMENDED,
    REFERENCE,
    SEVERITY,
    YES_NO,
)
from readiness.authoring.checklist_reading import (
    AskedQuestion,
    ChecklistRow,
    limit_text,
    read_checklist_rows,
    read_days,
    read_question,
)
from readiness.authoring.drafting import Drafting
from readiness.authoring.renaming import RenamedFile, save_files
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.editing import REMOVED, NotEditable, edit_text
from readiness.documents.nodes import Node
from readiness.documents.schemas import FORMATS
from readiness.documents.shapes import ID, correction
from readiness.loading.rulesets import load_ruleset
from readiness.loading.search_path import shipped_folder
from readiness.model.condition import Condition, Expression
from readiness.model.question_types import QUESTION_TYPES
from readiness.model.questionnaire import Question
from readiness.model.ruleset import SEVERITIES, Check, Effort
from readiness.problems import Problem, Problems, nearest, quote_names
from readiness.problems.values import brief

_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_WORD = re.compile("'([^']*)'")
_LIMIT = re.compile(r"(>=|<=|==|<|>) '?([-\d.]+)'?$")
_FIELDS = {
    "Check": ("title",), "Why": ("why",), "Action": ("remedy", "action"), MET_WHEN: ("met_when",),
    APPLIES_WHEN: ("applies_when",),
}  # fmt: skip
_ORDER = ("title", "area", "severity", "why", "requires", "applies_when", "met_when", "remedy")
_LISTS = {"Source": "cites", "Clause": "cites", "Requires": "requires"}
_OF_QUESTION = ("Question", "Type", "Options")


@brief
@dataclass(frozen=True, slots=True)
class ChecklistUpdate:
    """What the rows of a checklist change in the files of a ruleset.

    `remarks` say what stays as it is, each with the cell that it is about.
    """

    files: tuple[RenamedFile, ...]
    remarks: tuple[Problem, ...]
    is_dry_run: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        return {
            "format": FORMATS["update"],
            "dry_run": self.is_dry_run,
            "files": [{"file": str(one.path), "diff": one.diff} for one in self.files],
            "remarks": [one.to_dict() for one in self.remarks],
        }


# To the sheet.


def ruleset_rows(ruleset: Ruleset) -> list[dict[str, str]]:
    """Return the checks of a ruleset as rows of a checklist: the text of each cell by its column.

    The conditions of which there is no short form stand under *Met when*; groups of conditions
    are shown in words, and are changed in the ruleset only.
    """
    return [_row(ruleset, check) for check in ruleset.checks.values()]


def _row(ruleset: Ruleset, check: Check) -> dict[str, str]:
    held, remedy = ruleset.checklist, check.remedy
    condition = _words(check.met_when)
    name, asked = short_form(condition, ruleset.questions)
    question = ruleset.questions.get(name)
    gates = [
        f"{_called(gate.id, gate.title)}{mark}"
        for gate in held.gates.values()
        for keys, mark in ((gate.requires, ""), (gate.advises, RECOMMENDED))
        if check.id in keys
    ]
    return {
        "Area": _called(check.area, held.areas[check.area].title),
        "Question": question.label if question else "",
        "Type": _type(question) if question else "",
        "Options": _options(asked, question) if asked and question else "",
        "Check": check.title,
        "Why": check.why.strip(),
        "Action": remedy.action.strip(),
        "Owner": str(remedy.owner),
        "Days": _days(remedy.effort_days),
        "Source": "; ".join(
            _called(one.source, held.sources[one.source].title) for one in check.citations
        ),
        "Clause": "; ".join(one.clause for one in check.citations).rstrip("; "),
        "Requires": "; ".join(
            _called(key, ruleset.checks[key].title) for key in check.requires
        ),
        "Gate": "; ".join(gates),
        SEVERITY: check.severity,
        MET_WHEN: "" if asked else condition,
        APPLIES_WHEN: _words(check.applies_when),
        REFERENCE: check.id,
    }  # fmt: skip


def _called(key: str, title: str) -> str:
    """Return the title of an entry, or its id where the title would be read as several."""
    return key if re.search(r"[\n;]", title) or title.endswith(RECOMMENDED) else title


def _type(question: Question) -> str:
    return YES_NO if question.type == "yes_no" else question.type


def _days(effort: Effort | None) -> str:
    if effort is None:
        return ""
    days = (effort.low, effort.likely, effort.high)
    return "/".join(f"{one:g}" for one in (days if len(set(days)) > 1 else days[:1]))


def _words(condition: Condition | None) -> str:
    """Return a condition as one expression."""
    if condition is None:
        return ""
    if isinstance(condition, Expression):
        return condition.text.strip()
    if not (parts := [f"({_words(one)})" for one in getattr(condition, "parts", ())]):
        return str(condition.node.plain()).lower()
    if condition.kind == "not":  # type: ignore[union-attr]
        return f"not {parts[0]}"
    if condition.kind == "at_least":  # type: ignore[union-attr]
        return f"at_least({condition.least}, {', '.join(parts)})"  # type: ignore[union-attr]
    return (" and " if condition.kind == "all" else " or ").join(parts)  # type: ignore[union-attr]


def short_form(text: str, questions: Map[str, Question]) -> tuple[str, AskedQuestion | None]:
    """Return the question that a condition reads alone, and the cells that say the condition.

    The name is empty where it reads several, the cells are None where they cannot say it.
    """
    names = set(_NAME.findall(text)) & questions.keys()
    if len(names) != 1 or (question := questions[name := names.pop()]).type == "table":
        return "", None
    written = " ".join(text.replace('"', "'").split())
    values: list[tuple[tuple[Any, ...], str]] = [((), ""), (tuple(_WORD.findall(written)), "")]
    kind = QUESTION_TYPES[question.type].kind
    if kind == "truth":
        values = [((True,), ""), ((False,), "")]
    elif kind in ("number", "date") and (found := _LIMIT.search(written)):
        limit = found[2] if kind == "date" else float(found[2])
        whole = isinstance(limit, float) and limit.is_integer()
        values.append(((int(limit) if whole else limit,), found[1]))
    for held, sign in values:
        asked = AskedQuestion(question.type, question.options, held, sign, question.unit)
        if asked.condition(name) == written and not question.ask_each:
            return name, asked
    return name, None


def _options(asked: AskedQuestion, question: Question) -> str:
    if question.options:
        labels = [f"{label}{'*' * (key in asked.values)}" for key, label in asked.options.items()]
        return ("\n" if any(";" in one for one in labels) else "; ").join(labels)
    if QUESTION_TYPES[asked.type].kind == "truth":
        return "" if asked.values[0] else "yes; no*"
    return limit_text(asked) if asked.values else ""


# And back.


def update_ruleset(
    ruleset: str | Path,
    data: bytes,
    name: str,
    *,
    paths: Sequence[str | Path] = (),
    is_dry_run: bool = False,
) -> ChecklistUpdate:
    """Change the files of a ruleset to what people have changed in its sheet: all, or none.

    `data` is the content of the file `name`: the workbook that `show` has written, or CSV. Only
    what differs from the sheet as it was shown is changed; comments, order and all else stay.

    Raises `DocumentError` with every cell that cannot be carried over, and what to do about it;
    `OSError` where a file cannot be saved.
    """
    while True:
        found = _Update(load_ruleset(ruleset, paths=paths), data, name, paths).result(is_dry_run)
        if is_dry_run or save_files(found.files):
            return found


class _Update:
    """The changes of one sheet, by file and path."""

    def __init__(
        self, ruleset: Ruleset, data: bytes, name: str, paths: Sequence[str | Path]
    ) -> None:
        self.ruleset, self.paths = ruleset, paths
        self.problems, self.remarks = Problems(), Problems()
        self.now = {row[REFERENCE]: row for row in ruleset_rows(ruleset)}
        rows = read_checklist_rows(data, name, self.problems)
        shown = read_checklist_rows(data, name, Problems(), as_shown=True)
        texts = {one.text(REFERENCE): {key: one.text(key) for key in one.columns} for one in shown}
        self.shown = texts.keys()  # none in CSV, in which a row that is missing means nothing
        self.base: Map[str, Map[str, str]] = texts or self.now
        self.rows = {row.text(REFERENCE): row for row in rows if row.text(REFERENCE)}
        self.all = rows
        self.changes: dict[Node, dict[tuple[str, ...], object]] = {}
        self.drafting = self._drafting()
        self.held = deepcopy(self.drafting)

    def _drafting(self) -> Drafting:
        """Return the entries of the ruleset, to which those of new rows are added."""
        held = self.ruleset.checklist
        found = Drafting(self.problems, self.remarks)
        for entries, known in (
            (found.areas, held.areas), (found.sources, held.sources), (found.gates, held.gates),
            (found.checks, held.checks),
        ):  # fmt: skip
            entries |= {key: {"title": one.title} for key, one in known.items()}
        for key, gate in held.gates.items():
            lists = {"requires": list(gate.requires), "advises": list(gate.advises)}
            found.gates[key] |= {name: keys for name, keys in lists.items() if keys}
        for one in self.ruleset.questionnaires:
            for key, section in one.sections.items():
                found.sections[key] = {"title": section.title, "questions": {}}
        for key, question in self.ruleset.questions.items():
            held_in, _, last = key.partition(".")
            found.sections[held_in]["questions"][last] = {"ask": question.label}
            found.asked[key] = AskedQuestion(question.type, question.options)
        return found

    def result(self, is_dry_run: bool) -> ChecklistUpdate:
        """Return all changes; raises `DocumentError` where there is a problem."""
        seen: set[str] = set()
        for row in self.all:
            key = row.text(REFERENCE)
            if key and (key in seen or key not in self.now):
                hint = nearest(key, self.now) or "leave it blank for a new check"
                hint = "leave it blank for a new check" if key in seen else hint
                code = "checklist-reference-twice" if key in seen else "checklist-reference"
                self.problems.add(code, row.spot(REFERENCE), hint=hint, id=key)
            elif key:
                self._changed(row, key)
            seen.add(key)
        self._remove()
        self.drafting.add(self.all, known=self.rows)
        self.problems.raise_if_any()
        self._entries()
        order = [key for key in self.now if key in self.rows]
        if order != [key for key in self.rows if key in self.now]:
            self.remarks.add("checklist-order", self.all[0].spot(REFERENCE))
        files = tuple(self._files())
        self.problems.raise_if_any()
        self._load(files)
        return ChecklistUpdate(files, tuple(self.remarks.in_order()), is_dry_run)

    # A row that was there.

    def _changed(self, row: ChecklistRow, key: str) -> None:
        base, now = self.base.get(key, self.now[key]), self.now[key]
        changed = []
        for column in row.columns:
            text, before = row.text(column), base.get(column, now[column])
            if text in (_stripped(before), _stripped(now[column])):
                continue
            if (column == "Area" and not text) or (  # as in the row above
                column == "Owner" and text and correction(ID, text) == now[column]
            ):
                continue
            if before and _stripped(before) != _stripped(now[column]):
                hint = f"it is now: {now[column]}"
                self.problems.add("checklist-both", row.spot(column), hint=hint, column=column)
            changed.append(column)
        for column in changed:
            if column in _OF_QUESTION:
                self._question(row, key, column)
            elif column != MET_WHEN or row.text(MET_WHEN):
                self._field(row, key, column)
        if MET_WHEN in changed and not row.text(MET_WHEN) and "Options" not in changed:
            self._question(row, key, "Options")

    def _field(self, row: ChecklistRow, key: str, column: str) -> None:
        check, drafting, text = self.ruleset.checks[key], self.drafting, row.text(column)
        if column in (MET_WHEN, APPLIES_WHEN):
            held = check.met_when if column == MET_WHEN else check.applies_when
            if held is not None and not isinstance(held, Expression):
                self._keep(row, column, check.node)
        path: tuple[str, ...] = _FIELDS.get(column, ())
        value: object = text or REMOVED
        if column == "Check" and not text:
            self.problems.add("checklist-blank", row.spot(column), hint="write it", column=column)
        if column == "Area":
            path, value = ("area",), drafting.entry_of(drafting.areas, text, "area")
        elif column == SEVERITY:
            path, value = ("severity",), text.casefold()
            if value not in SEVERITIES:
                hint = f"write {quote_names(SEVERITIES)}"
                self.problems.add("checklist-severity", row.spot(column), hint=hint, found=text)
        elif column == "Owner":
            path, value = ("remedy", "owner"), drafting.owner_of(row) or REMOVED
        elif column == "Days":
            days = read_days(row, self.problems)
            path, value = ("remedy", "effort_days"), REMOVED if days is None else days
        elif column in _LISTS:
            path, value = (_LISTS[column],), self._listed(row, check, column) or REMOVED
            before = check.node.get(path[0])  # type: ignore[attr-defined]
            if before is not None and before.source is not self.ruleset.checklist.node.source:
                self._keep(row, column, before)
        elif column == "Gate":
            self._take_from_gates(key)
            drafting.wait(row, key)
            self._in_order(key)
            return
        self._set(self.ruleset.checklist.node, ("checks", key, *path), value)

    def _in_order(self, key: str) -> None:
        """Put a check where it stood in the gates that still wait for it."""
        for name, gate in self.drafting.gates.items():
            for kind in ("requires", "advises"):
                before = self.held.gates.get(name, {}).get(kind, [])
                if key in before and key in gate.get(kind, ()):
                    rest = [one for one in gate[kind] if one not in before]
                    gate[kind] = [one for one in before if one in gate[kind]] + rest

    def _listed(self, row: ChecklistRow, check: Check, column: str) -> list[object]:
        if column == "Requires":
            self.drafting.checks[check.id].pop("requires", None)
            self.drafting.require(row, check.id)
            return list(self.drafting.checks[check.id].get("requires", ()))
        quoted = {(one.source, one.clause): one.to_dict() for one in check.citations if one.quote}
        found = self.drafting.cited(row)
        pairs = [(one, "") if isinstance(one, str) else (one["source"], one.get("clause", ""))
                 for one in found]  # fmt: skip
        return [quoted.get(pair, one) for pair, one in zip(pairs, found, strict=True)]

    def _question(self, row: ChecklistRow, key: str, column: str) -> None:
        check = self.ruleset.checks[key]
        name, asked = short_form(_words(check.met_when), self.ruleset.questions)
        question = self.ruleset.questions.get(name)
        if question is None or column == "Type" or (column == "Question" and not row.text(column)):
            self._keep(row, column, question.node if question else check.node)
            return
        root = next(one.node for one in self.ruleset.questionnaires if name in one.questions)
        section, _, last = name.partition(".")
        path = ("sections", section, "questions", last)
        if column == "Question":
            self._set(root, (*path, "ask"), row.text(column), row.spot(column))
            return
        if (found := read_question(row, self.problems, self.remarks)) is None:
            return
        keys = dict(zip(found.options, question.options, strict=False))
        known = {label: held for held, label in question.options.items()}
        if len(found.options) < len(question.options):
            self._keep(row, column, question.node)
            return
        for held, label in found.options.items():
            if label in known:
                keys[held] = known[label]
            elif (mine := keys.setdefault(held, held)) != held or held not in known.values():
                self._set(root, (*path, "options", mine), label, row.spot(column))
        if len(set(keys.values())) < len(keys):
            self._keep(row, column, question.node)
        values = tuple(keys.get(one, one) for one in found.values)
        if question.options:
            values = tuple(sorted(values, key=list(keys.values()).index))
        meant = AskedQuestion(question.type, question.options, values, found.sign, found.unit)
        if not row.text(MET_WHEN) and (asked is None or meant.values != asked.values
                                       or meant.sign != asked.sign):  # fmt: skip
            condition = meant.condition(name)
            self._set(self.ruleset.checklist.node, ("checks", key, "met_when"), condition)
        if found.unit and found.unit != question.unit:
            self._set(root, (*path, "unit"), found.unit, row.spot(column))

    def _keep(self, row: ChecklistRow, column: str, node: Node) -> None:
        hint = f"put it back, and change it in {node.source.name}, line {node.line}"
        self.problems.add("checklist-kept", row.spot(column), hint=hint, column=column)

    # Rows that are gone, and entries that are new.

    def _remove(self) -> None:
        root = self.ruleset.checklist.node
        gone = [key for key in self.shown if key in self.now and key not in self.rows]
        for key in gone:
            if self.ruleset.checks[key].node.source is not root.source:
                at, hint = self.all[0].spot(REFERENCE), f"add 'drop: {{checks: {{{key}: …}}}}' to "
                hint += root.source.name
                self.problems.add("checklist-removed", at, hint=hint, id=key)
            self._set(root, ("checks", key), REMOVED)
            del self.drafting.checks[key]
            self._take_from_gates(key)
        for key, row in self.rows.items():
            named = set(self.ruleset.checks[key].requires) if key in self.now else set()
            if named & set(gone) and row.text("Requires") == self.now[key]["Requires"]:
                hint = "remove it here as well"
                name = self.ruleset.checks[min(named & set(gone))].title
                self.problems.add("checklist-requires", row.spot("Requires"), hint=hint, name=name)

    def _take_from_gates(self, key: str) -> None:
        """Let no gate wait for a check, or show it."""
        for gate in self.drafting.gates.values():
            for kind in ("requires", "advises"):
                gate[kind] = [one for one in gate.get(kind, ()) if one != key]

    def _entries(self) -> None:
        """Set what new rows have added, and which checks the gates wait for."""
        root, new, old = self.ruleset.checklist.node, self.drafting, self.held
        self._retitle_gates()
        for kind in ("sources", "areas", "gates", "checks"):
            held, known = getattr(new, kind), getattr(old, kind)
            for key in held:
                if key not in known:
                    self._set(root, (kind, key), {n: one for n, one in held[key].items() if one})
        for key in old.gates:
            for kind in ("requires", "advises"):
                before, after = old.gates[key].get(kind, []), new.gates[key].get(kind, [])
                if before != after:
                    self._set(root, ("gates", key, kind), after or REMOVED)
        owner = self.ruleset.questionnaires[0].node
        for name, section in new.sections.items():
            if name not in old.sections:
                self._set(owner, ("sections", name), section)
                continue
            of = next(one.node for one in self.ruleset.questionnaires if name in one.sections)
            for key, held in section["questions"].items():
                if key not in old.sections[name]["questions"]:
                    self._set(of, ("sections", name, "questions", key), held)

    def _retitle_gates(self) -> None:
        """Take a new gate with all checks of one that has none left for that under a new title."""
        new, old = self.drafting.gates, self.held.gates

        def checks(gate: Map[str, Any]) -> list[set[str]]:
            return [set(gate.get(kind, ())) for kind in ("requires", "advises")]

        for key in new.keys() - old.keys():
            same = [
                one
                for one, held in old.items()
                if checks(held) == checks(new[key]) and not any(checks(new[one]))
            ]
            if len(same) == 1:
                title = new.pop(key)["title"]
                new[same[0]] = old[same[0]]
                self._set(self.ruleset.checklist.node, ("gates", same[0], "title"), title)

    def _set(self, root: Node, path: tuple[str, ...], value: object, at: Any = None) -> None:
        held = self.changes.setdefault(root, {})
        if at is not None and held.get(path, value) != value:
            self.problems.add("checklist-question-twice", at, id=".".join(path[1:]))
        held[path] = value

    def _files(self) -> Iterator[RenamedFile]:
        for root, changes in self.changes.items():
            source, text = root.source, root.source.text
            file = source.path or Path(source.name)
            if self._is_shipped(file):
                hint = f"'{source.name}' belongs to the package: change a copy of it"
                where = self.all[0].spot(REFERENCE)
                self.problems.add("checklist-kept", where, hint=hint, column="Question")
            for path, value in changes.items():
                try:
                    text = edit_text(text, path, value, order=_ORDER, name=source.name)
                except NotEditable as fault:
                    where = self.all[0].spot(REFERENCE)
                    self.problems.add("checklist-kept", where, hint=str(fault), column=path[-1])
            if text != source.text:
                yield RenamedFile(file, source.text, text, ())

    def _is_shipped(self, file: Path) -> bool:
        """Whether a questionnaire is of the package, and the ruleset that reads it is not."""
        own = self.ruleset.checklist.node.source.path
        is_own = own is not None and own.resolve().is_relative_to(shipped_folder("ruleset"))
        return not is_own and file.resolve().is_relative_to(shipped_folder("questionnaire"))

    def _load(self, files: Iterable[RenamedFile]) -> None:
        """Load the changed texts; raises `DocumentError` with what is wrong in them."""
        texts = {str(one.path): one.after for one in files}
        root = self.ruleset.checklist.node
        asked = {
            one.id: texts[str(one.node.source.path)]
            for one in self.ruleset.questionnaires
            if str(one.node.source.path) in texts
        }
        path = root.source.path or Path(root.source.name)
        load_ruleset(
            path,
            text=texts.get(str(path), root.source.text),
            loader=lambda kind, key, _: asked.get(key) if kind == "questionnaire" else None,
            paths=[*self.paths, path.parent],
        )


def _stripped(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())
