"""Exit statuses, standard input, files, colour and faults of the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from readiness import Assessor, load_engagement
from readiness.documents.schemas import KINDS
from readiness.problems import DocumentError
from readiness.version import __version__
from tests.commands.running import ENGAGEMENT, ROOT, run
from tests.lanes import each

SHOP = "tests/reports/shop/mixed.yaml"
ANSWERS = """\
format: readiness/answers/1
questionnaire: crm-pre-implementation
ruleset: crm-pre-implementation
answers:
  sponsor.identified: yes
"""


@pytest.mark.slow
def test_json_is_the_result_of_the_library() -> None:
    """`--format json` prints what the library returns, byte for byte."""
    engagement = load_engagement(ROOT / ENGAGEMENT)
    expected = Assessor(engagement.ruleset).assess(engagement).to_json()
    assert expected == run("assess", ENGAGEMENT, "--format", "json").stdout


def test_exit_status_is_that_of_the_gates_asked_about(tmp_path: Path) -> None:
    """The status is 0 if every requested gate is go or conditional_go, and otherwise 1."""
    (tmp_path / "questions.yaml").write_text(
        "format: readiness/questionnaire/1\nid: small\nversion: 1.0.0\ntitle: Small\n"
        "sections: {s: {title: S, questions: {a: {ask: A?, type: yes_no}, "
        "b: {ask: B?, type: yes_no}}}}\n"
    )
    (tmp_path / "rules.yaml").write_text(
        "format: readiness/ruleset/1\nid: small\nversion: 1.0.0\ntitle: Small\n"
        "questionnaire: small\nareas: {x: {title: X}}\n"
        "gates: {first: {title: First, requires: [a]}, second: {title: Second, requires: [b]}}\n"
        "checks:\n"
        "  a: {title: A, area: x, severity: major, met_when: s.a}\n"
        "  b: {title: B, area: x, severity: major, met_when: s.b}\n"
    )
    answers = "format: readiness/answers/1\nruleset: rules.yaml\nanswers: {s.a: yes}\n"
    (tmp_path / "answers.yaml").write_text(answers)
    assert run("assess", "answers.yaml", "--gate", "first", folder=tmp_path).status == 0
    assert run("assess", "answers.yaml", "--gate", "second", folder=tmp_path).status == 1
    assert run("assess", "answers.yaml", folder=tmp_path).status == 1


def test_standard_input_is_an_answers_file() -> None:
    """`-` reads the document from standard input."""
    done = run("assess", "-", "--format", "json", stdin=ANSWERS)
    assert done.status == 1
    checks = {check["id"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["executive-sponsor"]["status"] == "undetermined"
    assert json.loads(done.stdout)["answers"][0]["file"] == "-"


def test_problems_of_standard_input_name_it() -> None:
    """A problem in a document from standard input is reported with its line and column."""
    done = run("assess", "-", stdin=ANSWERS + "  sponsor.identifed: yes\n")
    assert done.status == 2
    assert done.stderr.startswith("<stdin>:6:3: ")
    assert "Traceback" not in done.stderr


def test_a_hint_names_the_option(tmp_path: Path) -> None:
    """Where the library names its argument, the command names its option; and that option works."""
    text = ANSWERS.replace("ruleset: crm-pre-implementation\n", "")
    (tmp_path / "answers.yaml").write_text(text, encoding="utf-8")
    done = run("assess", "answers.yaml", folder=tmp_path)
    assert (done.status, "or with --ruleset" in done.stderr) == (2, True)
    with pytest.raises(DocumentError, match="or load it with ruleset='ID'"):
        load_engagement(tmp_path / "answers.yaml")
    done = run("assess", "answers.yaml", "--ruleset", "crm-pre-implementation", folder=tmp_path)
    assert done.status == 1


def test_output_file_is_whole_or_not_there(tmp_path: Path) -> None:
    """`--output` replaces a file in one step, and leaves it alone when there is no result."""
    target = tmp_path / "result.json"
    target.write_text("before")
    assert run("assess", "nowhere.yaml", "--output", str(target)).status == 2
    assert target.read_text() == "before"
    assert run("assess", ENGAGEMENT, "-f", "json", "-o", str(target)).status == 1
    assert json.loads(target.read_text())["format"] == "readiness/assessment/1"
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]


def test_colour_only_where_it_is_wanted() -> None:
    """Colour goes to a terminal or is asked for; NO_COLOR and --no-color keep it away."""
    escape = "\x1b["
    assert escape not in run("assess", SHOP).stdout
    assert escape in run("assess", SHOP, "--color").stdout
    assert escape not in run("assess", SHOP, "--no-color").stdout
    assert escape not in run("assess", SHOP, NO_COLOR="1").stdout


@pytest.mark.parametrize("width", each([40, 60, 80, 120], fast=(40).__eq__))
def test_text_keeps_to_the_width(width: int) -> None:
    """No line of the report is wider than the terminal."""
    done = run("assess", ENGAGEMENT, "--width", str(width))
    assert max(len(line) for line in done.stdout.splitlines()) <= width


@pytest.mark.parametrize("kind", KINDS)
def test_schema_prints_each_kind(kind: str) -> None:
    """`schema KIND` prints a JSON Schema of draft 2020-12."""
    found = json.loads(run("schema", kind).stdout)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_path_option_and_variable_find_further_rulesets(tmp_path: Path) -> None:
    """`--path DIR` and READINESS_PATH add folders in which ids are found."""
    ruleset = (ROOT / "rulesets/crm-pre-implementation/ruleset.yaml").read_text(encoding="utf-8")
    own = ruleset.replace("id: crm-pre-implementation", "id: own", 1)
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    assert "own" in run("list", "--path", str(tmp_path)).stdout
    assert "own" in run("list", READINESS_PATH=str(tmp_path)).stdout
    assert run("show", "own", "--path", str(tmp_path)).status == 0
    assert run("show", "own").status == 2


def test_a_closed_pipe_is_no_fault() -> None:
    """A reader may stop reading the output: no message, no traceback."""
    script = f"{sys.executable} -m readiness show crm-pre-implementation -f json | head -c 1"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, cwd=ROOT, env=environment, check=False
    )
    assert done.stderr == b""


def test_a_fault_of_the_program_is_one_message_and_70(tmp_path: Path) -> None:
    """An unforeseen exception ends with status 70 and says what to do, without a traceback.

    The message claims nothing that the program cannot know.
    """
    (tmp_path / "sitecustomize.py").write_text(
        "import readiness.documents.reading as r\n"
        "def fail(*_): raise KeyError('x')\n"
        "import readiness.loading.files as f\nf.read = fail\n"
    )
    environment = {"PYTHONPATH": os.pathsep.join([str(tmp_path), *(p for p in sys.path if p)])}
    done = subprocess.run(
        [sys.executable, "-m", "readiness", "assess", ENGAGEMENT],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 70
    assert done.stderr.decode().splitlines() == [
        f"readiness {__version__} failed: KeyError: 'x'",
        "  this is a fault of the program; each file that it writes is as it was, or complete",
        "  run it again with READINESS_TRACEBACK=1 and report what it prints",
    ]


def test_launcher_of_a_checkout_runs_the_same_command() -> None:
    """`python cli.py` from a checkout is the command `readiness`."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "--version"], capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == run("--version").stdout.strip()


def test_no_cache_is_still_accepted() -> None:
    """Scripts that use the former option `--no-cache` still work, and help does not list it."""
    assert run("show", "crm-upkeep", "--no-cache") == run("show", "crm-upkeep")
    assert "cache" not in run("show", "--help").stdout
