"""Changing one entry of a document, and leaving everything else as its author wrote it."""

from __future__ import annotations

import copy
import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.documents.editing import REMOVED, NotEditable, edit_text
from readiness.documents.emitting import plain
from readiness.documents.nodes import Mapping, Node, PlainValue
from readiness.documents.reading import read
from readiness.problems import DocumentError, Source
from tests.commands.running import ROOT
from tests.documents.handwriting import KEYS, Hand
from tests.lanes import each

SHIPPED = sorted(
    path for folder in ("rulesets", "questionnaires") for path in (ROOT / folder).glob("**/*.yaml")
)
SHEETS = sorted((ROOT / "questionnaires").glob("examples/*/**/*.yaml"))


def tree(text: str) -> Node:
    return read(Source("it.yaml", text.lstrip("\ufeff")))


def values(text: str) -> PlainValue:
    return tree(text).plain()


def paths(held: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Return the path to each entry of a document."""
    for key, value in held.items():
        yield (*before, key)
        if isinstance(value, dict):
            yield from paths(value, (*before, key))


def held_at(says: Any, path: tuple[str, ...]) -> Any:
    """Return the value at a path of a document."""
    for key in path:
        says = says.get(key) if isinstance(says, dict) else None
    return says


def changed(held: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return the expected content after a change."""
    held = copy.deepcopy(held)
    at = held
    for key in path[:-1]:
        if at.get(key) is None:
            if value is REMOVED:
                return held
            at[key] = {}
        at = at[key]
    if value is REMOVED:
        at.pop(path[-1], None)
    else:
        at[path[-1]] = value
    return held


def canonical(held: Any) -> str:
    return json.dumps(held, sort_keys=True)


def lines_outside(text: str, path: tuple[str, ...]) -> list[str]:
    """Return the lines outside an entry; a mapping in brackets around it counts as part of it."""
    node: Node = tree(text)
    all_lines = Source("", text.lstrip("\ufeff")).lines
    for key in path:
        assert isinstance(node, Mapping)
        in_brackets = all_lines[node.line - 1][node.column - 1 :].startswith(("{", "&anchor {"))
        if in_brackets or key not in node.entries:
            break
        first, node = node.entries[key].key.line, node.entries[key].value
    else:
        # The last line of a block is the one before the next value's line.
        last = node.end_line - (node.end_column == 1 and node.end_line > node.line)
        return all_lines[: first - 1] + all_lines[last:]
    if in_brackets:
        return all_lines[: node.line - 1] + all_lines[node.end_line :]
    return all_lines


def is_within(few: list[str], many: list[str]) -> bool:
    """Return whether the lines appear among the others in their order."""
    rest = iter(many)
    return all(line in rest for line in few)


def comment_lines(text: str) -> list[str]:
    """Return the comments that are on separate lines."""
    in_texts = "\n".join(_all_texts(values(text)))
    lines = (line.strip() for line in text.lstrip("\ufeff").splitlines())
    return [line for line in lines if line.startswith("# line") and line not in in_texts]


def _all_texts(held: Any) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    for one in held.values() if isinstance(held, dict) else held if isinstance(held, list) else ():
        yield from _all_texts(one)


def an_edit(hand: Hand, says: dict[str, Any]) -> tuple[tuple[str, ...], Any]:
    """Return a random change: an entry set, replaced or removed, or a new one."""
    random = hand.random
    known = list(paths(says)) or [("a",)]
    path = random.choice(known)
    if random.random() < 0.4:
        path = (*path[:-1], random.choice(["new", "n.e", "b.z", "ü x"]))
        if random.random() < 0.5:
            path = (*path, "deep", "er")
    return path, REMOVED if random.random() < 0.25 else hand.value()


@settings(max_examples=4 * settings().max_examples)
@given(st.integers(0, 2**32))
def test_only_the_entry_changes(seed: int) -> None:
    """In any document, in any style, an edit changes its entry and nothing else."""
    hand = Hand(Random(seed))
    text = hand.document()
    try:
        before = values(text)
    except DocumentError:
        return  # a block of lines that ends in blanks included a comment, for example
    path, value = an_edit(hand, before)
    order = (
        hand.random.sample([*KEYS, "new", "n.e", "b.z"], 10) if hand.random.random() < 0.5 else []
    )
    try:
        new = edit_text(text, path, value, order=order)
    except NotEditable:
        assert value is REMOVED  # a preceding block of lines would include a comment after it
        return
    assert canonical(values(new)) == canonical(
        changed(before, path, value if value is REMOVED else plain(value))
    )
    while len(path) > 1 and not (held_at(before, path[:-1]) and held_at(values(new), path[:-1])):
        path = path[:-1]  # its mapping changes too, from or to an empty one
    kept = [line for line in lines_outside(text, path) if line.strip()]
    assert is_within(kept, new.lstrip("\ufeff").splitlines())
    assert not set(comment_lines(text)) - set(comment_lines(new))
    if "\r\n" in text:
        assert new.count("\r\n") == new.count("\n")


@settings(max_examples=2 * settings().max_examples)
@given(st.integers(0, 2**32))
def test_json_stays_json(seed: int) -> None:
    """A JSON document remains JSON after an edit, with the same layout."""
    hand = Hand(Random(seed))
    text, says = hand.json_document()
    path, value = an_edit(hand, says)
    new = edit_text(text, path, value)
    assert canonical(json.loads(new)) == canonical(changed(says, path, value))
    assert ("\n" in text.strip()) == ("\n" in new.strip()) or not says or len(new) < 20


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_shipped_documents(path: Path) -> None:
    """In each shipped document, entries can be replaced, added and removed."""
    text = path.read_bytes().decode()
    says = values(text)
    random = Random(path.as_posix())
    few = 1 if len(text) > 50_000 else 4  # each edit reads the whole document several times
    for where in random.sample(list(paths(says)), few):
        for value in ("a text", REMOVED, {"value": True, "note": "counted"}):
            new = edit_text(text, where, value)
            expected = changed(says, where, value if value is REMOVED else plain(value))
            assert canonical(expected) == canonical(values(new))
        fresh = (*where[:-1], "new.entry")
        assert text == edit_text(edit_text(text, fresh, "a text"), fresh, REMOVED)


@pytest.mark.parametrize(
    "path",
    each(
        SHEETS,
        fast=lambda path: path.name != "programme.yaml",  # the largest two
        ids=lambda path: path.relative_to(ROOT).as_posix(),
    ),
)
def test_every_entry_of_the_examples_can_be_written_again(path: Path) -> None:
    """An edit that changes nothing returns exactly the same text."""
    text = path.read_bytes().decode()
    says = values(text)
    for where in paths(says):
        held = says
        for key in where:
            held = held[key]
        assert text == edit_text(text, where, held)


SHEET = """\
format: readiness/answers/1
respondent: sales   # who sells
answers:
  # The sponsor
  sponsor.identified: yes   # said in May
  sponsor.level: >-  # folded
    board of the
    holding

  # Money

  funding.committed: {value: 700000, note: As announced}
  funding.source:
"""


def test_replacing_a_value() -> None:
    """Only the value changes; the comment after it stays."""
    new = edit_text(SHEET, ("answers", "sponsor.identified"), False)
    assert SHEET.replace("yes   # said", "no   # said") == new


def test_replacing_a_folded_text() -> None:
    """The comment after the header stays, and so does the blank line below."""
    new = edit_text(SHEET, ("answers", "sponsor.level"), "board")
    old = "sponsor.level: >-  # folded\n    board of the\n    holding\n"
    assert SHEET.replace(old, "sponsor.level: board  # folded\n") == new


def test_mappings_are_merged() -> None:
    """If an answer has a note, only the differences are written."""
    new = edit_text(SHEET, ("answers", "funding.committed"), {"value": 5, "note": "As announced"})
    assert SHEET.replace("value: 700000", "value: 5") == new
    new = edit_text(SHEET, ("answers", "funding.committed"), {"unknown": "not yet"})
    assert SHEET.replace("{value: 700000, note: As announced}", "{unknown: not yet}") == new


def test_brackets_that_become_too_wide() -> None:
    """A mapping in brackets that no longer fits on a line is written as a block."""
    note = "As the managing director announced it when the programme was presented to all"
    new = edit_text(SHEET, ("answers", "funding.committed"), {"value": 1, "note": note})
    old = "  funding.committed: {value: 700000, note: As announced}\n"
    assert SHEET.replace(old, f"  funding.committed:\n    value: 1\n    note: {note}\n") == new


def test_a_blank_value_is_filled() -> None:
    """A value that is blank, null or {} can be replaced with a value or with entries."""
    assert SHEET + "" == edit_text(SHEET, ("answers", "funding.source"), None)
    new = edit_text(SHEET, ("answers", "funding.source"), "budget")
    assert SHEET.replace("funding.source:\n", "funding.source: budget\n") == new
    for blank in ("", " {}", " null", " ~  # so far"):
        text = f"answers:{blank}\nz: 1\n"
        new = edit_text(text, ("answers", "a.b", "by", "sales"), True)
        remark = "  # so far" if "#" in blank else ""
        assert f"answers:{remark}\n  a.b:\n    by:\n      sales: yes\nz: 1\n" == new


ORDER = ["sponsor.identified", "sponsor.why", "sponsor.level", "funding.estimated",
         "funding.committed", "funding.source", "training.planned"]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "above", "below"),
    [
        (
            "sponsor.why",
            "  sponsor.identified: yes   # said in May",
            "  sponsor.level: >-  # folded",
        ),
        ("funding.estimated", "", "  funding.committed: {value: 700000, note: As announced}"),
        ("unknown.to.the.order", "", ""),
        ("training.planned", "", ""),
    ],
)
def test_new_answers_stand_in_the_order_of_the_questionnaire(
    key: str, above: str, below: str
) -> None:
    """A new answer goes after its predecessor, or before the first answer of its section."""
    new = edit_text(SHEET, ("answers", key), True, order=ORDER)
    lines = new.split("\n")
    at = lines.index(f"  {key}: yes")
    assert (above, below) == (lines[at - 1], lines[at + 1])
    assert SHEET == edit_text(new, ("answers", key), REMOVED)


