"""The contents of a bundle, their places in it, and what is left out."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from readiness.assessing import Assessor
from readiness.documents.schemas import FORMATS
from readiness.loading.engagements import load_answers, load_engagement
from readiness.verification import bundle
from readiness.verification.bundle import INSIDE, MANIFEST, RESULT, CannotPack, Disk, make_bundle
from tests.verification.project import FILES, bundled, findings, opened, written

WHERE = {
    "engagement/engagement.yaml": ("engagement", "work/engagement.yaml"),
    "engagement/answers/one.yaml": ("answers", "work/answers/one.yaml"),
    "engagement/answers/two.yaml": ("answers", "work/answers/two.yaml"),
    "engagement/answers/letter.txt": ("evidence", "work/answers/letter.txt"),
    "engagement/minutes.txt": ("evidence", "work/minutes.txt"),
    "questionnaires/small/questionnaire.yaml": ("questionnaire", "rules/questions.yaml"),
    "rulesets/base/ruleset.yaml": ("ruleset", "rules/base.yaml"),
    "rulesets/own/ruleset.yaml": ("ruleset", "rules/own.yaml"),
}


def manifest(data: bytes) -> Any:
    """Return the manifest of a bundle."""
    return json.loads(opened(data)[MANIFEST])


def sheet(*files: str) -> str:
    """Return a sheet that names evidence."""
    items = [{"title": "It", "file": file} for file in files]
    answers = {"s.a": {"value": True, "evidence": items}}
    return json.dumps({"format": FORMATS["answers"], "respondent": "one", "answers": answers})


def test_every_file_as_it_is(tmp_path: Path) -> None:
    """The bundle contains all documents and the evidence, byte for byte, and the result."""
    held = opened(bundled(tmp_path))
    assert list(held) == [MANIFEST, RESULT, *sorted(WHERE)]
    for place, (_, file) in WHERE.items():
        assert held[place] == FILES[file].encode()
    found = load_engagement(tmp_path / "work/engagement.yaml", paths=[tmp_path / "rules"])
    assert held[RESULT].decode() == Assessor(found.ruleset).assess(found).to_json(compact=True)


def test_the_manifest(tmp_path: Path) -> None:
    """The manifest has role, size and SHA-256 of each file, and names the entry point."""
    data = bundled(tmp_path)
    held, found = opened(data), manifest(data)
    files = found["files"]
    assert [one["file"] for one in files] == list(held)[1:]
    assert [one["role"] for one in files] == ["result", *(WHERE[key][0] for key in sorted(WHERE))]
    for one in files:
        content = held[one["file"]]
        assert (one["size"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert found["engagement"] == "engagement/engagement.yaml"
    assert found["ruleset"] == "rulesets/own/ruleset.yaml"
    assert found["result"]["sha256"] == json.loads(held[RESULT])["sha256"]
    assert found["missing"] == []


def test_the_same_bytes_wherever_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the folder, nor times and modes of files, nor the current folder matter."""
    first = bundled(tmp_path / "one")
    path = written(tmp_path / "two" / "deeper")
    for file in path.parent.rglob("*"):
        os.utime(file, (10**9, 10**9))
    path.chmod(0o600)
    monkeypatch.chdir(path.parent)
    inquiry = load_engagement("engagement.yaml", paths=["../rules"])
    assert make_bundle(inquiry)[0] == first


def test_unpacked_it_can_be_assessed_by_hand(tmp_path: Path) -> None:
    """Unpacked by any program, it is an engagement that gives the same result."""
    (tmp_path / "b.zip").write_bytes(bundled(tmp_path))
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(tmp_path / "out")
    found = load_engagement(tmp_path / "out/engagement/engagement.yaml", paths=[tmp_path / "out"])
    document = Assessor(found.ruleset).assess(found).to_json(compact=True)
    assert document == (tmp_path / "out" / RESULT).read_text(encoding="utf-8")


def test_a_shipped_ruleset_unpacked_beside_the_shipped_one(tmp_path: Path) -> None:
    """A copy of a known document is not another document."""
    text = f"format: {FORMATS['answers']}\nruleset: crm-upkeep\nanswers: {{}}\n"
    (tmp_path / "sheet.yaml").write_text(text)
    data = make_bundle(load_engagement(tmp_path / "sheet.yaml"))[0]
    (tmp_path / "b.zip").write_bytes(data)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(tmp_path / "out")
    assert load_engagement(tmp_path / "out/engagement/sheet.yaml", paths=[tmp_path / "out"])


def test_evidence_beside_the_engagement(tmp_path: Path) -> None:
    """A file that is not beside the sheet is packed from beside the engagement."""
    files = {"work/answers/one.yaml": sheet("both.txt", "ours.txt"), "work/ours.txt": "ours"}
    data = bundled(tmp_path, files | {"work/both.txt": "ours", "work/answers/both.txt": "theirs"})
    assert manifest(data)["missing"] == []
    held = opened(data)
    assert held["engagement/answers/both.txt"] == b"theirs"
    assert held["engagement/ours.txt"] == b"ours"
    assert "engagement/both.txt" not in held


