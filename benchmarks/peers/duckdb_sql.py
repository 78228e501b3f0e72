"""DuckDB: one query with the three-valued logic of SQL, materialised into an Arrow table.

NULL is a missing answer, and conditions follow SQL's own rules. An inner query calculates the
statuses; an outer query calculates standings and verdicts from everything upstream of a check.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any as Anything

import duckdb
from columns import Columns
from encoding import All, Any, Compared, Encoded, Formula, Is, OneOf, flat
from levels import closures
from peers.peer import STATUS_OF, NotThisWay, Offer, standing, verdict

from readiness.evaluation.verdicts import Judgement

# The outer query lists everything upstream; for thousands of checks that is megabytes of SQL.
MOST_CHECKS = 500


def ways(ruleset: Encoded, columns: Columns) -> Iterator[Offer]:
    """Return the ways: statuses or everything, from Arrow or a DuckDB table; ENUM statuses."""
    for everything in (False, True):
        for own in (False, True):
            table = "a DuckDB table" if own else "the Arrow table"
            name = f"one query over {table}; outcomes as booleans and NULL"
            made = partial(Query, ruleset, columns, everything=everything, own=own)
            yield Offer(name, everything, made)
    name = "one query over a DuckDB table; statuses by CASE, as ENUM"
    yield Offer(name, everything=False, make=partial(Words, ruleset, columns))


class Query:
    """Conditions as booleans and NULL, and whether something upstream is open."""

    def __init__(self, ruleset: Encoded, columns: Columns, *, everything: bool, own: bool) -> None:
        if everything and len(ruleset.checks) > MOST_CHECKS:
            raise NotThisWay("a query with everything upstream of that many checks is too long")
        self.ruleset, self.everything = ruleset, everything
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 1")
        answers = columns.arrow
        self.connection.register(
            "answers", answers.rename_columns([flat(name) for name in answers.column_names])
        )
        if own:
            self.connection.execute("CREATE TEMP TABLE held AS SELECT * FROM answers")
        self.sql = self._query("held" if own else "answers")

    def _query(self, table: str) -> str:
        found = ", ".join(f"{sql(check.met)} AS {check.id}" for check in self.ruleset.checks)
        inner = f"SELECT {found} FROM {table}"
        if not self.everything:
            return inner
        return f"SELECT *, {', '.join(_rest(self.ruleset))} FROM ({inner})"

    def decide(self) -> Anything:
        """Return an Arrow table."""
        return self.connection.sql(self.sql).to_arrow_table()

    def judgement(self, found: Anything, row: int) -> Judgement:
        """Return the outcomes of one company in our terms."""
        [held] = found.slice(row, 1).to_pylist()
        checks, gates = self.ruleset.checks, self.ruleset.gates
        statuses = {check.id: STATUS_OF[held[check.id]] for check in checks}
        if not self.everything:
            return Judgement(statuses, {}, {})
        return Judgement(
            statuses,
            {c.id: standing(statuses[c.id], held.get(f"up_{c.id}", False)) for c in checks},
            {g.id: verdict(held[f"no_{g.id}"], held[f"wait_{g.id}"]) for g in gates},
        )


class Words(Query):
    """Statuses as values of an ENUM type, by CASE."""

    def __init__(self, ruleset: Encoded, columns: Columns) -> None:
        super().__init__(ruleset, columns, everything=False, own=True)

    def _query(self, table: str) -> str:
        self.connection.execute("CREATE TYPE status AS ENUM ('met', 'unmet', 'undetermined')")
        words = "WHEN true THEN 'met'::status WHEN false THEN 'unmet'::status"
        words += " ELSE 'undetermined'::status"
        found = (
            f"CASE {sql(check.met)} {words} END AS {check.id}" for check in self.ruleset.checks
        )
        return f"SELECT {', '.join(found)} FROM {table}"

    def judgement(self, found: Anything, row: int) -> Judgement:
        """Return the outcomes of one company."""
        [held] = found.slice(row, 1).to_pylist()
        return Judgement({check.id: held[check.id] for check in self.ruleset.checks}, {}, {})


def _rest(ruleset: Encoded) -> Iterator[str]:
    """Return the select terms for blocked checks and gates, from everything upstream."""
    upstream = closures(ruleset)
    for check in ruleset.checks:
        if check.requires:
            open_ = (f"{key} IS NOT TRUE" for key in sorted(upstream[check.id] - {check.id}))
            yield f"({' OR '.join(open_)}) AS up_{check.id}"
    waits: dict[str, frozenset[str]] = {}
    for gate in ruleset.gates:
        needed = [upstream[key] for key in gate.requires] + [waits[key] for key in gate.after]
        waits[gate.id] = frozenset().union(*needed)
        held = sorted(waits[gate.id])
        yield f"({' OR '.join(f'{key} IS FALSE' for key in held)}) AS no_{gate.id}"
        yield f"({' OR '.join(f'{key} IS NOT TRUE' for key in held)}) AS wait_{gate.id}"


def sql(formula: Formula) -> str:
    """Return a formula as SQL; like the condition itself, it is NULL for a missing answer."""
    match formula:
        case All(parts=parts):
            return f"({' AND '.join(map(sql, parts))})"
        case Any(parts=parts):
            return f"({' OR '.join(map(sql, parts))})"
        case Is(question=question, value=value):
            return flat(question) if value else f"(NOT {flat(question)})"
        case OneOf(question=question, options=options):
            return f"({flat(question)} IN ({', '.join(map(repr, options))}))"
        case Compared(question=question, operator=operator, number=number):
            return f"({flat(question)} {operator} {number})"
