"""Every command that output, hints, errors and help propose works where it is proposed."""

from __future__ import annotations

import ast
import html
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from readiness.commands.main import COMMANDS, group
from readiness.problems.proposals import PROPOSALS, format_command
from readiness.reports.readers.paper import Paper
from readiness.reports.webpage.page import MOST_CHECKS
from tests.commands.running import ENGAGEMENT, ROOT, CommandRun, run
from tests.lanes import each
from tests.reports.example_reports import report_of

ENGINE = ROOT / "engine" / "readiness"
EXAMPLE = (ROOT / ENGAGEMENT).parent
ALLOWED = (0, 1)
HEAD = "format: readiness/answers/1\n"
GARDEN = {
    "questionnaire.yaml": """\
format: readiness/questionnaire/1
id: plot
title: Plot
sections:
  garden:
    title: Garden
    questions:
      heating: {ask: How is it heated?, type: text, not_applicable: justified}
""",
    "ruleset.yaml": """\
format: readiness/ruleset/1
id: plot
title: Plot
questionnaire: plot
areas: {all: {title: All}}
checks: {heated: {title: Heated, area: all, severity: minor, met_when: stated(garden.heating)}}
""",
    "garden 1.yaml": """\
format: readiness/engagement/1
id: plot
title: Plot
ruleset: ./ruleset.yaml
as_of: 2026-11-21
answers: [ann.yaml, bob.yaml]
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a complete engagement."""
    shutil.copytree(EXAMPLE, tmp_path / "work folder")
    return tmp_path / "work folder"


# ---- the situations


def when_a_command_is_unknown(folder: Path) -> CommandRun:
    said = run("zzzzzz", folder=folder)
    assert f"see '{PROPOSALS['help']}'" in said.stderr
    return run("--help", folder=folder)


def after_an_assessment(folder: Path) -> CommandRun:
    said = run("assess", "engagement.yaml", folder=folder)
    last = said.stdout.rstrip().splitlines()[-1].strip()
    return run(*shlex.split(last)[1:], folder=folder)


def after_starting_a_ruleset(name: str) -> Callable[[Path], CommandRun]:
    def play(folder: Path) -> CommandRun:
        said = run("new", "ruleset", "office-move", "--into", "new ones", folder=folder)
        (line,) = (x for x in said.stdout.splitlines() if x.startswith(f"readiness {name} "))
        return run(*shlex.split(line)[1:], folder=folder)

    return play


def after_writing_a_checklist(folder: Path) -> CommandRun:
    pytest.importorskip("xlsxwriter")
    said = run("new", "checklist", "-o", "my list.xlsx", folder=folder)
    words = [{"NAME": "ward"}.get(word, word) for word in shlex.split(said.stdout)]
    return run(*words[1:], folder=folder)


def after_starting_an_engagement(name: str) -> Callable[[Path], CommandRun]:
    def play(folder: Path) -> CommandRun:
        words = (
            "new",
            "engagement",
            "north",
            "--ruleset",
            "crm-pre-implementation",
            "--into",
            "new ones",
        )
        said = run(*words, "--group", "departments=sales", folder=folder)
        (line,) = (x for x in said.stdout.splitlines() if x.startswith(f"readiness {name} "))
        return run(*shlex.split(line)[1:], folder=folder)

    return play


def as_markdown_says(folder: Path) -> CommandRun:
    said = run("assess", "engagement.yaml", "--format", "markdown", folder=folder)
    (line,) = re.findall(r"`(readiness assess [^`]*)`", said.stdout)
    return run(*shlex.split(line)[1:], folder=folder)


def as_management_is_told(folder: Path) -> CommandRun:
    said = run("assess", "engagement.yaml", "--for", "management", folder=folder)
    (line,) = re.findall(r"readiness assess .* --for auditor", " ".join(said.stdout.split()))
    return run(*shlex.split(line)[1:], folder=folder)


def as_the_page_says(folder: Path) -> CommandRun:
    done = run("assess", "engagement.yaml", "--format", "json", "-o", "r.json", folder=folder)
    assert done.status in ALLOWED
    said = run("assess", "engagement.yaml", "--format", "html", folder=folder)
    (line,) = re.findall(r">(readiness verify [^<]*)<", said.stdout)
    words = [{"RESULT": "r.json"}.get(word, word) for word in shlex.split(html.unescape(line))]
    return run(*words[1:], "--engine", "native", folder=folder)


def as_the_workbook_says(folder: Path) -> CommandRun:
    openpyxl = pytest.importorskip("openpyxl")
    done = run("assess", "engagement.yaml", "-o", "r.xlsx", folder=folder)
    assert done.status in ALLOWED
    book = openpyxl.load_workbook(folder / "r.xlsx")
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value]
    (line,) = (one for one in cells if one.startswith("readiness assess "))
    return run(*shlex.split(line)[1:], folder=folder)


