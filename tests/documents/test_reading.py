"""From text to a tree of values with places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from readiness.documents import reading
from readiness.documents.nodes import Mapping, Node, PlainValue, Scalar, Sequence
from readiness.documents.reading import LARGEST_EXACT, MAXIMUM_DEPTH, MAXIMUM_MIB, decode, read
from readiness.problems import DocumentError, Problem, Source

ROOT = Path(__file__).parents[2]


def plain(text: str) -> PlainValue:
    """Return the values of a document."""
    return read(Source("it.yaml", text)).plain()


def problem_in(text: str | bytes) -> Problem:
    """Return the only problem of a document."""
    with pytest.raises(DocumentError) as caught:
        read(decode(text if isinstance(text, bytes) else text.encode(), "it.yaml"))
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("text", ["no", "yes", "off", "on", "y", "n", "No", "YES", "none", "nil"])
def test_only_true_and_false_are_booleans(text: str) -> None:
    """Other YAML 1.1 words for true and false are text."""
    assert text == plain(text)


@pytest.mark.parametrize(
    "text",
    ["2026-11-21", "2026-11-21T10:00:00Z", "12:30:45", "1_000", "0b11", "017x", "1.0.0", "+", ".",
     "1e", "0x", "0o8", "-0x1f", "<<", "=", "1,5", "5%"],
)  # fmt: skip
def test_what_only_looks_like_a_number_is_text(text: str) -> None:
    """Dates, versions, base 60 and similar forms are text in the core schema."""
    assert text == plain(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False),
     ("FALSE", False), ("null", None), ("Null", None), ("NULL", None), ("~", None), ("a:", None),
     ("0", 0), ("-17", -17), ("+3", 3), ("017", 17), ("0o17", 15), ("0x1F", 31), ("1.5", 1.5),
     ("1.", 1.0), (".5", 0.5), ("-1e3", -1000.0), ("+.5E-1", 0.05)],
)  # fmt: skip
def test_core_schema(text: str, expected: object) -> None:
    """Null, booleans, whole numbers in three bases and floats are read as YAML 1.2 says."""
    value = plain(text)
    value = value["a"] if isinstance(value, dict) else value
    assert expected == value
    assert type(expected) is type(value)


@pytest.mark.parametrize("text", ["'true'", '"true"', "|-\n  true", ">-\n  true"])
def test_quoted_is_text(text: str) -> None:
    """Quoted text and block text are text whatever they look like."""
    assert plain(text) == "true"


def test_keys_are_kept_as_written() -> None:
    """A key is the text as written, even if it looks like a number or null."""
    assert plain("{1: 1, 0x10: 2, null: 3, yes: 4}") == {"1": 1, "0x10": 2, "null": 3, "yes": 4}


def test_json_is_read() -> None:
    """JSON documents can be read as YAML."""
    expected = {"a": [1, None, True, "x\u00e9\n"], "b": {}}
    assert expected == plain('{"a": [1, null, true, "x\\u00e9\\n"], "b": {}}')


@pytest.mark.parametrize(
    "text", ["😀 x", "a\\ud83d", "\\\\😀", "é", "ok\\\\ud83d\\\\ude00", "😀😀"]
)
def test_json_with_escaped_characters_is_read(text: str) -> None:
    """JSON writes a character above U+FFFF as a pair of escapes; it is read as one character."""
    plain = {"key": text, "list": [text]}
    assert plain == read(decode(json.dumps(plain).encode(), "x")).plain()


def test_largest_number() -> None:
    """Whole numbers are read up to where doubles are exact, in both directions."""
    assert plain(f"[{LARGEST_EXACT}, -{LARGEST_EXACT}]") == [LARGEST_EXACT, -LARGEST_EXACT]
    assert problem_in(str(LARGEST_EXACT + 1)).code == "number-too-large"
    assert problem_in("9" * 10_000).message == (
        "the number 99999999999999999999… is too large to be stored exactly"
    )


@pytest.mark.parametrize("text", [".inf", "-.INF", "+.Inf", ".nan", ".NaN"])
def test_numbers_are_finite(text: str) -> None:
    """Infinity and not-a-number cannot be compared and are refused."""
    assert problem_in(text).code == "number-not-finite"


def test_every_duplicate_key_is_told() -> None:
    """Each repetition of a key is reported at its place, with the line of the first."""
    with pytest.raises(DocumentError) as caught:
        plain("a: 1\nb: {x: 1, x: 2}\na: 2\n'a': 3\n")
    found = [(p.code, p.line, p.column, p.hint) for p in caught.value.problems]
    assert found == [
        ("duplicate-key", 2, 11, "it stands at line 2 already"),
        ("duplicate-key", 3, 1, "it stands at line 1 already"),
        ("duplicate-key", 4, 1, "it stands at line 1 already"),
    ]


@pytest.mark.parametrize(
    ("text", "tag", "column"),
    [
        ("a: !!str 1", "!!str", 4),
        ("a: &x !!int '1'", "!!int", 7),
        ("a: !<tag:yaml.org,2002:str> b", "!<tag:yaml.org,2002:str>", 4),
        ("[!x, 1]", "!x", 2),
        ("! a", "!", 1),
        ("a: !!python/object/apply:os.system [ls]", "!!python/object/apply:os.system", 4),
    ],
)
def test_tag(text: str, tag: str, column: int) -> None:
    """A tag is refused with the text of the document, at its own place."""
    problem = problem_in(text)
    assert f"the tag {tag} is not allowed" == problem.message
    assert (column, len(tag)) == (problem.column, problem.place.length)


def test_alias_bomb() -> None:
    """Aliases are refused one by one and never followed, so a bomb is only a list."""
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 50)]
    with pytest.raises(DocumentError) as caught:
        plain("\n".join(lines))
    assert {"alias"} == {problem.code for problem in caught.value.problems}
    assert len(caught.value.problems) == 98


def test_second_document() -> None:
    """One file contains one document; an end marker alone starts no second one."""
    assert plain("--- a\n...\n") == "a"
    problem = problem_in("a: 1\n---\nb: 2")
    assert (problem.code, problem.line) == ("second-document", 2)


def test_depth() -> None:
    """Values nest up to the limit; one more level is refused before the stack overflows."""
    fits = MAXIMUM_DEPTH - 1
    assert plain("[" * fits + "x" + "]" * fits)
    assert problem_in("[" * MAXIMUM_DEPTH + "x" + "]" * MAXIMUM_DEPTH).code == "too-deep"


LOADERS = ("libyaml", "pure Python")
TOO_DEEP = {
    "flow lists": ("[", "x", 1, MAXIMUM_DEPTH + 1),
    "flow mappings": ("{a: ", "x", 1, 4 * MAXIMUM_DEPTH - 2),
    "JSON": ('{"a":', "1", 1, 5 * MAXIMUM_DEPTH - 3),
    "block lists": ("- ", "x", 1, 2 * MAXIMUM_DEPTH + 1),
    "block keys": ("? ", "x", 1, 2 * MAXIMUM_DEPTH + 1),
    "a text that is not closed": ("[", "'x", 1, MAXIMUM_DEPTH + 1),
    "a character that starts nothing": ("[", "@", 1, MAXIMUM_DEPTH + 1),
    "a bracket that closes nothing": ("[", "}", 1, MAXIMUM_DEPTH + 1),
}


@pytest.mark.parametrize(("opening", "end", "line", "column"), TOO_DEEP.values(), ids=TOO_DEEP)
@pytest.mark.parametrize(
    ("loader", "levels"),
    [
        pytest.param(
            loader, levels, marks=[pytest.mark.slow] * (levels > 70 and loader != LOADERS[0])
        )
        for loader in LOADERS
        for levels in (MAXIMUM_DEPTH + 1, 70, 999, 1_000, 1_001, 5_000)
    ],
)
def test_too_deep(  # noqa: PLR0917
    loader: str, opening: str, end: str, line: int, column: int, levels: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Too deeply nested values get the same message, whichever reader notices first."""
    if loader != "libyaml":
        monkeypatch.setattr(yaml, "__with_libyaml__", False)
        monkeypatch.setattr(reading, "_Loader", reading.PurePythonLoader)
    problem = problem_in(opening * levels + end)
    assert (problem.code, problem.line, problem.column) == ("too-deep", line, column)
    assert problem.message == "values are nested more than 64 deep"


