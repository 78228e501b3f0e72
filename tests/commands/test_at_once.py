"""Commands that change a document at the same time, on every system."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.collecting.garden import ENGAGEMENT, write_garden
from tests.commands.running import run, run_process

pytestmark = pytest.mark.slow

SAID = ("--reason", "I looked.", "--by", "ada", "--force")


@pytest.mark.parametrize("round_", range(2))
def test_resolutions_at_once(tmp_path: Path, round_: int) -> None:
    """Resolutions that are written at the same time are all saved."""
    del round_
    path = write_garden(tmp_path)
    keys = ["is.dug", "is.fenced", "is.glazed"]

    def resolve(key: str) -> int:
        return run_process(
            "resolve", path.name, key, "--value", "yes", *SAID, folder=tmp_path
        ).status

    with ThreadPoolExecutor(len(keys)) as pool:
        assert list(pool.map(resolve, keys)) == [0] * len(keys)
    text = path.read_text()
    assert [key for key in keys if f"  {key}:\n" not in text] == []
    assert text.startswith(ENGAGEMENT[:20])


@pytest.mark.parametrize("round_", range(3))
def test_an_interview_and_an_import_at_once(tmp_path: Path, round_: int) -> None:
    """Answers typed and answers imported from a form at the same time are both in the sheet."""
    del round_
    write_garden(tmp_path)
    export = ("workbook", "export", "engagement.yaml", "-r", "ada", "-o", "form.csv")
    assert run(*export, folder=tmp_path).status == 0
    form = tmp_path / "form.csv"
    text = form.read_text(encoding="utf-8")
    for key, answer in (("is.beds", 4), ("is.paid", 9)):
        [line] = [one for one in text.splitlines() if f",{key}," in one]
        text = text.replace(line, f",,{key},,,,,,{answer}")
    form.write_text(text, encoding="utf-8")
    ask = ("ask", "engagement.yaml", "--respondent", "ada", "--all")
    rules = ("--ruleset", "rules.yaml", "-o", "ada.yaml")

    def asked() -> int:
        return run_process(*ask, stdin="\nyes\n", folder=tmp_path).status

    def imported() -> int:
        return run_process("workbook", "import", form.name, *rules, folder=tmp_path).status

    with ThreadPoolExecutor(2) as pool:
        assert [one.result() for one in (pool.submit(asked), pool.submit(imported))] == [0, 0]
    found = (tmp_path / "ada.yaml").read_text()
    for entry in (
        "is.high: {value: yes,",
        "is.beds: {value: 4,",
        "is.paid: {value: 9,",
        "is.wants: Beans\n",
    ):
        assert f"  {entry}" in found