def when_a_changed_result_is_signed(folder: Path) -> CommandRun:
    pytest.importorskip("cryptography")
    run("sign", "--new-key", "key.pem", folder=folder)
    run("assess", "engagement.yaml", "-o", "r -.json", folder=folder)
    text = (folder / "r -.json").read_text(encoding="utf-8")
    (folder / "r -.json").write_text(text.replace('"no_go"', '"go"'), encoding="utf-8")
    said = run("sign", "r -.json", "--key", "key.pem", folder=folder)
    (line,) = re.findall(r"'(readiness verify .*)' shows details", " ".join(said.stderr.split()))
    done = run(*shlex.split(line)[1:], folder=folder)
    assert done.status == 1
    return done


def planted(folder: Path) -> None:
    """Write an engagement with a conflict on a question that may not apply."""
    sheet = HEAD + "respondent: {}\nanswers:\n  garden.heating: {}\n"
    for who, said in (("ann", "a stove"), ("bob", "{not_applicable: It faces 'south'}")):
        (folder / f"{who}.yaml").write_text(sheet.format(who, said), encoding="utf-8")
    for name, text in GARDEN.items():
        (folder / name).write_text(text, encoding="utf-8")


def resolving(option: str) -> Callable[[Path], CommandRun]:
    def play(folder: Path) -> CommandRun:
        planted(folder)
        shown = run("resolve", "garden 1.yaml", folder=folder)
        (line,) = (one for one in shown.stdout.splitlines() if f" {option} " in one)
        done = run(*shlex.split(line)[1:], folder=folder)
        assert "reason: WHY" in (folder / "garden 1.yaml").read_text(encoding="utf-8")
        return done

    return play


def accepting(folder: Path) -> CommandRun:
    planted(folder)
    rule = "consistency: {smoky: {when: garden.heating == 'a stove', message: It smokes.}}\n"
    questions = GARDEN["questionnaire.yaml"] + rule
    (folder / "questionnaire.yaml").write_text(questions, encoding="utf-8")
    shutil.copy(folder / "ann.yaml", folder / "bob.yaml")
    shown = run("resolve", "garden 1.yaml", folder=folder)
    (line,) = (one for one in shown.stdout.splitlines() if " consistency.smoky " in one)
    return run(*shlex.split(line)[1:], folder=folder)


def when_a_file_is_no_form(folder: Path) -> CommandRun:
    openpyxl = pytest.importorskip("openpyxl")
    openpyxl.Workbook().save(folder / "other.xlsx")
    said = run("workbook", "import", "other.xlsx", folder=folder)
    assert format_command("export-form") in " ".join(said.stderr.split())
    line = format_command("export-form", path="engagement.yaml", name="sales", file="form.xlsx")
    return run(*shlex.split(line)[1:], folder=folder)


def when_a_file_is_no_action_plan(folder: Path) -> CommandRun:
    openpyxl = pytest.importorskip("openpyxl")
    openpyxl.Workbook().save(folder / "other.xlsx")
    said = run("progress", "import", "engagement.yaml", "other.xlsx", folder=folder)
    assert format_command("action-plan", file="plan.xlsx") in " ".join(said.stderr.split())
    line = format_command("action-plan", path="engagement.yaml", file="plan.xlsx")
    return run(*shlex.split(line)[1:], folder=folder)


def where_a_picture_is_left_out(folder: Path) -> CommandRun:
    checks = "".join(
        f"  c{n}: {{title: C{n}, area: all, severity: minor, met_when: stated(garden.heating)}}\n"
        for n in range(MOST_CHECKS + 1)
    )
    planted(folder)
    rules = GARDEN["ruleset.yaml"].partition("checks:")[0] + "checks:\n" + checks
    (folder / "ruleset.yaml").write_text(rules, encoding="utf-8")
    said = run("assess", "garden 1.yaml", "--format", "html", folder=folder)
    line = re.findall(r">(readiness graph [^<]*)<", said.stdout)[0]
    return run(*shlex.split(html.unescape(line))[1:], folder=folder)


