"""Documents with more problems than anybody reads."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

import readiness
from readiness.problems import MOST_PROBLEMS, DocumentError, Problem, Problems, Whole
from tests.commands.running import ROOT, run

HEAD = "format: readiness/answers/1\nruleset: crm-upkeep\nanswers:\n"


def errors_of(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(DocumentError) as raised:
        readiness.load_engagement(path)
    return raised.value.problems


def test_the_first_are_listed(tmp_path: Path) -> None:
    """The first thousand unknown questions are listed, in the order of the document."""
    path = tmp_path / "answers.yaml"
    path.write_text(HEAD + "".join(f"  s.q{number}: yes\n" for number in range(3000)))
    found = errors_of(path)
    assert [problem.line for problem in found[:-1]] == list(range(4, 4 + MOST_PROBLEMS))
    assert found[-1].message == "at least 2,000 more problems are not listed; fix these first"


def test_no_more_than_there_are(tmp_path: Path) -> None:
    """A thousand problems are all listed, without any further line."""
    path = tmp_path / "answers.yaml"
    path.write_text(HEAD + "".join(f"  s.q{number}: yes\n" for number in range(MOST_PROBLEMS)))
    assert {problem.code for problem in errors_of(path)} == {"unknown-answer"}


def test_wrong_shapes_too(tmp_path: Path) -> None:
    """The same limit applies to keys and values that violate the schema."""
    path = tmp_path / "answers.yaml"
    path.write_text(HEAD + "".join(f"  Q{number}: {{valeu: 1}}\n" for number in range(3000)))
    found = errors_of(path)
    assert len(found) <= MOST_PROBLEMS + 1
    assert found[-1].code == "more-problems"


def test_unknown_keys_too(tmp_path: Path) -> None:
    """The same limit applies to unknown keys of a document."""
    path = tmp_path / "answers.yaml"
    path.write_text(HEAD + "  s.q: yes\n" + "".join(f"k{n}: 1\n" for n in range(3000)))
    found = errors_of(path)
    assert (len(found), found[-1].code) == (MOST_PROBLEMS + 1, "more-problems")


def test_more_are_counted_when_problems_are_put_together() -> None:
    """Problems collected separately have the same limit together; the others are counted."""
    apart, whole = Problems(), Problems()
    for number in range(MOST_PROBLEMS + 7):
        apart.add("empty-document", Whole(f"{number}.yaml"))
    whole.add("empty-document", Whole("first.yaml"))
    whole.extend(apart)
    assert (len(whole), len(whole.in_order())) == (MOST_PROBLEMS + 8, MOST_PROBLEMS + 1)
    assert "at least 8 more" in whole.in_order()[-1].message


def test_a_hint_is_only_found_out_for_what_is_listed() -> None:
    """A hint that takes work is not calculated for a problem that nobody sees."""
    found, asked = Problems(), []

    def hint() -> str:
        asked.append(1)
        return "fill it in"

    for _ in range(MOST_PROBLEMS + 7):
        found.add("empty-document", Whole("a"), hint=hint)
    assert len(asked) == MOST_PROBLEMS


def test_the_command_lists_them_and_says_that_there_are_more(tmp_path: Path) -> None:
    """The last line says so; the exit status is that of an invalid document."""
    path = tmp_path / "answers.yaml"
    path.write_text(HEAD + "".join(f"  s.q{number}: yes\n" for number in range(1500)))
    done = run("assess", str(path))
    assert done.status == 2
    assert done.stderr.splitlines()[-1].startswith("at least 500 more problems are not listed")


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux reports the peak there"
)
def test_thirty_megabytes(tmp_path: Path) -> None:
    """A 31 MB sheet containing only unknown questions is refused in bounded memory."""
    path = tmp_path / "answers.yaml"
    row = "  section.question_{:07}: a text of some length, as people write them\n"
    path.write_text(HEAD + "".join(row.format(n) for n in range(31_000_000 // 71)))
    program = (
        "import re, sys; from readiness.commands.main import main\n"
        "sys.argv[:1] = ['readiness', 'assess']\n"
        "try: main()\n"
        "finally: print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=500,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (120, 120)),
    )  # fmt: skip
    assert "more problems are not listed" in done.stderr
    assert int(done.stdout) < 700 * 1024