def test_evidence_that_is_missing(tmp_path: Path) -> None:
    """Evidence that is missing, or that nobody else could find there, is listed with the reason."""
    names = ["no.txt", "/etc/hostname", "C:\\x.txt", "c:x.txt", "a\nb", "..", ".", "no.txt"]
    data = bundled(tmp_path, {"work/answers/one.yaml": sheet(*names)})
    missing = [(one["named"], one["why"]) for one in manifest(data)["missing"]]
    assert missing == [
        ("no.txt", "there is no such file"),
        ("/etc/hostname", "its name is absolute"),
        ("C:\\x.txt", "its name is absolute"),
        ("c:x.txt", "its name is absolute"),
        ("a\nb", "no bundle can hold such a name"),
        ("..", "no bundle can hold such a name"),
        (".", "there is no such file"),
    ]
    assert {one["by"] for one in manifest(data)["missing"]} == {"answers/one.yaml"}
    assert findings(data) == []


def test_what_lies_outside_of_the_folder(tmp_path: Path) -> None:
    """Sheets and evidence from elsewhere get a place inside; their original names are recorded."""
    patterns = "[answers/two.yaml, ../a/*.yaml]"
    text = FILES["work/engagement.yaml"].replace("[answers/*.yaml]", patterns)
    changed = {
        "work/engagement.yaml": text,
        "a/one.yaml": sheet("../../far.txt", "near.txt", "../work/minutes.txt"),
        "a/near.txt": "near",
    }
    (tmp_path / "far.txt").write_text("far")
    data = bundled(tmp_path / "p", changed, include=[tmp_path])
    named = {one["file"]: one.get("named") for one in manifest(data)["files"]}
    assert {file: name for file, name in named.items() if name} == {
        "outside/1/a/one.yaml": "../a/one.yaml",
        "outside/1/a/near.txt": "../a/near.txt",
        "outside/1/work/minutes.txt": "../work/minutes.txt",
        "outside/2/far.txt": "../../far.txt",
    }
    assert manifest(data)["missing"] == []
    assert findings(data) == []


def test_a_ruleset_that_is_named_as_a_file(tmp_path: Path) -> None:
    """A ruleset that the engagement names as a file keeps its place beside it."""
    text = FILES["work/engagement.yaml"].replace("ruleset: own", "ruleset: ../rules/own.yaml")
    outside = bundled(tmp_path / "a", {"work/engagement.yaml": text})
    assert manifest(outside)["ruleset"] == "outside/1/rules/own.yaml"
    text = text.replace("../rules/own.yaml", "./own.yaml")
    files: dict[str, str | None] = {}
    for name in ("own", "base"):
        files |= {f"work/{name}.yaml": FILES[f"rules/{name}.yaml"], f"rules/{name}.yaml": None}
    inside = bundled(tmp_path / "b", {"work/engagement.yaml": text, **files})
    assert manifest(inside)["ruleset"] == "engagement/own.yaml"
    assert findings(outside) == findings(inside) == []


def test_other_circumstances_than_the_engagement_names(tmp_path: Path) -> None:
    """The bundle keeps the requested date, assurance and ruleset."""
    rules = tmp_path / "rules/base.yaml"
    data = bundled(tmp_path, ruleset=rules, assurance="evidenced")
    assert manifest(data)["ruleset"] == "rulesets/base/ruleset.yaml"
    document = json.loads(opened(data)[RESULT])
    assert (document["ruleset"]["id"], document["assurance"]) == ("base", "evidenced")
    assert findings(data) == []


def test_a_single_sheet(tmp_path: Path) -> None:
    """A single answer sheet is bundled like an engagement."""
    path = written(tmp_path).parent / "answers" / "one.yaml"
    inquiry = load_engagement(path, ruleset=tmp_path / "rules" / "base.yaml")
    data = make_bundle(inquiry, Disk(path, [tmp_path / "work" / "minutes.txt"]))[0]
    found = manifest(data)
    assert found["engagement"] == "engagement/one.yaml"
    assert {one["file"] for one in found["files"]} == {
        RESULT, "engagement/one.yaml", "outside/1/minutes.txt",
        "rulesets/base/ruleset.yaml", "questionnaires/small/questionnaire.yaml",
    }  # fmt: skip
    assert findings(data) == []


LINKS = pytest.mark.skipif(os.name == "nt", reason="creating links needs a privilege on Windows")


@LINKS
def test_a_link_within_the_folder(tmp_path: Path) -> None:
    """The target of a link is packed as a file, and the link is listed."""
    path = written(tmp_path, {"work/minutes.txt": None, "work/kept/kept.txt": "kept"})
    (path.parent / "minutes.txt").symlink_to("kept/kept.txt")
    disk = Disk(path)
    data = make_bundle(load_engagement(path, paths=[tmp_path / "rules"]), disk)[0]
    assert opened(data)["engagement/minutes.txt"] == b"kept"
    assert disk.links == {"engagement/minutes.txt": path.parent / "kept" / "kept.txt"}
    assert findings(data) == []


