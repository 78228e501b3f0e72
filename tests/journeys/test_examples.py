"""Each shipped example from its conflicts to a verified bundle, and assessed in other processes."""

from __future__ import annotations

import json
import multiprocessing
import shlex
import shutil
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

import readiness
from tests.commands.running import ROOT, run

EXAMPLES = sorted((ROOT / "questionnaires" / "examples").glob("*/engagement.yaml"))
FORMATS = ("json", "html", "markdown", "csv", "junit", "sarif", "text")


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=[path.parent.name for path in EXAMPLES])
def test_from_conflicts_to_a_verified_bundle(path: Path, tmp_path: Path) -> None:
    """Every conflict is resolved as proposed; then everything is reported, packed and verified."""
    folder = tmp_path / "work"
    shutil.copytree(path.parent, folder)
    shown = run("resolve", "engagement.yaml", folder=folder)
    assert shown.status in (0, 1), shown.stderr
    settled: set[str] = set()
    for line in (one.strip() for one in shown.stdout.splitlines()):
        words = shlex.split(line) if line.startswith("readiness resolve ") else []
        if words and words[3] not in settled and "VALUE" not in words:
            settled.add(words[3])
            done = run(*words[1:], folder=folder)
            assert done.status in (0, 1), done.stderr
    left = json.loads(run("resolve", "engagement.yaml", "--format", "json", folder=folder).stdout)
    assert not {one["question"] for one in left["conflicts"] if not one["settled"]} & settled
    wanted = [word for name in FORMATS for word in ("--format", name)]
    done = run("assess", "engagement.yaml", *wanted, "--output", "reports", folder=folder)
    assert done.status in (0, 1), done.stderr
    assert len(list((folder / "reports").iterdir())) == len(FORMATS)
    packed = run("bundle", "engagement.yaml", "-o", "all.zip", folder=folder)
    assert packed.status == 0, packed.stderr
    verified = run("verify", "all.zip", "--engine", "native", folder=tmp_path / "work")
    assert verified.status == 0, verified.stdout


def assessed(path: str) -> str:
    """Return the result of an engagement as a service or worker would write it."""
    inquiry = readiness.load_engagement(path)
    return readiness.Assessor(inquiry.ruleset).assess(inquiry).to_json(compact=True)


@pytest.mark.slow
def test_threads_and_processes_say_the_same() -> None:
    """Threads that share an assessor and freshly started workers return the same bytes."""
    path = str(EXAMPLES[0])
    expected = assessed(path)
    inquiry = readiness.load_engagement(path)
    assessor = readiness.Assessor(inquiry.ruleset)
    with ThreadPoolExecutor(4) as threads:
        found = list(
            threads.map(lambda _: assessor.assess(inquiry).to_json(compact=True), range(8))
        )
    assert set(found) == {expected}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as workers:
        assert set(workers.map(assessed, [path] * 2)) == {expected}
