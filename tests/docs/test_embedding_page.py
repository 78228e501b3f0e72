"""The pages on embedding document exactly the public interface."""

from __future__ import annotations

import builtins
import collections.abc
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import click
import pytest

import readiness
from readiness.commands.main import group
from readiness.documents.schemas import schema
from tests.docs.pages import ROOT

PAGES = [
    ROOT / "docs" / f"{name}.md"
    for name in ("embedding", "public-interface", "results", "sessions", "tables")
]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
SIGNATURES = "\n".join(re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL))


def test_every_public_name_is_in_the_last_table() -> None:
    """The last section lists exactly what `readiness.__all__` names."""
    table = TEXT.partition("\n## The whole public interface\n")[2].partition("\n\n## ")[0]
    named = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE)))
    assert sorted([*readiness.__all__, "Portfolio", "RefusedRow"]) == sorted(named)


def test_every_command_has_a_function() -> None:
    """The table of commands has all of them, and each function that it names is public."""
    table = TEXT.partition("\n## Commands as functions\n")[2].partition("\n\n```")[0]
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", table, re.MULTILINE)
    commands = [command for row, _ in rows for command in re.findall(r"`([^`]+)`", row)]
    assert sorted(commands) == sorted(names_of(group))
    for _, functions in rows:
        for function in re.findall(r"`([A-Za-z_.]+)[(:]", functions):
            holder, _, name = function.rpartition(".")
            held = getattr(readiness, holder) if holder else readiness
            assert hasattr(held, name) or name in inspect.get_annotations(held), function


def names_of(held: click.Group) -> Iterator[str]:
    for name in held.list_commands(click.Context(held)):
        command = held.get_command(click.Context(held), name)
        if isinstance(command, click.Group):
            yield from (f"{name} {one}" for one in names_of(command))
        else:
            yield name


def test_every_class_of_a_signature_is_public() -> None:
    """The types of all arguments and results can be imported from `readiness`."""
    named = set(re.findall(r"\b[A-Z][a-z]\w+", SIGNATURES)) - {*dir(builtins), "Path"}
    assert named - {*collections.abc.__all__, "Any"} - {*readiness.__all__} == {"Portfolio"}


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("load_ruleset", readiness.load_ruleset),
        ("load_engagement", readiness.load_engagement),
        ("load_answers", readiness.load_answers),
        ("Assessor", readiness.Assessor),
        ("Assessor.assess", readiness.Assessor.assess),
        ("Assessor.assess_table", readiness.Assessor.assess_table),
        ("Assessor.session", readiness.Assessor.session),
        ("Session.answer", readiness.Session.answer),
    ],
)
def test_signatures_name_every_parameter(name: str, function: Callable[..., Any]) -> None:
    """Each signature on the page has the parameters of the function, in their order."""
    shown = re.search(
        rf"^{re.escape(name)}\((.*?)\)(?: ->|$)", SIGNATURES, re.MULTILINE | re.DOTALL
    )
    assert shown
    parameters = [key for key in inspect.signature(function).parameters if key != "self"]
    assert parameters == re.findall(r"(\w+):", shown[1])


@pytest.mark.parametrize(
    "public",
    [
        readiness.Assessment, readiness.CheckResult, readiness.GateResult, readiness.Reason,
        readiness.Reading, readiness.Evidence, readiness.Problem, readiness.Waiver,
        readiness.Change, readiness.Place, readiness.NextQuestion, readiness.Question,
    ],
)  # fmt: skip
def test_fields_are_mentioned(public: type) -> None:
    """The pages mention each public field of the public classes."""
    workings = {
        readiness.Assessment: {"answers", "judgement"},
        readiness.Question: {"node", "ask_when"},
    }
    inner = workings.get(public, set())
    fields = {key for key in public.__dataclass_fields__ if not key.startswith("_")} - inner  # type: ignore[attr-defined]
    words = set(re.findall(r"\w+", TEXT))
    assert not fields - words


def test_every_key_of_the_result_is_described() -> None:
    """The table of the result document has its keys and those of its gates and checks."""
    part = TEXT.partition("\n## The result as JSON\n")[2].partition("\n## ")[0]
    whole = schema("result")["properties"]
    wanted = {
        *whole,
        *(k for key in ("gates", "checks") for k in whole[key]["items"]["properties"]),
    }
    wanted |= {*schema("result")["$defs"]["reason"]["properties"]}
    assert wanted <= set(re.findall(r"`(\w+)`", part))
