"""The public names: the same for programs, for type checkers and for readers."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

import readiness
from tests.docs.pages import ROOT

STUB = Path(readiness.__file__).with_suffix(".pyi")
# What public values keep for their own work, and what only other engines and interfaces of
# documents use. It is reached through attributes that the pages do not describe.
WORKINGS = {
    "Adviser", "Answers", "AssessedBlock", "Assessing", "Bulk", "Checklist", "Evaluator",
    "FilledEntries", "Graph", "Interpreter", "Issue", "Layout", "Node", "OpenQuestions",
    "PlainAnswers", "Plugin", "Priorities", "QuestionType", "Scalar", "WorkOrder",
}  # fmt: skip


def test_type_checkers_see_the_public_names_that_programs_get() -> None:
    """Type checkers and programs see the same complete list of public names and modules."""
    tree = ast.parse(STUB.read_text(encoding="utf-8"))
    found = {
        alias.name: (one.module or "").removeprefix("readiness.")
        for one in tree.body
        if isinstance(one, ast.ImportFrom)
        for alias in one.names
    }
    assert found.pop("__version__") == "version"
    assert found == cast("Any", readiness)._MODULES
    [names] = [one.value for one in tree.body if isinstance(one, ast.Assign)]
    assert set(ast.literal_eval(names)) == set(readiness.__all__)
    assert found.keys() - set(readiness.__all__) == {"Portfolio", "RefusedRow"}


@cache
def own_classes() -> dict[str, type]:
    """Return every class of the package by its name."""
    found: dict[str, type] = {}
    for module in pkgutil.walk_packages(readiness.__path__, "readiness."):
        if module.name.rpartition(".")[2] not in ("__main__", "spark", "pytest_plugin"):
            held = vars(importlib.import_module(module.name)).values()
            own = (one for one in held if isinstance(one, type))
            found |= {one.__name__: one for one in own if one.__module__.startswith("readiness")}
    return found


def annotations_of(public: Any) -> Iterator[str]:
    """Yield the annotations of what a public name returns: of a class, of its public attributes."""
    if not isinstance(public, type):
        yield str(getattr(public, "__annotations__", {}).get("return", ""))
        return
    for held in public.__mro__:
        for name, one in (*vars(held).items(), *inspect.get_annotations(held).items()):
            function = getattr(one, "fget", None) or getattr(one, "func", None) or one
            if name.startswith("_"):
                continue
            if isinstance(function, str):
                yield function
            elif inspect.isfunction(function := inspect.unwrap(function)):
                yield str(function.__annotations__.get("return", ""))


def test_everything_that_a_public_call_returns_can_be_imported() -> None:
    """No public function, method or attribute returns a value of a class without a public name."""
    public = {*readiness.__all__, "Portfolio", "RefusedRow"}
    found = {
        word
        for name in public
        for annotation in annotations_of(getattr(readiness, name))
        for word in re.findall(r"\w+", annotation)
        if word in own_classes() and not word.startswith("_")
    }
    standard = {"Mapping", "Sequence"}  # of Python; the readers of documents have their own
    assert found - public - standard - WORKINGS == set()
    assert WORKINGS <= own_classes().keys()


_USE = """
import sys, readiness
inquiry = readiness.load_engagement("questionnaires/examples/halden-outdoor/engagement.yaml")
result = readiness.Assessor(inquiry.ruleset).assess(inquiry)
result.to_json()
print(*sorted({"networkx", "jinja2", "rich", "click", "pygments"} & {*sys.modules}))
"""


@pytest.mark.slow
def test_the_library_imports_nothing_that_only_commands_and_reports_need() -> None:
    """Loading and assessing imports none of networkx, Jinja2, rich and click."""
    done = subprocess.run(
        [sys.executable, "-c", _USE], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.stdout, done.stderr) == ("\n", "")
