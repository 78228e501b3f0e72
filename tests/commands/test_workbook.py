"""`readiness workbook`: from an engagement to a form, and from the form to an answer sheet."""

from __future__ import annotations

from pathlib import Path

from tests.collecting.kinds import KINDS, Filling, form_of
from tests.collecting.test_editions import older_form
from tests.commands.running import ENGAGEMENT, ROOT, run

RULESET = str(KINDS / "ruleset.yaml")


def test_there_and_back(tmp_path: Path) -> None:
    """What a respondent answered goes into the form and comes back as an answer sheet."""
    form, sheet = str(tmp_path / "it.xlsx"), tmp_path / "it.yaml"
    assert run("workbook", "export", ENGAGEMENT, "-r", "it", "-o", form).status == 0
    done = run("workbook", "import", form, "-o", str(sheet))
    assert (done.status, done.stdout, done.stderr) == (0, "", "")
    assert run("workbook", "import", form).stdout == sheet.read_text(encoding="utf-8")
    lint = run("lint", str(sheet))
    assert lint.status == 0, lint.stderr


def test_the_end_of_the_name_says_the_format(tmp_path: Path) -> None:
    """A name that ends in .csv makes CSV, any other name a workbook; `--format` decides."""
    words = ("workbook", "export", RULESET, "--respondent", "sales")
    for name, more, start in (
        ("a.csv", (), b"\xef\xbb\xbfsection,id,"),
        ("b.xlsx", (), b"PK"),
        ("c", ("-f", "csv"), b"\xef\xbb\xbfsection,id,"),
    ):
        assert run(*words, "-o", str(tmp_path / name), *more).status == 0
        assert (tmp_path / name).read_bytes().startswith(start)


def test_part_of_the_questions(tmp_path: Path) -> None:
    """`--questions` asks the sections and questions that it names."""
    file = tmp_path / "part.csv"
    only = ("-q", "second", "-q", "first.share")
    run("workbook", "export", RULESET, "-r", "sales", "-o", str(file), *only)
    ids = [line.split(",")[1] for line in file.read_text(encoding="utf-8").splitlines()[5:]]
    assert ids[0] == "first.share"
    assert {one.partition(".")[0] for one in ids[1:]} == {"second"}


def test_nothing_is_written_where_something_is_wrong(tmp_path: Path) -> None:
    """A form with a wrong cell is refused with status 2, and the sheet stays as it was."""
    filling = Filling(form_of())
    filling.cell("first.agreed").value = "maybe"
    filling.cell("first.share").value = 101
    filling.save(tmp_path / "form.xlsx")
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text("before")
    done = run(
        "workbook", "import", "form.xlsx", "--ruleset", RULESET, "-o", "sheet.yaml", folder=tmp_path
    )
    assert done.status == 2
    assert done.stderr.startswith("form.xlsx: Questions!D5: 'first.agreed' takes yes or no")
    assert done.stderr.endswith("2 problems in 1 file\n")
    assert sheet.read_text() == "before"


def test_what_no_longer_fits_is_told(tmp_path: Path) -> None:
    """What an older form has and the questionnaire has not is told, and refused by `--strict`."""
    older_form(tmp_path / "form.xlsx")
    words = ("workbook", "import", "form.xlsx", "--ruleset", RULESET)
    done = run(*words, folder=tmp_path)
    assert done.status == 0
    assert "first.count: 3\n" in done.stdout
    assert done.stderr.startswith("left out, because the questionnaire is another one by now:\n")
    assert len(done.stderr.splitlines()) == 7
    strict = run(*words, "--strict", "-o", "sheet.yaml", folder=tmp_path)
    assert strict.status == 2
    assert not (tmp_path / "sheet.yaml").exists()


def test_a_name_that_nobody_has() -> None:
    """A respondent of whom the engagement says nothing may be misspelt: it is said."""
    done = run("workbook", "export", ENGAGEMENT, "-r", "slaes", "-f", "csv", "-q", "funding")
    assert done.status == 0
    assert "did you mean 'sales'?" in done.stderr


def test_a_missing_library_is_one_line(tmp_path: Path) -> None:
    """Without openpyxl or defusedxml one line says what installs them; CSV needs neither."""
    for library in ("openpyxl", "defusedxml"):
        folder = tmp_path / library
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(f"import sys\nsys.modules['{library}'] = None\n")
        hidden = {"PYTHONPATH": str(folder)}
        done = _run_without(hidden, "workbook", "import", "README.md")
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
