"""`readiness workbook`: from an engagement to a form, and from the form to an answer sheet."""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.collecting.example_forms import GOLDEN, KINDS, Filling
from tests.collecting.garden import write_garden
from tests.collecting.test_editions import older_form
from tests.commands.running import ENGAGEMENT, ROOT, environment_kept, run, run_process
from tests.conftest import GoldenCheck

RULESET = str(KINDS / "ruleset.yaml")
RECEIPTS = GOLDEN / "receipts"


@pytest.mark.slow
def test_there_and_back(tmp_path: Path) -> None:
    """A respondent's answers go into the form and come back as an answer sheet."""
    form, sheet = str(tmp_path / "it.xlsx"), tmp_path / "it.yaml"
    assert run("workbook", "export", ENGAGEMENT, "-r", "it", "-o", form).status == 0
    done = run("workbook", "import", form, "-o", str(sheet))
    assert (done.status, done.stderr) == (0, "")
    answered = re.search(r"^Answered +[1-9]\d*$", done.stdout, re.MULTILINE)
    assert answered
    again = run("workbook", "import", form)
    assert (again.status, again.stdout) == (0, sheet.read_text(encoding="utf-8"))
    assert answered[0] in again.stderr
    lint = run("lint", str(sheet))
    assert lint.status == 0, lint.stderr


def test_the_end_of_the_name_says_the_format(tmp_path: Path) -> None:
    """A name with the extension .csv makes CSV, any other a workbook; `--format` overrides it."""
    words = ("workbook", "export", RULESET, "--respondent", "sales")
    for name, more, start in (
        ("a.csv", (), b"\xef\xbb\xbfnumber,section,id,"),
        ("b.xlsx", (), b"PK"),
        ("c", ("-f", "csv"), b"\xef\xbb\xbfnumber,section,id,"),
    ):
        assert run(*words, "-o", str(tmp_path / name), *more).status == 0
        assert (tmp_path / name).read_bytes().startswith(start)


def test_part_of_the_questions(tmp_path: Path) -> None:
    """`--questions` selects the sections and questions to ask."""
    file = tmp_path / "part.csv"
    only = ("-q", "second", "-q", "first.share")
    run("workbook", "export", RULESET, "-r", "sales", "-o", str(file), *only)
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    ids = [row[2] for row in rows[1:] if row[0] or row[1]]
    assert ids[0] == "first.share"
    assert {one.partition(".")[0] for one in ids[1:]} == {"second"}


def test_nothing_is_written_where_something_is_wrong(tmp_path: Path) -> None:
    """A form with a wrong cell is refused with status 2, and the sheet is unchanged."""
    filling = Filling()
    filling.cell("first.agreed").value = "maybe"
    filling.cell("first.share").value = 101
    filling.save(tmp_path / "form.xlsx")
    sheet = tmp_path / "sheet.yaml"
    before = "format: readiness/answers/1\nrespondent: sales\nanswers: {first.count: 1}\n"
    sheet.write_text(before)
    done = run(
        "workbook", "import", "form.xlsx", "--ruleset", RULESET, "-o", "sheet.yaml", folder=tmp_path
    )
    assert done.status == 2
    assert "\nform.xlsx: Questions!D5: 'first.agreed' takes yes or no, not 'maybe'\n" in done.stdout
    assert "\nform.xlsx: Questions!D15: 'first.share' must be 100 or less\n" in done.stdout
    assert done.stderr.startswith("nothing was written: 2 problems in the form;")
    assert sheet.read_text() == before


def test_what_no_longer_fits_is_told(tmp_path: Path) -> None:
    """Entries that the questionnaire no longer has are reported, and refused with `--strict`."""
    older_form(tmp_path / "form.xlsx")
    words = ("workbook", "import", "form.xlsx", "--ruleset", RULESET)
    done = run(*words, folder=tmp_path)
    assert done.status == 0
    assert "first.count: {value: 3, " in done.stdout
    assert "Left out, because the questionnaire has changed: 6 problems\n" in done.stderr
    strict = run(*words, "--strict", "-o", "sheet.yaml", folder=tmp_path)
    assert strict.status == 2
    assert not (tmp_path / "sheet.yaml").exists()


def test_a_name_that_nobody_has() -> None:
    """A respondent whom the engagement does not know may be misspelt, and a hint says so."""
    trust = "questionnaires/examples/rivermouth-trust/engagement.yaml"
    done = run("workbook", "export", trust, "-r", "advise", "-f", "csv", "-q", "funding")
    assert done.status == 0
    assert "did you mean 'advice'?" in done.stderr


