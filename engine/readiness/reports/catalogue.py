"""Rulesets, checks, questions, functions and origins as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from readiness.conditions import terms
from readiness.conditions.functions import all_functions
from readiness.conditions.terms import Term, is_leaf, parts
from readiness.dependencies.dated import DayLink
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.merging import COLLECTIONS
from readiness.documents.nodes import Mapping, Node
from readiness.model.questionnaire import Question
from readiness.problems import Place, refuse_unknown
from readiness.reports.phrasing import citation, count_noun, name_owner

NAME, QUIET, HEADING = "cyan", "dim", "bold"


def print_entries(entries: Sequence[dict[str, str]], console: Console) -> None:
    """Print the rulesets or questionnaires, a line each."""
    table = Table(box=None, pad_edge=False, header_style=QUIET)
    table.add_column("Title")
    table.add_column("ID", style=NAME, no_wrap=True)
    table.add_column("Version", no_wrap=True)
    for entry in entries:
        table.add_row(*(Text(entry[key]) for key in ("title", "id", "version")))
    console.print(table)


def print_ruleset(ruleset: Ruleset, console: Console) -> None:
    """A ruleset: its gates, and its checks by area."""
    checklist = ruleset.checklist
    console.print(Text(checklist.title, HEADING), Text(f"({ruleset.id} {ruleset.version})", QUIET))
    _paragraph(checklist.description, console)
    counts = {"check": ruleset.checks, "question": ruleset.questions, "gate": ruleset.gates}
    console.print(Text(", ".join(count_noun(len(held), noun) for noun, held in counts.items())))
    for key in ruleset.gate_order:
        gate = ruleset.gates[key]
        console.print()
        console.print(Text(f"Gate: {gate.title} ", HEADING) + Text(f"({key})", NAME))
        _paragraph(gate.description, console)
        for label, names in (
            ("Comes after", [ruleset.gates[earlier].title for earlier in gate.after]),
            ("Requires", gate.requires), ("Recommends", gate.advises),
        ):  # fmt: skip
            _names(label, names, console)
    for area in ruleset.areas.values():
        checks = [check for check in ruleset.checks.values() if check.area == area.id]
        if not checks:
            continue
        _heading(area.title, console)
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 2))
        table.add_column(ratio=1)
        table.add_column(style=QUIET, no_wrap=True)
        table.add_column(style=NAME)
        for check in checks:
            table.add_row(Text(check.title), Text(check.severity), Text(check.id))
        console.print(table)


def print_check(ruleset: Ruleset, key: str, console: Console) -> None:
    """The page of one check: what it says, why, when it is met, what to do, where from."""
    check = ruleset.checks[key]
    console.print(Text(check.title, HEADING))
    area = ruleset.areas[check.area].title
    console.print(Text(key, NAME) + Text(f"  {check.severity}, {area}", QUIET))
    _paragraph(check.why, console)
    _names("Requires", [f"{ruleset.checks[one].title} ({one})" for one in check.requires], console)
    if key in ruleset.applies_when:
        _condition("Applies when", ruleset.applies_when[key], console)
    _condition("Met when", ruleset.met_when[key], console)
    remedy = check.remedy
    if remedy.action:
        _heading("Remedy", console)
        days = remedy.effort_days
        effort = f"{days.likely:g} days" if days and days.likely != 1 else "1 day" if days else ""
        who = ", ".join(part for part in (name_owner(remedy.owner), effort) if part)
        _paragraph(remedy.action + (f" ({who})" if who else ""), console)
    if check.cites:
        _heading("Sources", console)
        for cited in check.citations:
            work = ruleset.sources[cited.source]
            said = citation(work, cited)
            _paragraph(f"{said}. {work.note}" if work.note else said, console)


def _condition(label: str, term: Term, console: Console) -> None:
    _heading(label, console)
    tree = Tree(Text(term.text))
    _branches(tree, term)
    console.print(Padding(tree, (0, 0, 0, 2)))


def _branches(tree: Tree, term: Term) -> None:
    if is_leaf(term) or isinstance(term, terms.Constant):
        return
    for part in parts(term):
        _branches(tree.add(Text(part.text)), part)


def print_questions(ruleset: Ruleset, console: Console) -> None:
    """The questions of a ruleset's questionnaires, section by section."""
    for questionnaire in ruleset.questionnaires:
        console.print(
            Text(questionnaire.title, HEADING),
            Text(f"({questionnaire.id} {questionnaire.version})", QUIET),
        )
        for section in questionnaire.sections.values():
            _heading(section.title, console)
            _paragraph(section.help, console)
            for question in questionnaire.questions.values():
                if question.section == section.id:
                    _question(ruleset, question, console)