def where_paper_has_no_picture(folder: Path) -> CommandRun:
    planted(folder)
    report = report_of(str(folder / "garden 1.yaml"), folder)
    (line,) = (
        one.text
        for block in Paper(report, "auditor").blocks
        for one in block.runs
        if one.code and one.text.startswith("readiness graph")
    )
    return run(*shlex.split(line)[1:], folder=folder)


def as_the_help_of_assess_says(folder: Path) -> CommandRun:
    said = run("assess", "--help", folder=folder)
    assert PROPOSALS["result-schema"] in " ".join(said.stdout.split())
    return run(*PROPOSALS["result-schema"].split()[1:], folder=folder)


SITUATIONS: dict[str, Callable[[Path], CommandRun]] = {
    "help": when_a_command_is_unknown,
    "explain": after_an_assessment,
    "assess": after_starting_a_ruleset("assess"),
    "assess-again": as_markdown_says,
    "assess-for-auditor": as_management_is_told,
    "assess-as-then": as_the_workbook_says,
    "verify": when_a_changed_result_is_signed,
    "verify-against": as_the_page_says,
    "resolve-by-value": resolving("--value"),
    "resolve-not-applicable": resolving("--not-applicable"),
    "accept-contradiction": accepting,
    "status": after_starting_an_engagement("status"),
    "ask": after_starting_an_engagement("ask"),
    "new-from-checklist": after_writing_a_checklist,
    "export-forms": after_starting_an_engagement("forms"),
    "action-plan": when_a_file_is_no_action_plan,
    "export-form": when_a_file_is_no_form,
    "graph": where_a_picture_is_left_out,
    "graph-picture": where_paper_has_no_picture,
    "lint": after_starting_a_ruleset("lint"),
    "test": after_starting_a_ruleset("test"),
    "result-schema": as_the_help_of_assess_says,
}


def test_every_proposal_has_a_situation() -> None:
    """A new proposal cannot be left out of these tests."""
    assert set(PROPOSALS) == set(SITUATIONS)


# These need pages and workbooks of the engagement first.
LONG = {"assess-again", "assess-as-then", "export-form", "verify", "verify-against"}


@pytest.mark.parametrize("name", each(PROPOSALS, fast=lambda name: name not in LONG))
def test_a_proposal_works_where_it_is_made(name: str, folder: Path) -> None:
    """The printed command can be typed exactly as printed, in a folder with a space in its name."""
    done = SITUATIONS[name](folder)
    assert done.status in ALLOWED, done.stderr
    assert "Traceback" not in done.stderr


# ---- the one door

PROPOSAL = re.compile(rf"\breadiness ({'|'.join(map(re.escape, COMMANDS))}|--help)\b")


def texts_of(path: Path) -> Iterator[str]:
    """Return the texts of a module, except docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


@pytest.mark.slow
def test_commands_are_proposed_in_one_way() -> None:
    """No text in the program or its templates spells out a command itself."""
    found = [
        (path.name, text)
        for path in ENGINE.rglob("*.py")
        if path.name != "proposals.py"
        for text in texts_of(path)
        if PROPOSAL.search(text)
    ]
    found += [
        (path.name, path.read_text(encoding="utf-8"))
        for path in ENGINE.rglob("*.jinja")
        if PROPOSAL.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ({"path": "a b.yaml", "check": "x"}, "readiness explain 'a b.yaml' x"),
        ({"path": "it's.yaml", "check": "x"}, "readiness explain 'it'\"'\"'s.yaml' x"),
        ({"path": "-x.yaml", "check": "x"}, "readiness explain ./-x.yaml x"),
        ({"path": "-", "check": "x"}, "readiness explain PATH x"),
        ({"path": "CHECK", "check": "x"}, "readiness explain CHECK x"),
        ({}, "readiness explain PATH CHECK"),
    ],
)
def test_words_are_quoted(words: dict[str, str], line: str) -> None:
    """A shell reads the arguments back unchanged; placeholders stay in capitals."""
    assert format_command("explain", options=(), **words) == line


# ---- examples in the help, and in the files that `new` writes


def examples(command: click.Command, name: str = "") -> Iterator[tuple[str, str]]:
    text = re.sub(r"\s*\\\n\s*", " ", command.help or "")
    for line in text.splitlines():
        if line.strip().startswith("readiness "):
            yield name, re.split(r" {2,}", line.strip())[0]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for key in command.list_commands(context):
            held = command.get_command(context, key)
            assert held is not None
            yield from examples(held, f"{name} {key}".strip())


INSTEAD = {"CHECK": "executive-sponsor", "NAME": "sales"}
EXAMPLES = list(dict.fromkeys(line for _, line in examples(group)))


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with everything that the examples name."""
    place = tmp_path_factory.mktemp("examples")
    shutil.copytree(EXAMPLE, place, dirs_exist_ok=True)
    shutil.copytree(ROOT / "rulesets" / "crm-upkeep", place / "rulesets" / "crm-upkeep")
    shutil.copytree(ROOT / "questionnaires" / "crm-upkeep", place / "questionnaires" / "crm-upkeep")
    (place / "answers.yaml").write_text(
        "format: readiness/answers/1\nruleset: crm-pre-implementation\n"
        "answers: {sponsor.identified: yes}\n"
    )
    (place / "companies.csv").write_text("company,sponsor.identified\nA,yes\nB,no\n")
    for name, ruleset in (
        ("my-ruleset", "crm-pre-implementation"),
        ("old", "crm-readiness"),
        ("new", "crm-readiness"),
    ):
        shutil.copytree(ROOT / "rulesets" / ruleset, place / name)
    shutil.copy(place / "new" / "ruleset.yaml", place / "standard.yaml")
    for words in (
        ["assess", "engagement.yaml", "--format", "json", "-o", "result.json"],
        ["bundle", "engagement.yaml", "-o", "assessment.zip"],
        ["sign", "--new-key", "auditor.pem"],
        ["sign", "assessment.zip", "--key", "auditor.pem"],
        ["workbook", "export", "engagement.yaml", "-r", "sales", "-o", "sales.xlsx"],
    ):
        assert run(*words, folder=place).status in ALLOWED
    return place


