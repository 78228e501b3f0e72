"""The page on security names all limits of the program with their values."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from readiness import api
from readiness.collecting import forms
from readiness.collecting.workbook import cell_reading
from readiness.conditions import parsing
from readiness.dependencies import ruleset
from readiness.documents import csv_text, from_python, reading
from readiness.portfolio.files import json_lines
from readiness.verification import archive, independent_run, json_text

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "engine" / "readiness"
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")

LIMITS = {
    "size of a document, a result or a signature": f"{reading.MAXIMUM_MIB} MiB",
    "nesting of a document": f"{reading.MAXIMUM_DEPTH} levels",
    "whole numbers": f"up to {reading.LARGEST_EXACT:,}, positive or negative",
    "values in one answer passed to the library": f"{from_python._MOST_VALUES:,}",
    "length of an expression": f"{parsing.MAXIMUM_LENGTH:,} characters",
    "nesting of an expression": f"{parsing.MAXIMUM_DEPTH} levels",
    "parts of a condition, including the values it uses": f"{ruleset.MAXIMUM_SIZE:,}",
    "nesting of a condition, including the values it uses": f"{ruleset.MAXIMUM_DEPTH} levels",
    "size of an imported form": f"{forms.MOST_MIB} MiB",
    "files in a workbook": f"{cell_reading.MOST_FILES:,}",
    "size of a workbook when unpacked": f"{cell_reading.MOST_MIB} MiB",
    "compression of a part of a workbook": f"{cell_reading.MOST_RATIO} to 1",
    "XML elements in a workbook": f"{cell_reading.MOST_ELEMENTS:,}",
    "rows of a sheet that are read": f"{cell_reading.MOST_ROWS:,}",
    "columns of a sheet that are read": f"{cell_reading.MOST_COLUMNS}",
    "cell of a table in CSV": f"{csv_text._LONGEST_CELL >> 20} MiB",
    "line of a table in JSON Lines": f"{json_lines._LONGEST_LINE >> 20} MiB",
    "digits of a number in JSON Lines": f"{json_lines._MOST_DIGITS}",
    "nesting of a result": f"{json_text.MAXIMUM_DEPTH} levels",
    "size of a bundle": f"{archive.LARGEST >> 20} MiB",
    "files in a bundle": f"{archive.MOST_FILES:,}",
    "part of a name in a bundle": f"{archive._LONGEST} bytes",
    "name in a bundle": f"{archive._LONGEST_PATH:,} bytes",
    "output of the independent engine": f"{independent_run.LARGEST_ANSWER >> 20} MiB",
    "request to the service, unless set otherwise": f"{api.LARGEST_MIB} MiB",
    "time for a request to the service, unless set otherwise": f"{api.PATIENCE} seconds",
    "time for the independent engine": (
        f"{independent_run.PATIENCE:g} seconds, plus {independent_run.PATIENCE_EACH:g} for each "
        "check, gate, question and answer"
    ),
}
# The layers that read documents; a limit there is listed above or does not affect documents.
READERS = ("api", "documents", "loading", "conditions", "dependencies", "collecting",
           "verification", "portfolio/files")  # fmt: skip
NO_LIMIT_OF_A_DOCUMENT = {
    "collecting/form/form_questions.py", "collecting/form/cells.py",
    "collecting/workbook/page.py", "collecting/workbook/workbook.py",
    "portfolio/files/pieces.py", "portfolio/files/case_files.py",
    "verification/recheck.py", "verification/steps.py",
}  # fmt: skip
"""Limits on what is stored, shown or written."""
NAMED = re.compile(r"_?(MAXIMUM|LARGEST|MOST|LONGEST|DEEPEST|PATIENCE)(_\w+)?")
NOT_COUNTED = {
    "independent_run.LONGEST_REASON",  # how much of another program's message is shown
    "from_python._MOST_DIGITS",  # how a number is read, not whether
    "json_lines._MOST_WHOLE_DIGITS",  # in which way rows are read, not whether
}


def limits_in_code() -> list[tuple[str, str]]:
    """Return the names of all limits on the content of documents, with their modules."""
    found = []
    for folder in READERS:
        for path in sorted((ENGINE / folder).rglob("*.py")) or [ENGINE / f"{folder}.py"]:
            module = path.relative_to(ENGINE).as_posix()
            body = ast.parse(path.read_text(encoding="utf-8")).body
            targets = [t for node in body if isinstance(node, ast.Assign) for t in node.targets]
            names_ = [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
            if module not in NO_LIMIT_OF_A_DOCUMENT:
                found += [(module, name) for name in names_ if NAMED.fullmatch(name)]
    return found


def test_the_page_names_the_limits_of_the_program() -> None:
    """The table of limits has the values of the program, and no other rows."""
    table = PAGE.partition("| limit | value |\n| --- | --- |\n")[2].partition("\n\n")[0]
    rows = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", table + "\n", re.MULTILINE))
    assert rows == LIMITS


def test_the_page_names_every_limit() -> None:
    """The page names each constant that limits the content of documents."""
    used = set(re.findall(r"\{(\w+\.\w+)[ :}]", Path(__file__).read_text(encoding="utf-8")))
    found = {f"{Path(module).stem}.{name}" for module, name in limits_in_code()}
    assert found - NOT_COUNTED == used
