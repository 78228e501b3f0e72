"""Functions of plug-ins mean the same in every way of evaluating, and never reverse a decision."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import readiness
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Bounds
from readiness.plugins import PluginError
from tests.plugin_packages import install
from tests.properties.bulk import judged_in_bulk
from tests.properties.pairs import Compiled
from tests.semantics.harness import assess, judged_by_reference, ruleset_of

FUNCTIONS = """
    import datetime
    from readiness.plugins import Function

    def per_head(amount, heads):
        return max(amount, 0) / heads if heads > 0 else None

    def month_end(day):
        return (day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)

    PER_HEAD = Function(
        per_head, {"amount": "number", "heads": "number"}, "number", "Amount for each head.",
        [((10, 4), 2.5), ((0, 4), 0), ((10, 0), None), ((10.5, 2), 5.25)],
        rises_with=["amount"], falls_with=["heads"], unit="USD",
    )
    SCORE = Function(
        lambda number, is_urgent: min(number * (2 if is_urgent else 1) % 7, 5),
        {"number": "number", "is_urgent": "truth"}, "number", "A score.",
        [((3, True), 5), ((3, False), 3)], least=0, most=5,
    )
    IS_LARGE = Function(
        lambda number: number > 2, {"number": "number"}, "truth", "More than two.",
        [((3,), True), ((2,), False)], rises_with=["number"],
    )
    MONTH_END = Function(
        month_end, {"day": "date"}, "date", "The first day of the next month.",
        [((datetime.date(2026, 1, 31),), datetime.date(2026, 2, 1))],
    )
    INITIAL = Function(
        lambda name, level: (name[:1] + level[:1]).upper(), {"name": "text", "level": "choice"},
        "text", "The initials.", [(("anna", "low"), "AL")],
    )
    WRONG = 17
    DOWN = Function(
        lambda number: abs(number - 5), {"number": "number"}, "number", "It falls, then rises.",
        [((1,), 4), ((2,), 3)], falls_with=["number"],
    )
    TEXT = Function(
        lambda number: "one" if number == 1 else 1 / (number - 3), {"number": "number"}, "number",
        "A text for 1, an error for 3.", [((4,), 1)],
    )
