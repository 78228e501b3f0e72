"""Options that several commands share, and what is loaded by them."""

from __future__ import annotations

import contextlib
import datetime
import functools
import gc
import inspect
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

import readiness
from readiness.commands.refusals import refuse_unknown
from readiness.commands.writing import say, working
from readiness.plugins import using_plugins
from readiness.problems import Problems

if TYPE_CHECKING:
    from readiness.documents.csv_text import CsvDialect
    from readiness.problems.proposals import Options

    DateType: TypeAlias = click.ParamType[datetime.date]
else:
    DateType = click.ParamType

Decorator: TypeAlias = Callable[[Any], Any]


def together(*options: Decorator) -> Decorator:
    """Several options as one decorator; help shows them in this order."""

    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def collect_options(name: str, make: Callable[..., Any], *options: Decorator) -> Decorator:
    """Options as `together`, of which the command gets one value, by this name.

    `make` makes it of those values whose names are its parameters, also of other options.
    """
    taken = inspect.signature(make).parameters

    def decorate(command: Any) -> Any:
        @functools.wraps(command)
        def with_made(**given: Any) -> Any:
            made = make(**{key: given.pop(key) for key in taken if key in given})
            return command(**given, **{name: made})

        return together(*options)(with_made)

    return decorate


def option(declared: str, said: str, *, name: str | None = None, **settings: Any) -> Decorator:
    """An option as help shows it, such as `--respondent -r NAME`, and what help says of it.

    The command gets its value under its first long name, or under `name`; `settings` are those of
    click. A value called DATE is a day, DIR a folder, and N a whole number from 1 on.
    """
    words = declared.split()
    names = [word for word in words if word.startswith("-")]
    metavar = next((word for word in words if word not in names), None)
    folder = click.Path(file_okay=False)
    known: dict[str | None, Any] = {"DATE": Date(), "DIR": folder, "N": click.IntRange(min=1)}
    settings = {"type": known.get(metavar), "metavar": metavar, "help": said, **settings}
    return click.option(*names, *filter(None, [name]), **settings)


def flag(declared: str, said: str, **settings: Any) -> Decorator:
    """An option as `option`, which takes no value."""
    return option(declared, said, is_flag=True, **settings)


def several(declared: str, said: str, **settings: Any) -> Decorator:
    """An option as `option`, which may be given several times, as help says too."""
    return option(declared, f"{said}; may be given several times.", multiple=True, **settings)


