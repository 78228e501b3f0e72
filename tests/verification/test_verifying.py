"""Results and bundles that were forged, or do not match the documents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readiness.assessing import Assessor
from readiness.loading.engagements import load_engagement
from readiness.problems import DocumentError
from readiness.verification import recheck
from readiness.verification.archive import pack
from readiness.verification.bundle import MANIFEST, RESULT
from readiness.verification.independent_run import CouldNotReperform
from readiness.verification.recheck import verify
from readiness.verification.steps import UnusableFile
from readiness.version import __version__
from tests.verification.library import needs_durable
from tests.verification.project import (
    FILES,
    again,
    bundled,
    findings,
    opened,
    sealed,
    written,
)

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, bytes]:
    """Return the files of a bundle, to forge another from."""
    return opened(bundled(tmp_path))


def result_of(path: Path) -> dict[str, Any]:
    """Return the result document of an engagement."""
    found = load_engagement(path, paths=[path.parents[1] / "rules"])
    return Assessor(found.ruleset).assess(found).to_dict()


def outcomes(data: bytes, **options: Any) -> dict[str, str]:
    """Return the outcome of each step."""
    options.setdefault("engines", ("native", "reference"))
    return {step.name: step.outcome for step in verify(data, "it", **options)}


# ---- bundles -------------------------------------------------------------------------------------


def test_nothing_else_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle verifies even if neither its rulesets nor the shipped ones are available."""
    data = bundled(tmp_path)
    for file in sorted(tmp_path.rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "readiness.loading.search_path.shipped_folder", lambda _: tmp_path / "nowhere"
    )
    assert set(outcomes(data).values()) == {"fine"}


def test_a_shipped_ruleset_of_the_same_id_is_not_looked_at(tmp_path: Path) -> None:
    """The ruleset in the bundle is assessed, even if its id is also known here."""
    own = FILES["rules/own.yaml"].replace("id: own", "id: crm-upkeep")
    engagement = FILES["work/engagement.yaml"].replace("ruleset: own", "ruleset: ./rules.yaml")
    data = bundled(tmp_path, {"work/rules.yaml": own, "work/engagement.yaml": engagement})
    assert findings(data) == []


@needs_durable
def test_all_three_engines(tmp_path: Path) -> None:
    """The program, the reference interpreter and the independent engine evaluate it again."""
    found = outcomes(bundled(tmp_path), engines=("native", "reference", "durable"))
    assert [found[name] for name in ("native", "reference", "durable")] == ["fine"] * 3


def test_two_files_exchanged(files: dict[str, bytes]) -> None:
    """Exchanged evidence files are found, each by name."""
    one, two = "engagement/minutes.txt", "engagement/answers/letter.txt"
    (found,) = findings(pack({**files, one: files[two], two: files[one]}))
    for name in (one, two):
        assert f"{name} was changed: its SHA-256 is not the one in the manifest" in found


def test_another_order_of_files(files: dict[str, bytes]) -> None:
    """Only one order of files is valid."""
    turned = {MANIFEST: files[MANIFEST], **dict(reversed(files.items()))}
    assert findings(pack(turned)) == [
        "the archive does not match its manifest\nthe files are in the wrong order"
    ]


@pytest.mark.parametrize("name", ["engagement/minutes.txt", "rulesets/base/ruleset.yaml", RESULT])
def test_a_file_removed(files: dict[str, bytes], name: str) -> None:
    """A missing file is named."""
    (found,) = findings(pack({key: files[key] for key in files if key != name}))
    assert f"{name} is missing" in found


def test_a_file_added(files: dict[str, bytes]) -> None:
    """A file that the manifest does not list is named."""
    (found,) = findings(pack({**files, "engagement/more.txt": b""}))
    assert "engagement/more.txt is not in the manifest" in found


def test_a_file_added_with_care(files: dict[str, bytes]) -> None:
    """A file that the manifest lists but no document names is named."""
    assert findings(again({**files, "engagement/more.txt": b""})) == [
        "the manifest does not match the documents\nengagement/more.txt is not needed"
    ]


def test_evidence_removed_with_care(files: dict[str, bytes]) -> None:
    """Evidence that is also removed from the manifest, and not listed as missing, is found."""
    held = {key: files[key] for key in files if key != "engagement/minutes.txt"}
    found = "\n".join(findings(again(held)))
    assert "the manifest lists other evidence as missing" in found
    assert "evidence[0].seen: the result says true, assessed again: false" in found


