"""New ids: everything that names the old one follows, and nothing else changes."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from readiness import DocumentError, lint, rename, run_cases
from readiness.authoring.references import references
from readiness.authoring.renaming import KINDS
from readiness.documents.changing import ChangedMeanwhile
from readiness.documents.nodes import Mapping, Node, Scalar, Sequence
from readiness.documents.schemas import schema
from readiness.loading.files import read_file
from readiness.problems import Problems
from tests.commands.running import ROOT, run

ID = "crm-pre-implementation"
TRIES = int(os.environ.get("READINESS_RENAMES", "3"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a ruleset, its questionnaire and cases, and an engagement."""
    for kind in ("rulesets", "questionnaires"):
        shutil.copytree(ROOT / kind / ID, tmp_path / "own", dirs_exist_ok=True)
    shutil.copytree(ROOT / "questionnaires/examples/halden-outdoor", tmp_path / "engagement")
    for path in tmp_path.rglob("*.yaml"):  # no copy of what is included
        path.write_text(path.read_text(encoding="utf-8").replace(ID, "own"), encoding="utf-8")
    return tmp_path


def texts(folder: Path) -> dict[Path, bytes]:
    """Return the content of all documents."""
    return {path: path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}


def scalars(node: Node | None) -> Iterator[str]:
    """Yield every key and every single value of a document."""
    match node:
        case Scalar():
            yield node.text
        case Mapping():
            for key, entry in node.entries.items():
                yield key
                yield from scalars(entry.value)
        case Sequence():
            for element in node.elements:
                yield from scalars(element)


@pytest.mark.slow
def test_everything_follows_and_comes_back(folder: Path) -> None:
    """Lint, cases and comments are unchanged under the new id; renamed back, all is as it was."""
    before = texts(folder)
    ours = [str(folder / "own")]
    found = [one.code for one in lint(ours, is_quick=True)]
    every = [
        (one.kind, one.id)
        for path in before
        if (root := read_file(path, Problems())) is not None
        for one in references(root)
        if one.is_definition and one.kind in KINDS
    ]
    chosen = random.Random(5)
    for kind in KINDS:
        ids = [key for what, key in every if what == kind]
        for old in chosen.sample(ids, min(TRIES, len(ids))):
            head, dot, _ = old.rpartition(".")
            new = f"{head}{dot}brand_new" if dot else "brand-new"
            done = rename(old, new, [folder], kind=kind)
            assert done.kind == kind
            if kind != "option" and {"-", "."} & set(old):
                left = [t for path in before for t in scalars(read_file(path, Problems()))]
                assert old not in left
            assert [one.code for one in lint(ours, is_quick=True)] == found, (old, new)
            assert not any(run_cases(folder / "own/cases.yaml").values()), old
            back = old.rpartition(".")[2] if kind == "option" else old
            rename(new, back, [folder], kind=kind)
            assert texts(folder) == before, (old, new)


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("sponsor.identifed", "sponsor.x", "rename-unknown", "sponsor.identified"),
        ("sponsor.identified", "sponsor.level", "rename-taken", "another"),
        ("sponsor.identified", "funding.cover", "rename-shape", "sponsor.cover"),
        ("sponsor.identified", "Named By", "rename-shape", "sponsor.named_by"),
        ("executive-sponsor", "funding-sufficient", "rename-taken", "another"),
        ("sponsor.level.board", "manager", "rename-taken", "another"),
        ("sponsor.level.board", "To p", "rename-shape", "to_p"),
    ],
)
def test_what_is_refused(folder: Path, old: str, new: str, code: str, words: str) -> None:
    """An id that is unknown, taken or malformed changes nothing."""
    before = texts(folder)
    with pytest.raises(DocumentError) as error:
        rename(old, new, [folder])
    [problem] = error.value.problems
    assert (problem.code, words in problem.hint) == (code, True), problem
    assert texts(folder) == before


def test_two_kinds_with_one_id(tmp_path: Path) -> None:
    """Where a check and an area share an id, the kind says which is meant."""
    file = tmp_path / "ruleset.yaml"
    text = (
        "format: readiness/ruleset/1\nid: a\nquestionnaire: q  # kept\n"
        "areas: {x: {title: X}}\n"
        'checks: {x: {title: X, area: x, severity: minor, met_when: "s.x"}}\n'
        "values: {s.level: s.q}\ngates: {g: {title: G, requires: ['x']}}\n"
    )  # fmt: skip
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match="several kinds"):
        rename("x", "y", [file])
    rename("x", "y", [file], kind="area")
    rename("x", "z", [file])
    assert file.read_text() == text.replace("{x: {title: X}}", "{y: {title: X}}", 1).replace(
        "{x: {title: X, area: x,", "{z: {title: X, area: y,").replace("'x'", "'z'")  # fmt: skip


def test_a_file_that_changes_meanwhile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All files are written or none, even if the last one cannot be."""
    from readiness.documents import changing

    before, calls = texts(folder), []

    def fail(path: Path, content: bytes) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise OSError(28, "no space", str(path))
        path.write_bytes(content)

    monkeypatch.setattr(changing, "save", fail)
    with pytest.raises(OSError, match="no space"):
        rename("sponsor.identified", "sponsor.named", [folder])
    assert texts(folder) == before
    monkeypatch.undo()
    with pytest.raises(ChangedMeanwhile):
        changing.change_all(dict.fromkeys(before, (b"other", b"new")))
    assert texts(folder) == before


def test_somebody_else_writes_meanwhile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written between reading and saving stays, and is renamed too."""
    from readiness.authoring import renaming

    plan, others = renaming.plan_renaming, folder / "engagement" / "later.yaml"
    text = "format: readiness/answers/1\nruleset: own\nanswers: {sponsor.identified: true}\n"
    others.write_text(text, encoding="utf-8")

    def plan_slowly(*args: Any, **more: Any) -> Any:
        found = plan(*args, **more)
        if others.read_text(encoding="utf-8") == text:
            others.write_text(f"{text}# by somebody else\n", encoding="utf-8")
        return found

    monkeypatch.setattr(renaming, "plan_renaming", plan_slowly)
    rename("sponsor.identified", "sponsor.named", [folder])
    wanted = text.replace("identified", "named") + "# by somebody else\n"
    assert others.read_text(encoding="utf-8") == wanted


def test_the_command(folder: Path) -> None:
    """A dry run shows the difference and writes nothing; JSON has the schema's shape."""
    import json

    from jsonschema import validate

    before = texts(folder)
    words = ("rename", "executive-sponsor", "sponsor-named", ".")
    shown = run(*words, "--dry-run", folder=folder)
    assert "+  sponsor-named:\n" in shown.stdout
    assert shown.stderr.endswith(" files would change\n")
    assert texts(folder) == before
    done = run(*words, "--format", "json", folder=folder)
    validate(json.loads(done.stdout), schema("rename"))
    assert (done.status, texts(folder) == before) == (0, False)
    again = run(*words, folder=folder)
    assert (again.status, "nothing defines the id" in again.stderr) == (2, True)
