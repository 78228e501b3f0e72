"""Run the pages of the documentation and compare their output with what they show.

    ```yaml file=NAME       is written to that file in a temporary folder
    ```csv file=NAME        is written likewise
    ```yaml append=NAME     is added at its end, or with `under=KEY` at the end of that section
    ```yaml replace=NAME under=KEY    replaces that section
    ```yaml                 is only read
    ```console              `$ readiness …`, `$ cat FILE` and `$ echo $?`, each with its output
    ```python, ```pycon     run in one namespace for the page; of pycon the output is compared

In the output of a command, a line `…` matches any lines. Options of a console block select a part
of a long output, also when the page is renewed:
`head=12` its first lines, `tail=3` its last, `from="Then"` it starts at the first line with that
text, `to="Score"` it ends before the next line with that text. A status other than 0 is shown by
`$ echo $?` on the next line.

A page that starts with `<!-- continues OTHER.md -->` goes on where the other page ends: the other
page's files are written and its Python is run first; its commands are not.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from readiness.documents.reading import decode, read
from tests.commands.running import run

ROOT = Path(__file__).resolve().parents[2]
_T = TypeVar("_T")
STATUS = "echo $?"
FAULT = 70
_CONTINUES = re.compile(r"<!-- continues (\S+) -->\n")
_FENCE = re.compile(r"(?P<indent> *)```(?P<kind>\w*) ?(?P<options>.*)")


def all_pages() -> list[Path]:
    """Return the pages at the top of the repository and every page under docs."""
    top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
    return [*(page for page in top if page.is_file()), *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(page: Path) -> str:
    """Return the path of a page in the repository."""
    return page.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class PageBlock:
    """A fenced block: its kind, its options, and the lines between the fences."""

    kind: str
    options: dict[str, str]
    opening: str
    lines: list[str]
    line: int

    @property
    def closing(self) -> str:
        """The closing fence, indented like the opening one."""
        return self.opening[: self.opening.index("`")] + "```"


def pieces(text: str) -> Iterator[str | PageBlock]:
    """Yield the lines of a page, each fenced block as one piece."""
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        fence = _FENCE.fullmatch(line)
        if fence is None:
            yield line
            continue
        inside: list[str] = []
        for _, held in lines:
            if held.strip() == "```":
                break
            inside.append(held)
        words = [word.partition("=") for word in shlex.split(fence["options"])]
        options = {key: value for key, _, value in words}
        yield PageBlock(fence["kind"], options, line, inside, number)


def blocks(page: Path, kind: str = "") -> list[PageBlock]:
    """Return the fenced blocks of a page, of one kind or all."""
    found = (p for p in pieces(page.read_text(encoding="utf-8")) if isinstance(p, PageBlock))
    return [block for block in found if kind in ("", block.kind)]


def continued(page: Path) -> Path | None:
    """Return the page that a page continues, if any."""
    match = _CONTINUES.match(page.read_text(encoding="utf-8"))
    return page.parent / match[1] if match else None


def writes_files(page: Path) -> bool:
    """Return whether a page writes files, and therefore runs in a temporary folder."""
    before = continued(page)
    own = any(
        {"file", "append"} & block.options.keys()
        or any(line.startswith("$ readiness new ") for line in block.lines)
        for block in blocks(page)
    )
    return own or (before is not None and writes_files(before))


def _apart(run: Callable[[], _T]) -> _T:
    """Return what `run` returns, in a thread without an event loop, as where a reader types it.

    Tests with a browser leave an event loop running in the main thread.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@dataclass