def prepared(line: str, place: Path) -> None:
    """Files that an example creates do not exist yet, and those that it removes do."""
    if "--remove" in line:
        words = ("--value", "610000", "--reason", "WHY", "--by", "NAME")
        run("resolve", "engagement.yaml", "funding.committed", *words, folder=place)
    for name in ("auditor.pem", "auditor.pub.pem") if "--new-key" in line else ():
        (place / name).unlink(missing_ok=True)
    for name in ("november.json", "december.json"):
        if name in line:
            shutil.copy(place / "result.json", place / name)
    if "first-round" in line:
        copied = shutil.ignore_patterns("first-round")
        shutil.copytree(place, place / "first-round", ignore=copied)
    if "../rules/" in line:
        shutil.copytree(place / "new", place.parent / "rules")
    if "ward/" in line:
        for kind in ("rulesets", "questionnaires"):
            shutil.copytree(place / kind / "crm-upkeep", place / "ward", dirs_exist_ok=True)
        if "update" in line:
            run("show", "ward/ruleset.yaml", "-o", "checklist.xlsx", folder=place)
    elif " --from checklist.xlsx" in line:
        run("new", "checklist", folder=place)
    if " plan.xlsx" in line:
        run("plan", "engagement.yaml", "-o", "plan.xlsx", folder=place)
    if " returned" in line:
        run("forms", "export", "engagement.yaml", "-r", "it", "--into", "returned", folder=place)
    if "sign " in line and "--key" in line and "verify" not in line:
        (place / "assessment.zip.dsse.json").unlink(missing_ok=True)


