"""Verifies a result or a bundle: with its digest, its input documents, and a recalculation."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from readiness.assessing import Assessor
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.schemas import FORMATS
from readiness.evaluation.judging import Judging
from readiness.evaluation.verdicts import Judgement
from readiness.loading.engagements import Inquiry, load_engagement
from readiness.loading.rulesets import is_file, load_ruleset
from readiness.loading.search_path import find_all
from readiness.plugins import installed
from readiness.problems.proposals import format_command
from readiness.reports.phrasing import count_noun
from readiness.result.assessment import Assessment
from readiness.result.digest import digest
from readiness.result.document import identity
from readiness.verification.archive import is_archive
from readiness.verification.bundle import (
    RESULT,
    Bundle,
    Contents,
    NotThere,
    open_bundle,
    unpack_bundle,
)
from readiness.verification.independent_run import CouldNotReperform, disagreements, reperform
from readiness.verification.json_text import Document, NotJson, problems_of, read_json
from readiness.verification.steps import Steps, UnusableFile
from readiness.version import __version__

ENGINES = ("native", "reference", "durable")


def read_result(data: bytes, name: str, steps: Steps) -> Document | None:
    """Read the result document in a text; None if it is too damaged to continue.

    Raises `UnusableFile` if the text is not a result at all.
    """
    document = read_json(data, name)
    found = document.get("format") if isinstance(document, dict) else None
    if not isinstance(document, dict) or found != FORMATS["result"]:
        hint = f'a result begins with "format": "{FORMATS["result"]}"'
        raise UnusableFile(f"{name}: this is not the result of an assessment; {hint}")
    problems = problems_of(document, "result", data, name)
    if problems:
        details = [line for problem in problems for line in str(problem).splitlines()]
        steps.found("schema", "the document does not match the schema of a result", details)
    else:
        steps.fine("schema", "the document matches the schema of a result")
    said = document.get("sha256")
    computed = digest({key: value for key, value in document.items() if key != "sha256"})
    if said == computed:
        steps.fine("digest", "its digest is correct")
    else:
        details = [f"stated: {said}", f"calculated: {computed}"]
        steps.found("digest", "the document was changed: its digest is wrong", details)
    return None if problems else document


def compare_engine(document: Document, steps: Steps) -> None:
    """Add a note if the result was made by another program or version."""
    engine = document["engine"]
    if (engine["name"], engine["version"]) != ("readiness", __version__):
        steps.noted(
            "engine",
            f"the result is from {engine['name']} {engine['version']}, "
            f"but this is readiness {__version__}; they are compared anyway",
        )


def find_plugins(document: Document, steps: Steps) -> bool:
    """Return whether the functions of plug-ins that a result used are installed.

    Without them, its ruleset cannot be loaded. Another version of one is a note.
    """
    held = installed("functions")
    for one in document.get("plugins", ()):
        used = f"the result uses the function {one['function']} of plug-in {one['plugin']}"
        here = held.get(one["function"])
        if here is None or here.package != one["plugin"]:
            version = one["version"]
            steps.undone(
                "plugins", f"{used} {version}, which is not installed; nothing is repeated"
            )
            return False
        other = "" if here.version == one["version"] else f"; here it is {here.version}"
        steps.noted("plugins", f"{used} {one['version']}{other}")
    return True


def day_of(document: Document) -> datetime.date:
    """Return the day of the assessment in a result."""
    return datetime.date.fromisoformat(document["as_of"])


# ---- input documents -----------------------------------------------------------------------------


def compare_rules(document: Document, ruleset: Ruleset, steps: Steps) -> None:
    """Compare the ruleset and the questionnaires, each with the documents it is combined from."""
    _compare_identity("ruleset", document["ruleset"], identity(ruleset.checklist), steps)
    held = {one.id: identity(one) for one in ruleset.questionnaires}
    said = {one["id"]: one for one in document["questionnaires"]}
    for name, one in said.items():
        if name in held:
            _compare_identity("questionnaire", one, held[name], steps)
        else:
            steps.found("questionnaire", f"the ruleset does not use the questionnaire {name}")
    for name in held:
        if name not in said:
            steps.found("questionnaire", f"the questionnaire {name} is missing from the result")
    ids = [one["id"] for one in document["questionnaires"]]
    if ids != list(held) and said.keys() == held.keys():
        found = _describe("questionnaires", ids, list(held))
        steps.found("questionnaire", "the questionnaires are listed in another order", found)


def compare_answers(document: Document, again: Document, steps: Steps) -> None:
    """Compare the answer sheets and the engagement; `again` is the recalculated result."""
    said, held = _by_file(document["answers"]), _by_file(again["answers"])
    found = []
    for name, one in said.items():
        if name not in held:
            found.append(f"{name} is missing")
        elif one["sha256"] != held[name]["sha256"]:
            found.append(f"{name} was changed")
        elif one.get("respondent") != held[name]["respondent"]:
            found.append(f"{name} is now from {held[name]['respondent'] or 'nobody'}")
    found += [f"{name} is not in the result" for name in held if name not in said]
    found = found or _describe("answers", document["answers"], again["answers"])
    if found:
        steps.found("answers", "the answer sheets differ from those assessed", found)
    else:
        count = f"{len(said)} answer sheets are" if len(said) != 1 else "the answer sheet is"
        steps.fine("answers", f"{count} unchanged")
    _compare_engagement(document, again, steps)


def _compare_engagement(document: Document, again: Document, steps: Steps) -> None:
    held = again["engagement"]
    if "engagement" not in document:
        steps.undone("engagement", "the result does not name its engagement")
        return
    said = document["engagement"]
    if said == held:
        if held is not None:
            steps.fine("engagement", f"the engagement {held['id']} is unchanged")
    elif said is None or held is None:
        one, other = ("a single sheet", "an engagement")[:: 1 if said is None else -1]
        steps.found("engagement", f"the result is for {one}, but this is {other}")
    else:
        what = "was changed" if said["id"] == held["id"] else f"is {held['id']}"
        steps.found("engagement", f"the engagement {said['id']} {what}", _digests(said, held))


def _by_file(sheets: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the sheets by file; one that was not in a file has its number as key."""
    named = enumerate(sheets, start=1)
    return {sheet.get("file") or f"sheet {number}": sheet for number, sheet in named}


