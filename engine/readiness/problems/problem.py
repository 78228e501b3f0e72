"""A problem of a document, its place and excerpt, and the exception that reports all problems."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Protocol, TypeAlias

from readiness.problems.catalogue import HINTS, MESSAGES
from readiness.problems.terminal_text import mark_control_characters, printable, printable_lines
from readiness.problems.values import brief, shortened

# YAML's line breaks; `str.splitlines` has more, so its line numbers would differ.
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Source:
    """The text of one document and the name that people know it by.

    Each cell of a spreadsheet is a separate source: `cell` is its address, such as D7. `path` is
    the file that it was read from, None if there is none.
    """

    def __init__(self, name: str, text: str, cell: str = "") -> None:
        self.name = name
        self.text = text
        self.cell = cell
        self.path: Path | None = None

    def __getstate__(self) -> dict[str, object]:
        return {key: self.__dict__[key] for key in ("name", "text", "cell", "path")}

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, without their line breaks."""
        return _LINE_BREAK.split(self.text)

    @cached_property
    def is_json(self) -> bool:
        """Return whether the text is JSON: an object or a list."""
        try:
            return isinstance(json.loads(self.text), dict | list)
        except (ValueError, RecursionError):
            return False

    def line(self, number: int) -> str:
        """Return line `number`, counted from 1; empty past the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in one line: file name, line and column counted from 1, length in characters.

    `line` is 0 for a value that was never in a file, such as one passed to the library. In a
    spreadsheet `line` and `column` are those of the cell, and `cell` is its address:
    `Questions!D7`.
    """

    file: str
    line: int = 0
    column: int = 0
    length: int = 1
    cell: str = ""

    @property
    def part(self) -> str:
        """The sheet of a workbook, in which its lines are counted; otherwise empty."""
        return self.cell.rpartition("!")[0]

    def __str__(self) -> str:
        if self.cell:
            return f"{self.file}: {self.cell}"
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@brief
@dataclass(frozen=True, slots=True)
class Excerpt:
    """An excerpt: a place and the line of text at it."""

    place: Place
    text: str = ""

    @property
    def excerpt(self) -> Excerpt:
        """Itself, so that a problem can refer to an excerpt directly."""
        return self

    def render(self) -> list[str]:
        """Return the line without its indentation, with carets under the place."""
        if not self.place.line or not self.text.strip():
            return []
        line = self.text.expandtabs(1)
        body = line.strip()
        start = max(self.place.column - 1 - (len(line) - len(line.lstrip())), 0)
        shown, start = _window(body, start)
        shown = mark_control_characters(shown)
        width = max(1, min(self.place.length, len(shown) - start))
        indent, carets = _cells(shown[:start]), _cells(shown[start : start + width])
        indent += max(0, start - len(shown))
        return ["    " + shown, "    " + " " * indent + "^" * max(1, carets)]


class Whole:
    """A whole document, for problems that have no line."""

    def __init__(self, name: str) -> None:
        self.excerpt: Excerpt = Excerpt(Place(name))