def test_the_first_of_the_order_goes_above_the_comment_of_the_second() -> None:
    """A comment directly above an entry belongs to it."""
    text = "answers:\n  # about b\n  b: 1\n"
    assert "answers:\n  a: 2\n  # about b\n  b: 1\n" == edit_text(
        text, ("answers", "a"), 2, order=["a", "b"]
    )


def test_removing_the_last_entry() -> None:
    """The mapping is then empty and can be filled again; comment lines stay."""
    text = (
        "format: x\nresolutions:  # settled\n  # money\n  a.b:  # so\n"
        "    value: 1  # one\n    # why\n    by: me\n"
    )
    new = edit_text(text, ("resolutions", "a.b"), REMOVED)
    assert new == "format: x\nresolutions: {}  # settled\n# money\n# why\n"
    assert new == edit_text(new, ("resolutions", "a.b"), REMOVED)
    assert {"a.b": 1} == values(edit_text(new, ("resolutions", "a.b"), 1))["resolutions"]


@pytest.mark.parametrize(
    ("text", "path", "value", "expected"),
    [
        ("a: 1\r\nb: 2\r\n", "c", {"d": 3}, "a: 1\r\nb: 2\r\nc:\r\n  d: 3\r\n"),
        ("\ufeffa: 1\n", "a", 2, "\ufeffa: 2\n"),
        ("---\na: 1\n...\n", "b", 2, "---\na: 1\nb: 2\n...\n"),
        ("a: 1\nb: 2", "c", 3, "a: 1\nb: 2\nc: 3"),
        ("a: 1\nb: 2", "b", REMOVED, "a: 1"),
        ("a: |\n  x", "b", 3, "b: 3\na: |\n  x"),
        ("a: |\n  x", "b", "two\nlines\n", 'b: "two\\nlines\\n"\na: |\n  x'),
        ("a: 1\n\nb: 2\n\nc: 3\n", "b", REMOVED, "a: 1\n\nc: 3\n"),
        ("a: 1\n\nb: 2\n", "c", 3, "a: 1\n\nb: 2\n\nc: 3\n"),
        ("a: 1\nb:   2\n", "b", 3, "a: 1\nb:   3\n"),
        ("a: |+\n  x\n\nb: 1\n", "a", "z", "a: z\nb: 1\n"),
        ("a: |\n  x\n\nb: 1\n", "a", "z", "a: z\n\nb: 1\n"),
        ("a:\n    b: 1\n", "c", {"d": 1}, "a:\n    b: 1\nc:\n    d: 1\n"),
        ("{}", "a", 1, '{\n  "a": 1\n}'),
        ("{a: 1, b: 2}\n", "a", REMOVED, "{b: 2}\n"),
        ("{a: 1, b: 2}\n", "b", REMOVED, "{a: 1}\n"),
        ("{a: 1, b: 2,}\n", "c", [1, "x, y"], "{a: 1, b: 2, c: [1, 'x, y']}\n"),
        ("{\n  a: 1, # 1\n  b: 2 # 2\n}\n", "c", 3, "{\n  a: 1, # 1\n  b: 2, # 2\n  c: 3\n}\n"),
        ("{\n  a: 1,\n  # two\n  b: 2\n}\n", "a", REMOVED, "{\n  # two\n  b: 2\n}\n"),
        ('{"a":1}', "b", {"c": True}, '{"a":1,"b":{"c":true}}'),
        ('{\n  "a": 1\n}\n', "b", [1], '{\n  "a": 1,\n  "b": [\n    1\n  ]\n}\n'),
        ("x: &x {a: 1}\n", "x", 1, "x: 1\n"),
        ("'a': &x\n  b: 1\nc: &x 2\n", "c", 1, "'a': &x\n  b: 1\nc: 1\n"),
    ],
)  # fmt: skip
def test_how_a_document_is_written(text: str, path: str, value: object, expected: str) -> None:
    """Line ends, marks, markers, brackets and blank lines stay as in the document."""
    assert expected == edit_text(text, (path,), value)


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "on", "off", "y", "N", "true", "null", "~", "", "1", "1.0", "1e3", "0o17", "08",
     "0x1f", ".5", "+1.", ".inf", "1_000", "1:30", "2026-01-01", "0b1", "=", "<<", "a: b", "a #b",
     "- a", "? a", "[a", "{a", "*a", "&a", "!a", "%a", "@a", "`a", "'a", '"a', "#a", "|", ">",
     " a", "a ", "a\nb", "a\nb\n", "a\n\nb", "\na", "a\n", "a\n\n", "a\tb", "\u2028", "\x07",
     "\ufeff", "é", "😀", "a\\b", "---", "...", "a " * 80, "x" * 200, "a  b " * 50 + "c",
     "first\n  second\nthird " + "word " * 40],
)  # fmt: skip
def test_texts_are_text_for_every_reader(text: str) -> None:
    """A text that YAML 1.2 or YAML 1.1 would read as something else is quoted."""
    for before in ("a: 1\n", "{a: 1}\n", "a: {b: 1}\n", '{"a": 1}'):
        for path in (("a",), ("b",)):
            new = edit_text(before, path, text)
            assert text == values(new)[path[0]], (before, path)
            assert text == yaml.safe_load(new)[path[0]], (before, path)


