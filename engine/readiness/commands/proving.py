"""`readiness coverage`, `mutants`, `diff` and `upgrade`: rulesets tested, compared and replaced."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

import readiness
from readiness.commands import outputs
from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.options import flag, option, path_option, ruleset_of, several
from readiness.commands.refusals import Refusal
from readiness.commands.writing import progress, say, working
from readiness.problems.terminal_text import printable

_COVERAGE: outputs.Formats = {"text": (".txt",), "json": (".json",), "html": (".html", ".htm")}
_DIFFERENCE: outputs.Formats = {"text": (".txt",), "json": (".json",), "markdown": (".md",)}


class _Percent(click.ParamType):  # type: ignore[type-arg]
    """A number from 0 to 100."""

    name = "percent"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number."""
        with contextlib.suppress(ValueError):
            if 0 <= float(value) <= 100:
                return float(value)
        return self.fail(f"'{value}' is not a percentage: write a number such as 90.5", param, ctx)


class _Least(_Percent):
    """A number from 0 to 100, after the name of a figure and `=` where it is for that one alone."""

    name = "least"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the name of the figure, or "", and the number."""
        figure, _, percent = value.rpartition("=")
        if figure and figure not in _NAMES:
            self.fail(f"'{figure}' is not a figure: use {', '.join(_NAMES)}", param, ctx)
        return figure, super().convert(percent, param, ctx)


_NAMES = {
    "leaves": "outcomes of parts of conditions",
    "mcdc": "parts that decide alone (MC/DC)",
    "standings": "statuses and standings of checks",
    "gates": "verdicts of gates",
}


def _with_bar(noun: str) -> Any:
    return lambda items, total: progress(items, total, noun)


@click.command("coverage")
@click.argument("ruleset", metavar="RULESET")
@several(
    "--fail-under [FIGURE=]PERCENT",
    "Exit with status 1 if FIGURE (leaves, mcdc, standings or gates; by default any) is below "
    "PERCENT",
    type=_Least(),
)
@path_option
@outputs.output_options(_COVERAGE)
def coverage_command(
    *,
    ruleset: str,
    fail_under: tuple[tuple[str, float], ...],
    paths: list[Path],
    output: outputs.Output,
) -> int:
    """Measure what the test cases of a ruleset cover.

    Shows whether the test cases make each part of a condition true, false and unknown; whether each
    part decides its condition alone in some case (masking MC/DC); whether each check takes every
    status and progress; and whether each gate is go and no_go. What cannot occur does not count,
    and neither does what the ruleset inherits. The test cases are in the ruleset's folder.

    \b
    readiness coverage crm-upkeep
    readiness coverage my-ruleset/ruleset.yaml --output coverage.html --fail-under 95
    readiness coverage my-ruleset/ruleset.yaml --fail-under leaves=100 --fail-under mcdc=95
    """
    rules = ruleset_of(ruleset, paths)
    found = readiness.coverage(rules, advance=_with_bar("conditions and checks"))
    if output.format == "json":
        output.write_json(found.to_dict())
    elif output.format == "html":
        output.write(_coverage_page(found))
    else:
        from readiness.reports.templating import render_text

        lacking = [one for one in (*found.checks, *found.gates) if one.missing]
        words = {"lacking": lacking, "names": _NAMES, "told": _told}
        output.write_lines(render_text("coverage.txt.jinja", found=found, **words))
    is_under = any(
        share < least
        for figure, least in fail_under
        for name, share in found.shares.items()
        if figure in ("", name)
    )
    return EXIT_NOT_READY if is_under else 0


def _coverage_page(found: readiness.Coverage) -> str:
    from readiness.reports.webpage.page import html_coverage

    marks: dict[tuple[str, int], list[str]] = {}
    for leaf in found.leaves:
        told = _told(leaf)
        line = marks.setdefault((leaf.place.file, leaf.place.line), [])
        line += [f"{leaf.text}: {told}"] if told else []
    files = {
        name: [
            (text, _mark(held := marks.get((name, number))), "; ".join(held or ()))
            for number, text in enumerate(lines, 1)
        ]
        for name, lines in found.texts.items()
    }
    lacking = [one for one in (*found.checks, *found.gates) if one.missing]
    return html_coverage(
        ruleset=found.ruleset, cases=found.cases, figures=found.figures, names=_NAMES,
        lacking=lacking, files=files,
    )  # fmt: skip


def _mark(told: list[str] | None) -> str:
    return "" if told is None else "lacking" if told else "covered"


def _told(leaf: readiness.LeafCoverage) -> str:
    told = [f"never {outcome}" for outcome in leaf.missing]
    return ", ".join([*told, *(["never decides alone"] if leaf.decides is False else [])])


@click.command("mutants")
@click.argument("ruleset", metavar="RULESET")
@option(
    "--fail-under PERCENT", "Exit with status 1 if the figure is below PERCENT.", type=_Percent()
)
@path_option
@outputs.output_options(outputs.TEXT_OR_JSON)
def mutants_command(
    *, ruleset: str, fail_under: float | None, paths: list[Path], output: outputs.Output
) -> int:
    """Find small changes to a ruleset that its test cases would not notice.

    Makes one change at a time: swaps 'and' and 'or', negates or removes part of a condition, moves
    a limit, or changes a comparison, an option, a requirement or a gate. Changes without any effect
    do not count, and the rulesets that this one extends stay as they are. Shows each unnoticed
    change as a diff, with a test case that would notice it. Exit status: 0 if every change is
    noticed, 1 if not; with --fail-under, 1 only if the percentage is lower.

    \b
    readiness mutants crm-upkeep
    readiness mutants my-ruleset/ruleset.yaml --fail-under 95
    """
    found = readiness.mutants(ruleset_of(ruleset, paths), advance=_with_bar("mutants"))
    if output.format == "json":
        output.write_json(found.to_dict())
    else:
        from readiness.reports.templating import render_text

        told = render_text("mutants.txt.jinja", found=found, case_lines=_case_lines)
        output.write_lines(told)
    if fail_under is None:
        return EXIT_NOT_READY if found.survived else 0
    return EXIT_NOT_READY if found.percent < fail_under else 0


def _case_lines(case: Mapping[str, object]) -> list[str]:
    """Return a case as written in a list of cases."""
    from readiness.documents.emitting import WIDTH, block_lines

    first, *lines = block_lines([dict(case)], WIDTH, 2)
    return lines or [f"- {first.strip(' []')}"]


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@several(
    "--engagement E", "Also show how the verdicts of this engagement change", name="engagements"
)
@flag("--all", "Also list what is equal.", name="everything")
@path_option
@outputs.output_options(_DIFFERENCE)
def diff_command(
    *,
    old: str,
    new: str,
    engagements: tuple[str, ...],
    everything: bool,
    paths: list[Path],
    output: outputs.Output,
) -> int:
    """Compare what two rulesets mean, even if they are written differently.

    Shows whether each check and gate was added or removed, or has become stricter, looser, or both.
    The JSON output includes answers that show the difference. Exit status: 0 if both rulesets
    always give the same verdicts, 1 if not.

    \b
    readiness diff crm-readiness crm-regulated
    readiness diff old/ruleset.yaml new/ruleset.yaml --engagement engagement.yaml
    """
    before, after = (ruleset_of(name, paths) for name in (old, new))
    with working("Comparing"):
        compared = {one: _compare(one, before, after, paths) for one in engagements}
        found = readiness.difference(before, after, compared)
    if output.format == "json":
        output.write_json(found.to_dict(everything=everything))
    else:
        from readiness.assurance.findings import in_short
        from readiness.reports.templating import render_text

        told = render_text(
            "difference.txt.jinja",
            found=found,
            everything=everything,
            is_markdown=output.format == "markdown",
            in_short=in_short,
            printable=printable,
        )
        output.write_lines(told)
    return 0 if found.is_equal else EXIT_NOT_READY


def _compare(
    file: str, old: readiness.Ruleset, new: readiness.Ruleset, paths: Sequence[Path]
) -> Any:

    held = (readiness.load_engagement(file, ruleset=rules, paths=paths) for rules in (old, new))
    return readiness.compare(*(readiness.Assessor(one.ruleset).assess(one) for one in held))


@click.command("upgrade")
@click.argument("engagement", metavar="ENGAGEMENT")
@option("--to RULESET", "The ruleset to use from now on.", required=True)
@flag("--dry-run", "Show what would change, and write nothing.")
@path_option
@outputs.output_options(outputs.TEXT_OR_JSON)
def upgrade_command(
    *, engagement: str, to: str, dry_run: bool, paths: list[Path], output: outputs.Output
) -> int:
    """Move an engagement to another ruleset, or to a new version of it.

    Keeps the answers to questions whose meaning has not changed, removes all others from the answer
    sheets, and lists what has to be asked again and why. Also removes waivers, resolutions and
    scope entries for checks and questions that no longer exist.

    \b
    readiness upgrade engagement.yaml --to crm-regulated --dry-run
    readiness upgrade engagement.yaml --to ../rules/ruleset.yaml
    """
    from readiness.reports.phrasing import count_noun
    from readiness.reports.templating import render_text

    rules = ruleset_of(to, paths)
    try:
        found = readiness.upgrade(engagement, rules, to, paths=paths)
    except readiness.NotEditable as fault:
        raise Refusal(str(fault)) from None
    if not dry_run:
        for file, (before, after) in found.texts.items():
            if not outputs.save_if_unchanged(file, before, after):
                raise Refusal(f"'{file}' was changed meanwhile; run the command again")
    if output.format == "json":
        output.write_json(found.to_dict())
        return 0
    parts = {
        "Answers removed": [*found.dropped.items()],
        "Questions to ask": [*found.to_ask.items()],
        "Entries removed from the engagement": [(one, "") for one in found.removed],
    }
    output.write_lines(render_text("upgrade.txt.jinja", found=found, parts=parts))
    written = "would be changed" if dry_run else "changed"
    say(f"{count_noun(len(found.texts), 'file')} {written}.")
    return 0
