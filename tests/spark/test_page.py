"""The page on Spark shows real output."""

from __future__ import annotations

import inspect
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.docs.pages import ROOT, PageBlock, pieces

PAGE = ROOT / "docs" / "spark.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_program_runs(session: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The program on the page prints the output below it, and writes partitions."""
    assert session is not None
    folder = tmp_path / "assessed"  # Java runs in the folder in which it was started
    text = TEXT.replace('parquet("assessed")', f'parquet("{folder.as_posix()}")')
    blocks = [one for one in pieces(text) if isinstance(one, PageBlock)]
    names: dict[str, Any] = {}
    shown = []
    for block, following in pairwise(blocks):
        if block.kind == "py":
            exec(compile("\n".join(block.lines), f"{PAGE.name}:{block.line}", "exec"), names)
            printed = capsys.readouterr().out
            if printed:
                shown.append(printed.splitlines() == following.lines)
    assert shown == [True]
    table = pq.read_table(folder / "country=UK")
    assert sorted(table["company"].to_pylist()) == ["Orme", "Tarn"]
    assert "verdict.commit" in table.schema.names


def test_the_signature_is_that_of_the_function(session: Any) -> None:
    """The signature on the page has the parameters of the function, in their order."""
    assert session is not None
    from readiness.portfolio.layout import OUTCOMES
    from readiness.spark import assess

    shown = re.search(r"^assess\((.*?)\) -> DataFrame$", TEXT, re.MULTILINE | re.DOTALL)
    assert shown
    assert list(inspect.signature(assess).parameters) == re.findall(r"(\w+): ", shown[1])
    assert all(f'`"{one}"`' in TEXT for one in OUTCOMES)