def _compare_identity(kind: str, said: Document, held: Document, steps: Steps) -> None:
    name = f"{said['id']} {said['version']}"
    if said["id"] != held["id"]:
        steps.found(kind, f"the result is for the {kind} {said['id']}, but this is {held['id']}")
    elif said["version"] != held["version"]:
        text = f"the result is for the {kind} {name}, but this is {held['version']}"
        steps.found(kind, text, _digests(said, held))
    elif said["sha256"] != held["sha256"]:
        text = f"the {kind} {name} differs from the one assessed"
        steps.found(kind, text, _find_changes(said, held) or _digests(said, held))
    elif "extends" not in said:
        steps.fine(kind, f"the {kind} {name} is unchanged")
        text = f"the result does not name the documents that the {kind} {name} was merged from"
        steps.undone(kind, text)
    elif changed := _find_changes(said, held):
        text = f"the {kind} {name} has the same content, but was merged from other documents"
        steps.found(kind, text, changed)
    else:
        count = len(said["extends"])
        of = f" (merged from {count} documents)" if count else ""
        steps.fine(kind, f"the {kind} {name}{of} is unchanged")


def _find_changes(said: Document, held: Document) -> list[str]:
    """Return which of the documents that it is combined from differ."""
    if "extends" not in said:
        return []
    parts, others = _chain(said), _chain(held)
    if list(parts) == list(others):
        found = [f"{name} differs" for name in parts if parts[name] != others[name]]
        return found or _describe("extends", said["extends"], held["extends"])
    return [f"in the result: {_list_parts(parts)}", f"here: {_list_parts(others)}"]


def _chain(whole: Document) -> dict[str, str]:
    return {f"{one['id']} {one['version']}": one["sha256"] for one in whole.get("extends", ())}


def _list_parts(parts: Mapping[str, str]) -> str:
    return ", ".join(parts) or "nothing"