def test_values_as_people_write_them() -> None:
    """Booleans are yes and no, dates are unquoted, long texts are folded, rows are short."""
    answer = {
        "value": True,
        "note": "A first release, and what is left of it when the second one has been decided, "
        "which is in February.",
        "evidence": [{"title": "Board minute 14", "collected": datetime.date(2026, 10, 9)}],
        "rows": [{"name": "North", "asked": False}, {"name": "South", "asked": True}],
        "chosen": ["systems", "training"],
        "steps": "First this.\nThen that.\n",
    }
    expected = """\
answers:
  a.b:
    value: yes
    note: >-
      A first release, and what is left of it when the second one has been decided, which is in
      February.
    evidence:
      - title: Board minute 14
        collected: 2026-10-09
    rows:
      - {name: North, asked: no}
      - {name: South, asked: yes}
    chosen: [systems, training]
    steps: |
      First this.
      Then that.
"""
    assert expected == edit_text("answers: {}\n", ("answers", "a.b"), answer)


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("a: 1\n", ("a", "b"), 1),
        ("a: [1]\n", ("a", "b"), 1),
        ("- a\n", ("a",), 1),
        ("? a\n: 1\n", ("a",), {"b": 1}),
    ],
)
def test_refused(text: str, path: tuple[str, ...], value: object) -> None:
    """Paths through values other than mappings, and keys in unsuitable layouts, are refused."""
    with pytest.raises(NotEditable):
        edit_text(text, path, value)


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 2**60, "\ud800"])
def test_what_no_document_can_hold(value: object) -> None:
    """Values that could not be read back are not written."""
    with pytest.raises((DocumentError, NotEditable)):
        edit_text("a: 1\n", ("b",), value)
    with pytest.raises(TypeError):
        edit_text("a: 1\n", ("b",), object())


def test_a_broken_document() -> None:
    """A text that cannot be read is refused with its problems."""
    with pytest.raises(DocumentError, match="an entry of the sheet"):
        edit_text("a: 1\na: 2\n", ("b",), 1, name="an entry of the sheet")