class BlockRun:
    """A run of one page, from top to end, in `folder`."""

    page: Path
    folder: Path
    faults: list[str] = field(default_factory=list)
    status: int = 0
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__page__"})

    def renewed(self) -> str:
        """Return the page with its current output."""
        self._continue(self.page)
        lines: list[str] = []
        for piece in pieces(self.page.read_text(encoding="utf-8")):
            if isinstance(piece, str):
                lines.append(piece)
            else:
                lines += [piece.opening, *self._block(piece), piece.closing]
        return "\n".join(lines) + "\n"

    def _continue(self, page: Path) -> None:
        before = continued(page)
        if before is not None:
            self._continue(before)
            for block in blocks(before):
                if block.kind != "console":
                    self._block(block)

    def _block(self, block: PageBlock) -> list[str]:
        if block.kind in ("yaml", "csv"):
            self._yaml(block)
        elif block.kind == "console":
            return self._console(block)
        elif block.kind == "pycon":
            return _apart(lambda: self._pycon(block))
        elif block.kind == "python":
            code = compile("\n".join(block.lines), self._at(block), "exec")
            _apart(lambda: exec(code, self.names))
        return block.lines

    def _at(self, block: PageBlock) -> str:
        return f"{name_of(self.page)}:{block.line}"

    def _yaml(self, block: PageBlock) -> None:
        text = "\n".join(block.lines) + "\n"
        names = (block.options.get(key) for key in ("file", "append", "replace"))
        name = next(filter(None, names), None)
        if name is None:
            read(decode(text.encode(), self._at(block)))
            return
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        before = "" if "file" in block.options else file.read_text(encoding="utf-8")
        file.write_text(changed(before, text, block.options), encoding="utf-8")

    def _console(self, block: PageBlock) -> list[str]:
        lines: list[str] = []
        entries = _entries(block)
        if not entries:
            self.faults.append(f"{self._at(block)}: a console block starts with '$ '")
            return block.lines
        for number, (command, expected) in enumerate(entries):
            output = self._output(command, block)
            lines.append(f"$ {command}")
            lines += expected if output is None else _kept(expected, output, block.options, command)
            follows = entries[number + 1][0] if number + 1 < len(entries) else ""
            if self.status and STATUS not in (command, follows):
                lines += [f"$ {STATUS}", str(self.status)]
        return lines

    def _output(self, command: str, block: PageBlock) -> list[str] | None:
        """Return the output of a command; record a fault and return None if it cannot be run."""
        if command == STATUS:
            return [str(self.status)]
        words = shlex.split(command)
        if words[0] == "cat":
            text = "".join((self.folder / w).read_text(encoding="utf-8") for w in words[1:])
            self.status = 0
        elif words[0] == "readiness":
            text, self.status = readiness_says(words[1:], self.folder)
        else:
            self.faults.append(f"{self._at(block)}: '{words[0]}' is not run; use a sh block")
            return None
        if self.status == FAULT:
            self.faults.append(f"{self._at(block)}: {command}\n{text}")
            return None
        return [line.rstrip() for line in text.rstrip("\n").splitlines()]

    def _pycon(self, block: PageBlock) -> list[str]:
        lines: list[str] = []
        for example in doctest.DocTestParser().get_examples("\n".join(block.lines) + "\n"):
            got = self._evaluated(example.source, self._at(block))
            source = example.source.rstrip("\n").splitlines()
            lines += [
                f"{'...' if number else '>>>'} {one}".rstrip() for number, one in enumerate(source)
            ]
            checker, want = doctest.OutputChecker(), example.want
            is_right = checker.check_output(want, got, doctest.ELLIPSIS)
            lines += (want if is_right else got).rstrip("\n").splitlines()
        return lines

    def _evaluated(self, source: str, at: str) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile(source, at, "single"), self.names)
            except Exception as fault:  # noqa: BLE001 - a page may show an error
                head = "Traceback (most recent call last):\n  ...\n"
                return head + "".join(traceback.format_exception_only(fault))
        return printed.getvalue()


def changed(before: str, text: str, options: dict[str, str]) -> str:
    """Return the text of a file after a block was added, or has replaced a section."""
    if "under" not in options:
        return before + text
    start = before.index(f"\n{options['under']}:\n") + 1
    after = re.compile(r"^\w", re.MULTILINE).search(before, start + 1)
    end = after.start() if after else len(before)
    kept = "" if "replace" in options else before[start:end].rstrip("\n") + "\n"
    return f"{before[:start]}{kept}{text}\n{before[end:]}".rstrip("\n") + "\n"


def readiness_says(arguments: list[str], folder: Path) -> tuple[str, int]:
    """Return the output of the command, standard error last, and its exit status."""
    done = run(*arguments, folder=folder, NO_COLOR="1")
    return done.stdout + done.stderr, done.status


def _entries(block: PageBlock) -> list[tuple[str, list[str]]]:
    """Return the commands of a console block, each with the lines below it."""
    entries: list[tuple[str, list[str]]] = []
    for line in block.lines:
        if line.startswith("$ "):
            entries.append((line.removeprefix("$ "), []))
        elif not entries:
            return []
        else:
            entries[-1][1].append(line)
    return entries


def _kept(
    expected: list[str], output: list[str], options: dict[str, str], command: str
) -> list[str]:
    """Return the lines to show for an output: the expected ones if they still match."""
    if options and command != STATUS:
        return selected(output, options)
    pattern = "".join(r"(?:.*\n)*" if line == "…" else re.escape(line) + "\n" for line in expected)
    whole = "".join(f"{line}\n" for line in output)
    return expected if re.fullmatch(pattern, whole) else output


def selected(output: list[str], options: dict[str, str]) -> list[str]:
    """Return the part of an output that the options select, with `…` for what is left out."""
    start, end = 0, len(output)
    if "from" in options:
        start = _first(output, options["from"], 0, end)
    if "to" in options:
        end = _first(output, options["to"], start + 1, end)
    held = output[start:end]
    while held and not held[-1]:
        held, end = held[:-1], end - 1
    head, tail = int(options.get("head", 0)), int(options.get("tail", 0))
    if (head or tail) and head + tail < len(held):
        first, last = held[:head], held[len(held) - tail :]
        held = [*first, "…", *last]
        end = end if tail else len(output)
    before, after = (["…"] if start else []), (["…"] if end < len(output) else [])
    return [*before, *held, *after]


def _first(lines: list[str], text: str, start: int, otherwise: int) -> int:
    found = (n for n, line in enumerate(lines) if n >= start and text in line)
    return next(found, otherwise)