def test_a_document_removed_with_care(files: dict[str, bytes]) -> None:
    """If a document is missing the engagement cannot be assessed; files have their bundle names."""
    held = {key: files[key] for key in files if key != "rulesets/base/ruleset.yaml"}
    (found,) = findings(again(held))
    assert found.startswith("the content cannot be assessed\nrulesets/own/ruleset.yaml:4:11: ")
    assert "there is no ruleset 'base'" in found or "unknown ruleset 'base'" in found


def forged(files: dict[str, bytes], edit: Edit) -> bytes:
    """Return a bundle whose result was edited, with every digest calculated anew."""
    document = json.loads(files[RESULT])
    edit(document)
    return again({**files, RESULT: sealed(document)})


def _meet(document: dict[str, Any]) -> None:
    document["checks"][0] |= {"status": "met", "standing": "ready"}
    document["gates"][0]["verdict"] = "go"


def test_a_forged_status(files: dict[str, bytes]) -> None:
    """A forged status with recalculated digests is found by evaluating again."""
    found = findings(forged(files, _meet))
    lines = [
        "check a: the result says met, assessed again: unmet",
        "check a: the result says standing ready, assessed again: standing actionable",
        "gate go: the result says go, assessed again: no_go",
    ]
    assert found == [
        "\n".join([f"assessed again by {who}: 3 differences", *lines])
        for who in ("the program", "the reference interpreter")
    ]


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (lambda d: d["checks"][0].update(title="Forged"),
         'checks[a].title: the result says "Forged", assessed again: "A"'),
        (lambda d: d["checks"][0]["because"].update(text="x"),
         'checks[a].because.text: the result says "x", assessed again: "s.a"'),
        (lambda d: d["score"].update(low=1), "score.low: the result says 1, assessed again: "),
        (lambda d: d["responses"].pop(), "responses[1]: not in the result"),
        (lambda d: d["warnings"].append("x"), "warnings[0]: only in the result"),
        (lambda d: d["responses"][1].pop("file"), "responses[1].file: not in the result"),
        (lambda d: d["responses"][1].update(note="x"), "responses[1].note: only in the result"),
        (lambda d: d["checks"].reverse(), "checks: in another order"),
        (lambda d: d["checks"].pop(), "check b: the result says nothing, assessed again: met"),
        (lambda d: d["gates"].append({**d["gates"][0], "id": "more"}),
         "gate more: the result says no_go, assessed again: nothing"),
        (lambda d: d["blockers"].clear(), "blockers[a]: not in the result"),
        (lambda d: d.update(title="x"), None),
    ],
)  # fmt: skip
def test_any_other_field(files: dict[str, bytes], edit: Edit, line: str | None) -> None:
    """Any other forged field is reported with its path."""
    found = "\n".join(findings(forged(files, edit)))
    assert (line or "does not match the schema of a result") in found


def test_of_many_differences_the_first(files: dict[str, bytes]) -> None:
    """Twenty differences are reported, and the others counted."""
    found = findings(forged(files, lambda d: d["warnings"].extend(["x"] * 30)))
    lines = found[0].splitlines()
    assert lines[0] == "assessed again by the program: 30 differences"
    assert (len(lines), lines[-1]) == (22, "and 10 more")


def test_the_day_of_a_result_is_not_hidden(files: dict[str, bytes]) -> None:
    """A result as of another date than the engagement's is evaluated again as of that date."""
    later = forged(files, lambda d: d.update(as_of="2027-01-01"))
    assert findings(later) == []
    said = [step.text for step in verify(later, "it", engines=()) if step.outcome == "noted"]
    assert said == ["the result is as of 2027-01-01, but the engagement says 2026-11-21"]


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (lambda m: m.update(format="readiness/bundle/2"), "is not a format that can be read here"),
        (lambda m: m.pop("missing"), "'missing'"),
        (lambda m: m.update(more=1), "'more'"),
        (lambda m: m["files"].reverse(), "the files are in the wrong order"),
        (lambda m: m["files"].append(m["files"][0]), "lists a file twice"),
        (lambda m: m["files"][2].update(role="evidence"), "is listed as evidence, but is answers"),
        (lambda m: m["files"][3].update(named="../x"), "is not written as"),
        (lambda m: m["files"][1].update(size=0), "bytes, not 0"),
        (lambda m: m.update(engagement="engagement/answers/one.yaml"), "is needed, but is not"),
        (lambda m: m.update(engagement="../x"), "as the engagement, is not in its list"),
        (lambda m: m.update(ruleset="rulesets/base/ruleset.yaml"), "result"),
        (lambda m: m["result"].update(sha256="0" * 64), "the manifest describes another result"),
        (lambda m: m["engine"].update(version="9"), "the manifest describes another result"),
        (lambda m: m["missing"].append({"named": "x", "by": "y", "why": "there is no such file"}),
         "the manifest lists other evidence as missing"),
    ],
)  # fmt: skip
def test_a_forged_manifest(files: dict[str, bytes], edit: Edit, what: str) -> None:
    """Any false statement in a manifest is found."""
    found = "\n".join(findings(again(files, edit)))
    assert what in found