@pytest.mark.slow
def test_a_missing_library_is_one_line(tmp_path: Path) -> None:
    """Without a library of workbooks one line says how to install it; CSV needs none of them."""
    for library, *command in (("xlsxwriter", "export", RULESET, "-r", "sales", "-f", "xlsx"),):
        folder = tmp_path / library
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(f"import sys\nsys.modules['{library}'] = None\n")
        hidden = {"PYTHONPATH": str(folder)}
        done = _run_without(hidden, "workbook", *command)
        assert done == (
            2,
            f"Error: workbooks need the library '{library}': pip install 'readiness[xlsx]'\n",
        )
        words = ("workbook", "export", RULESET, "-r", "sales", "-f", "csv")
        assert _run_without(hidden, *words) == (0, "")


def _run_without(hidden: dict[str, str], *words: str) -> tuple[int, str]:
    import os
    import subprocess
    import sys

    path = os.pathsep.join([hidden["PYTHONPATH"], *(held for held in sys.path if held)])
    done = subprocess.run(
        [sys.executable, "-m", "readiness", *words],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    return done.returncode, done.stderr.decode()


def handed(folder: Path, changes: dict[str, str]) -> None:
    """Write a garden form that ada filled in, and change her sheet after it was issued."""
    write_garden(folder)
    words = ("workbook", "export", "engagement.yaml", "-r", "ada", "-o", "form.csv")
    assert run(*words, folder=folder).status == 0
    file = folder / "form.csv"
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    for row in rows:
        row[rows[0].index("answer")] = changes.get(row[2], row[rows[0].index("answer")])
    with file.open("w", encoding="utf-8", newline="") as written:
        csv.writer(written).writerows(rows)
    sheet = folder / "ada.yaml"
    changed = sheet.read_text().replace("Beans", "Peas")
    sheet.write_text(f"{changed}  is.rows: [{{plant: Beans, row: 2}}]\n")


CHANGES = {
    "is.beds": "4", "is.wants": "Roses", "is.fenced": "", "is.deep": "yes",
    "is.rows[1].plant": "Beans", "is.rows[1].row": "1",
}  # fmt: skip
IMPORT = ("workbook", "import", "form.csv", "--ruleset", "rules.yaml", "-o", "ada.yaml")


def test_the_receipt(golden: GoldenCheck, tmp_path: Path) -> None:
    """Standard output gets the receipt: how the form came back and what happened to each change."""
    handed(tmp_path, CHANGES)
    before = (tmp_path / "ada.yaml").read_text()
    dry = run(*IMPORT, "--dry-run", folder=tmp_path)
    assert (dry.status, dry.stderr) == (1, "")
    assert (tmp_path / "ada.yaml").read_text() == before
    done = run(*IMPORT, folder=tmp_path)
    assert (done.status, done.stderr) == (1, "")
    told = re.sub(r"\d{4}-\d\d-\d\d", "2027-03-01", done.stdout)
    golden(RECEIPTS / "changed.txt", told)
    assert dry.stdout.splitlines()[3:9] == done.stdout.splitlines()[3:9]
    record = f"given_on: {datetime.date.today()}, given_by: form"
    assert f"is.beds: {{value: 4, {record}}}\n" in (tmp_path / "ada.yaml").read_text()
    words = ("--prefer", "form", "--clear", "--format", "json", "--as-of", "2027-03-01")
    preferred = run(*IMPORT, *words, folder=tmp_path)
    assert preferred.status == 0
    found = json.loads(preferred.stdout)
    assert (found["status"], found["changed"]) == ("imported", 3)
    text = (tmp_path / "ada.yaml").read_text()
    record = "    given_on: 2027-03-01\n    given_by: form\n    history:\n"
    assert f"  is.wants:\n    value: Roses\n{record}      - value: Peas\n" in text
    assert f"  is.fenced:\n    value: null\n{record}      - value: yes\n" in text


def test_the_receipt_of_what_is_refused(golden: GoldenCheck, tmp_path: Path) -> None:
    """The receipt is printed with each cell; standard error says that nothing was written."""
    handed(tmp_path, CHANGES | {"is.beds": "many", "is.soil": "chalk"})
    done = run(*IMPORT, folder=tmp_path)
    assert done.status == 2
    told = re.sub(r"\d{4}-\d\d-\d\d", "2027-03-01", done.stdout)
    golden(RECEIPTS / "refused.txt", told + done.stderr)
    partial = run(*IMPORT, "--partial", folder=tmp_path)
    assert (partial.status, partial.stderr) == (1, "")
    assert "form.csv: line 28, answer: 'is.beds' takes a number, not 'many'" in partial.stdout
    other = run(*IMPORT[:-1], "ben.yaml", folder=tmp_path)
    assert other.status == 2
    assert "it belongs to 'ben', but the form belongs to 'ada'" in " ".join(other.stdout.split())
    assert "is.deep" in (tmp_path / "ada.yaml").read_text()


def test_one_way_or_the_other(tmp_path: Path) -> None:
    """`--replace` merges nothing, so it excludes the options for merging."""
    handed(tmp_path, CHANGES)
    for words in (("--prefer", "form"), ("--clear",), ("--partial",)):
        done = run(*IMPORT, "--replace", *words, folder=tmp_path)
        assert done.status == 2
        assert "--replace merges nothing" in done.stderr
    done = run(*IMPORT, "--replace", folder=tmp_path)
    assert done.status == 0
    assert "is.fenced:\n    value: null\n" in (tmp_path / "ada.yaml").read_text()


def test_a_form_that_waits_is_not_replaced(tmp_path: Path) -> None:
    """A new issue takes the next number, and never overwrites answers that are not yet imported."""
    handed(tmp_path, CHANGES)
    export = ("workbook", "export", "engagement.yaml", "-r", "ada", "-o", "form.csv")
    before = (tmp_path / "form.csv").read_bytes()
    refused = run(*export, folder=tmp_path)
    assert refused.status == 2
    assert "is a form with answers that have not been imported (is.deep and 3 more)" in " ".join(
        refused.stderr.split()
    )
    assert (tmp_path / "form.csv").read_bytes() == before
    assert run(*IMPORT, "--prefer", "form", folder=tmp_path).status == 0
    assert run(*export, folder=tmp_path).status == 0
    assert '""number"":2,' in (tmp_path / "form.csv").read_text(encoding="utf-8-sig")
    assert run(*export, "--issue", "7", "--replace", folder=tmp_path).status == 0
    assert '""number"":7,' in (tmp_path / "form.csv").read_text(encoding="utf-8-sig")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_conflicts_one_by_one_in_a_terminal(tmp_path: Path) -> None:
    """A user at a terminal sees both sides and is asked which one to take."""
    import pexpect

    handed(tmp_path, CHANGES)
    words = ["-m", "readiness", *IMPORT]
    source = os.pathsep.join(str(Path(path).resolve()) for path in sys.path if path)
    settings = {**environment_kept(), "PYTHONPATH": source, "TERM": "dumb", "COLUMNS": "100"}
    child = pexpect.spawn(sys.executable, words, cwd=tmp_path, env=settings, encoding="utf-8")
    child.expect("first difference in row 1, row: 1 .form.; 2 .sheet.")
    child.expect("form, sheet, neither")
    child.sendline("sheet")
    child.expect(r"issued +Beans\s+form +Roses \(form.csv: line \d+, answer\)\s+sheet +Peas")
    child.expect("form, sheet, neither")
    child.sendline("form")
    child.expect("the answer in the sheet is used")
    child.expect("the answer in the form is used")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert "is.wants:\n    value: Roses\n" in (tmp_path / "ada.yaml").read_text()


@pytest.mark.slow
def test_two_forms_at_once(tmp_path: Path) -> None:
    """Two imports into one sheet at the same time are both saved."""
    handed(tmp_path, {"is.beds": "4"})
    shutil.copy(tmp_path / "form.csv", tmp_path / "second.csv")
    text = (tmp_path / "second.csv").read_text(encoding="utf-8")
    (tmp_path / "second.csv").write_text(
        text.replace("is.paid,What did it cost?,,,money,an amount in EUR,", "is.paid,,,,,,9")
    )
    forms = ("form.csv", "second.csv")

    def brought(form: str) -> int:
        return run_process(*IMPORT[:2], form, *IMPORT[3:], folder=tmp_path).status

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(brought, forms)) == [0, 0]
    found = (tmp_path / "ada.yaml").read_text()
    assert "is.beds: {value: 4," in found
    assert "is.paid: {value: 9," in found
