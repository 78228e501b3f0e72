"""What a terminal shows: messages, consoles, and how far work is that takes longer."""

from __future__ import annotations

import contextlib
import datetime
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

import click

from readiness.problems.terminal_text import printable_lines

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.status import Status

FILE_WIDTH = 100
SECONDS_WITHOUT_BAR = 1.0
SECONDS_BETWEEN_LINES = 30.0  # in a log


def say(message: object) -> None:
    """Write a message to standard error; it may hold texts of documents and names of files."""
    click.echo(printable_lines(str(message)), err=True)  # noqa: TID251 - this is the door


def console(*, color: bool | None, width: int | None, to_error: bool = False) -> Console:
    """Standard output, or standard error, as a console: colour as asked, else on a terminal."""
    from readiness.reports.terminal.page import PrintableConsole

    on_terminal = (sys.stderr if to_error else sys.stdout).isatty()
    return PrintableConsole(
        stderr=to_error,
        width=width or (None if on_terminal else FILE_WIDTH),
        force_terminal=True if color else None,
        no_color=True if color is False else None,
        color_system=None if color is False else "auto" if color is None else "truecolor",
    )


Item = TypeVar("Item")


def progress(items: Iterable[Item], total: int, noun: str) -> Iterator[Item]:
    """The items one by one; work that takes over a second shows a bar, and lines in a log."""
    for _, item in advancing(enumerate(items, 1), total, noun, done=lambda one: one[0]):
        yield item


def advancing(
    items: Iterable[Item], total: int, noun: str, done: Callable[[Item], int]
) -> Iterator[Item]:
    """As `progress`, where `done` says how far an item is on the way to `total`; 0: not known."""
    started = last = time.monotonic()
    if not sys.stderr.isatty():
        for item in items:
            if (now := time.monotonic()) - last >= SECONDS_BETWEEN_LINES:
                say(f"{noun}: {_so_far(done(item), total, now - started)}")
                last = now
            yield item
        return
    bar: Progress | None = None
    try:
        for item in items:
            if bar is None and time.monotonic() - started > SECONDS_WITHOUT_BAR:
                bar = _bar()
                task = bar.add_task(noun, total=total or None)
                bar.start()
            if bar is not None:
                bar.update(task, completed=done(item))
            yield item
    finally:
        if bar is not None:
            bar.stop()


def _so_far(done: int, total: int, seconds: float) -> str:
    """Return how far work is, and how long the rest is expected to take, if that is known."""

    def span(of: float) -> datetime.timedelta:
        return datetime.timedelta(seconds=round(of))

    if not (done and total):
        return f"still working after {span(seconds)}"
    left = span(seconds * (total - done) / done)
    return f"{done / total:.0%} done after {span(seconds)}, about {left} left"


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """Says what goes on once it has taken over a second, on a terminal only, until it ends."""
    if not sys.stderr.isatty():
        yield
        return
    from threading import Timer

    shown: list[Status] = []

    def show() -> None:
        from rich.console import Console

        shown.append(Console(stderr=True).status(what))
        shown[0].start()

    timer = Timer(SECONDS_WITHOUT_BAR, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # it may be about to show
        for status in shown:
            status.stop()


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import Progress

    return Progress(console=Console(stderr=True), transient=True)
