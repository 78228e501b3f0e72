"""What `readiness graph` accepts, and where it writes."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.collecting.garden import write_garden
from tests.commands.running import ENGAGEMENT, ROOT, run, run_process
from tests.lanes import each

FILES = {
    "graph.svg": b"<?xml",
    "graph.PNG": b"\x89PNG",
    "graph.dot": b"digraph",
    "graph.gv": b"digraph",
    "graph.mmd": b"flowchart LR",
    "graph.md": b"```mermaid\nflowchart LR",
    "graph.txt": b"Halden Outdoor CRM programme",
    "graph": b"Halden Outdoor CRM programme",
}


@pytest.mark.parametrize("name", each(FILES, fast={"graph.svg", "graph.md", "graph"}.__contains__))
def test_the_end_of_the_name_says_the_format(name: str, tmp_path: Path) -> None:
    """Without --format the extension of the --output file decides; any other name means text."""
    done = run("graph", ENGAGEMENT, "--gate", "commit", "--output", str(tmp_path / name))
    assert (done.status, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / name).read_bytes().startswith(FILES[name])


def test_format_goes_before_the_name(tmp_path: Path) -> None:
    """With --format the name of the file has no effect."""
    run("graph", ENGAGEMENT, "--format", "dot", "--output", str(tmp_path / "graph.svg"))
    assert (tmp_path / "graph.svg").read_bytes().startswith(b"digraph")


@pytest.mark.parametrize("target", ["crm-upkeep", "rulesets/crm-upkeep/ruleset.yaml"])
def test_a_ruleset_by_id_and_by_file(target: str) -> None:
    """A ruleset is found by its id and by its file."""
    done = run("graph", target)
    assert done.status == 0
    assert done.stdout.startswith("CRM upkeep 2.0.0\n")


def test_a_sheet_of_answers_from_standard_input() -> None:
    """`-` is a sheet of answers, or an engagement; exit status 0 whatever the verdicts."""
    sheet = "format: readiness/answers/1\nruleset: crm-upkeep\nanswers: {}\n"
    done = run("graph", "-", stdin=sheet)
    assert done.status == 0
    assert "Wave 1" in done.stdout


@pytest.mark.parametrize(
    "option", [["--ruleset", "crm-upkeep"], ["--assurance", "stated"], ["--all"]]
)
def test_a_ruleset_has_no_answers(option: list[str]) -> None:
    """Options about answers are refused for a ruleset, each by name."""
    done = run("graph", "crm-upkeep", *option)
    assert done.status == 2
    assert f"{option[0]} is for an engagement or a sheet of answers" in done.stderr


def test_a_terminal_gets_no_png() -> None:
    """A binary picture is refused if it would be printed to a terminal."""
    reader, terminal = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "readiness", "graph", "crm-upkeep", "--format", "png"],
        stdout=terminal,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        check=False,
    )
    os.close(terminal)
    os.close(reader)
    assert done.returncode == 2
    assert b"a terminal cannot show png: write it to a file with --output FILE" in done.stderr


def test_a_png_that_nobody_could_read(tmp_path: Path) -> None:
    """A PNG of too many checks is refused with the command that writes a picture to enlarge."""
    write_garden(tmp_path)
    rules = tmp_path / "rules.yaml"
    more = "".join(
        f"  more-{n}: {{title: More, area: all, severity: minor, met_when: is.dug}}\n"
        for n in range(300)
    )
    rules.write_text(rules.read_text() + more)
    done = run("graph", "rules.yaml", "--output", "graph.png", folder=tmp_path)
    assert done.status == 2
    assert "a PNG of 306 checks and gates cannot be read" in done.stderr
    assert "readiness graph rules.yaml --output graph.svg" in done.stderr
    assert not (tmp_path / "graph.png").exists()


@pytest.mark.slow
def test_without_graphviz_the_texts_are_there(tmp_path: Path) -> None:
    """Without Graphviz only pictures are unavailable, and a message says so."""
    (tmp_path / "pygraphviz.py").write_text("raise ImportError('libX11.so.6 is not there')\n")
    path = os.pathsep.join([str(tmp_path), *(path for path in sys.path if path)])
    words = [sys.executable, "-m", "readiness", "graph", "crm-upkeep", "--format"]
    statuses = {}
    for form in ("text", "dot", "mermaid", "svg", "png"):
        done = subprocess.run(
            [*words, form],
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            check=False,
        )
        statuses[form] = done.returncode
        if done.returncode:
            assert b"cannot be loaded: libX11.so.6 is not there" in done.stderr
    assert statuses == {"text": 0, "dot": 0, "mermaid": 0, "svg": 2, "png": 2}


@pytest.mark.slow
def test_without_a_font_there_is_no_png(tmp_path: Path) -> None:
    """Without an installed font a PNG would show boxes: it is refused, and an SVG is not."""
    (tmp_path / "fonts.conf").write_text("<fontconfig><dir>/nowhere</dir></fontconfig>")
    fonts = str(tmp_path / "fonts.conf")
    refused = run_process("graph", "crm-upkeep", "--format", "png", FONTCONFIG_FILE=fonts)
    if sys.platform == "linux":
        assert refused.status == 2
        assert "a PNG needs a font" in refused.stderr
    assert run_process("graph", "crm-upkeep", "--format", "svg", FONTCONFIG_FILE=fonts).status == 0
