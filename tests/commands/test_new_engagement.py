"""Every command about an engagement works before the first sheet is handed in."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from readiness.commands.main import COMMANDS
from tests.commands.running import run
from tests.lanes import each

ENGAGEMENT = """\
format: readiness/engagement/1
id: new
ruleset: crm-pre-implementation
as_of: 2026-11-21
groups: {departments: [sales, it]}
answers: """
NOTES = {
    "[answers/*.yaml]": "e.yaml:6:11: no answer sheet matches 'answers/*.yaml' yet\n",
    "[]": "e.yaml:6:10: the engagement has no answer sheets yet\n",
}
# How each command is called, and its exit status; 1 means that the gates are not passed.
CALLS = {
    "assess": (["e.yaml", "-f", "html", "-o", "out.html"], 1),
    "explain": (["e.yaml", "executive-sponsor"], 0),
    "plan": (["e.yaml"], 0),
    "compare": (["e.yaml", "e.yaml"], 0),
    "graph": (["e.yaml"], 0),
    "ask": (["e.yaml", "--respondent", "sales"], 0),
    "workbook": (["export", "e.yaml", "-r", "sales", "-f", "csv"], 0),
    "forms": (["export", "e.yaml", "--into", "forms"], 0),
    "remind": (["e.yaml"], 0),
    "status": (["e.yaml"], 0),
    "resolve": (["e.yaml"], 0),
    "waive": (["e.yaml", "executive-sponsor", "--reason", "r", "--approved-by", "b"], 0),
    "bundle": (["e.yaml", "-o", "bundle.zip"], 0),
    "lint": (["e.yaml"], 1),
    "show": (["e.yaml"], 0),
}
COLLECTING = {"workbook", "forms", "remind", "status"}
# These commands read other files than engagements.
OTHERS = {
    "portfolio", "verify", "sign", "list", "new", "test", "schema", "progress", "rename",
    "update",
    "coverage", "mutants", "diff", "upgrade", "api", "lsp",
}  # fmt: skip
START = ("new", "engagement", "northwind", "--ruleset", "crm-pre-implementation")


def test_no_command_is_forgotten() -> None:
    """A new command is listed either as reading engagements or as not reading them."""
    assert set(COMMANDS) == CALLS.keys() | OTHERS


@pytest.mark.parametrize("answers", each(NOTES, fast="[]".__eq__))
@pytest.mark.parametrize("command", CALLS)
def test_without_sheets(command: str, answers: str, tmp_path: Path) -> None:
    """Each command works, with a note at the place where the engagement names sheets.

    Commands that collect answers only say so where there is no place for the sheets.
    """
    (tmp_path / "e.yaml").write_text(ENGAGEMENT + answers + "\n")
    words, status = CALLS[command]
    done = run(command, *words, folder=tmp_path)
    assert done.status == status
    if command in COLLECTING and answers != "[]":
        assert done.stderr == ""
    elif command != "ask":  # which creates the first sheet
        assert NOTES[answers] in (done.stdout if command == "lint" else done.stderr)


@pytest.mark.slow
def test_a_folder_on_which_every_command_works(tmp_path: Path) -> None:
    """After `new engagement` each command works on the engagement, as do the printed commands."""
    group = "departments=sales, it"
    done = run(*START, "--group", group, "--client", "North: Wind\n& Co", folder=tmp_path)
    folder = tmp_path / "northwind"
    assert (done.status, done.stderr.count("\n")) == (0, 2)
    for line in done.stdout.splitlines():
        assert run(*shlex.split(line)[1:], folder=tmp_path).status in (0, 1)
    for command, (words, status) in CALLS.items():
        said = [word.replace("e.yaml", "engagement.yaml") for word in words]
        assert run(command, *said, folder=folder).status == status
    text = (folder / "engagement.yaml").read_text(encoding="utf-8")
    assert "departments: [sales, it]\n" in text
    assert "client: 'North: Wind & Co'\n" in text
    assert "for North: Wind & Co:" in (folder / "README.md").read_text(encoding="utf-8")


def test_names_of_members(tmp_path: Path) -> None:
    """A member with a name in any language gets an id as people would write it."""
    done = run(*START, "--group", "departments=Jörg Müller, Prüfung: eins, it", folder=tmp_path)
    assert done.status == 0, done.stderr
    text = (tmp_path / "northwind" / "engagement.yaml").read_text(encoding="utf-8")
    assert "departments: [joerg-mueller, pruefung-eins, it]\n" in text
    assert "  pruefung-eins: {name: 'Prüfung: eins'}\n" in text
    status = run("status", "engagement.yaml", folder=tmp_path / "northwind")
    assert "Jörg Müller" in status.stdout


def test_a_group_that_is_not_listed(tmp_path: Path) -> None:
    """A group that the questionnaire needs is mentioned, and prepared in the engagement."""
    done = run(*START, "--title", 'Nord: "Wind"', folder=tmp_path)
    assert "the members of 'departments' are not listed, but 5 questions" in done.stderr
    text = (tmp_path / "northwind" / "engagement.yaml").read_text(encoding="utf-8")
    assert "# groups:\n#   departments: [first, second]\n" in text
    assert run("status", "northwind/engagement.yaml", folder=tmp_path).status == 0


def test_a_ruleset_in_a_file(tmp_path: Path) -> None:
    """The engagement names the file from its own folder."""
    assert run("new", "ruleset", "office-move", folder=tmp_path).status == 0
    rules = "office-move/ruleset.yaml"
    words = ("new", "engagement", "first", "--ruleset", rules, "--into", "a b")
    assert run(*words, folder=tmp_path).status == 0
    assert "ruleset: ../../office-move" in (tmp_path / "a b/first/engagement.yaml").read_text()
    assert run("status", "a b/first/engagement.yaml", folder=tmp_path).status == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (START[:3], "name the ruleset of the engagement: --ruleset R"),
        ((*START[:4], "crm-pre-implemenation"), "did you mean 'crm-pre-implementation'?"),
        ((*START, "--group", "department=a"), "there is no group 'department'; did you mean"),
        ((*START, "--group", "departments=営業"), "write lower-case letters and hyphens"),
        ((*START, "--group", "departments=Müller, mueller"), "'mueller' named twice"),
        ((*START, "--group", "departments=a,,b"), "lists nobody; write it as in departments="),
        ((*START, "--group", "departments=a,b,a"), "'a' named twice in 'departments'"),
        ((*START, "--title", " "), "'--title': it is empty"),
        ((*START, "--extends", "crm-upkeep"), "--extends is for rulesets"),
        (("new", "ruleset", "ours", "--client", "A"), "and --client are for engagements"),
        (("new", "engagement", "there", *START[3:]), "'there' already exists; nothing was written"),
    ],
)
def test_refused(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    """A wrong call says what to write; nothing is written, and what exists stays."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine.txt").write_text("mine")
    done = run(*words, folder=tmp_path)
    assert (done.status, done.stdout) == (2, "")
    assert told in " ".join(done.stderr.split())
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine.txt", "there"]


@pytest.mark.slow
def test_verified_without_sheets(tmp_path: Path) -> None:
    """A result that was assessed without a sheet is verified like any other result."""
    (tmp_path / "e.yaml").write_text(ENGAGEMENT + "[answers/*.yaml]\n")
    assert run("assess", "e.yaml", "-f", "json", "-o", "r.json", folder=tmp_path).status == 1
    assert run("verify", "r.json", "--engagement", "e.yaml", folder=tmp_path).status == 0
    assert run("bundle", "e.yaml", "-o", "b.zip", folder=tmp_path).status == 0
    assert run("verify", "b.zip", folder=tmp_path).status == 0