def test_size() -> None:
    """A document above the size limit is refused unread."""
    limit = MAXIMUM_MIB * 2**20
    assert decode(b" " * limit, "it.yaml").text
    problem = problem_in(b" " * (limit + 1))
    assert str(problem) == "it.yaml: the document is larger than 32 MiB"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_not_utf8(mark: bytes) -> None:
    """An invalid UTF-8 byte is reported with line and column, with or without a byte order mark."""
    problem = problem_in(mark + "a: é\nb: ".encode() + "é".encode("latin-1"))
    assert (problem.code, problem.line, problem.column) == ("not-utf8", 2, 4)
    assert problem.message == "this is not UTF-8 text: byte 0xe9"


def test_byte_order_mark() -> None:
    """A byte order mark is not part of the document and shifts no column."""
    root = read(decode(b"\xef\xbb\xbfa: 1", "it.yaml"))
    assert (root.plain(), root.column) == ({"a": 1}, 1)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_breaks(line_break: str) -> None:
    """A line break of any system counts as one line."""
    root = read(Source("it.yaml", line_break.join(["a: 1", "b:", "  - x", "  - y z"])))
    assert isinstance(root, Mapping)
    items = root.get("b")
    assert isinstance(items, Sequence)
    last = items.elements[1]
    assert (last.line, last.column, last.plain()) == (4, 5, "y z")
    assert last.excerpt.text == "  - y z"


