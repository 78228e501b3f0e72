"""Tables of many cases agree with the reference interpreter, case by case."""

from __future__ import annotations

import datetime
import json
import random
from typing import Any

import pyarrow as pa

from readiness.assessing import Assessor
from readiness.dependencies.ruleset import Ruleset
from readiness.dependencies.work_order import WorkOrder
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.judging import Judging
from readiness.evaluation.reconciliation import settle
from readiness.loading.plain_answers import plain_sheet
from readiness.model.engagement import Circumstances
from readiness.portfolio.layout import CIRCUMSTANCES, FURTHER_OUTCOMES, OUTCOMES
from readiness.problems import Problems
from readiness.result.assessment import Assessment
from tests.properties.cases import PEOPLE, value_of
from tests.properties.pairs import Pair
from tests.properties.shrinking import hold

ROWS = 12
WRONG: dict[str, list[Any]] = {
    "choice": ["nothing of the sort"],
    "number": [2.0**53, float("inf")],
    "money": [2.0**53, -(2.0**60)],
    "percent": [101, -0.5],
    "yes_no": ["perhaps"],
    "date": ["2026-13-01", "soon"],
    "choices": [["nothing of the sort"]],
}


def by_reference(ruleset: Ruleset, row: dict[str, Any], as_of: datetime.date) -> dict[str, Any]:
    """Return the reference's outcome for one row: a result row, or the refused questions."""
    problems = Problems()
    sheet = plain_sheet(row, ruleset.questions, problems)
    if len(problems):
        return {"refused": {key for key in row if refuses(ruleset, key, row[key])}}
    settled = settle(ruleset.questions, (sheet,), Circumstances(as_of))
    found = Judging(ruleset, Interpreter(ruleset, settled), {}).judgement()
    is_open = [k for k, one in found.standings.items() if one in ("actionable", "blocked")]
    sequence = WorkOrder(ruleset, is_open)
    roots = sequence.root_blockers
    return {
        **{f"verdict.{key}": verdict for key, verdict in found.verdicts.items()},
        "blockers": len(sequence.blockers),
        "first_root_blocker": roots[0] if roots else None,
        **{f"status.{key}": status for key, status in found.statuses.items()},
        **{f"standing.{key}": standing for key, standing in found.standings.items()},
    }


def refuses(ruleset: Ruleset, question: str, value: Any) -> bool:
    """Return whether an answer is invalid."""
    problems = Problems()
    plain_sheet({question: value}, ruleset.questions, problems)
    return bool(len(problems))


def column_of(draw: random.Random, question: dict[str, Any]) -> list[Any]:
    """Draw answers to a question in every row, all written in the same way."""
    missing = draw.choice([0.0, 0.15, 0.6])
    style = draw.choice(["plain", "plain", "plain", "words", "people"])
    wrong = WRONG.get(question["type"], [])
    if question["type"] == "yes_no" and style != "plain":
        wrong = []  # a field holds booleans or texts

    def plain() -> Any:
        return draw.choice(wrong) if wrong and draw.random() < 0.03 else value_of(draw, question)

    if style == "plain" and question["type"] != "table":
        found = [plain() for _ in range(ROWS)]
    elif style == "people" and "ask_each" in question:
        people = PEOPLE[: draw.randint(1, 3)]
        said = [
            {one: plain() if draw.random() < 0.8 else None for one in people} for _ in range(ROWS)
        ]
        if draw.random() < 0.5:  # a struct cannot name respondents without an answer
            said = [{who: one for who, one in held.items() if one is not None} for held in said]
        found = [{"by": held} if held else None for held in said]
    elif style == "words":
        ways = ["value", "unknown", *(["not_applicable"] if "not_applicable" in question else [])]
        chosen = [draw.choice(ways) for _ in range(ROWS)]
        found = [{way: plain() if way == "value" else "because"} for way in chosen]
    else:
        found = [value_of(draw, question) for _ in range(ROWS)]
    if question["type"] == "yes_no" and any(isinstance(one, str) for one in found):
        found = ["yes" if one is True else "no" if one is False else one for one in found]
    return [None if draw.random() < missing else one for one in found]


def array_of(draw: random.Random, question: dict[str, Any], column: list[Any]) -> pa.Array:
    """Return a column in one of the ways in which Arrow can store it."""
    kind = question["type"]
    if kind in ("number", "money", "percent") and not any(isinstance(x, dict) for x in column):
        whole = all(x is None or float(x).is_integer() for x in column)
        small = all(x is None or abs(x) < 2**53 for x in column)
        return pa.array(
            column, pa.int64() if whole and small and draw.random() < 0.5 else pa.float64()
        )
    said = [x["by"] for x in column if isinstance(x, dict) and "by" in x]
    if any(one is None for held in said for one in held.values()):
        answers = pa.infer_type([one for held in said for one in held.values()])
        by = pa.struct([("by", pa.map_(pa.string(), answers))])
        return pa.array([x and {"by": list(x["by"].items())} for x in column], by)
    found = pa.array(column)
    if kind == "date" and pa.types.is_string(found.type) and draw.random() < 0.5:
        try:
            return found.cast(draw.choice([pa.date32(), pa.date64(), pa.timestamp("ms")]))
        except pa.ArrowInvalid:
            return found
    if pa.types.is_string(found.type) and draw.random() < 0.5:
        return found.dictionary_encode()
    return found