def test_a_manifest_written_another_way(files: dict[str, bytes]) -> None:
    """The same manifest in other bytes is reported as changed."""
    text = json.dumps(json.loads(files[MANIFEST])).encode()
    assert "is not written as" in "\n".join(findings(pack({**files, MANIFEST: text})))


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"format": 1}', b"[" * 10_000, b"\xff"])
def test_a_result_that_is_none(files: dict[str, bytes], text: bytes) -> None:
    """A result in a bundle that cannot be read is found, whatever it contains."""
    held = opened(again({**files, RESULT: b'{"sha256": "%s"}' % (b"0" * 64)}))
    manifest = json.loads(held[MANIFEST])
    manifest["files"][0] |= {"size": len(text), "sha256": hashlib.sha256(text).hexdigest()}
    whole = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
    (found,) = findings(pack({**held, MANIFEST: whole, RESULT: text}))
    assert found.startswith("result.json")


def test_no_bundle_at_all() -> None:
    """An archive that is not a bundle is refused."""
    assert findings(pack({"a": b""})) == [
        "refused: it: it is not a bundle: it has no manifest.json"
    ]


# ---- results -------------------------------------------------------------------------------------


def test_a_result_with_its_engagement(tmp_path: Path) -> None:
    """A result is compared with its engagement and evaluated again."""
    path = written(tmp_path)
    data = sealed(result_of(path))
    options = {"engagement": str(path), "paths": [tmp_path / "rules"]}
    assert set(outcomes(data, **options).values()) == {"fine"}
    assert findings(data, **options) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("rules/own.yaml", "title: B", "title: C",
         "the ruleset own 2.0.0 differs from the one assessed\nown 2.0.0 differs"),
        ("rules/base.yaml", "areas: {x: {}}", "areas: {x: {title: x}}",
         "the ruleset own 2.0.0 differs from the one assessed\nbase 1.0.0 differs"),
        ("rules/own.yaml", "version: 2.0.0", "version: 2.1.0",
         "the result is for the ruleset own 2.0.0, but this is 2.1.0"),
        ("rules/questions.yaml", "ask: B?", "ask: C?",
         "the questionnaire small 1.0.0 differs from the one assessed"),
        ("work/answers/one.yaml", "value: no", "value: yes",
         "the answer sheets differ from those assessed\nanswers/one.yaml was changed"),
        ("work/engagement.yaml", "id: small", "id: small\ntitle: Large",
         "the engagement small was changed"),
        ("work/engagement.yaml", "id: small", "id: large", "the engagement small is large"),
        ("work/engagement.yaml", "answers/*.yaml", "answers/one.yaml",
         "the answer sheets differ from those assessed\nanswers/two.yaml is missing"),
        ("work/engagement.yaml", "ruleset: own", "ruleset: base",
         "the result is for the ruleset own, but this is base"),
    ],
)  # fmt: skip
def test_inputs_that_changed(tmp_path: Path, file: str, old: str, new: str, expected: str) -> None:
    """Each document that has changed since is named."""
    data = sealed(result_of(written(tmp_path)))
    path = written(tmp_path, {file: FILES[file].replace(old, new, 1)})
    found = findings(data, engagement=str(path), paths=[tmp_path / "rules"], engines=())
    assert any(one.startswith(expected) for one in found), found


def test_a_sheet_more(tmp_path: Path) -> None:
    """A sheet that has been added since is named."""
    data = sealed(result_of(written(tmp_path)))
    path = written(tmp_path, {"work/answers/three.yaml": FILES["work/answers/two.yaml"]})
    found = findings(data, engagement=str(path), paths=[tmp_path / "rules"], engines=())
    assert "answers/three.yaml is not in the result" in found[0]


def test_an_engagement_and_a_single_sheet(tmp_path: Path) -> None:
    """A result of an engagement does not match a single sheet."""
    path = written(tmp_path)
    data = sealed(result_of(path))
    options = {"ruleset": "own", "paths": [tmp_path / "rules"], "engines": ()}
    found = findings(data, engagement=str(path.parent / "answers/one.yaml"), **options)
    assert "the result is for an engagement, but this is a single sheet" in found


