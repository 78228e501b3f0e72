"""Where results go: the one way in which commands write to standard output and to files.

A file is whole or not there, its folder is made where it is missing, its format is what the end of
its name says, and it is never one that the command has read.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.commands.options import (
    Decorator,
    collect_options,
    color_options,
    option,
    path_option,
    together,
)
from readiness.commands.refusals import CannotWrite, wrong
from readiness.commands.writing import FILE_WIDTH, console
from readiness.problems import join_words
from readiness.problems.terminal_text import json_file_text, printable_lines

if TYPE_CHECKING:
    from rich.console import Console

# The formats of a command with the ends of names that stand for them; the first is what is written
# unless asked otherwise.
Formats = Mapping[str, Sequence[str]]

TEXT_OR_JSON: Formats = {"text": (".txt",), "json": (".json",)}
STANDARD_OUTPUT = "-"

_BINARY = frozenset({"docx", "parquet", "pdf", "png", "xlsx", "zip"})


class OutputFile(click.Path):
    """The name of a file that is written, `-` being standard output; `formats` are its formats."""

    def __init__(self, formats: Formats, *, is_folder_too: bool = False) -> None:
        super().__init__(dir_okay=is_folder_too, allow_dash=True)
        self.formats = formats


@dataclass(frozen=True, slots=True)
class Output:
    """Where a result goes, None being standard output, and the format in which it is written."""

    file: str | None
    format: str
    option: str = "--output"
    color: bool | None = None
    width: int | None = None

    def write(self, content: str | bytes) -> None:
        """Write the result: to standard output, or as a file that is whole or not there.

        Raises `click.ClickException` where it cannot be written, and for a file that was read.
        """
        self.write_pieces([content])

    def write_pieces(self, pieces: Iterable[str | bytes]) -> None:
        """Write a result that comes in pieces, as `write` does."""
        held = (one.encode("utf-8", "replace") if isinstance(one, str) else one for one in pieces)
        if self.file is None:
            with _standard_output():
                sys.stdout.buffer.writelines(held)
            return
        self.refuse_input()
        from readiness.documents.saving import saving

        with report_write_errors(f"'{self.file}'"), saving(self.file) as file:
            file.writelines(held)

    def write_json(self, plain: object) -> None:
        """Write plain values as JSON."""
        self.write(json_file_text(plain))

    def write_lines(self, text: str) -> None:
        """Write a text for people, which may hold texts of documents."""
        self.write(printable_lines(text))

    def print(self, draw: Callable[[Console], Any]) -> None:
        """Write what `draw` prints to a console."""
        if self.file is None:
            with _standard_output():
                draw(console(color=self.color, width=self.width))
            return
        from readiness.reports.terminal.page import print_plain

        self.write(print_plain(draw, self.width or FILE_WIDTH))

    def refuse_input(self) -> None:
        """Refuse a file that the command has read; raises `click.BadParameter`."""
        from readiness.documents.opening import is_input

        if self.file is not None and is_input(self.file):
            message = f"'{self.file}' is read by this command; name another file to write to"
            raise wrong(self.option, message)


def choose_output(
    formats: Formats,
    format_: str | None,
    file: str | None,
    option: str = "--output",
    *,
    has_default: bool = True,
) -> Output:
    """Return where a result goes, and its format: `format_`, else what the file's name says.

    A name without an end, a device and standard output say none: they get the first format, or are
    refused without `has_default`. Raises `click.UsageError` for them, for a name that ends like no
    format that can be written, and where a terminal could not show the format.
    """
    named, file = file or STANDARD_OUTPUT, None if file == STANDARD_OUTPUT else file
    found = format_ or (_by_name(formats, file, option) if file else None)
    if found is None and not has_default:
        raise wrong(option, f"the name '{named}' does not say which format to write; add --format")
    found = found or next(iter(formats))
    if found in _BINARY and file is None and sys.stdout.isatty():
        message = f"a terminal cannot show {found}: write it to a file with --output FILE"
        raise click.UsageError(message)
    return Output(file, found, option)


def _by_name(formats: Formats, file: str, option: str) -> str | None:
    """The format that the end of a file's name says; None where it has no end, or is no file."""
    end = Path(file).suffix.lower()
    path = Path(file)
    if not end or (path.exists() and not path.is_file()):
        return None
    for name, ends in formats.items():
        if end in ends:
            return name
    known = [one for ends in formats.values() for one in ends]
    message = f"'{file}' does not end in {join_words(known)}"
    if option == "--output" and len(formats) > 1:
        message += "; name the format with --format"
    raise wrong(option, message)


def output_options(formats: Formats, *, is_required: bool = False) -> Decorator:
    """`--output FILE`, and `--format F` where there are several; the command gets an `Output`."""
    instead = "" if is_required else " instead of standard output"
    file = option(
        "--output -o FILE",
        f"Write to FILE{instead}, completely or not at all. Missing folders are created.",
        name="file_",
        required=is_required,
        type=OutputFile(formats),
    )
    by_name = ". Default: from the file name, else"
    return _output_of(formats, *_format_option(formats, by_name), file)


def result_options(formats: Formats) -> Decorator:
    """`--path`, `output_options` and `color_options`: what most commands with a result take."""
    return together(path_option, output_options(formats), color_options)


def printed_option(formats: Formats) -> Decorator:
    """`--format F` for what only goes to standard output; the command gets an `Output`."""
    return _output_of(formats, *_format_option(formats, ". Default:"))


def _format_option(formats: Formats, otherwise: str) -> list[Decorator]:
    if len(formats) == 1:
        return []
    said = f"Output format{otherwise} {next(iter(formats))}."
    return [option("--format -f", said, name="format_", type=click.Choice(list(formats)))]


def _output_of(formats: Formats, *options: Decorator) -> Decorator:
    def output(
        *,
        file_: str | None = None,
        format_: str | None = None,
        color: bool | None = None,
        width: int | None = None,
    ) -> Output:
        return replace(choose_output(formats, format_, file_), color=color, width=width)

    return collect_options("output", output, *options)


def write_new(file: Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet; raises `click.ClickException` where it cannot be."""
    from readiness.documents.saving import save_new

    with report_write_errors(f"'{file}'"):
        save_new(file, content, mode)


def save_if_unchanged(path: str | Path, before: bytes | None, after: bytes) -> bool:
    """Save a document; return False where somebody else has changed it since it was read."""
    from readiness.documents import changing

    with report_write_errors(f"'{path}'"):
        return changing.save_if_unchanged(path, before, after)


@contextlib.contextmanager
def report_write_errors(name: str) -> Iterator[None]:
    """Tell where it is that cannot be written to, and why."""
    try:
        yield
    except OSError as fault:
        raise CannotWrite(name, fault) from None


@contextlib.contextmanager
def _standard_output() -> Iterator[None]:
    """Write all that is in standard output by the end."""
    try:
        sys.stdout.flush()
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as fault:
        if fault.filename is not None:
            raise
        raise CannotWrite("to standard output", fault) from None