@pytest.mark.parametrize(
    ("text", "column"), [("a: é\x00", 5), ("a: \x07", 4), ("a: 😀\x1b", 5), ("a: \ufffe", 4)]
)
def test_control_characters(text: str, column: int) -> None:
    """A control character is reported at its place, counted in characters."""
    problem = problem_in(text)
    assert ("control characters are not allowed", column) == (problem.message, problem.column)


def test_half_a_character() -> None:
    """A lone surrogate, which only a program can pass, is reported like the others."""
    with pytest.raises(DocumentError, match=r"^it.yaml:1:5: control characters"):
        plain("a: x\ud800")


@pytest.mark.parametrize("text", ["", "   \n\n", "# only a comment\n", "\ufeff"])
def test_empty(text: str) -> None:
    """A file without a value is reported as empty."""
    assert str(problem_in(text)) == "it.yaml: the document is empty"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a:\n\tb: 1", "indent with spaces: YAML does not allow tabs there"),
        ("a: b: c", 'write "b: c"'),
        (
            "- 'x' == y",
            "write \"'x' == y\"",
        ),
        ("a:\n  b: 1\n   c: 2", "start it in column 3, like 'b' above"),
        (
            "a:\n  - b: x\n    c:\n      d: 1\n     e: 2",
            "start it in column 5, like 'c' above, or in column 7, like 'd' above",
        ),
        ("a:1\nb: 2", "put a blank after the ':' of 'a' above"),
        (
            "a: 'x\nb:\n  c == 'y'",
            "close each quotation mark and each bracket that is opened before it",
        ),
        ("[a", "close the bracket that is opened here"),
        ("a: [b, c\nd: e", "close the bracket that is opened here"),
        ("a: {b: c", "close the bracket that is opened here"),
        ('a: "b', 'write "b"'),
        (r'a: "\q"', r'write "\\q"'),
        ("a: @b", 'write "@b"'),
        ("a: > 5", 'write "> 5"'),
    ],
)
def test_syntax(text: str, hint: str) -> None:
    """Common YAML mistakes have a hint."""
    problem = problem_in(text)
    assert ("yaml-syntax", hint) == (problem.code, problem.hint)


