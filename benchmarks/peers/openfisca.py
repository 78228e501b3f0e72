"""OpenFisca-Core: vectorised variables over a population of companies.

Each yes or no, and each option of a choice, is a boolean variable; numbers are NaN where nobody
answered. So no formula has to check whether an answer exists. Each run makes a new simulation and
sets only the size of its population, which avoids creating the names of all companies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial, reduce
from operator import or_
from typing import Any as Anything

import numpy as np
import numpy.typing as npt
from columns import Columns
from encoding import All, Any, Compared, Encoded, Formula, Is, OneOf, flat
from levels import closures
from openfisca_core.entities import Entity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import DateUnit, period
from openfisca_core.simulations import Simulation  # type: ignore[import-untyped]
from openfisca_core.taxbenefitsystems import TaxBenefitSystem  # type: ignore[import-untyped]
from openfisca_core.variables import Variable  # type: ignore[import-untyped]
from peers.peer import Offer, standing, verdict
from workload import OPTIONS

from readiness.evaluation.verdicts import STANDINGS, Judgement

YEAR = period("2027")
Arrays = Mapping[str, npt.NDArray[Anything]]

Status = Enum("Status", {key: key for key in ("met", "unmet", "undetermined")})
Standing = Enum("Standing", {key: key for key in STANDINGS})
Verdict = Enum("Verdict", {key: key for key in ("go", "undetermined", "no_go")})


def ways(ruleset: Encoded, columns: Columns) -> Iterator[Offer]:
    """Outcomes as booleans, the same without setting the inputs, as codes, and from Arrow."""
    for kind in (Booleans, InputsSet, Codes, FromArrow):
        made = partial(kind, ruleset, columns)
        yield Offer(kind.name, everything=True, make=made, partial=kind is InputsSet)


class Booleans:
    """Makes a new simulation each time, sets the inputs and calculates all outcomes.

    Outcomes are two booleans for each check (met, unmet), one for being blocked by something
    upstream, and two for each gate.
    """

    name = "fresh simulation; outcomes as booleans"
    wanted: tuple[str, ...] = ("met_", "unmet_", "up_", "no_", "wait_")

    def __init__(self, ruleset: Encoded, columns: Columns) -> None:
        self.ruleset = ruleset
        self.rows = columns.rows
        self.inputs = _inputs(columns)
        self.system = TaxBenefitSystem([Entity("company", "companies", "", "")])
        for name, values in self.inputs.items():
            self._add(name, float if values.dtype == np.float32 else bool)
        self.formulas = self._formulas()
        for name, source in self.formulas.items():
            self._add(name, bool, source)
        self.outputs = [name for name in self.formulas if name.startswith(self.wanted)]

    def _formulas(self) -> dict[str, str]:
        return _formulas(self.ruleset)

    def _add(self, name: str, kind: type, source: str = "") -> None:
        held: dict[str, Anything] = {
            "value_type": kind, "entity": self.system.person_entity,
            "definition_period": DateUnit.YEAR,
        }  # fmt: skip
        for word, values in (("status_", Status), ("standing_", Standing), ("verdict_", Verdict)):
            if name.startswith(word):
                first = next(iter(values))
                held |= {"value_type": Enum, "possible_values": values, "default_value": first}
        if source:
            scope: dict[str, Anything] = {"reduce": reduce, "or_": or_, "coded": _coded}
            scope |= {"Status": Status, "Standing": Standing, "Verdict": Verdict}
            exec(f"def formula(p, period):\n get = p.simulation.calculate\n return {source}", scope)
            held["formula"] = scope["formula"]
        self.system.add_variable(type(name, (Variable,), held))

    def simulation(self) -> Simulation:
        """Return a new simulation with its inputs set."""
        populations = self.system.instantiate_entities()
        populations["company"].count = self.rows
        found = Simulation(self.system, populations)
        for name, values in self.inputs.items():
            found.set_input(name, YEAR, values)
        return found

    def decide(self) -> Arrays:
        """Calculate all outcomes."""
        return self._calculated(self.simulation())

    def _calculated(self, simulation: Simulation) -> Arrays:
        return {name: simulation.calculate(name, YEAR) for name in self.outputs}

    def judgement(self, found: Arrays, row: int) -> Judgement:
        """Return the outcomes of one company in our terms."""
        statuses, standings = {}, {}
        for check in self.ruleset.checks:
            met, unmet = found[f"met_{check.id}"][row], found[f"unmet_{check.id}"][row]
            statuses[check.id] = "met" if met else "unmet" if unmet else "undetermined"
            held_up = bool(check.requires) and found[f"up_{check.id}"][row]
            standings[check.id] = standing(statuses[check.id], held_up)
        verdicts = {
            gate.id: verdict(found[f"no_{gate.id}"][row], found[f"wait_{gate.id}"][row])
            for gate in self.ruleset.gates
        }
        return Judgement(statuses, standings, verdicts)


class InputsSet(Booleans):
    """Only the calculation: inputs are set beforehand, and results are discarded each time."""

    name = "calculate alone, inputs set before; outcomes as booleans"

    def __init__(self, ruleset: Encoded, columns: Columns) -> None:
        super().__init__(ruleset, columns)
        self.ready = self.simulation()

    def decide(self) -> Arrays:
        """Calculate all outcomes in the same simulation."""
        for name in self.formulas:
            self.ready.delete_arrays(name, YEAR)
        return self._calculated(self.ready)


class Codes(Booleans):
    """The same outcomes combined: one code for each status, standing and verdict."""

    name = "fresh simulation; outcomes as codes"
    wanted = ("status_", "standing_", "verdict_")

    def _formulas(self) -> dict[str, str]:
        found = _formulas(self.ruleset)
        for check in self.ruleset.checks:
            met, unmet = _get(f"met_{check.id}"), _get(f"unmet_{check.id}")
            # 2 undetermined, 1 unmet, 0 met; 3 blocked, 2 actionable, 1 premature, 0 ready
            found[f"status_{check.id}"] = f"coded(Status, 2, {met}, {met}, {unmet})"
            up = f", ~{_get(f'up_{check.id}')}" if check.requires else ""
            most = 3 if check.requires else 2
            found[f"standing_{check.id}"] = f"coded(Standing, {most}, {met}, {met}{up})"
        for gate in self.ruleset.gates:
            no, wait = _get(f"no_{gate.id}"), _get(f"wait_{gate.id}")
            # a check that is not met is blocked as well
            found[f"verdict_{gate.id}"] = f"coded(Verdict, 2, ~{no}, ~{wait})"
        return found

    def judgement(self, found: Arrays, row: int) -> Judgement:
        """Return the outcomes of one company in our terms."""
        statuses = {c.id: int(found[f"status_{c.id}"][row]) for c in self.ruleset.checks}
        standings = {c.id: int(found[f"standing_{c.id}"][row]) for c in self.ruleset.checks}
        verdicts = {g.id: int(found[f"verdict_{g.id}"][row]) for g in self.ruleset.gates}
        return Judgement(
            {key: _NAMES["status"][code] for key, code in statuses.items()},
            {key: _NAMES["standing"][code] for key, code in standings.items()},
            {key: _NAMES["verdict"][code] for key, code in verdicts.items()},
        )


class FromArrow(Codes):
    """Starts from the same Arrow table as our engine, and first converts its columns to arrays."""

    name = "from the Arrow table, fresh simulation; outcomes as codes"

    def __init__(self, ruleset: Encoded, columns: Columns) -> None:
        super().__init__(ruleset, columns)
        self.kinds, self.table = ruleset.kinds, columns.arrow

    def decide(self) -> Arrays:
        """Calculate all outcomes."""
        self.inputs = dict(self._arrays())
        return super().decide()

    def _arrays(self) -> Iterator[tuple[str, npt.NDArray[Anything]]]:
        for key, kind in self.kinds.items():
            name, column = flat(key), self.table.column(key).combine_chunks()
            if kind == "yes_no":
                yield f"{name}_yes", column.fill_null(False).to_numpy(zero_copy_only=False)
                yield f"{name}_no", ~column.fill_null(True).to_numpy(zero_copy_only=False)
            elif kind == "number":
                yield name, column.to_numpy(zero_copy_only=False).astype(np.float32)
            else:
                places = column.indices.fill_null(-1).to_numpy()
                for option in column.dictionary.to_pylist():
                    place = column.dictionary.index(option).as_py()
                    yield f"{name}_{option}", places == place


_NAMES = {
    "status": ("met", "unmet", "undetermined"),
    "standing": STANDINGS,
    "verdict": ("go", "undetermined", "no_go"),
}


def _coded(kind: type[Enum], most: int, *less: npt.NDArray[np.bool_]) -> EnumArray:
    """Return the highest code, minus one for each flag that is set."""
    codes = np.full(len(less[0]), most, np.int16)
    for flags in less:
        codes -= flags.view(np.int8)
    return EnumArray(codes, kind)


def _inputs(columns: Columns) -> dict[str, npt.NDArray[Anything]]:
    found: dict[str, npt.NDArray[Anything]] = {}
    for key, column in columns.by_question.items():
        name = flat(key)
        if column.kind == "yes_no":
            found[f"{name}_yes"] = column.values & column.known
            found[f"{name}_no"] = ~column.values & column.known
        elif column.kind == "number":
            found[name] = np.where(column.known, column.values, np.nan).astype(np.float32)
        else:
            for place, option in enumerate(OPTIONS):
                found[f"{name}_{option}"] = (column.values == place) & column.known
    return found


def _formulas(ruleset: Encoded) -> dict[str, str]:
    """Return the source of each variable's formula, each after those it reads."""
    found: dict[str, str] = {}
    upstream = closures(ruleset)
    for check in ruleset.checks:
        key = check.id
        found[f"met_{key}"], found[f"unmet_{key}"] = _source(check.met), _source(check.unmet)
        is_open = f"~{_get(f'met_{key}')}"
        if check.requires:
            found[f"up_{key}"] = _either([_get(f"open_{one}") for one in check.requires])
            is_open = f"{_get(f'up_{key}')} | {is_open}"
        found[f"open_{key}"] = is_open
    for gate in ruleset.gates:
        waits = sorted(set().union(*(upstream[key] for key in gate.requires)))
        no = [f"no_{key}" for key in gate.after] + [f"unmet_{key}" for key in waits]
        wait = [f"wait_{key}" for key in gate.after] + [f"open_{key}" for key in gate.requires]
        found[f"no_{gate.id}"] = _either([_get(name) for name in no])
        found[f"wait_{gate.id}"] = _either([_get(name) for name in wait])
    return found


def _get(name: str) -> str:
    return f"get({name!r}, period)"


def _either(parts: Sequence[str]) -> str:
    """Return an `or` of many terms; nesting hundreds of operators would be too deep."""
    return " | ".join(parts) if len(parts) < 5 else f"reduce(or_, ({', '.join(parts)}))"


def _source(formula: Formula) -> str:
    match formula:
        case All(parts=parts):
            return f"({' & '.join(map(_source, parts))})"
        case Any(parts=parts):
            return f"({' | '.join(map(_source, parts))})"
        case Is(question=question, value=value):
            return _get(f"{flat(question)}_{'yes' if value else 'no'}")
        case OneOf(question=question, options=options):
            either = (_get(f"{flat(question)}_{option}") for option in options)
            return f"({' | '.join(either)})"
        case Compared(question=question, operator=operator, number=number):
            return f"({_get(flat(question))} {operator} {number})"