def test_a_result_alone(tmp_path: Path) -> None:
    """Without its engagement, a result is compared with the known rulesets."""
    data = sealed(result_of(written(tmp_path)))
    rules = [tmp_path / "rules"]
    assert outcomes(data, paths=rules) == {
        "schema": "fine", "digest": "fine", "ruleset": "fine", "questionnaire": "fine",
        "answers": "undone", "native": "undone",
    }  # fmt: skip
    assert outcomes(data)["ruleset"] == "undone"
    written(tmp_path, {"rules/own.yaml": FILES["rules/own.yaml"].replace("2.0.0", "3.0.0")})
    assert outcomes(data, paths=rules)["ruleset"] == "undone"
    written(tmp_path, {"rules/own.yaml": FILES["rules/own.yaml"].replace("title: B", "title: C")})
    assert outcomes(data, paths=rules)["ruleset"] == "found"


def test_a_result_of_another_version(tmp_path: Path) -> None:
    """A result of another program version is still compared, with a note."""
    path = written(tmp_path)
    document = result_of(path)
    document["engine"] = {"name": "readiness", "version": "0.0.1"}
    steps = verify(
        sealed(document), "it", engagement=str(path), paths=[tmp_path / "rules"], engines=["native"]
    )
    (said,) = [step.text for step in steps if step.outcome == "noted"]
    assert said.startswith(
        f"the result is from readiness 0.0.1, but this is readiness {__version__}"
    )
    assert steps.status(strict=True) == 0


def test_a_result_of_before(tmp_path: Path) -> None:
    """A result that does not record engagement and chain is compared as far as possible."""
    path = written(tmp_path)
    document = result_of(path)
    del document["engagement"], document["ruleset"]["extends"]
    found = outcomes(sealed(document), engagement=str(path), paths=[tmp_path / "rules"])
    assert (found.pop("engagement"), found.pop("ruleset")) == ("undone", "undone")
    assert set(found.values()) == {"fine"}


def test_a_digest_that_does_not_fit(tmp_path: Path) -> None:
    """A result that was changed without its digest is found, and still evaluated again."""
    path = written(tmp_path)
    document = result_of(path)
    _meet(document)
    found = findings(
        json.dumps(document).encode(), engagement=str(path), paths=[tmp_path / "rules"]
    )
    assert found[0].startswith("the document was changed: its digest is wrong")
    assert len(found) == 3


def test_reasons_as_deep_as_they_may_be(tmp_path: Path) -> None:
    """The result of a condition nested to the limit can be verified."""
    values = {"d.v0": "not s.a"} | {f"d.v{n}": f"not d.v{n - 1}" for n in range(1, 49)}
    own = {
        "format": "readiness/ruleset/1", "id": "own", "questionnaire": "small", "values": values,
        "areas": {"x": {}},
        "checks": {"c": {"title": "C", "area": "x", "severity": "minor", "met_when": "d.v48"}},
    }  # fmt: skip
    path = written(tmp_path, {"rules/own.yaml": json.dumps(own)})
    options = {"engagement": str(path), "paths": [tmp_path / "rules"]}
    assert findings(sealed(result_of(path)), **options) == []


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"{}", b"[]", b"PK", b"null", b'{"format": "readiness/plan/1"}', b"\xff\xfe", b"{",
     b'{"format": "readiness/assessment/1", "a": NaN}', b"[" * 10**6, b'{"a":' * 10**5,
     b"format: readiness/assessment/1"],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_what_is_no_result(data: bytes) -> None:
    """Anything other than a result or a bundle is refused in one sentence."""
    with pytest.raises(UnusableFile) as fault:
        verify(data, "it")
    assert str(fault.value).startswith("it")
    assert "\n" not in str(fault.value)


def test_a_result_without_its_shape() -> None:
    """A result that lacks nearly everything has findings, and no further step is tried."""
    data = b'{"format": "readiness/assessment/1", "sha256": 1}'
    assert outcomes(data) == {"schema": "found", "digest": "found"}


def test_the_engagement_must_be_readable(tmp_path: Path) -> None:
    """An invalid engagement is refused as usual."""
    data = sealed(result_of(written(tmp_path)))
    with pytest.raises(DocumentError):
        verify(data, "it", engagement=str(tmp_path / "nowhere.yaml"))


def test_what_could_not_be_done_is_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the independent engine the rest is verified; only `strict` objects."""

    def missing(_: object) -> None:
        raise CouldNotReperform("it is not installed")

    monkeypatch.setattr(recheck, "reperform", missing)
    steps = verify(bundled(tmp_path), "it")
    (step,) = [step for step in steps if step.outcome == "undone"]
    assert step.text == "not assessed again by the independent engine: it is not installed"
    assert (steps.status(strict=False), steps.status(strict=True)) == (0, 1)