def _digests(said: Document, held: Document) -> list[str]:
    return [f"in the result: {said['sha256']}", f"here: {held['sha256']}"]


def _describe(name: str, said: Any, held: Any) -> list[str]:
    """Return every difference, in words."""
    return [one.text for one in differences(name, said, held)]


# ---- recalculation -------------------------------------------------------------------------------

# Input documents have separate steps, and the digest follows from all other fields.
_APART = frozenset(
    {"ruleset", "questionnaires", "answers", "engagement", "engine", "since", "sha256"}
)
_JUDGED = frozenset({"status", "standing", "verdict"})


def rework_natively(document: Document, again: Document, steps: Steps) -> None:
    """Compare every field with the recalculated result.

    If the result is from another version of the program, sentences that are worded differently, and
    fields that only this version writes, are notes and not findings.
    """
    judged = [Difference(text) for text in _compare_judgements(document, _statuses(again))]
    found = [*judged, *differences("", _rest(document), _rest(again))]
    if document["engine"] != again["engine"]:
        aside = [one for one in found if one.is_of_version]
        found = [one for one in found if not one.is_of_version]
        if aside:
            number = count_noun(len(aside), "field")
            steps.noted("native", f"this version words or adds {number}, such as: {aside[0].text}")
    if "since" in document:
        steps.noted("since", "the comparison with an earlier result needs that one; not repeated")
    _tell("native", "the program", document, [one.text for one in found], steps)


def rework_by_reference(document: Document, assessment: Assessment, steps: Steps) -> None:
    """Compare statuses, standings and verdicts with those of the reference interpreter."""
    waived = assessment.answers.circumstances.waived()
    judging = Judging(assessment.ruleset, assessment.reference, waived)
    found = [*_compare_judgements(document, judging.judgement())]
    _tell("reference", "the reference interpreter", document, found, steps)


def rework_independently(document: Document, inquiry: Inquiry, steps: Steps) -> None:
    """Compare statuses, standings and verdicts with those of the independent engine."""
    try:
        again = reperform(inquiry)
    except CouldNotReperform as fault:
        steps.undone("durable", f"not assessed again by the independent engine: {fault}")
        return
    found = [*_compare_judgements(document, again)]
    _tell("durable", f"{again.engine} {again.version}", document, found, steps)


def _tell(name: str, who: str, document: Document, found: Sequence[str], steps: Steps) -> None:
    if found:
        number = count_noun(len(found), "difference")
        steps.found(name, f"assessed again by {who}: {number}", found)
        return
    checks, gates = len(document["checks"]), len(document["gates"])
    more = ", as do all other calculated fields" if name == "native" else ""
    agree = f"{count_noun(checks, 'check')} and {count_noun(gates, 'gate')} agree"
    steps.fine(name, f"assessed again by {who}: {agree}{more}")


def _statuses(document: Document) -> Judgement:
    """Return the statuses, standings and verdicts in a result."""
    checks, gates = document["checks"], document["gates"]
    return Judgement(
        {check["id"]: check["status"] for check in checks},
        {check["id"]: check["standing"] for check in checks},
        {gate["id"]: gate["verdict"] for gate in gates},
    )


def _compare_judgements(document: Document, again: Judgement) -> Iterator[str]:
    """Yield the statuses, standings and verdicts that differ."""
    for noun, what, key, first, second in disagreements(_statuses(document), again):
        word = "standing " if noun == "standing" else ""
        yield f"{what} {key}: the result says {word}{first}, assessed again: {word}{second}"


def _rest(document: Document) -> dict[str, Any]:
    """Return a result without the fields that other steps have compared."""
    rest = {key: value for key, value in document.items() if key not in _APART}
    for key in ("checks", "gates"):
        rest[key] = [
            {name: value for name, value in one.items() if name not in _JUDGED}
            for one in document[key]
        ]
    return rest


# ---- field by field ------------------------------------------------------------------------------

_LONGEST = 60
# Sentences of the program, which another version may word differently: conditions, answers in
# words, reasons for an unknown value, and warnings.
_WORDED = frozenset({"text", "reason", "warnings"})
_NAMES = {"answers": "file", "waivers": "check", "conflicts": "question"}
"""The field that names the items of the lists with these paths; items of other lists have ids."""