@pytest.mark.slow
@pytest.mark.parametrize("line", EXAMPLES)
def test_examples_in_the_help_work(
    line: str, worked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each example can be typed in a folder that has the files it names."""
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)  # it would serve for ever
    monkeypatch.setattr("pygls.lsp.server.LanguageServer.start_io", lambda *_, **__: None)
    place = Path(shutil.copytree(worked, tmp_path / "engagement"))
    prepared(line, place)
    if ".parquet" in line:
        table = pytest.importorskip("pyarrow.parquet")
        arrow = pytest.importorskip("pyarrow")
        cases = arrow.table({"company": ["A"], "sponsor.identified": [True]})
        table.write_table(cases, place / "companies.parquet")
    words = [INSTEAD.get(word, word) for word in shlex.split(line)[1:]]
    free = ["--port", "0"] if words[0] == "api" else []
    done = run(*words, *free, folder=place)
    assert done.status in ALLOWED, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [["ruleset", "office-move"], ["questionnaire", "office-move"],
     ["ruleset", "our-crm", "--extends", "crm-upkeep"]],
)  # fmt: skip
def test_commands_in_files_that_new_writes(words: list[str], tmp_path: Path) -> None:
    """Each command in such a file works in its folder."""
    assert run("new", *words, folder=tmp_path).status == 0
    place = tmp_path / words[1]
    lines = [
        found.strip()
        for file in place.rglob("*.yaml")
        for found in re.findall(r"(?<=: )readiness .*", file.read_text(encoding="utf-8"))
    ]
    assert lines
    for line in lines:
        assert run(*shlex.split(line)[1:], folder=place).status == 0, line


LOOKED_IN = {
    "resolve": ("resolve", "garden 1.yaml"),
    "text": ("assess", "garden 1.yaml"),
    "text in a file": ("assess", "garden 1.yaml", "-o", "r.txt"),
    "markdown": ("assess", "garden 1.yaml", "--format", "markdown"),
    "html": ("assess", "garden 1.yaml", "--format", "html"),
}


@pytest.mark.parametrize("words", LOOKED_IN.values(), ids=LOOKED_IN)
def test_proposals_look_in_the_same_folders(words: tuple[str, ...], folder: Path) -> None:
    """What `--path` found is also found by the proposed commands."""
    planted(folder)
    rules = folder / "our rules"
    rules.mkdir()
    for name in ("ruleset.yaml", "questionnaire.yaml"):
        (folder / name).rename(rules / name)
    engagement = folder / "garden 1.yaml"
    engagement.write_text(engagement.read_text().replace("./ruleset.yaml", "plot"))
    said = run(*words, "--path", "our rules", folder=folder)
    assert said.status in ALLOWED, said.stderr
    text = html.unescape(said.stdout or (folder / "r.txt").read_text(encoding="utf-8"))
    lines = re.findall(r"readiness (?:resolve|explain|assess|verify) [^<`\n]*", text)
    assert lines
    assert all(line.endswith(" --path 'our rules'") for line in lines), lines
    if words[0] == "resolve" or "garden 1.yaml" == words[-1]:
        done = run(*shlex.split(lines[0])[1:], folder=folder)
        assert done.status in ALLOWED, done.stderr


OTHER_RULES = """\
format: readiness/ruleset/1
id: other
title: Other
questionnaire: plot
areas: {all: {title: All}}
checks: {warm: {title: Warm, area: all, severity: minor, met_when: garden.heating == 'a stove'}}
"""
GIVEN = ("--ruleset", "other rules.yaml", "--as-of", "2027-01-04", "--assurance", "evidenced")


@pytest.mark.parametrize(
    ("report", "name", "repeated"),
    [
        ("text", "explain", GIVEN),
        ("markdown", "assess", GIVEN),
        ("markdown", "verify", GIVEN[:2]),
        ("html", "verify", GIVEN[:2]),
    ],
)
def test_proposals_repeat_what_was_given(
    report: str, name: str, repeated: tuple[str, ...], folder: Path
) -> None:
    """A proposed command repeats each option that affects the result.

    The check that is explained exists only in the other ruleset, and the result is verified against
    that ruleset without a finding.
    """
    planted(folder)
    (folder / "other rules.yaml").write_text(OTHER_RULES, encoding="utf-8")
    done = run("assess", "garden 1.yaml", *GIVEN, "--output", "result.json", folder=folder)
    assert done.status in ALLOWED, done.stderr
    said = run("assess", "garden 1.yaml", *GIVEN, "--format", report, folder=folder)
    line = re.findall(rf"readiness {name} [^<`\n]*", html.unescape(said.stdout))[0]
    words = [{"RESULT": "result.json"}.get(word, word) for word in shlex.split(line)[1:]]
    assert tuple(words[-len(repeated) :]) == repeated
    proved = run(*words, *(("--engine", "native") if name == "verify" else ()), folder=folder)
    assert proved.status in ALLOWED, proved.stderr
    if name == "explain":
        assert "Warm" in proved.stdout
    elif name == "assess":
        assert proved.stdout == (folder / "result.json").read_text(encoding="utf-8")
    else:
        assert "Verified: all" in proved.stdout


def test_only_options_that_a_command_takes_are_repeated() -> None:
    """Options that a command does not have are left out, and no option is repeated."""
    options = [(f"--{name}", "x") for name in ("ruleset", "as-of", "assurance", "path")]
    context = click.Context(group)
    for name, template in PROPOSALS.items():
        words = format_command(name, options=options).split()
        command = group.get_command(context, words[1])
        if command is None or name in (
            "help",
            "result-schema",
            "export-form",
            "export-forms",
            "new-from-checklist",
        ):
            continue
        taken = {option for one in command.params for option in one.opts}
        wanted = [option for option, _ in options if option in taken]
        assert [words.count(option) for option in wanted] == [1] * len(wanted), template
        assert {option for option, _ in options if option in words} == set(wanted), template
