"""Verification of a result or a bundle: runs every check that is possible."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from readiness.assessing import Assessor
from readiness.loading.engagements import Inquiry, load_engagement
from readiness.loading.rulesets import is_file, load_ruleset
from readiness.loading.search_path import find_all
from readiness.problems.proposals import format_command
from readiness.reports.phrasing import count_noun
from readiness.verification.archive import is_archive
from readiness.verification.bundle_reader import RESULT, Bundle, open_bundle, unpack_bundle
from readiness.verification.bundle_writer import Contents, NotThere
from readiness.verification.json_text import NotJson
from readiness.verification.recheck import (
    ENGINES,
    Document,
    compare_answers,
    compare_engine,
    compare_rules,
    day_of,
    read_result,
    rework_by_reference,
    rework_independently,
    rework_natively,
)
from readiness.verification.steps import Steps, UnusableFile


def open_result(data: bytes, name: str, steps: Steps) -> tuple[Document | None, Bundle | None]:
    """Return the result in a file or a bundle, after checking that the file is unchanged.

    There is no result if a finding makes all further checks impossible. Raises `UnusableFile` if
    the file holds neither a result nor a bundle.
    """
    if not data:
        raise UnusableFile(f"{name}: it is empty")
    if not is_archive(data):
        try:
            return read_result(data, name, steps), None
        except NotJson as fault:
            hint = "give a result in JSON, or a bundle"
            raise UnusableFile(f"{fault}; {hint}") from None
    try:
        bundle = open_bundle(data, steps)
    except UnusableFile as fault:
        raise UnusableFile(f"{name}: {fault}") from None
    if bundle is None:
        steps.undone("result", "the content was not checked, because the bundle was changed")
        return None, None
    try:
        document = read_result(bundle.files[RESULT], RESULT, steps)
    except UnusableFile as fault:
        steps.found("schema", str(fault))
        return None, bundle
    manifest = bundle.manifest
    if document is not None and (manifest.result, dict(manifest.engine)) != (
        document["sha256"], document["engine"],
    ):  # fmt: skip
        steps.found("manifest", "the manifest describes another result")
    return document, bundle


def verify(
    data: bytes,
    name: str,
    *,
    engagement: str | None = None,
    ruleset: str | None = None,
    paths: Sequence[Path] = (),
    engines: Collection[str] = ENGINES,
) -> Steps:
    """Verify a file and return all steps of the verification.

    A bundle brings all it needs. With a result, `engagement` is the file that it was calculated
    from, else only what can be found by itself is compared. Raises `UnusableFile` where the file
    holds neither, and `DocumentError` where the engagement cannot be read.
    """
    steps = Steps()
    document, bundle = open_result(data, name, steps)
    if document is None:
        return steps
    compare_engine(document, steps)
    if bundle is not None:
        _verify_inside(bundle, document, engines, steps)
    elif engagement is None:
        _verify_alone(document, paths, steps)
    else:
        inquiry = load_engagement(
            engagement,
            ruleset=ruleset,
            as_of=day_of(document),
            assurance=document["assurance"],
            paths=paths,
        )
        _work_again(document, inquiry, engines, steps)
    return steps


def _verify_inside(
    bundle: Bundle, document: Document, engines: Collection[str], steps: Steps
) -> None:
    manifest = bundle.manifest
    try:
        with unpack_bundle(
            manifest, bundle.files, day_of(document), document["assurance"]
        ) as inquiry:
            _compare_contents(bundle, inquiry, steps)
            _work_again(document, inquiry, engines, steps)
    except UnusableFile as fault:
        text = "the content cannot be assessed"
        steps.found("documents", text, str(fault).splitlines())


def _compare_contents(bundle: Bundle, inquiry: Inquiry, steps: Steps) -> None:
    """Check that the bundle has exactly the files that its engagement needs."""
    manifest = bundle.manifest
    try:
        needed = Contents(inquiry, lambda place, *_: bundle.files.get(place))
    except NotThere as fault:
        steps.found("manifest", f"{fault.place} is needed, but is not in the bundle")
        return
    parts = needed.roles
    listed = {file.file: (file.role, file.named) for file in manifest.files if file.file != RESULT}
    found = [f"{file} is not needed" for file in listed if file not in parts]
    found += [f"{file} is needed, but not listed" for file in parts if file not in listed]
    found += [
        f"{file} is listed as {listed[file][0]}, but is {parts[file][0]}"
        for file in parts
        if file in listed and listed[file] != parts[file]
    ]
    if (needed.engagement, needed.ruleset) != (manifest.engagement, manifest.ruleset):
        found.append("the manifest names another engagement or ruleset")
    if tuple(needed.missing) != manifest.missing:
        found.append("the manifest lists other evidence as missing")
    if found:
        steps.found("manifest", "the manifest does not match the documents", found)
        return
    steps.fine("manifest", "the bundle has exactly the files that its engagement needs")
    count = len(manifest.missing)
    if count:
        missing = count_noun(count, "evidence file")
        steps.noted("evidence", f"{missing} named by answers, but not in the bundle")


def _verify_alone(document: Document, paths: Sequence[Path], steps: Steps) -> None:
    """Verify what is possible for a result without its engagement."""
    name, version = document["ruleset"]["id"], document["ruleset"]["version"]
    unknown = f"the ruleset {name} {version} was not found"
    if name not in find_all("ruleset", paths):
        steps.undone("ruleset", f"{unknown}; give its folder with --path DIR")
    elif (ruleset := load_ruleset(name, paths=paths)).version != version:
        steps.undone("ruleset", f"{unknown}, only version {ruleset.version}")
    else:
        compare_rules(document, ruleset, steps)
    steps.undone(
        "answers", "answers and engagement were not compared; give them with --engagement PATH"
    )
    steps.undone("native", "the assessment was not repeated; this needs the engagement")


def _work_again(
    document: Document, inquiry: Inquiry, engines: Collection[str], steps: Steps
) -> None:
    compare_rules(document, inquiry.ruleset, steps)
    assessment = Assessor(inquiry.ruleset).assess(inquiry)
    again = assessment.to_dict(compact=document.get("compact", False))
    _note_other_circumstances(document, inquiry, steps)
    compare_answers(document, again, steps)
    if "native" in engines:
        rework_natively(document, again, steps)
    if "reference" in engines:
        rework_by_reference(document, assessment, steps)
    if "durable" in engines:
        rework_independently(document, inquiry, steps)


def _note_other_circumstances(document: Document, inquiry: Inquiry, steps: Steps) -> None:
    """Add a note if a result was requested under other circumstances than the engagement states."""
    whole = inquiry.engagement
    if whole is None:
        return
    day = whole.as_of.isoformat() if whole.as_of else document["as_of"]
    said = {
        "as of": (document["as_of"], day),
        "with assurance": (document["assurance"], whole.assurance),
        "against": (
            document["ruleset"]["id"],
            document["ruleset"]["id"] if is_file(whole.ruleset) else whole.ruleset,
        ),
    }
    for how, (one, other) in said.items():
        if one != other:
            text = f"the result is {how} {one}, but the engagement says {other}"
            steps.noted("circumstances", text)


def result_in(data: bytes, name: str) -> Document:
    """Return the result in an unchanged file; raises `UnusableFile` if it was changed."""
    steps = Steps()
    document, _ = open_result(data, name, steps)
    if document is None or steps.number("found"):
        found = next(step for step in steps if step.outcome == "found")
        hint = f"'{format_command('verify', file=name)}' shows details"
        raise UnusableFile(f"{name}: {found.text}; {hint}")
    return document