class Difference(NamedTuple):
    """A difference in words; `is_of_version` if another version of the program may cause it."""

    text: str
    is_of_version: bool = False


def differences(path: str, said: Any, again: Any, key: str = "") -> Iterator[Difference]:
    """Yield every difference with the path of its field: values, and missing or extra fields.

    `key` is the nearest key on the path. The keys of an object have no order; the items of a list
    do.
    """
    if isinstance(said, dict) and isinstance(again, dict):
        for name in dict.fromkeys((*said, *again)):
            here = f"{path}.{name}" if path else name
            if name not in again:
                yield Difference(f"{here}: only in the result")
            elif name not in said:
                yield Difference(f"{here}: not in the result", is_of_version=True)
            else:
                yield from differences(here, said[name], again[name], name)
    elif isinstance(said, list) and isinstance(again, list):
        yield from _items(path, said, again, key)
    elif said != again or isinstance(said, bool) != isinstance(again, bool):
        yield Difference(
            f"{path}: the result says {_show(said)}, assessed again: {_show(again)}",
            is_of_version=key in _WORDED and isinstance(said, str) and isinstance(again, str),
        )


def _items(path: str, said: list[Any], again: list[Any], key: str) -> Iterator[Difference]:
    one, other = _name_items(path, said, again, key)
    counts, others = Counter(one), Counter(other)
    held, held_again = dict(zip(one, said, strict=True)), dict(zip(other, again, strict=True))
    for name in dict.fromkeys((*one, *other)):
        here = f"{path}[{name}]"
        if not others[name]:
            yield Difference(f"{here}: only in the result")
        elif not counts[name]:  # a version may have more warnings than the one before
            yield Difference(f"{here}: not in the result", is_of_version=key == "warnings")
        elif counts[name] > 1:
            yield Difference(f"{here}: {counts[name]} times in the result")
        else:
            yield from differences(here, held[name], held_again[name], key)
    if one != other and counts == others:
        yield Difference(f"{path}: in another order")


def _name_items(
    path: str, said: list[Any], again: list[Any], key: str
) -> tuple[Sequence[str | int], Sequence[str | int]]:
    """Return the names of the items of both lists; if they have none, their positions."""
    name = _NAMES.get(path, "id")
    one: list[Any]
    other: list[Any]
    one, other = (
        [item.get(name) if isinstance(item, dict) else item for item in items]
        for items in (said, again)
    )
    is_text = all(isinstance(called, str) for called in (*one, *other))
    if is_text and key not in _WORDED and len(set(other)) == len(other):
        return one, other
    return range(len(said)), range(len(again))


def _show(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


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
    if not find_plugins(document, steps):
        return steps
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


def sign_result(data: bytes, name: str, key: bytes, passphrase: str = "") -> bytes:
    """Return the signature of a result or a bundle, as a JSON document; see `verify`.

    `key` is a private key in PEM. Raises `UnusableFile` for a file that is neither or was changed,
    and `BadKey` for a key or a passphrase that does not fit.
    """
    from readiness.verification.signing import read_private, sign

    return sign(name, data, result_in(data, name), read_private(key, passphrase)).to_json().encode()


def verify_signature(data: bytes, name: str, signature: bytes, key: bytes) -> Steps:
    """Verify the signature of a file; `key` is the public key in PEM.

    Raises `BadKey` for a key that cannot be used.
    """
    from readiness.verification.signing import Subject, check_signature, read_public

    steps, public = Steps(), read_public(key)
    try:
        document = result_in(data, name)
    except UnusableFile:
        document = None
    check_signature(signature, public, Subject(Path(name).name, data, document), steps)
    return steps


def result_in(data: bytes, name: str) -> Document:
    """Return the result in an unchanged file; raises `UnusableFile` if it was changed."""
    steps = Steps()
    document, _ = open_result(data, name, steps)
    if document is None or steps.number("found"):
        found = next(step for step in steps if step.outcome == "found")
        hint = f"'{format_command('verify', file=name)}' shows details"
        raise UnusableFile(f"{name}: {found.text}; {hint}")
    return document
