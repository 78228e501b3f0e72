"""Results and bundles that an earlier version of the program wrote.

The files under `before/` were written by version 0.1.0, whose bundles contain the full form of the
result. They are not regenerated, because a user who verifies a bundle has only that bundle.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from readiness.verification.archive import pack
from readiness.verification.bundle import RESULT
from readiness.verification.recheck import verify
from readiness.verification.steps import Step
from readiness.version import __version__
from tests.verification.project import findings, opened, sealed

Edit = Callable[[dict[str, Any]], None]

BEFORE = Path(__file__).parent / "before"
ENGAGEMENT: Any = {"engagement": str(BEFORE / "work/engagement.yaml"), "paths": [BEFORE / "rules"]}
NATIVELY: Any = {"engines": ("native",), **ENGAGEMENT}


def test_a_bundle_of_before() -> None:
    """A bundle of an earlier version still verifies, down to the last field."""
    found = verify((BEFORE / "bundle.zip").read_bytes(), "it", engines=("native", "reference"))
    assert [step.text for step in found if step.outcome in ("found", "undone")] == []
    (native,) = [step.text for step in found if step.name == "native" and step.outcome == "fine"]
    assert native.endswith("6 checks and 2 gates agree, as do all other calculated fields")


def test_a_bundle_of_before_is_rebuilt_byte_for_byte() -> None:
    """The same files produce exactly the same archive, uncompressed."""
    data = (BEFORE / "bundle.zip").read_bytes()
    held = opened(data)
    assert pack(held) == data
    assert "compact" not in json.loads(held[RESULT])


def test_a_result_of_before() -> None:
    """A result of an earlier version still verifies against its engagement."""
    assert findings((BEFORE / "result.json").read_bytes(), **ENGAGEMENT) == []


def forged(edit: Edit, version: str) -> bytes:
    """Return the earlier result, changed and with a new digest, as if that version wrote it."""
    document = json.loads((BEFORE / "result.json").read_text(encoding="utf-8"))
    document["engine"]["version"] = version
    edit(document)
    return sealed(document)


def reword(document: dict[str, Any]) -> None:
    document["checks"][1]["because"]["reason"] = "Ann and Bob do not agree"


def lack(document: dict[str, Any]) -> None:
    del document["responses"][0]["file"]


def leave(_document: dict[str, Any]) -> None:
    """Change nothing."""


def noted(steps: Iterable[Step]) -> int:
    """Return how many fields this version words differently or adds."""
    (text,) = [one.text for one in steps if (one.name, one.outcome) == ("native", "noted")]
    return int(text.removeprefix("this version words or adds ").split(" ")[0])


def turn(document: dict[str, Any]) -> None:
    document["responses"][0]["value"] = not document["responses"][0]["value"]


@pytest.mark.parametrize(
    ("edit", "told"), [(reword, "Ann and Bob do not agree"), (lack, "file: not in the result")]
)
def test_what_another_version_words_or_lacks(edit: Edit, told: str) -> None:
    """Other wording of another version is reported, but only a finding in a result of this one."""
    steps = list(verify(forged(edit, "0.1.0"), "it", **NATIVELY))
    assert [step.text for step in steps if step.outcome == "found"] == []
    assert noted(steps) == noted(verify(forged(leave, "0.1.0"), "it", **NATIVELY)) + 1
    assert told in "".join(findings(forged(edit, __version__), **ENGAGEMENT))


def test_values_of_another_version_are_compared() -> None:
    """A changed answer is found, whatever version wrote the result."""
    assert "responses[0].value" in "".join(findings(forged(turn, "0.1.0"), **ENGAGEMENT))