@LINKS
def test_links_that_lead_out_of_the_folder(tmp_path: Path) -> None:
    """The target of a link outside the folder is packed only if the call includes it."""
    left_out = {"work/minutes.txt": None, "work/answers/letter.txt": None}
    sheets = {"work/answers/two.yaml": None, "far/two.yaml": FILES["work/answers/two.yaml"]}
    path = written(tmp_path, {**left_out, **sheets, "far/letter.txt": "secret"})
    far, work = tmp_path / "far", path.parent
    (work / "minutes.txt").symlink_to(far / "letter.txt")
    (work / "answers" / "letter.txt").symlink_to("../../far/letter.txt")
    (work / "answers" / "two.yaml").symlink_to("../../far/two.yaml")
    inquiry = load_engagement(path, paths=[tmp_path / "rules"])
    with pytest.raises(CannotPack) as refused:
        make_bundle(inquiry)
    assert str(refused.value).splitlines()[1:-1] == [
        f"  {work / 'answers' / 'two.yaml'}, a link to {far / 'two.yaml'}",
        f"  {work / 'minutes.txt'}, a link to {far / 'letter.txt'}",
        f"  {work / 'answers' / 'letter.txt'}, a link to {far / 'letter.txt'}",
    ]
    with pytest.raises(CannotPack) as refused:
        make_bundle(inquiry, Disk(path, [far / "letter.txt"]))
    assert str(refused.value).count("a link to") == 1
    data = make_bundle(inquiry, Disk(path, [far]))[0]
    assert opened(data)["engagement/minutes.txt"] == b"secret"
    assert findings(data) == []


@LINKS
def test_a_folder_that_is_a_link(tmp_path: Path) -> None:
    """A file in a linked folder is at the target of the link."""
    changed = {"work/answers/letter.txt": None, "far/letter.txt": "secret"}
    path = written(tmp_path, {**changed, "work/answers/one.yaml": sheet("../kept/letter.txt")})
    (path.parent / "kept").symlink_to(tmp_path / "far")
    with pytest.raises(CannotPack, match=r"kept/letter.txt, a link to .*far/letter.txt"):
        make_bundle(load_engagement(path, paths=[tmp_path / "rules"]))


def test_evidence_outside_of_the_folder(tmp_path: Path) -> None:
    """A sheet cannot cause a file outside the engagement's folder to be packed."""
    (tmp_path / "far.txt").write_text("far")
    changed = {"work/answers/one.yaml": sheet("../../../far.txt")}
    with pytest.raises(CannotPack, match=r"outside the engagement's folder:\n.*far\.txt\nto pack"):
        bundled(tmp_path / "p", changed)
    data = bundled(tmp_path / "p", changed, include=[tmp_path / "far.txt"])
    assert opened(data)["outside/2/far.txt"] == b"far"


def test_what_cannot_be_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unsafe name, or a document that changes meanwhile, is refused in one sentence."""
    path = written(tmp_path, {"work/answers/a\\b.yaml": FILES["work/answers/one.yaml"]})
    inquiry = load_engagement(path, paths=[tmp_path / "rules"])
    with pytest.raises(CannotPack, match=r"cannot be packed: it contains a backslash"):
        make_bundle(inquiry)
    (path.parent / "answers" / "a\\b.yaml").unlink()
    inquiry = load_engagement(path, paths=[tmp_path / "rules"])
    sheet_file = path.parent / "answers" / "one.yaml"
    sheet_file.write_text(FILES["work/answers/one.yaml"].replace("value: no", "value: yes"))
    with pytest.raises(CannotPack, match="give another result"):
        make_bundle(inquiry)
    sheet_file.write_text("format: readiness/answers/1\n")
    with pytest.raises(CannotPack, match=r"cannot be assessed: answers/one.yaml"):
        make_bundle(inquiry)
    sheet_file.unlink()
    with pytest.raises(CannotPack, match=r"one.yaml' cannot be read"):
        make_bundle(inquiry)
    monkeypatch.setattr(bundle, "pack", lambda _: packing_fails())
    written(tmp_path)
    with pytest.raises(CannotPack, match="too much"):
        make_bundle(load_engagement(path, paths=[tmp_path / "rules"]))
    assert INSIDE == "engagement"


def packing_fails() -> bytes:
    """Refuse the file, as if the bundle became too large."""
    raise ValueError("too much")


def test_sheets_loaded_alone_have_their_file(tmp_path: Path) -> None:
    """Everything that is read from a file records which file it was."""
    path = written(tmp_path).parent / "answers" / "one.yaml"
    ruleset = load_engagement(
        path.parents[1] / "engagement.yaml", paths=[tmp_path / "rules"]
    ).ruleset
    assert load_answers(path, ruleset).node.source.path == path
