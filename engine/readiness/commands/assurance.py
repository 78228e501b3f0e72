"""`readiness new`, `rename`, `lint` and `test`: rulesets, begun, changed, checked and tried."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import readiness
from readiness.commands import outputs, refusals
from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.options import (
    collect_options,
    color_options,
    dry_run_option,
    option,
    path_option,
    repeated_options,
    ruleset_of,
    several,
)
from readiness.commands.outputs import Output
from readiness.commands.writing import progress, say
from readiness.documents.opening import read_bytes
from readiness.problems import DocumentError, Problem, nearest, quote_names

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from readiness.assurance.cases import CaseFile, RulesetCase
    from readiness.problems.proposals import Options


_JUNIT: outputs.Formats = {"junit": (".xml",)}
_CHECKLIST: outputs.Formats = {"xlsx": (".xlsx",)}


@dataclass(frozen=True, slots=True)
class _Start:
    """What the command line says about a new engagement."""

    ruleset: str | None = None
    groups: tuple[str, ...] = ()
    client: str | None = None
    title: str | None = None


@click.command("new")
@click.argument("kind", type=click.Choice(["engagement", "ruleset", "questionnaire", "checklist"]))
@click.argument("name", required=False)
@collect_options(
    "start",
    _Start,
    option("--ruleset R", "The ruleset of the engagement: an id or a file."),
    several(
        "--group GROUP=NAME,NAME",
        "The respondents who belong to a group of the questionnaire, such as "
        "departments=sales,service or 'departments=Jörg Müller,Sales team'",
        name="groups",
    ),
    option("--client NAME", "The client of the engagement."),
    option("--title TEXT", "The title of the engagement or ruleset."),
)
@option(
    "--from FILE",
    "Create the ruleset from a checklist: a workbook (.xlsx, .ods) or CSV.",
    name="checklist",
    type=click.Path(),
)
@option(
    "--output -o FILE",
    "Where to write the template of a checklist. Default: checklist.xlsx.",
    name="file",
    type=outputs.OutputFile(_CHECKLIST),
)
@option("--extends ID", "Create a ruleset that extends this one.")
@option("--into DIR", "Create the folder NAME in DIR instead of the current folder.", default=".")
@path_option
def new_command(
    *,
    kind: str,
    name: str | None,
    start: _Start,
    checklist: str | None,
    file: str | None,
    extends: str | None,
    into: str,
    paths: list[Path],
) -> None:
    """Create an engagement, a ruleset or a questionnaire that works straight away.

    Creates a folder NAME. For an engagement, it contains the engagement, folders for answer sheets
    and evidence, and a README for the client; for a ruleset or a questionnaire, a small working
    example with comments that say what to change. NAME is the id, in lower case with hyphens.
    Existing files are never overwritten. Prints the commands to run next.

    \b
    readiness new engagement northwind-2026 --ruleset crm-readiness \\
        --group departments=sales,service,finance --client "Northwind Ltd"
    readiness new ruleset office-move
    readiness new ruleset our-crm --extends crm-pre-implementation
    readiness new questionnaire office-move --into drafts

    A ruleset can also come from a checklist in a spreadsheet: `new checklist` writes a template
    with one row for each check. If a cell cannot be understood, it is listed, and nothing is
    written.

    \b
    readiness new checklist -o checklist.xlsx
    readiness new ruleset ward-opening --from checklist.xlsx --title "Opening a ward"
    """
    from readiness.assurance.scaffold import already_there
    from readiness.loading.search_path import find_all

    if file is not None and kind != "checklist":
        raise click.UsageError("--output is for checklists; name a folder with --into")
    if checklist is not None and (kind != "ruleset" or extends is not None):
        raise click.UsageError("--from is for new rulesets, and not with --extends")
    if kind == "checklist":
        template = outputs.choose_output(
            _CHECKLIST, None, file or str(Path(into, "checklist.xlsx"))
        )
        _new_checklist(name, template, start, extends)
        return
    if name is None:
        raise click.UsageError(f"name the {kind}: write NAME after '{kind}'")
    refusals.refuse_misspelt(name, "NAME", "office-move")
    target = Path(into) / name
    if kind == "engagement":
        if extends is not None:
            raise click.UsageError("--extends is for rulesets")
        _new_engagement(target, start, paths)
        return
    if start != _Start(title=start.title if checklist else None):
        raise click.UsageError("--ruleset, --group, --title and --client are for engagements")
    if checklist is None:
        texts = _texts(kind, name, extends, paths)
    else:
        texts = _drafted(checklist, name, start.title or "")
    if held := already_there(target, texts):
        names = quote_names([str(path) for path in held], joint="and")
        exist = "exists" if len(held) == 1 else "exist"
        raise refusals.wrong("NAME", f"{names} already {exist}; nothing was written")
    # A new document could not be told from one that is found by the same id.
    for one in dict.fromkeys(("questionnaire", kind)):
        if taken := find_all(one, [*paths, target]).get(name):
            raise refusals.wrong(
                "NAME", f"there is already a {one} '{name}' in {taken}; choose another name"
            )
    _write(target, texts, _next(kind, target, texts, repeated_options() if extends else ()))


def _write(
    target: Path, texts: Mapping[str, str], commands: Iterable[str], folders: Iterable[str] = ()
) -> None:
    """Write the files, all or none, and print the commands to run next."""
    from readiness.assurance.scaffold import write_all

    try:
        written = write_all(target, texts, folders)
    except OSError as fault:
        raise refusals.CannotWrite(f"'{fault.filename or target}'", fault) from None
    for path in written:
        say(f"wrote {path}")
    Output(None, "text").write_lines("".join(f"{command}\n" for command in commands))


def _new_checklist(name: str | None, output: Output, start: _Start, extends: str | None) -> None:
    """Write the template of a checklist, and print the command to run next."""
    from readiness.problems.proposals import format_command

    if name is not None or extends is not None or start != _Start():
        raise click.UsageError("a checklist takes no name and no other options: name it with -o")
    refusals.require_module("xlsxwriter", "xlsx", "checklists as workbooks")
    from readiness.authoring.checklist import checklist_template

    if output.file is None:
        output.write(checklist_template())
        return
    outputs.write_new(Path(output.file), checklist_template(), 0o666)
    say(f"wrote {output.file}")
    command = format_command("new-from-checklist", file=Path(output.file).as_posix())
    Output(None, "text").write_lines(f"{command}\n")


def _read_checklist(file: str) -> bytes:
    try:
        return read_bytes(file)
    except OSError as fault:
        raise refusals.wrong("--from", f"cannot read '{file}': {refusals.reason(fault)}") from None


def _drafted(file: str, name: str, title: str) -> dict[str, str]:
    """Return the documents that a checklist describes, and say what was taken for granted."""
    data = _read_checklist(file)
    draft = readiness.draft_ruleset(data, file, name, title=" ".join(title.split()))
    for remark in draft.remarks:
        say(remark)
    return dict(draft.texts)


def _new_engagement(target: Path, start: _Start, paths: Sequence[Path]) -> None:
    from readiness.loading.rulesets import named_from
    from readiness.problems.proposals import format_command

    if start.ruleset is None:
        raise click.UsageError("name the ruleset of the engagement: --ruleset R")
    for named, said in (("--client", start.client), ("--title", start.title)):
        if said is not None and not said.strip():
            raise refusals.wrong(named, "it is empty")
    if os.path.lexists(target) and not (target.is_dir() and not any(target.iterdir())):
        raise refusals.wrong("NAME", f"'{target}' already exists; nothing was written")
    ruleset = ruleset_of(start.ruleset, paths)
    asked = Counter(one.ask_each for one in ruleset.questions.values() if one.ask_each)
    names: dict[str, str] = {}
    groups = _groups(start.groups, list(asked), names)
    named = named_from(target, start.ruleset)
    title, client = (said and " ".join(said.split()) for said in (start.title, start.client))
    texts = readiness.new_engagement(
        target.name, ruleset, named, groups, names, title=title, client=client
    )
    path, options = (
        (target / "engagement.yaml").as_posix(),
        [one for one in repeated_options() if one[0] == "--path"],
    )
    respondent = next((one for held in groups.values() for one in held), "")
    proposals = ["status", *(["export-forms"] if groups else []), "ask", "assess"]
    words = {"path": path, "name": respondent, "folder": "forms"}
    commands = [format_command(one, options=options, **words) for one in proposals]
    _write(target, texts, commands, ("answers", "evidence"))
    for group in asked.keys() - groups.keys():
        say(
            f"the members of '{group}' are not listed, but {_count(asked[group], 'question')} must "
            "be answered by each of them; until they are listed, everyone who submits a sheet "
            f"is treated as a member. List them under 'groups' in {path}"
        )


def _groups(
    written: Sequence[str], known: Sequence[str], names: dict[str, str]
) -> dict[str, list[str]]:
    """Return the members of each group as named on the command line; refuse what fits nothing.

    A member with a name that is no id gets one, under which the name goes to `names`.
    """
    from readiness.documents.shapes import ID, correction

    found: dict[str, list[str]] = {}
    for one in written:
        group, is_there, named = one.partition("=")
        members = [name.strip() for name in named.split(",")]
        if not is_there or not all(members):
            example = f"{group.strip() or 'departments'}=sales,service"
            raise refusals.wrong("--group", f"'{one}' lists nobody; write it as in {example}")
        if not known:
            raise refusals.wrong("--group", "the questionnaire of this ruleset has no groups")
        refusals.refuse_unknown("group", [group := group.strip()], known, "--group")
        held = found.setdefault(group, [])
        for name in members:
            if not (key := correction(ID, name)):
                refusals.refuse_misspelt(name, "--group", "sales")
            if key != name:
                names[key] = " ".join(name.split())
            held.append(key)
        if twice := [name for name, times in Counter(held).items() if times > 1]:
            raise refusals.wrong(
                "--group", f"{quote_names(twice, joint='and')} named twice in '{group}'"
            )
    return found


def _texts(kind: str, name: str, extends: str | None, folders: Sequence[Path]) -> dict[str, str]:
    from readiness.assurance import scaffold
    from readiness.loading.search_path import find_all

    if extends is None:
        texts = scaffold.new_ruleset if kind == "ruleset" else scaffold.new_questionnaire
        return texts(name)
    if kind == "questionnaire":
        raise click.UsageError(
            "--extends is for rulesets; their questionnaire is extended with them"
        )
    refusals.refuse_unknown("ruleset", [extends], find_all("ruleset", folders), "--extends")
    return scaffold.new_ruleset(name, readiness.load_ruleset(extends, paths=folders))


def _next(kind: str, target: Path, texts: Iterable[str], options: Options) -> list[str]:
    """The commands to go on with, as they are typed in the folder where this one was."""
    from readiness.problems.proposals import format_command

    folder = target.as_posix()
    commands = [format_command("lint", path=folder, options=options)]
    if kind == "ruleset":
        sheet = "engagement.yaml" if "engagement.yaml" in texts else "answers.yaml"
        whole = (target / sheet).as_posix()
        commands.append(format_command("test", path=folder, options=options))
        commands.append(format_command("assess", path=whole, options=options))
    return commands


@contextlib.contextmanager
def _targets_found(folders: Sequence[Path]) -> Iterator[None]:
    """Refuse a target that is found nowhere, of which the library tells by `LookupError`."""
    from readiness.loading.search_path import find_all

    try:
        yield
    except LookupError as fault:
        target = str(fault.args[0])
        hint = nearest(target, find_all("ruleset", folders))
        message = f"there is no file, folder or ruleset '{target}'"
        raise click.BadParameter("; ".join(filter(None, (message, hint)))) from None


@click.command(
    "lint",
    epilog="Exit status: 0 without findings, 1 with findings; 2 if the command line is wrong.",
)
@click.argument("targets", metavar="PATH...", nargs=-1, required=True)
@option("--only CODE", "Show only findings of CODE; may be repeated.", multiple=True)
@option("--except CODE", "Leave out CODE; may be repeated.", name="without", multiple=True)
@option(
    "--severity",
    "Show findings of at least this severity. Default: warning.",
    type=click.Choice(["error", "warning", "note"]),
    default="warning",
)
@option(
    "--since RULESET",
    "Also warn of changes since RULESET that may change the meaning of earlier answers.",
)
@path_option
@outputs.output_options(outputs.TEXT_OR_JSON)
def lint_command(
    *,
    targets: tuple[str, ...],
    only: tuple[str, ...],
    without: tuple[str, ...],
    severity: str,
    since: str | None,
    paths: list[Path],
    output: Output,
) -> int:
    """Check rulesets, questionnaires, answers and engagements for mistakes.

    Reports every error in a document and, if there is none, warns of what is valid but probably not
    intended: checks that can never be met, parts of conditions that make no difference,
    questions that no check uses, redundant requirements, checks without a reason, a remedy or a
    source. PATH is a file, a folder, or the id of a ruleset.

    \b
    readiness lint rulesets questionnaires
    readiness lint crm-pre-implementation
    readiness lint standard.yaml --except no-remedy --except no-why
    """
    from readiness.assurance.findings import SEVERITIES
    from readiness.documents.schemas import FORMATS
    from readiness.problems.catalogue import MESSAGES

    for named, codes in (("--only", only), ("--except", without)):
        refusals.refuse_unknown("code", [one for one in codes if "/" not in one], MESSAGES, named)
    shown = SEVERITIES[: SEVERITIES.index(severity) + 1]
    with _targets_found(paths):
        listed = readiness.lint(
            targets,
            paths,
            severity=severity,
            since=since,
            advance=lambda items, total: progress(items, total, "conditions and checks"),
        )
        found = [
            one for one in listed if one.code not in without and (not only or one.code in only)
        ]
    counts = dict(sorted(Counter(one.code for one in found).items()))
    if output.format == "json":
        findings = [one.as_json() for one in found]
        output.write_json({"format": FORMATS["lint"], "findings": findings, "counts": counts})
    else:
        output.write_lines("".join(f"{one}\n" for one in found))
    for code, count in counts.items():
        say(f"{count:5} {code}")
    kinds = [(kind, sum(one.severity == kind for one in found)) for kind in shown]
    summary = ", ".join(_count(count, kind) for kind, count in kinds) + "."
    say(summary.capitalize() if found else "No problems.")
    return EXIT_NOT_READY if found else 0


def _count(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class _CaseOutcome:
    """What became of one case."""

    file: CaseFile
    case: RulesetCase
    mismatches: tuple[readiness.Mismatch, ...]


@click.command("test")
@click.argument("targets", metavar="PATH...", nargs=-1, required=True)
@option("-k TEXT", "Run only cases whose name contains TEXT.", name="words", default="")
@option(
    "--junit FILE", "Also write the results to FILE as JUnit XML.", type=outputs.OutputFile(_JUNIT)
)
@path_option
@outputs.output_options(outputs.TEXT_OR_JSON)
def test_command(
    *, targets: tuple[str, ...], words: str, junit: str | None, paths: list[Path], output: Output
) -> int:
    """Run the test cases of rulesets: answers with their expected results.

    PATH is a file of test cases, a folder, or the id of a ruleset with test cases in the same
    folder.

    \b
    readiness test crm-pre-implementation
    readiness test rulesets -k sponsor --junit cases.xml
    """
    as_junit = None if junit is None else outputs.choose_output(_JUNIT, None, junit, "--junit")
    files = _load(targets, paths)
    held = (
        (file, [one for one in file.cases if words.lower() in one.name.lower()]) for file in files
    )
    chosen_cases = [(file, cases) for file, cases in held if cases]
    total = sum(len(cases) for _, cases in chosen_cases)
    outcomes = list(progress(_run(chosen_cases), total, "cases"))
    failed = [outcome for outcome in outcomes if outcome.mismatches]
    if output.format == "json":
        output.write_json([_plain(outcome) for outcome in outcomes])
    else:
        output.write_lines("".join(_print_problems(outcome) for outcome in failed))
    if as_junit is not None:
        as_junit.write(_junit(outcomes))
    nothing = f"no case has '{words}' in its name" if words else "there are no cases"
    passed = len(outcomes) - len(failed)
    say(f"{passed} passed, {len(failed)} failed" if outcomes else nothing)
    return EXIT_NOT_READY if failed or not outcomes else 0


def _load(targets: tuple[str, ...], folders: list[Path]) -> list[CaseFile]:
    from readiness.assurance.cases import case_files, load_cases
    from readiness.loading.remembering import remembering

    with _targets_found(folders):
        found = [path for target in targets for path in case_files(target, folders)]
    files: list[CaseFile] = []
    problems: list[Problem] = []
    with remembering():
        for path in found:
            try:
                files.append(load_cases(path, paths=tuple(folders)))
            except DocumentError as error:
                problems.extend(error.problems)
    if problems:
        raise DocumentError(dict.fromkeys(problems))
    return files


def _run(chosen_cases: list[tuple[CaseFile, list[RulesetCase]]]) -> Iterator[_CaseOutcome]:
    from readiness.assurance.cases import Runner

    for file, cases in chosen_cases:
        runner = Runner(file)
        for case in cases:
            yield _CaseOutcome(file, case, runner.run(case))


def _print_problems(outcome: _CaseOutcome) -> str:
    head = f"{outcome.case.excerpt.place}: {outcome.case.name}\n"
    lines = [line for found in outcome.mismatches for line in str(found).splitlines()]
    return head + "".join(f"  {line}\n" for line in lines)


def _plain(outcome: _CaseOutcome) -> dict[str, Any]:
    place = outcome.case.excerpt.place
    return {
        "ruleset": outcome.file.ruleset.id,
        "case": outcome.case.name,
        "file": place.file,
        "line": place.line,
        "passed": not outcome.mismatches,
        "differences": [asdict(mismatch) for mismatch in outcome.mismatches],
    }


def _junit(outcomes: list[_CaseOutcome]) -> str:
    """The outcome as JUnit XML, one suite for each file of cases."""
    from readiness.reports.junit import case, junit_xml, suite

    suites: dict[str, list[Element]] = {}
    for outcome in outcomes:
        found = outcome.mismatches
        told = case(
            group=outcome.file.ruleset.id,
            name=outcome.case.name,
            outcome="failure" if found else "",
            message=", ".join(difference.what for difference in found),
            text="\n".join(str(difference) for difference in found),
        )
        suites.setdefault(Path(outcome.file.name).as_posix(), []).append(told)
    return junit_xml(suite(name, cases) for name, cases in suites.items())


@click.command("rename")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.argument("targets", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True))
@option(
    "--kind",
    "What OLD is, if several kinds of things have this id.",
    type=click.Choice(["question", "option", "check", "gate", "area"]),
)
@dry_run_option
@outputs.printed_option(outputs.TEXT_OR_JSON)
@color_options
def rename_command(
    *, old: str, new: str, targets: tuple[str, ...], kind: str | None, dry_run: bool, output: Output
) -> None:
    """Change the id of a question, an option, a check, a gate or an area.

    PATH is a file or a folder: name all rulesets, questionnaires, answer sheets, test cases and
    engagements that belong together. The id changes everywhere in these files, also in conditions;
    nothing else changes. If one file cannot be changed, none is. Write an option as
    QUESTION.OPTION.

    \b
    readiness rename upkeep-risks-known risks-known rulesets questionnaires --dry-run
    readiness rename upkeep_risks.examined upkeep_risks.seen rulesets questionnaires
    readiness rename upkeep_risks.examined.hiring staffing . --kind option
    """
    from readiness.reports.phrasing import count_noun

    with outputs.report_write_errors("the files"):
        found = readiness.rename(old, new, targets, kind=kind, is_dry_run=dry_run)  # type: ignore[arg-type]
    if output.format == "json":
        output.write_json(found.to_dict())
        return
    output.write_lines("".join(one.diff for one in found.files))
    places = sum(len(one.places) for one in found.files)
    would = "would change" if dry_run else "changed"
    say(f"{count_noun(places, 'place')} in {count_noun(len(found.files), 'file')} {would}")


@click.command("update")
@click.argument("target", metavar="RULESET", type=click.Path(exists=True))
@option(
    "--from FILE",
    "The checklist: the workbook that `show` has written (.xlsx, .ods), or CSV.",
    name="checklist",
    required=True,
)
@dry_run_option
@path_option
@outputs.printed_option(outputs.TEXT_OR_JSON)
@color_options
def update_command(
    *, target: str, checklist: str, dry_run: bool, paths: list[Path], output: Output
) -> None:
    """Apply the changes made in a checklist to its ruleset.

    RULESET is the file of a ruleset. Only cells that were edited since the checklist was written
    are applied, to the ruleset and its questionnaire; comments, order and all other text are kept.
    A row without a reference is a new check. Deleting a row of the workbook deletes its check. If
    any cell cannot be read, nothing is changed.

    \b
    readiness show ward/ruleset.yaml --output checklist.xlsx
    readiness update ward/ruleset.yaml --from checklist.xlsx --dry-run
    readiness update ward/ruleset.yaml --from checklist.xlsx
    """
    from readiness.reports.phrasing import count_noun

    data = _read_checklist(checklist)
    with outputs.report_write_errors("the files"):
        found = readiness.update_ruleset(target, data, checklist, paths=paths, is_dry_run=dry_run)
    if output.format == "json":
        output.write_json(found.to_dict())
        return
    for remark in found.remarks:
        say(remark)
    output.write_lines("".join(one.diff for one in found.files))
    would = "would change" if dry_run else "changed"
    say(f"{count_noun(len(found.files), 'file')} {would}")
