"""Numbers on the wrong scale: 0.8 for 80 per cent, 1.000 for a thousand, limits never reached."""

from __future__ import annotations

from collections.abc import Callable

from readiness.conditions import terms
from readiness.conditions.terms import Term, walk
from readiness.conditions.typing_comparisons import is_percentage
from readiness.documents.decimals import NUMBERS, exact
from readiness.documents.nodes import Mapping, Node, Scalar, Sequence
from readiness.documents.shapes import is_two_fold
from readiness.problems import Located, Problems

Bounds = tuple[float | None, float | None]


def find_scales(term: Term, place: Callable[[str], Located], findings: Problems) -> None:
    """Add what is found about the numbers of a condition; `place` finds a part by its wording."""
    compared = [one for one in walk(term) if isinstance(one, terms.Comparison)]
    subjects = [one.literal_last().left.text for one in compared]
    for found in walk(term):
        if isinstance(found, terms.Constant) and is_two_fold(found.text):
            _two_fold(found.text, place(found.text), findings)
        if not isinstance(found, terms.Comparison):
            continue
        one = found.literal_last()
        limit = one.right.value if isinstance(one.right, terms.Constant) else None
        if isinstance(limit, bool) or not isinstance(limit, NUMBERS):
            continue
        if is_percentage(one.left) and 0 < limit < 1:
            hint = f"did you mean {float(exact(limit) * 100):g}?"
            findings.add(
                "less-than-one-percent", place(one.right.text), hint=hint, id=one.left.text
            )
        low, high = _bounds(one.left)
        if (
            one.operator in ("<=", ">=")
            and limit in (low, high)
            and subjects.count(one.left.text) > 1
        ):
            continue  # one end of a range
        if (low is not None and _is_decided(one.operator, limit, low, below=True)) or (
            high is not None and _is_decided(one.operator, limit, high, below=False)
        ):
            span = f"from {low or 0:g}" + (" up" if high is None else f" to {high:g}")
            span = f"at most {high:g}" if low is None else span
            hint = f"if any answer will do, write stated({one.left.text})"
            facts = {"id": one.left.text, "span": span, "text": found.text}
            findings.add("beyond-limits", place(found.text), hint=hint, **facts)


def find_two_fold(root: Node, findings: Problems) -> None:
    """Add a finding for each number of a document that may mean two: 1.000."""
    if isinstance(root, Mapping):
        for key, value in root.items():
            if key != "answers":  # which are refused when they are read
                find_two_fold(value, findings)
    elif isinstance(root, Sequence):
        for element in root.elements:
            find_two_fold(element, findings)
    elif isinstance(root, Scalar) and isinstance(root.value, float) and is_two_fold(root.text):
        _two_fold(root.text, root, findings)


def _two_fold(text: str, at: Located, findings: Problems) -> None:
    thousands = text.replace(".", "")
    hint = f"write {thousands}\nor {text}0 if the point is a decimal point"
    findings.add("number-of-two-meanings", at, hint=hint, text=text, value=f"{float(text):g}")


def _bounds(term: Term) -> Bounds:
    """Return the least and the greatest value that a number can have; None where unknown."""
    match term:
        case terms.Answer(question=question):
            low, high = (
                one if isinstance(one, (int, float)) else None
                for one in (question.minimum, question.maximum)
            )
            return low, high
        case terms.Over(function="share"):
            return 0, 1
        case terms.Over(function="count") | terms.Apply(function="count"):
            return 0, None
        case terms.Over(function="min" | "max" | "mean", part=part) | terms.Derived(body=part):
            return _bounds(part)
    return None, None


def _is_decided(operator: str, limit: object, bound: float, *, below: bool) -> bool:
    """Whether a comparison with a limit has one outcome for every value beyond a bound."""
    number = exact(limit)  # type: ignore[arg-type]
    if operator in ("==", "!="):
        return number < bound if below else number > bound
    at_bound = (">=", "<") if below else ("<=", ">")
    if number == bound:
        return operator in at_bound
    return number < bound if below else number > bound