"""
NAMES = ("per_head", "score", "is_large", "month_end", "initial", "wrong", "down", "text")

CONDITIONS = {
    "amount": "per_head(cost.amount, cost.heads) < 3",
    "counted": "per_head(cost.amount, count(team.ready)) <= 2",
    "limits": "score(count(team.ready), cost.urgent) <= 5",
    "scored": "score(cost.heads, cost.urgent) in [1, 2, 3]",
    "large": "is_large(count(team.ready))",
    "rows": "every(cost.items, per_head(price, pieces) < 2 or is_large(pieces))",
    "total": "sum(cost.items, score(pieces, True)) > 4",
    "dated": "month_end(cost.day) <= cost.until",
    "named": "initial(cost.name, cost.level) == 'al'",
    "value": "cost.shared > 1",
}
CASE: dict[str, Any] = {
    "questions": {
        "cost.amount": "number",
        "cost.heads": {"type": "number", "not_applicable": "justified"},
        "cost.urgent": "yes_no",
        "cost.day": "date",
        "cost.until": "date",
        "cost.name": "text",
        "cost.level": {"type": "choice", "options": {"low": "Low", "high": "High"}},
        "cost.items": {
            "type": "table",
            "columns": {"price": {"type": "number"}, "pieces": {"type": "number"}},
        },
        "team.ready": {"type": "yes_no", "ask_each": "people"},
    },
    "values": {"cost.shared": "per_head(cost.amount, 2) + 1"},
    "checks": {key: {"met_when": condition} for key, condition in CONDITIONS.items()},
    "groups": {"people": ["ann", "bob", "cem"]},
}


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = {"functions": {name: name.upper() for name in NAMES}}
    monkeypatch.syspath_prepend(str(install(tmp_path, "acme-functions", points, FUNCTIONS)))


def drawn(draw: random.Random) -> dict[str, Any]:
    """Return random answers; each question is answered, unanswered or not applicable."""
    days = [f"2026-{month:02}-15" for month in range(1, 13)]
    row = {"price": draw.choice([None, 1, 2.5, 7]), "pieces": draw.choice([None, 0, 2, 3.5])}
    answers = {
        "cost.amount": draw.choice([0, 5, 10.25, -3]), "cost.heads": draw.choice([0, 1, 4, 2.5]),
        "cost.urgent": draw.choice([True, False]), "cost.day": draw.choice(days),
        "cost.until": draw.choice(days), "cost.name": draw.choice(["Anna", "bo", ""]),
        "cost.level": draw.choice(["low", "high"]),
        "cost.items": [{k: v for k, v in row.items() if v is not None}] * draw.choice([0, 1, 2]),
    }  # fmt: skip
    return {key: value for key, value in answers.items() if draw.random() < 0.7}


def cases() -> Iterator[dict[str, Any]]:
    for seed in range(60):
        draw = random.Random(seed)
        ready = {one: {"team.ready": draw.choice([True, False])} for one in ("ann", "bob", "cem")}
        sheets = {one: held if draw.random() < 0.6 else {} for one, held in ready.items()}
        sheets["ann"] = sheets["ann"] | drawn(draw)
        yield {**CASE, "sheets": sheets}


@pytest.mark.slow
def test_every_way_of_evaluating_agrees() -> None:
    """Interpreter, compiler, bulk, table and session give the same results."""
    compiled = Compiled(ruleset_of(CASE))
    assessor = readiness.Assessor(compiled.ruleset)
    told, singles = set(), []
    for case in cases():
        found = assess(case)
        told |= set(found.judgement.statuses.items())
        assert judged_by_reference(found) == found.judgement
        (bulk,) = judged_in_bulk(compiled, [found.answers])
        assert (bulk.statuses, bulk.verdicts) == (
            found.judgement.statuses,
            found.judgement.verdicts,
        )
        single = {key: one for key, one in case["sheets"]["ann"].items() if key != "team.ready"}
        session = assessor.session(as_of=datetime.date(2026, 11, 21))
        for key, value in single.items():
            session.answer(key, value)
        alone = assessor.judge(single, as_of=datetime.date(2026, 11, 21))
        assert session.result.judgement == alone
        singles.append((single, alone))
    assert len(told) > 2 * len(CONDITIONS)
    pa = pytest.importorskip("pyarrow")
    columns = {key: [one.get(key) for one, _ in singles] for key in CASE["questions"]}
    del columns["team.ready"]
    table = assessor.assess_table(pa.table(columns)).table
    assert "per_head" in table.schema.metadata[b"readiness.plugins"].decode()
    for key in CONDITIONS:
        assert table[f"status.{key}"].to_pylist() == [alone.statuses[key] for _, alone in singles]


@pytest.mark.slow
def test_later_answers_never_reverse_a_status() -> None:
    """What is decided from some of the answers stays so when the others are given."""
    for number, case in enumerate(cases()):
        whole = assess(case).judgement.statuses
        draw = random.Random(number)
        for one in case["sheets"].values():
            for key in [key for key in one if draw.random() < 0.5]:
                del one[key]
        for key, status in assess(case).judgement.statuses.items():
            assert status in ("undetermined", whole[key])


def state(condition: str, answers: dict[str, Any]) -> Any:
    case = {**CASE, "values": {"cost.probe": condition}, "checks": {"one": {"met_when": "True"}}}
    case["sheets"] = {"ann": answers}
    found = assess(case)
    return found.reference.state(found.ruleset.values["cost.probe"])


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        ("per_head(9, cost.heads)", {"cost.heads": 4}, 2.25),
        ("per_head(9, cost.heads)", {"cost.heads": 0}, UNKNOWN),
        ("per_head(9, cost.heads)", {}, UNKNOWN),
        ("per_head(9, cost.heads)", {"cost.heads": {"not_applicable": "-"}}, NOT_APPLICABLE),
        ("per_head(6, 1 + count(team.ready))", {"team.ready": True}, Bounds(1.5, 3)),
        ("score(count(team.ready), True)", {"team.ready": True}, Bounds(0, 5)),
        ("is_large(3 + count(team.ready))", {"team.ready": True}, True),
        ("is_large(count(team.ready))", {"team.ready": True}, UNKNOWN),
    ],
)
def test_bounds(condition: str, answers: dict[str, Any], expected: object) -> None:
    """Missing answers leave it unknown, or bounded as far as it is declared to rise or fall."""
    assert state(condition, answers) == expected


@pytest.mark.parametrize(
    ("condition", "answers", "reason"),
    [
        ("text(cost.heads)", {"cost.heads": 1}, "for (1) it returned 'one', which is no number"),
        (
            "text(cost.heads)",
            {"cost.heads": 3},
            "for (3) it raised DivisionByZero: [<class 'decimal.DivisionByZero'>]",
        ),
        (
            "down(4 + count(team.ready) * 4)",
            {"team.ready": True},
            "it does not rise or fall as declared from (16) to (8)",
        ),
    ],
)
def test_a_function_that_fails_while_it_runs(
    condition: str, answers: dict[str, Any], reason: str
) -> None:
    """One problem names the function, the plug-in, its version, and the values."""
    name = condition.partition("(")[0]
    with pytest.raises(PluginError) as caught:
        state(condition, answers)
    assert [str(one) for one in caught.value.problems] == [
        f"the function '{name}' of plug-in acme-functions 1.2 cannot be used: {reason}"
    ]