def test_tables_and_reference_agree(pairs: list[Pair]) -> None:
    """Each row gives the reference's result for that row alone, and the same rows are refused."""

    def rule(pair: Pair) -> str:
        draw = pair.draw("table")
        columns: dict[str, list[Any]] = {}
        arrays: dict[str, Any] = {}
        for key, written in pair.case["questions"].items():
            question = {"type": written} if isinstance(written, str) else written
            if draw.random() < 0.1 and columns:
                continue  # a question without a column
            columns[key] = column_of(draw, question)
            arrays[key] = array_of(draw, question, columns[key])
        as_of = pair.circumstances.as_of
        table = pa.table({**arrays, "name": [f"row {n}" for n in range(ROWS)]})
        # slices start within a byte of a bitmap
        cut = draw.randint(0, ROWS - 1)
        table = pa.concat_tables([table.slice(0, cut), table.slice(cut)])
        ruleset = pair.ruleset.scope.whole or pair.ruleset  # a table has no scope
        found = Assessor(ruleset).assess_table(table, as_of=as_of, keep=["name"])
        lines = {line.pop("row"): line for line in found.table.to_pylist()}
        refused: dict[int, set[str]] = {}
        for one in found.refused:
            refused.setdefault(one.row, set()).add(one.question)
        for number in range(1, ROWS + 1):
            held = {key: column[number - 1] for key, column in columns.items()}
            row = {key: value for key, value in held.items() if value is not None}
            expected = by_reference(ruleset, row, as_of)
            if "refused" in expected:
                mine = refused.get(number)
                if mine != expected["refused"] or number in lines:
                    return f"refused: {mine} instead of {expected['refused']} for {row}"
                continue
            line = dict(lines.get(number, {}))
            if line.pop("name", None) != f"row {number - 1}" or line != expected:
                return f"row: {line} instead of {expected} for {row}"
        return ""

    hold(rule, pairs[::4])  # each takes as long as four others


def test_rows_with_circumstances_and_assess_agree(pairs: list[Pair]) -> None:
    """A row with its own day, groups and waivers gives all that `assess` gives for it."""

    def rule(pair: Pair) -> str:
        draw = pair.draw("circumstances")
        columns: dict[str, list[Any]] = {}
        arrays: dict[str, Any] = {}
        for key, written in pair.case["questions"].items():
            question = {"type": written} if isinstance(written, str) else written
            columns[key] = column_of(draw, question)
            arrays[key] = array_of(draw, question, columns[key])
        own = [_circumstances(draw, pair) for _ in range(ROWS)]
        for name in CIRCUMSTANCES:
            said = [one[name] for one in own]
            if draw.random() < 0.3:
                own = [one | {name: None} for one in own]
            elif name == "as_of":
                arrays[name] = pa.array(said)
            else:
                arrays[name] = pa.array([one and json.dumps(one) for one in said], pa.string())
        ruleset = pair.ruleset.scope.whole or pair.ruleset
        assessor, today = Assessor(ruleset), pair.circumstances.as_of
        found = assessor.assess_table(pa.table(arrays), as_of=today)
        lines = found.only(*OUTCOMES, *FURTHER_OUTCOMES).to_pylist()
        for line in lines:
            number = line.pop("row") - 1
            held = {key: column[number] for key, column in columns.items()}
            given = {name: one for name, one in own[number].items() if one is not None}
            given["as_of"] = given.get("as_of", today)
            expected = _outcomes(assessor.assess(held, **given))
            if line != expected:
                odd = {key for key in expected if line.get(key) != expected[key]}
                return f"{odd} of {line} instead of {expected} for {held} under {given}"
        return ""

    hold(rule, pairs[::4])


def _circumstances(draw: random.Random, pair: Pair) -> dict[str, Any]:
    """Draw the day, the groups and the waivers of a row."""
    day = pair.circumstances.as_of + datetime.timedelta(draw.choice([0, 0, -400, 30]))
    waivers = {
        key: {"reason": "r", "approved_by": "a", "approved_on": "2026-11-01"}
        | ({"expires": "2026-11-30"} if draw.random() < 0.5 else {})
        for key in pair.ruleset.checks
        if draw.random() < 0.2
    }
    groups = {group: list(PEOPLE[: draw.randint(1, 3)]) for group in ("team", "board")}
    groups = {group: held for group, held in groups.items() if draw.random() < 0.5}
    return {"as_of": day, "groups": groups or None, "waivers": waivers or None}


def _outcomes(found: Assessment) -> dict[str, Any]:
    """Return the columns that a row of the table has for an assessment."""
    judged, roots = found.judgement, found.root_blockers
    return {
        **{f"verdict.{key}": verdict for key, verdict in judged.verdicts.items()},
        "blockers": len(found.blockers),
        "first_root_blocker": roots[0] if roots else None,
        **{f"status.{key}": status for key, status in judged.statuses.items()},
        **{f"standing.{key}": standing for key, standing in judged.standings.items()},
        "score.low": found.score.low,
        "score.high": found.score.high,
        "unanswered": len(found.unanswered),
        "root_blockers": list(roots),
        "waves": [list(wave) for wave in found.order],
    }
