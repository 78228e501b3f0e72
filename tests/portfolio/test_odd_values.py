"""Odd texts through every way to pass in answers, except Python values."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from readiness.collecting.csv_form import CsvForm
from readiness.collecting.interview.parse_input import value_of
from readiness.documents.reading import read
from readiness.evaluation.bulk import Bulk
from readiness.model.answers import read_sheet
from readiness.portfolio.files.case_files import CaseFile, Target
from readiness.portfolio.files.case_run import CaseRun
from readiness.problems import DocumentError, Problems, Source
from tests.lanes import each
from tests.odd_values import (
    CSV_FILES,
    JSON_LINES_FILES,
    NUMBERS,
    TEXTS,
    WRITABLE_TEXTS,
    YAML_FILES,
)
from tests.portfolio.bakery import AS_OF, ASSESSOR, CHECK_OF, RULESET

SINGLE = ["open", "oven", "wares", "staff", "rent", "waste", "since", "motto", "agreed"]
# Questions whose answers are read alike from text in every format.
OF_TEXTS = ["open", "oven", "since", "motto", "agreed"]
REFUSED = "refused"


def alone(name: str, value: Any) -> str:
    """Return the status of the check on a single answer, or that it is refused."""
    try:
        result = ASSESSOR.assess({f"shop.{name}": value}, as_of=AS_OF)
    except DocumentError:
        return REFUSED
    return result.checks[CHECK_OF[name]].status


def in_a_file(name: str, held: bytes, format_: str, folder: Path) -> list[str]:
    """Return the same for the rows of a file, which are numbered."""
    refused = folder / "refused.csv"
    written = io.BytesIO()
    file = CaseRun(
        Bulk(RULESET), [CaseFile("file", io.BytesIO(held), format_)], as_of=AS_OF, key="n"
    )
    for _ in file.run(Target(written, "jsonl", refused)):
        pass
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    found = {str(line["n"]): line[f"status.{CHECK_OF[name]}"] for line in lines}
    if refused.exists():
        with refused.open(encoding="utf-8-sig", newline="") as aside:
            found |= {row["n"]: REFUSED for row in csv.DictReader(aside)}
    return [found[str(number)] for number in range(len(found))]


@pytest.mark.parametrize("name", SINGLE)
def test_typed_in_a_terminal(name: str) -> None:
    """Any typed text is an answer, or gets a complaint in words."""
    for text in TEXTS:
        value, complaint = value_of(RULESET.questions[f"shop.{name}"], text, AS_OF)
        assert value is not None or complaint or not text.strip()


@pytest.mark.parametrize("is_quoted", each([True, False], fast=lambda is_quoted: not is_quoted))
def test_in_yaml(is_quoted: bool) -> None:
    """Any value in a sheet is read or refused; in quotes, like the same text in Python."""
    for text in WRITABLE_TEXTS:
        written = json.dumps(text) if is_quoted else text
        for name in SINGLE:
            source = Source("sheet.yaml", f"answers:\n  shop.{name}: {written}\n")
            problems = Problems()
            try:
                sheet = read_sheet(read(source), "", RULESET.questions, problems)
            except DocumentError:
                assert not is_quoted or "\\u" in written
                continue
            if is_quoted:
                assert bool(len(problems)) == (alone(name, text) == REFUSED), (name, text)
                assert bool(sheet.given) == (alone(name, text) in ("met", "unmet")), (name, text)


@pytest.mark.parametrize("name", OF_TEXTS)
def test_in_csv(name: str, tmp_path: Path) -> None:
    """A cell means the same as the same text in Python."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("n", f"shop.{name}"), *enumerate(WRITABLE_TEXTS)])
    found = in_a_file(name, file.getvalue().encode(), "csv", tmp_path)
    assert found == [alone(name, text) for text in WRITABLE_TEXTS]


@pytest.mark.parametrize("name", SINGLE)
def test_in_json_lines(name: str, tmp_path: Path) -> None:
    """A text or number means the same as in Python, alone and as a value with a note."""
    plain = [one for one in NUMBERS if type(one) in (int, float) and abs(one) < 10**300]
    values = [*WRITABLE_TEXTS, *plain, True, False, None, [], ["bread"], {"value": ""}]
    values += [{"value": text, "note": None} for text in WRITABLE_TEXTS[::7]]
    lines = [json.dumps({"n": n, f"shop.{name}": value}) for n, value in enumerate(values)]
    found = in_a_file(name, "\n".join(lines).encode(), "jsonl", tmp_path)
    assert found == [alone(name, value) for value in values]


@pytest.mark.parametrize("name", OF_TEXTS)
def test_in_parquet(name: str, tmp_path: Path) -> None:
    """A text means the same as in Python."""
    file = io.BytesIO()
    columns = {"n": range(len(WRITABLE_TEXTS)), f"shop.{name}": pa.array(WRITABLE_TEXTS)}
    pq.write_table(pa.table(columns), file)
    found = in_a_file(name, file.getvalue(), "parquet", tmp_path)
    assert found == [alone(name, text) for text in WRITABLE_TEXTS]


@pytest.mark.parametrize(
    ("format_", "file"),
    [
        *(("csv", held) for held in CSV_FILES.values()),
        *(("jsonl", held) for held in JSON_LINES_FILES.values()),
        *(("parquet", held) for held in CSV_FILES.values()),
    ],
    ids=[*CSV_FILES, *JSON_LINES_FILES, *(f"{name} as Parquet" for name in CSV_FILES)],
)
def test_damaged_tables(format_: str, file: bytes) -> None:
    """A file is assessed row by row, or refused with its problem."""
    try:
        run = CaseRun(Bulk(RULESET), [CaseFile("file", io.BytesIO(file), format_)], as_of=AS_OF)
        for _ in run.run(None):
            pass
    except DocumentError as error:
        assert str(error).startswith("file")


@pytest.mark.parametrize("name", YAML_FILES)
def test_damaged_documents(name: str) -> None:
    """A document is read or refused, with the place."""
    file = YAML_FILES[name]
    try:
        text = file.decode()
        read(Source("sheet.yaml", text))
    except UnicodeDecodeError:
        pass  # refused before it is read
    except DocumentError as error:
        assert str(error).startswith("sheet.yaml")


@pytest.mark.parametrize("name", CSV_FILES)
def test_damaged_forms(name: str) -> None:
    """A damaged table is not a form and is refused."""
    with pytest.raises(DocumentError) as caught:
        CsvForm(CSV_FILES[name], "form.csv", Problems())
    assert {problem.file for problem in caught.value.problems} == {"form.csv"}
