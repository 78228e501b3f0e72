"""Any change of a value in a result or a manifest is found, and nothing crashes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from readiness.verification.archive import pack
from readiness.verification.bundle import MANIFEST, RESULT
from readiness.verification.recheck import verify
from tests.verification.project import again, bundled, findings, opened, sealed

ODD: tuple[Any, ...] = (None, True, -1, 1.5, "", "x", "2026-02-30", [], {}, [[]], {"a": {}})


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of a bundle."""
    return opened(bundled(tmp_path_factory.mktemp("any")))


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths of all values within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, held in inner if isinstance(value, dict | list) else ():
        yield (*path, key)
        if isinstance(held, dict | list):
            yield from places(held, (*path, key))


def changed(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """Return a document with another value at a path, or None if it has that value already."""
    copied = copy.deepcopy(document)
    holder = copied
    for key in path[:-1]:
        holder = holder[key]
    if json.dumps(holder[path[-1]]) == json.dumps(value):
        return None
    holder[path[-1]] = value
    return copied


def edits(document: Any) -> Iterator[tuple[str, Any]]:
    """Yield every document with one key removed, or one list item removed, repeated or moved."""
    for path in places(document):
        *above, last = path
        for name in ("removed", "doubled", "moved first"):
            copied = copy.deepcopy(document)
            holder = copied
            for key in above:
                holder = holder[key]
            if name == "removed":
                del holder[last]
            elif isinstance(holder, dict):
                continue
            elif name == "doubled":
                holder.insert(last, holder[last])
            elif holder[0] == holder[last]:
                continue
            else:
                holder.insert(0, holder.pop(last))
            yield f"{'.'.join(map(str, path))} {name}", copied


@pytest.mark.slow
def test_any_list_and_any_key_of_a_result(files: dict[str, bytes]) -> None:
    """Anything removed, repeated or moved in a result is named, although its digest is right.

    If a result lacks a field that results of earlier versions lack, it is named too, but not called
    a difference.
    """
    undone = []
    for what, other in edits(json.loads(files[RESULT])):
        if what == "sha256 removed":
            continue
        found = verify(again({**files, RESULT: sealed(other)}), "it", engines=["native"])
        if not found.number("found"):
            undone.append(what if found.number("undone") else f"missed: {what}")
    assert undone == [
        "ruleset.extends removed",
        "questionnaires.0.extends removed",
        "engagement removed",
    ]


@pytest.mark.slow
def test_any_value_of_a_result(files: dict[str, bytes]) -> None:
    """A result with any changed value is found, even with its digests calculated anew."""
    document = json.loads(files[RESULT])
    missed = []
    for number, path in enumerate(places(document)):
        odd = ODD[(number * 7 + 3) % len(ODD)]
        other = changed(document, path, odd)
        if other is None or path == ("sha256",):
            continue
        if not findings(again({**files, RESULT: sealed(other)}), engines=["native"]):
            missed.append((path, odd))
    assert missed == []


def test_any_value_of_a_manifest(files: dict[str, bytes]) -> None:
    """A manifest with any changed value is found."""
    document = json.loads(files[MANIFEST])
    missed = []
    for number, path in enumerate(places(document)):
        odd = ODD[(number * 5 + 2) % len(ODD)]
        other = changed(document, path, odd)
        if other is None:
            continue
        text = (json.dumps(other, ensure_ascii=False, indent=2) + "\n").encode()
        if not findings(pack({**files, MANIFEST: text}), engines=["native"]):
            missed.append((path, odd))
    assert missed == []


@pytest.mark.parametrize("step", [1, 7])
def test_a_result_cut_anywhere(files: dict[str, bytes], step: int) -> None:
    """A result that ends too early, or has other text in its middle, is refused or found."""
    text = files[RESULT]
    for at in range(0, len(text) - 1, 13 * step):
        assert findings(text[:at]), at
        assert findings(text[:at] + b"\x00\xff{" + text[at:]), at


def test_a_result_with_odd_keys(files: dict[str, bytes], tmp_path: Path) -> None:
    """Keys with control sequences do no harm."""
    document = json.loads(files[RESULT])
    document["\x1b[2J"] = {"\u202e": "\x07"}
    assert findings(sealed(document))
    assert not list(tmp_path.iterdir())
