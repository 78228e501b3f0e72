"""Functions of plug-ins over states: known values, and numbers that are known in part."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.conditions.functions import PluginFunction
from readiness.evaluation.numbers import Fault, between, is_kept
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Bounds, State


def apply_plugin(function: PluginFunction, states: Sequence[State], fault: Fault) -> State:
    """Return what a function of a plug-in comes to; `fault` is given the reason if nothing.

    A result is decided from bounds only as far as the function is declared to rise or fall with
    them. Raises `PluginError` if the function does not do as declared.
    """
    if NOT_APPLICABLE in states:
        return NOT_APPLICABLE
    if UNKNOWN in states:
        return UNKNOWN
    declared = function.declared
    low, high, is_within = [], [], True
    for name, state in zip(declared.arguments, states, strict=True):
        ends = (state.low, state.high) if isinstance(state, Bounds) else (state, state)
        if isinstance(state, Bounds):
            is_known = all(map(is_kept, ends))
            is_within &= is_known and name in (*declared.rises_with, *declared.falls_with)
        first, last = ends[::-1] if name in declared.falls_with else ends
        low.append(first)
        high.append(last)
    if not is_within:
        if declared.least is None or declared.most is None:
            return UNKNOWN
        return Bounds(declared.least, declared.most)
    results = [_call(function, values) for values in ([low] if low == high else [low, high])]
    if None in results:
        fault(f"{function} has no result")
        return UNKNOWN
    if results[0] == results[-1]:
        return results[0]
    if results[0] > results[-1]:
        said = f"from {declared.text(low)} to {declared.text(high)}"
        function.plugin.fail(f"it does not rise or fall as declared {said}")
    return UNKNOWN if declared.result == "truth" else between(results[0], results[-1])


def _call(function: PluginFunction, values: Sequence[State]) -> State:
    return function.plugin.attempt(lambda: function.declared.apply(values))