def nodes(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes in it, including keys."""
    yield node
    if isinstance(node, Mapping):
        for entry in node.entries.values():
            yield entry.key
            yield from nodes(entry.value)
    if isinstance(node, Sequence):
        for element in node.elements:
            yield from nodes(element)


YAMLISH = st.text(
    st.sampled_from("ab01.-:?,[]{}#&*!|>'\"%@` \n\r\t~é😀\x00\x85\u2028\ufeff\ud800"), max_size=40
)


@given(st.text() | YAMLISH)
@example("{? a : b}")
@example("a: !")
@example("%YAML 9.9\n---\na")
@example("? ")
def test_reading_raises_nothing_else(text: str) -> None:
    """Any text gives a tree or a `DocumentError` that can be printed."""
    try:
        root = read(Source("it.yaml", text))
    except DocumentError as error:
        assert error.problems
        assert str(error)
    else:
        assert all(node.place.line >= 1 and node.place.column >= 1 for node in nodes(root))


@given(st.binary())
def test_decoding_raises_nothing_else(data: bytes) -> None:
    """Any bytes give a text or a `DocumentError`."""
    try:
        source = decode(data, "it.yaml")
    except DocumentError as error:
        assert {"not-utf8"} == {problem.code for problem in error.problems}
    else:
        assert data.decode().lstrip("\ufeff") == source.text


@given(YAMLISH)
@example("a: [é, 😀 b, {c: d}]\r\n😀:\u2028  - x")
def test_plain_scalars_stand_where_they_say(text: str) -> None:
    """The place of a plain scalar on one line is where its text begins and ends."""
    source = decode(text.encode(errors="replace"), "it.yaml")
    try:
        root = read(source)
    except DocumentError:
        return
    for node in nodes(root):
        if isinstance(node, Scalar) and node.line == node.end_line and node.text:
            rest = source.line(node.line)[node.column - 1 :]
            if rest[:1] not in "'\"|>&":
                assert rest.startswith(node.text)
                assert node.place.length == len(node.text)


QUESTIONS = (
    "{ask: Is it?, type: yes_no}", "[a?, b]", "{x?: 1}", "{a: why? because, b: 1}", "a: x\ty",
    "{a: http://b?c=d}", "a: x \t y #z", "? a\n: b", "{a: [1, ?x]}", "key with ?: 1", "{a: x?\n y}",
)  # fmt: skip
SHIPPED = sorted((*ROOT.glob("rulesets/**/*.yaml"), *ROOT.glob("questionnaires/**/*.yaml")))


@pytest.mark.parametrize("text", QUESTIONS)
def test_the_same_with_and_without_libyaml(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document means the same whichever parser PyYAML has."""
    expected = spans(read(Source("it.yaml", text)))
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    monkeypatch.setattr(reading, "_Loader", reading.PurePythonLoader)
    assert spans(read(Source("it.yaml", text))) == expected


@pytest.mark.slow
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_shipped_content_is_the_same_without_libyaml(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every shipped document has the same values at the same places."""
    test_the_same_with_and_without_libyaml(file.read_text(encoding="utf-8"), monkeypatch)


def spans(root: Node) -> list[tuple[object, object]]:
    """Return every value of a document with the place where it starts."""
    found: list[tuple[object, object]] = []
    rest = [root]
    while rest:
        node = rest.pop()
        found.append(((node.line, node.column), node.plain() if isinstance(node, Scalar) else ""))
        if isinstance(node, Mapping):
            rest += [part for entry in node.entries.values() for part in (entry.key, entry.value)]
        elif isinstance(node, Sequence):
            rest += node.elements
    return found