def _question(ruleset: Ruleset, question: Question, console: Console) -> None:
    kind = question.type.replace("_", "/")
    facts = [kind + (f" in {question.unit}" if question.unit else "")]
    if question.ask_each:
        facts.append(f"asked of each member of '{question.ask_each}'")
    if question.evidence == "required":
        facts.append(f"evidence {question.evidence}")
    if question.id in ruleset.ask_when:
        facts.append("asked only if " + terms.in_full(ruleset.ask_when[question.id]))
    body: list[RenderableType] = [
        Text(question.label),
        Text(question.id, NAME) + Text("  " + ", ".join(facts), QUIET),
    ]
    if question.options:
        body.append(Text("; ".join(f"{k}: {label}" for k, label in question.options.items())))
    if question.columns:
        body.append(Text("Columns: " + ", ".join(question.columns)))
    console.print(Padding(Group(*body), (0, 0, 0, 2)))


def print_functions(console: Console) -> None:
    """The functions that conditions may use."""
    for function in all_functions().values():
        console.print(Text(", ".join(function.forms), NAME) + Text(f"  {function.result}", QUIET))
        _paragraph(function.meaning, console)


def show(
    ruleset: Ruleset, check: str = "", *, questions: bool = False, origin: bool = False
) -> Any:
    """Return a ruleset with all that it inherits, a check of it, or its questionnaires, for JSON.

    With `origin`, return the file and the line of every field instead. Raises `DocumentError` for
    an unknown check.
    """
    refuse_unknown("check", [check] if check else [], list(ruleset.checks), "check")
    if origin:
        found = origins(ruleset, questions=questions)
        return plain_origins([one for one in found if not check or one[0][:2] == ("checks", check)])
    if check:
        return {"id": check, **ruleset.checks[check].node.plain()}
    if questions:
        return [held.node.plain() for held in ruleset.questionnaires]
    return ruleset.checklist.node.plain()


def plain_functions() -> list[dict[str, Any]]:
    """The functions as JSON can hold them."""
    shown = ("name", "forms", "result", "meaning", "source")
    return [{key: getattr(one, key) for key in shown} for one in all_functions().values()]


def _heading(title: str, console: Console) -> None:
    console.print()
    console.print(Text(title, HEADING))


def _names(label: str, names: Iterable[str], console: Console) -> None:
    if held := ", ".join(names):
        console.print(Padding(Text(f"{label}: ", QUIET) + Text(held), (0, 0, 0, 2)))


def _paragraph(text: str, console: Console) -> None:
    if text:
        console.print(Padding(Text(" ".join(text.split())), (0, 0, 0, 2)))


def origins(ruleset: Ruleset, *, questions: bool = False) -> list[tuple[tuple[str, ...], Place]]:
    """Each field by its path, such as checks, executive-sponsor, severity, and where it stands."""
    if questions:
        held = [("questionnaire", held.node) for held in ruleset.questionnaires]
    else:
        held = [("ruleset", ruleset.checklist.node)]
    return [found for kind, root in held for found in _collections(kind, root)]


def _collections(kind: str, root: Node) -> Iterator[tuple[tuple[str, ...], Place]]:
    for key in COLLECTIONS[kind]:
        collection = root.get(key) if isinstance(root, Mapping) else None
        if not isinstance(collection, Mapping):
            continue
        for name, entry in collection.items():
            questions = entry.get("questions") if isinstance(entry, Mapping) else None
            if isinstance(questions, Mapping):
                for question, asked in questions.items():
                    yield from _fields((f"{name}.{question}",), asked)
            else:
                yield from _fields((key, name), entry)


def _fields(path: tuple[str, ...], node: Node) -> Iterator[tuple[tuple[str, ...], Place]]:
    if not isinstance(node, Mapping):
        yield path, node.place
        return
    for key, entry in node.entries.items():
        yield (*path, key), entry.key.place


def plain_origins(found: list[tuple[tuple[str, ...], Place]]) -> list[dict[str, Any]]:
    """The origins as JSON can hold them."""
    return [{"path": list(path), "file": place.file, "line": place.line} for path, place in found]


def print_origins(found: list[dict[str, Any]], console: Console) -> None:
    """Each entry with its fields, and the file and line of each; files by their short names."""
    console.print(Text("Where each field comes from", HEADING))
    entry: tuple[str, ...] = ()
    for one in found:
        path = tuple(one["path"])
        if path[:-1] != entry:
            entry = path[:-1]
            console.print(Text(" ".join(entry), NAME))
        file = "/".join(Path(one["file"]).parts[-2:])
        where = Text(f"{file}:{one['line']}", QUIET)
        console.print(Text(f"  {path[-1]}  ") + where, soft_wrap=True)


def print_dated(ruleset: Ruleset, found: Map[str, Sequence[DayLink]], console: Console) -> None:
    """Print the checks that depend on the day, each with the reasons."""
    number = f"{len(found)} of {len(ruleset.checks)} checks depend on the day of the assessment"
    console.print(Text(number, HEADING))
    for key, links in found.items():
        console.print(Text(f"{ruleset.checks[key].title} ") + Text(f"({key})", NAME))
        for one in links:
            console.print(Padding(Text(f"{one.kind}: ", QUIET) + Text(one.name), (0, 0, 0, 2)))