class Date(DateType):
    """A day, written as 2026-11-21."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime.date:
        """The day that a text names; any other text is refused."""
        if isinstance(value, datetime.date):
            return value
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            from readiness.documents.shapes import days_in

            days = days_in(value)
            hint = f"write {' or '.join(days)}" if days else "write it as YYYY-MM-DD"
            self.fail(f"'{value}' is not a date; {hint}", param, ctx)


def _folders(context: click.Context, _: click.Parameter, given: tuple[str, ...]) -> list[Path]:
    """The folders to look in: `--path`, then those of READINESS_PATH."""
    context.meta[__name__] = given
    named = os.environ.get("READINESS_PATH", "").split(os.pathsep)
    return [Path(path) for path in (*given, *named) if path]


def _without_plugins(context: click.Context, _: click.Parameter, is_given: bool) -> None:
    if is_given:
        context.with_resource(using_plugins(use=False))


# The command gets `paths`, the folders to look in for rulesets and questionnaires.
path_option: Decorator = together(
    option(
        "--path DIR",
        "Also look for rulesets and questionnaires in DIR; may be given several times. "
        "The variable READINESS_PATH does the same.",
        name="paths",
        multiple=True,
        type=click.Path(exists=True, file_okay=False),
        callback=_folders,
    ),
    flag(
        "--no-plugins",
        "Ignore installed plug-ins.",
        is_eager=True,
        expose_value=False,
        callback=_without_plugins,
    ),
    # It did something once, and is still taken, so that no script breaks.
    click.option("--no-cache", is_flag=True, hidden=True, expose_value=False),
)


def repeated_options() -> Options:
    """The options of the running command that the commands it proposes have to repeat."""
    context = click.get_current_context()
    day = context.params.get("as_of")
    named = {
        "--ruleset": context.params.get("ruleset"),
        "--as-of": day and day.isoformat(),
        "--assurance": context.params.get("assurance"),
    }
    options = [(option, value) for option, value in named.items() if value]
    return [*options, *(("--path", folder) for folder in context.meta.get(__name__, ()))]


@contextlib.contextmanager
def _loading() -> Iterator[None]:
    """Load within; what was loaded stays until the command ends, and is never walked as garbage."""
    gc.disable()
    try:
        with working("loading"):
            yield
    finally:
        gc.freeze()
        gc.enable()


def ruleset_of(name: str | Path, folders: Sequence[Path]) -> readiness.Ruleset:
    """Load a ruleset, as `load_ruleset`."""
    with _loading():
        return readiness.load_ruleset(name, paths=folders)


def is_ruleset(target: str) -> bool:
    """Whether the target is the id or the file of a ruleset; standard input is none."""
    from readiness.loading.files import STANDARD_INPUT, is_there, kind_of, read_file
    from readiness.loading.rulesets import is_file

    if target == STANDARD_INPUT:
        return False
    if not is_file(target) and not is_there(Path(target)):
        return True
    return kind_of(read_file(target, Problems())) == "ruleset"


@dataclass(frozen=True)
class AssessmentSource:
    """What an assessment is of, as the command line names it: what `load_engagement` takes."""

    path: str
    paths: Sequence[Path]
    ruleset: str | None = None
    as_of: datetime.date | None = None
    assurance: str | None = None

    def load(self, gates: Iterable[str] = (), *, names_all: bool = False) -> readiness.Inquiry:
        """Load the engagement, as `load_engagement`, and tell its notes.

        Refuses the first of the gates that there is not.
        """
        with _loading():
            inquiry = readiness.load_engagement(**asdict(self), names_all=names_all)
        for note in inquiry.circumstances.notes:
            if not (names_all and note.code == "no-sheet-yet"):  # who collects answers knows that
                say(note)
        refuse_unknown("gate", gates, inquiry.ruleset.gates, "--gate")
        return inquiry

    def assess(self, gates: Iterable[str] = ()) -> readiness.Assessment:
        """Load the engagement, as `load`, and assess it."""
        inquiry = self.load(gates)
        return readiness.Assessor(inquiry.ruleset).assess(inquiry)


# The command gets `source`, what these say together with its argument `path` and `--path`.
engagement_options: Decorator = collect_options(
    "source",
    AssessmentSource,
    option("--ruleset R", "Assess against this ruleset: an id or a file."),
    option(
        "--as-of DATE",
        "Assess as of DATE, such as 2026-11-21. The date decides which waivers and evidence "
        "have expired.",
    ),
    option(
        "--assurance",
        "Whether answers count as stated, or only with the required evidence.",
        type=click.Choice(["stated", "evidenced"]),
    ),
)


def gate_option(what: str) -> Decorator:
    """`--gate G`, as often as one likes; `what` says what is done for them."""
    return several("--gate G", what, name="gates")


dry_run_option: Decorator = flag("--dry-run", "Show what would change, but write nothing.")
questions_option: Decorator = several(
    "--questions --section -q ID", "Ask only this section or question", name="questions"
)


def refuse_unknown_questions(questions: Iterable[str], ruleset: readiness.Ruleset) -> None:
    """Refuse the first of `--questions` that is no section and no question of the ruleset."""
    known = [*ruleset.sections, *ruleset.questions]
    refuse_unknown("section or question", questions, known, "--questions")


color_options: Decorator = together(
    option(
        "--color/--no-color",
        "Use colour or not. Default: only on a terminal, and never if NO_COLOR is set.",
        default=None,
    ),
    option(
        "--width COLUMNS",
        "Wrap text at this many columns. Default: the width of the terminal.",
        type=click.IntRange(min=40, max=400),
    ),
)

_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}


def separator_option(what: str) -> Decorator:
    """`--separator`, of which the command gets the character; `what` says what it separates."""
    return option(
        "--separator SEPARATOR",
        f"Separate the cells of {what} by comma, semicolon or tab. Default: comma.",
        type=click.Choice([*_SEPARATORS, *_SEPARATORS.values()]),
        default="comma",
        callback=lambda _context, _option, given: _SEPARATORS.get(given, given),
    )


def _separate(separator: str, *, guard: bool) -> CsvDialect:
    from readiness.documents.csv_text import CsvDialect

    found = CsvDialect(separator)
    return found if guard else replace(found, guard=None)


# The command gets `separated`, how CSV is written.
separated_options: Decorator = collect_options(
    "separated",
    _separate,
    separator_option("CSV output"),
    flag(
        "--no-guard",
        "Write texts to CSV unchanged, for programs. Otherwise, a text that a spreadsheet "
        "would run as a formula gets a leading apostrophe.",
        name="guard",
        callback=lambda _context, _option, is_given: not is_given,
    ),
)
