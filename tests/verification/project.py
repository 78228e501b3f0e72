"""A small engagement in a folder, with two respondents, evidence, and a ruleset that extends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from readiness.loading.engagements import load_engagement
from readiness.result.digest import digest
from readiness.verification.archive import pack
from readiness.verification.bundle import MANIFEST, RESULT, Disk, make_bundle, open_bundle
from readiness.verification.recheck import verify
from readiness.verification.steps import Steps, UnusableFile

FILES = {
    "rules/questions.yaml": """\
format: readiness/questionnaire/1
id: small
version: 1.0.0
sections: {s: {questions: {a: {ask: A?, type: yes_no}, b: {ask: B?, type: text}}}}
""",
    "rules/base.yaml": """\
format: readiness/ruleset/1
id: base
version: 1.0.0
questionnaire: small
areas: {x: {}}
gates: {go: {title: Go, requires: [a]}}
checks: {a: {title: A, area: x, severity: major, met_when: s.a}}
""",
    "rules/own.yaml": """\
format: readiness/ruleset/1
id: own
version: 2.0.0
extends: [base]
checks: {b: {title: B, area: x, severity: minor, met_when: stated(s.b)}}
""",
    "work/engagement.yaml": """\
format: readiness/engagement/1
id: small
ruleset: own
as_of: 2026-11-21
answers: [answers/*.yaml]
""",
    "work/answers/one.yaml": """\
format: readiness/answers/1
respondent: one
answers: {s.a: {value: no, evidence: [{title: Minutes, file: ../minutes.txt}]}}
""",
    "work/answers/two.yaml": """\
format: readiness/answers/1
respondent: two
answers: {s.b: {value: 1.10, evidence: [{title: Letter, file: letter.txt}]}}
""",
    "work/minutes.txt": "Minute 14\n",
    "work/answers/letter.txt": "Dear all\n",
}


def written(folder: Path, changed: Mapping[str, str | None] = {}) -> Path:
    """Write the engagement below a folder; a changed text of None leaves a file out."""
    for name, text in {**FILES, **changed}.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    return folder / "work" / "engagement.yaml"


def bundled(
    folder: Path,
    changed: Mapping[str, str | None] = {},
    include: Sequence[Path] = (),
    **options: Any,
) -> bytes:
    """Return the bundle of that engagement."""
    path = written(folder, changed)
    inquiry = load_engagement(path, paths=[folder / "rules"], **options)
    return make_bundle(inquiry, Disk(path, include))[0]


def opened(data: bytes) -> dict[str, bytes]:
    """Return the files of an intact bundle."""
    bundle = open_bundle(data, Steps())
    assert bundle is not None
    return dict(bundle.files)


def again(files: Mapping[str, bytes], edit: Callable[[dict[str, Any]], object] = dict) -> bytes:
    """Return a carefully forged bundle: sizes, digests and manifest match the files."""
    manifest = json.loads(files[MANIFEST])
    held = {name: files[name] for name in files if name != MANIFEST}
    roles = {one["file"]: one for one in manifest["files"]}
    manifest["files"] = [
        {**roles.get(name, {"file": name, "role": "evidence"}), **_figures(content)}
        for name, content in sorted(held.items(), key=lambda one: (one[0] != RESULT, one[0]))
    ]
    manifest["result"]["sha256"] = json.loads(held[RESULT])["sha256"]
    edit(manifest)
    text = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
    rest = {one["file"]: held[one["file"]] for one in manifest["files"] if one["file"] in held}
    return pack({MANIFEST: text, **rest})


def _figures(content: bytes) -> dict[str, Any]:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def sealed(document: dict[str, Any]) -> bytes:
    """Return a result document with its digest calculated anew."""
    document.pop("sha256", None)
    whole = {**document, "sha256": digest(document)}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def findings(data: bytes, **options: Any) -> list[str]:
    """Return the findings of a verification, each as text with details; or why it is refused."""
    options.setdefault("engines", ("native", "reference"))
    try:
        steps = verify(data, "it", **options)
    except UnusableFile as fault:
        return [f"refused: {fault}"]
    return ["\n".join([one.text, *one.details]) for one in steps if one.outcome == "found"]
