"""`readiness assess --engine` gives the same result whichever engine calculates it."""

from __future__ import annotations

import sys

import pytest

from readiness.commands import assess
from readiness.commands.refusals import MissingExtra
from readiness.loading.engagements import load_engagement
from readiness.verification import independent_run
from readiness.verification.independent_run import EnginesDiffer, NoEngine
from tests.commands.running import ENGAGEMENT, ROOT, run
from tests.lanes import each
from tests.verification.library import needs_durable
from tests.verification.test_faults import PREPARED


@needs_durable
@pytest.mark.slow
@pytest.mark.parametrize("form", ["json", "text"])
def test_the_result_has_the_same_bytes(form: str) -> None:
    """Document and report are the same with native, durable or both."""
    runs = {
        engine: run("assess", ENGAGEMENT, "--engine", engine, "--format", form)
        for engine in assess.ENGINES
    }
    assert {found.stdout for found in runs.values()} == {runs["native"].stdout}
    assert {found.status for found in runs.values()} == {1}
    assert [found.stderr for found in runs.values()] == [
        "",
        "",
        (
            "calculated again with durable-rules 2.0.28: all statuses, standings and "
            "verdicts agree (145 checks, 5 gates)\n"
        ),
    ]


def blocked(monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    """Make the engine's process run something first."""
    command = (sys.executable, "-I", "-c", before + PREPARED, independent_run.COMMAND[-1])
    monkeypatch.setattr(independent_run, "COMMAND", command)


@pytest.mark.parametrize("engine", ["durable", "both"])
def test_an_engine_that_is_missing_is_named(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library there is one line, and status 2."""
    blocked(monkeypatch, "import sys; sys.modules['durable'] = None\n")
    inquiry = load_engagement(ROOT / ENGAGEMENT)
    with pytest.raises(MissingExtra) as fault:
        assess.run_assessment(inquiry, engine)
    assert fault.value.exit_code == 2
    assert "pip install 'readiness[durable]', with a C compiler and Python 3.12 or earlier" in (
        fault.value.message
    )
    assert "\n" not in fault.value.message


@needs_durable
@pytest.mark.parametrize("engine", each(["durable", "both"], fast="durable".__eq__))
def test_engines_that_differ_are_a_fault(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written; the outcome of each engine is reported, line by line."""
    change = (
        "def main():\n"
        "    from readiness.verification.durable import __main__ as worker, rulebook\n"
        "    verdict = rulebook.BOOKS['verdict']\n"
        "    verdict['go'], verdict['no_go'] = verdict['no_go'], verdict['go']\n"
        "    worker.main()\n"
    )
    program = PREPARED.replace("from readiness.verification.durable.__main__ import main\n", change)
    command = (sys.executable, "-I", "-c", program, independent_run.COMMAND[-1])
    monkeypatch.setattr(independent_run, "COMMAND", command)
    inquiry = load_engagement(ROOT / ENGAGEMENT)
    with pytest.raises(EnginesDiffer, match=r"gate 'plan': native says .*, durable says"):
        assess.run_assessment(inquiry, engine)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="for Python 3.13 and later")
def test_on_a_python_that_is_too_new() -> None:
    """The message names the Python version, in one line with status 2."""
    done = run("assess", ENGAGEMENT, "--engine", "durable")
    assert done.status == 2
    assert "cannot be used on Python 3." in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_engine_is_of_its_kind() -> None:
    """Code that catches a failed second evaluation also catches a missing engine."""
    assert issubclass(NoEngine, independent_run.CouldNotReperform)