def _window(body: str, start: int, width: int = 100) -> tuple[str, int]:
    """Return the part of a long line around column `start`, and `start` within that part."""
    if len(body) <= width:
        return body, start
    left = max(0, min(start - width // 3, len(body) - width))
    head = "…" if left else ""
    tail = "…" if left + width < len(body) else ""
    return head + body[left : left + width] + tail, start - left + len(head)


def _cells(text: str) -> int:
    """Return the terminal columns of a text: two for a wide letter, none for an accent."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) > 0 for letter in text)


# A hint, or a function that returns it, which is only called for a problem that is kept.
Hint: TypeAlias = "str | Callable[[], str]"


class Located(Protocol):
    """A value that has a place in a document."""

    @property
    def excerpt(self) -> Excerpt:
        """The place of the value, with its line of text."""
        ...


@brief
@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a document.

    `code` is the stable name of the message, `message` the sentence, `hint` what to do (or empty).
    The first excerpt is the place itself; a cycle has one excerpt for each edge. Of a problem with
    an answer, `question`, `respondent`, `row` (counted from 1, also in a list) and `table_column`
    say which one, as far as that is known.
    """

    code: str
    message: str
    hint: str = ""
    excerpts: tuple[Excerpt, ...] = ()
    question: str = ""
    respondent: str = ""
    row: int = 0
    table_column: str = ""

    @property
    def place(self) -> Place:
        """The place of the problem; an unnamed place if it belongs to no document."""
        return self.excerpts[0].place if self.excerpts else Place("")

    @property
    def file(self) -> str:
        """The document's name."""
        return self.place.file

    @property
    def line(self) -> int:
        """The line, counted from 1; 0 when there is none."""
        return self.place.line

    @property
    def column(self) -> int:
        """The column, counted from 1; 0 when there is none."""
        return self.place.column

    def to_dict(self) -> dict[str, str | int]:
        """Return the problem as values that JSON can hold; what it does not have is left out."""
        said = ("code", "message", "hint", "file", "line", "column")
        about = ("question", "respondent", "row", "table_column")
        found = {key: getattr(self, key) for key in (*said, *about)} | {"cell": self.place.cell}
        return {key: held for key, held in found.items() if held}

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.file else self.message
        lines = [printable(head)]
        for number, excerpt in enumerate(self.excerpts):
            if number and excerpt.place.line:
                lines.append(f"  {printable(str(excerpt.place))}")
            lines.extend(excerpt.render())
        lines.extend(f"  {line}" for line in printable_lines(self.hint).split("\n") if self.hint)
        return "\n".join(lines)


class DocumentError(Exception):
    """The exception for documents that cannot be used; `problems` lists all their problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __eq__(self, other: object) -> bool:
        return self.problems == other.problems if isinstance(other, DocumentError) else False

    def __hash__(self) -> int:
        return hash(self.problems)

    def __repr__(self) -> str:
        first = self.problems[0].message if self.problems else ""
        return shortened(f"DocumentError({len(self.problems)} problems, first: {first!r})")

    def __reduce__(self) -> tuple[type[DocumentError], tuple[tuple[Problem, ...]]]:
        return DocumentError, (self.problems,)


# The number of problems that are listed; nobody fixes more at a time, and each takes memory.
MOST_PROBLEMS = 1000
_MORE = "more-problems"


class Problems:
    """A collection of problems to report together; beyond a limit only their number is kept."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._more = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problems) and vars(self) == vars(other)

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def add(self, code: str, *at: Located, hint: Hint = "", **facts: object) -> None:
        """Add the problem `code` of the catalogue at the given places.

        A hint that is costly to find may be given as a function. Without one, the problem gets
        that of its code, if it has one.
        """
        if len(self._found) >= MOST_PROBLEMS:
            self._more += 1
            return
        message = MESSAGES[code].format(**facts)
        said = hint if isinstance(hint, str) else hint()
        said = said or HINTS.get(code, "").format(**facts)
        excerpts = tuple(node.excerpt for node in at)
        question, whose = (
            getattr(at[0], key, "") if at else "" for key in ("question", "respondent")
        )
        self._found.append(Problem(code, message, said, excerpts, question, whose))

    def change(self, change: Callable[[Problem], Problem], since: int = 0) -> None:
        """Replace each problem that was added after the first `since` ones."""
        self._found[since:] = map(change, self._found[since:])

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add problems found elsewhere."""
        if isinstance(problems, Problems):
            self._more += problems._more
            problems = problems._sort_found()
        for problem in problems:
            if len(self._found) < MOST_PROBLEMS:
                self._found.append(problem)
            else:
                self._more += 1

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.in_order())

    def __len__(self) -> int:
        return len(self._found) + self._more

    def in_order(self) -> list[Problem]:
        """Return each problem once: files in order of appearance, then by line and column.

        The sheets of a workbook are ordered like files. If there are more problems than are kept,
        the last one gives the number of the others.
        """
        found = self._sort_found()
        if self._more:
            found.append(Problem(_MORE, MESSAGES[_MORE].format(number=f"{self._more:,}")))
        return found

    def _sort_found(self) -> list[Problem]:
        unique = _first_at_its_place(dict.fromkeys(self._found))
        parts = dict.fromkeys((p.file, p.place.part) for p in unique)
        rank = {part: number for number, part in enumerate(parts)}
        return sorted(unique, key=lambda p: (rank[p.file, p.place.part], p.line, p.column))

    def as_found(self) -> tuple[Problem, ...]:
        """Return each problem once, in the order in which they were found."""
        return tuple(dict.fromkeys(self._found))

    def raise_if_any(self) -> None:
        """Raise `DocumentError` with all problems; do nothing if there are none."""
        if self._found:
            raise DocumentError(self.in_order())


# Problems that cause the others at the same place.
_SHAPE_IS_WRONG = frozenset({"malformed", "wrong-type"})


def _first_at_its_place(found: Iterable[Problem]) -> list[Problem]:
    """Return the problems without those that follow from another, which may receive their hint."""
    kept: list[Problem] = []
    shapes: dict[Place, int] = {}
    for problem in found:
        alone = problem.line and len(problem.excerpts) == 1
        if alone and (number := shapes.get(problem.place)) is not None:
            if not kept[number].hint:
                kept[number] = replace(kept[number], hint=problem.hint)
            continue
        if problem.code in _SHAPE_IS_WRONG:
            shapes[problem.place] = len(kept)
        kept.append(problem)
    return kept


# Above this number of names, only those that start or end alike are compared letter by letter.
_MANY_NAMES = 300


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint with the known names most similar to `name`, nearest first; empty if none.

    A name without its section counts as similar to the full one.
    """
    import difflib  # imported here, as only a misspelled name needs it

    names = known if isinstance(known, Collection) else list(known)
    if len(names) > _MANY_NAMES:
        head, tail = name[:3], name[-3:]
        names = [other for other in names if other[:3] == head or other[-3:] == tail]
    names = sorted(set(names))
    matches = [other for other in names if other.endswith(f".{name}")][:2]
    matches = matches or difflib.get_close_matches(name, names, n=2, cutoff=0.72)
    if not matches:
        return ""
    return "did you mean " + " or ".join(f"'{match}'" for match in matches) + "?"


def refusal(code: str, *at: Located, hint: str = "", **facts: object) -> DocumentError:
    """The exception with the one problem `code` of the catalogue, as `Problems.add`."""
    problems = Problems()
    problems.add(code, *at, hint=hint, **facts)
    return DocumentError(problems)


def refuse_unknown(kind: str, names: Iterable[str], known: Sequence[str], argument: str) -> None:
    """Raise `DocumentError` with the names in an argument of a call that are not known."""
    problems = Problems()
    for name in names:
        if name not in known:
            hint = nearest(name, known) or there_are(known)
            problems.add("unknown-link", Whole(argument), hint=hint, kind=kind, name=name)
    problems.raise_if_any()


def there_are(names: Sequence[str]) -> str:
    """Return a hint that lists all known names, or the first of many."""
    return ("there is " if len(names) == 1 else "there are ") + quote_names(names, joint="and")


def quote_names(names: Sequence[str], most: int = 8, joint: str = "or") -> str:
    """Return names as a list in a sentence: 'a', 'b' or 'c'; shortened if there are many."""
    quoted = [f"'{name}'" for name in names[:most]]
    if len(names) > most:
        return ", ".join(quoted) + f", and {len(names) - most} more"
    return join_words(quoted, joint)


def join_words(words: Sequence[str], joint: str = "or") -> str:
    """Return words as a list in a sentence: a, b or c."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + f" {joint} " + words[-1]
