"""The values of the public interface can be pickled, copied and compared, and are shown briefly."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import multiprocessing
import pickle
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import readiness
from readiness import Assessor
from readiness.problems.values import FrozenDict
from tests.lanes import each

HALDEN = "questionnaires/examples/halden-outdoor/engagement.yaml"
DAY = datetime.date(2026, 11, 21)
# A protocol, what reads and writes files of a host, and what a plug-in brings.
NO_VALUES = {"Engine", "Disk", "Sheets", "Plugin", "PluginFunction"}


def public_types() -> set[str]:
    """Return the names of the public classes, without exceptions that only say why."""
    names = {*readiness.__all__, "Portfolio", "RefusedRow"} - NO_VALUES
    held = {name: getattr(readiness, name) for name in names}
    return {
        name
        for name, one in held.items()
        if isinstance(one, type)
        and (one is readiness.DocumentError or not issubclass(one, Exception))
    }


def parts_of(*roots: Any) -> dict[str, Any]:
    """Return the first value of each public type among values and their parts."""
    found: dict[str, Any] = {}
    seen: set[int] = set()
    rest = list(roots)
    while rest:
        one = rest.pop()
        if id(one) in seen or isinstance(one, str | int | float | bytes | datetime.date):
            continue
        seen.add(id(one))
        name = type(one).__name__
        if name in public_types() and isinstance(one, getattr(readiness, name)):
            found.setdefault(name, one)
        if isinstance(one, Mapping):
            rest += one.values()
        elif isinstance(one, list | tuple):
            rest += one
        elif dataclasses.is_dataclass(one):
            rest += [getattr(one, field.name) for field in dataclasses.fields(one)]
    return found


@cache
def values() -> dict[str, Any]:
    """Return a value of each public type; those of an engagement with conflicts and waivers."""
    inquiry = readiness.load_engagement(HALDEN)
    assessor = Assessor(inquiry.ruleset)
    result = assessor.assess(inquiry)
    table = [check for check in result.checks.values() if check.because.answers]
    reason = table[0].because
    session = assessor.session({"sponsor.identified": True}, as_of=DAY)
    changes = session.answer("sponsor.level", "board")
    evidence = [e for sheet in inquiry.sheets for given in sheet.given for e in given.evidence]
    problem = result.remarks[0]
    with pytest.raises(readiness.DocumentError) as caught:
        assessor.assess({"sponsor.nobody": 1, "funding.committed": -3})
    ruleset = inquiry.ruleset
    compared = readiness.compare(result, session.result)
    decision = readiness.waive(inquiry, table[0].id, reason="Later.", approved_by="Board")
    form = readiness.export_forms(inquiry, ["sales"], format="csv")["sales"]
    returned = readiness.read_form("sales.csv", form, ruleset=ruleset)
    imported = readiness.import_form(returned, None, "")
    status = readiness.status(inquiry)
    _, manifest, _ = readiness.make_bundle(inquiry)
    cells = portfolio(assessor)
    edit = readiness.Edit("a", "A", "owner", "", "", "Ann", problem.place)
    more = (
        result, assessor, inquiry, ruleset, table[0], *result.gates.values(), reason, compared,
        compared.gates, session, session.progress, *changes, *session.next_questions(),
        result.responses, result.score, result.judgement, caught.value, caught.value.problems,
        readiness.plan(result), decision, returned, imported, readiness.Intake("halden"), status,
        list(readiness.reminders(inquiry, status)), manifest,
        readiness.verify(result.to_json().encode(), "result.json"), cells, cells.refused, edit,
        readiness.ProgressImport("plan.xlsx", (edit,), (), (), ()), readiness.list_documents(),
        readiness.Unusable("form.xlsx", caught.value.problems), compared.old.states,
        readiness.Mismatch("checks.a", "met", "unmet"), evidence, readiness.ImportOptions(),
    )  # fmt: skip
    accepted = readiness.Acceptance("rule", "The holding pays.", "lead", problem.excerpts[0])
    file = readiness.RenamedFile(Path("ruleset.yaml"), "a: 1", "b: 1", (problem.place,))
    rare = (
        accepted, readiness.Contradiction("rule", "Too much.", ("a.b",), (), accepted), file,
        readiness.Renaming("check", "a", "b", (file,), is_dry_run=True),
        readiness.Draft({"ruleset.yaml": "a: 1"}, caught.value.problems),
        readiness.Lacking("minutes.pdf", "answers.yaml", "there is no such file"),
        readiness.Exclusion("check", "a", "Later.", "lead", "2026-11-30", problem.excerpts[0]),
    )  # fmt: skip
    found = {**parts_of(*more, *rare), "Owner": readiness.Owner("it", "Head of IT")}
    missing = public_types() - set(found)
    return found | {name: example(getattr(readiness, name)) for name in missing}


# Values for the fields of a class by the start of their types.
EXAMPLES = {
    "str": "text", "int": 1, "float": 1.5, "bool": True, "tuple": (), "Map": {}, "dict": {},
    "Sequence": (), "datetime.date": DAY,
}  # fmt: skip


def example(public: type) -> Any:
    """Return a value of a class that no value above contains, made of its fields."""
    given = {
        field.name: next(
            (held for start, held in EXAMPLES.items() if str(field.type).startswith(start)), None
        )
        for field in dataclasses.fields(public)
        if field.init
    }
    return public(**given)


def portfolio(assessor: Assessor) -> Any:
    """Return the results of two cases."""
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"case": ["a", "b"], "sponsor.identified": ["yes", "?"]})
    return assessor.assess_table(table, as_of=DAY, keep=["case"])


def content(value: Any) -> Any:
    """Return what must be the same in a copy of a value."""
    if isinstance(value, readiness.Assessment):
        return value.to_dict()
    if isinstance(value, readiness.Session):
        return value.answers, value.result
    if type(value).__name__ in ("Comparison", "Plan"):
        return value.to_dict()
    return value


@pytest.mark.slow
def test_there_is_a_value_of_every_public_type() -> None:
    """Whatever becomes public is tested here, or is named as no value."""
    assert public_types() - set(values()) == set()


@pytest.mark.parametrize("name", each(sorted(public_types()), fast="Comparison".__ne__))
def test_values_travel(name: str) -> None:
    """Pickling with each protocol, `copy` and `deepcopy` give an equal value with an equal hash."""
    value = values()[name]
    travelled: list[Callable[[Any], Any]] = [copy.copy, copy.deepcopy]
    copies = [travel(value) for travel in travelled]
    copies += [pickle.loads(pickle.dumps(value, protocol)) for protocol in range(2, 6)]
    expected = content(value)
    for again in copies:
        assert type(again) is type(value)
        found = content(again)
        assert found == expected
        try:
            hash(expected)
        except TypeError:
            continue
        assert hash(found) == hash(expected)


@pytest.mark.parametrize("name", sorted(public_types()))
def test_values_are_shown_briefly(name: str) -> None:
    """A `repr` has at most 200 characters and names the type."""
    shown = repr(values()[name])
    assert len(shown) <= 200
    assert shown.lstrip("<").startswith((name, "readiness")) or isinstance(values()[name], str)


def test_a_ruleset_is_shown_with_its_version() -> None:
    """A `repr` of a ruleset says which one it is."""
    shown = repr(readiness.load_ruleset("crm-pre-implementation"))
    assert shown == "Ruleset(id='crm-pre-implementation', version='2.0.0')"


def test_different_values_differ() -> None:
    """Results of other answers, and parts of them, are not equal."""
    ruleset = readiness.load_ruleset("crm-pre-implementation")
    one, other = (Assessor(ruleset).assess({"sponsor.identified": it}) for it in (True, False))
    assert one != other
    assert one.checks["executive-sponsor"] != other.checks["executive-sponsor"]
    assert one.checks["executive-sponsor"] != one.checks["goals-defined"]
    assert ruleset != readiness.load_ruleset("crm-readiness")


def assess_elsewhere(assessor: Assessor, answers: dict[str, object]) -> readiness.Assessment:
    """Assess in another process."""
    return assessor.assess(answers, as_of=DAY)


@pytest.mark.slow
def test_results_come_back_from_a_spawned_process() -> None:
    """Assessors travel to a spawned process, results back; they share the ruleset that is here."""
    assessor = Assessor(readiness.load_ruleset("crm-pre-implementation"))
    answers: dict[str, object] = {"sponsor.identified": True}
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(assess_elsewhere, (assessor, answers))
    assert found == assessor.assess(answers, as_of=DAY)
    assert found.to_json() == assessor.assess(answers, as_of=DAY).to_json()
    assert found.ruleset is assessor.ruleset


def sent_back(pickled: bytes) -> dict[str, Any]:
    """Return values as another process has them."""
    held: dict[str, Any] = pickle.loads(pickled)
    return held


@pytest.mark.slow
def test_every_value_comes_back_from_a_spawned_process() -> None:
    """A value of each public type travels to a spawned process and back."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(sent_back, (pickle.dumps(values()),))
    assert {name: content(one) for name, one in found.items()} == {
        name: content(one) for name, one in values().items()
    }


def test_a_result_is_shown_in_a_notebook() -> None:
    """The HTML has the verdicts, and the root blockers with their reasons to unfold."""
    result = values()["Assessment"]
    shown = result._repr_html_()
    assert all(gate.gate.title in shown for gate in result.gates.values())
    assert shown.count("<details>") == len(result.root_blockers)


@pytest.mark.parametrize(
    "change",
    [
        lambda held: held.update(a=2), lambda held: held.pop("a"), lambda held: held.clear(),
        lambda held: held.__setitem__("a", 2), lambda held: held.__delitem__("a"),
        lambda held: held.setdefault("b", 2), lambda held: held.__ior__({"b": 2}),
    ],
)  # fmt: skip
def test_frozen_dictionaries_never_change(change: Callable[[Any], object]) -> None:
    """Every method that would change one raises `TypeError`."""
    held = FrozenDict({"a": 1})
    with pytest.raises(TypeError):
        change(held)
    assert held == {"a": 1}
