"""The values of the public interface can be pickled, copied and compared, and are shown briefly."""

from __future__ import annotations

import copy
import datetime
import multiprocessing
import pickle
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import readiness
from readiness import Assessor
from readiness.problems.values import FrozenDict
from tests.lanes import each

HALDEN = "questionnaires/examples/halden-outdoor/engagement.yaml"
DAY = datetime.date(2026, 11, 21)
# Functions and protocols.
NO_VALUES = {
    "Engine", "__version__", "compare", "load_answers", "load_engagement", "load_questionnaire",
    "load_ruleset", "Exclusion", "Severity", "Standing", "Status", "Verdict", "import_forms",
    "lint", "make_bundle", "plan", "render", "run_cases", "verify",
}  # fmt: skip


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
    return {
        "Assessment": result, "Assessor": assessor, "Change": changes[0],
        "CheckResult": table[0], "Comparison": readiness.compare(result, session.result),
        "DocumentError": caught.value, "Evidence": evidence[0], "Excerpt": problem.excerpts[0],
        "GateResult": result.gates["commit"], "Inquiry": inquiry, "Judgement": result.judgement,
        "NextQuestion": session.next_questions()[0], "Place": problem.place, "Problem": problem,
        "Question": next(iter(ruleset.questions.values())),
        "Questionnaire": ruleset.questionnaires[0], "Reading": reason.answers[0],
        "Reason": reason, "Ruleset": ruleset, "Score": result.score, "Session": session,
        "Sheet": inquiry.sheets[0], "Waiver": next(iter(inquiry.circumstances.waivers.values())),
        # Not exported by name, and returned by public calls.
        "Engagement": inquiry.engagement, "Check": next(iter(ruleset.checks.values())),
        "Gate": ruleset.gates["commit"], "Portfolio": portfolio(assessor),
        "Circumstances": inquiry.circumstances, "Plan": plan(result),
    }  # fmt: skip


def portfolio(assessor: Assessor) -> Any:
    """Return the results of two cases."""
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"case": ["a", "b"], "sponsor.identified": [True, None]})
    return assessor.assess_table(table, as_of=DAY, keep=["case"])


def plan(result: readiness.Assessment) -> Any:
    """Return the plan of a result."""
    from readiness.planning.plan import plan as planned

    return planned(result)


def content(value: Any) -> Any:
    """Return what must be the same in a copy of a value."""
    if isinstance(value, readiness.Assessment):
        return value.to_dict()
    if isinstance(value, readiness.Session):
        return value.answers, value.result
    if type(value).__name__ in ("Comparison", "Plan"):
        return value.to_dict()
    return value


def test_there_is_a_value_of_every_public_type() -> None:
    """Whatever becomes public is tested here, or is named as no value."""
    assert set(readiness.__all__) - NO_VALUES <= set(values())


@pytest.mark.parametrize("name", each(sorted(values()), fast="Comparison".__ne__))
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


@pytest.mark.parametrize("name", sorted(values()))
def test_values_are_shown_briefly(name: str) -> None:
    """A `repr` has at most 200 characters and names the type."""
    shown = repr(values()[name])
    assert len(shown) <= 200
    assert shown.lstrip("<").startswith((name, "readiness"))


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
