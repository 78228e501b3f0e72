"""Lint of files and ids: every problem of a document, and where there is none, every finding."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from collections.abc import Sequence as Row
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeAlias

from readiness.assessing import Assessor
from readiness.assurance.cases import cases_beside, load_cases, samples_in
from readiness.assurance.drift import find_drift
from readiness.assurance.findings import (
    SEVERITIES,
    WARNING,
    Finding,
    Findings,
    as_findings,
    is_allowed,
    severity_of,
)
from readiness.assurance.logic_lint import find_logic
from readiness.assurance.ruleset_lint import lint_ruleset
from readiness.assurance.scales import find_two_fold
from readiness.dependencies.ruleset import Ruleset, build_questions
from readiness.dependencies.scope import scoped
from readiness.documents.nodes import Mapping, Node, Scalar, Sequence
from readiness.loading.engagements import Inquiry, load_engagement, missing_evidence
from readiness.loading.files import check_document, kind_of, read_file
from readiness.loading.remembering import remembering
from readiness.loading.rulesets import Extending, gather_questionnaire, is_file, load_ruleset
from readiness.loading.search_path import documents_at, find
from readiness.model.answers import read_sheet
from readiness.model.engagement import Engagement
from readiness.model.fields import child, entries, key_at, text, texts
from readiness.model.questionnaire import read_questionnaire
from readiness.problems import DocumentError, Excerpt, Problem, Problems, nearest
from readiness.problems.problem import Whole
from readiness.proving.analyser import Analyser

# What is written in the language of conditions, in which a comment is usual and no text is cut off.
_CONDITIONS = frozenset({"met_when", "applies_when", "ask_when", "when", "values"})
_COMMENT = re.compile(r"\s+#(?P<space>\s?)")


def lint(
    targets: Iterable[str],
    folders: Row[Path] = (),
    *,
    severity: str = WARNING,
    since: str | Path | None = None,
    is_quick: bool = False,
    advance: Callable[[Iterable[Any], int], Iterable[Any]] = lambda items, _total: items,
) -> list[Finding]:
    """Return the findings of at least a severity about files, folders and ids, each once.

    `since` is an earlier version of a ruleset: changes since then that may have changed what
    answers mean are findings too. `severity` is error, warning or note. Findings that a comment
    allows are left out: see docs/lint.md.

    Ids are also looked up in a folder that is a target, and for answers in the folder of a ruleset
    that an engagement among the targets names by its file. Raises `LookupError` with the first
    target that is neither a file, a folder nor an id. `is_quick` leaves out what takes an analysis
    of all conditions together, which takes long for thousands of checks. `advance` is called with
    what there is to do about a ruleset and how much it is, and passes it on, as a progress bar
    does.
    """
    with remembering():
        old = load_ruleset(since, paths=folders) if since is not None else None
        shown = SEVERITIES[: SEVERITIES.index(severity) + 1]
        findings_of = cache(partial(_all_findings, advance, is_quick))
        found = _lint(targets, folders, old, shown, findings_of)
    return [one for one in found if one.severity in shown]


def _lint(
    targets: Iterable[str],
    folders: Row[Path],
    old: Ruleset | None,
    shown: Row[str],
    findings_of: _FindingsOf,
) -> list[Finding]:
    found: dict[Finding, None] = {}
    named: dict[tuple[str, str], dict[Path, Node]] = {}
    documents: list[tuple[Path, Node | None, Problems, Row[Path]]] = []
    for target in targets:
        around = [*folders, Path(target)] if Path(target).is_dir() else folders
        paths = list(_paths(target, folders))
        if not paths:
            nothing = Problems()
            nothing.add("nothing-to-lint", Whole(target))
            found.update(dict.fromkeys(as_findings(nothing.in_order(), None)))
        for path in paths:
            problems = Problems()
            documents.append((path, read_file(path, problems), problems, around))
    homes = [home for path, root, *_ in documents for home in _ruleset_folder(root, path)]
    for path, root, problems, around in documents:
        ruleset = None
        if root is not None:
            looked_in = [*around, *homes] if kind_of(root) == "answers" else around
            listed, ruleset = _lint_document(root, path, looked_in, findings_of, shown)
            problems.extend(listed)
            _find_cut_off(root, problems)
            find_two_fold(root, problems)
            if old is not None and ruleset is not None and ruleset.id == old.id:
                problems.extend(find_drift(old, ruleset))
            at = key_at(root, "id")
            named.setdefault((kind_of(root), text(child(root, "id"))), {})[path.resolve()] = at
        listed = [one for one in problems.in_order() if not is_allowed(one, root)]
        found.update(dict.fromkeys(as_findings(listed, ruleset)))
    return [*as_findings(_copies(named), None), *found]


def _ruleset_folder(root: Node | None, path: Path) -> list[Path]:
    """Return the folder of the ruleset that an engagement names by its file; nothing of others."""
    if root is None or kind_of(root) != "engagement":
        return []
    file = text(child(root, "ruleset"))
    return [(path.parent / file).parent] if is_file(file) else []


def _copies(named: Map[tuple[str, str], Map[Path, Node]]) -> list[Problem]:
    """Return a problem for each id that several rulesets, or several questionnaires, have."""
    problems = Problems()
    for (kind, name), places in named.items():
        if kind in ("ruleset", "questionnaire") and name and len(places) > 1:
            hint = "give each its own id, or remove the copy"
            problems.add("found-twice", *places.values(), hint=hint, kind=kind, name=name)
    return problems.in_order()


def _paths(target: str, folders: Row[Path]) -> Iterator[Path]:
    path = Path(target)
    if path.exists():
        yield from documents_at(path)
    else:
        held = [*find("ruleset", target, folders), *find("questionnaire", target, folders)]
        if not held:
            raise LookupError(target)
        yield from held


def _lint_document(
    root: Node, path: Path, folders: Row[Path], findings_of: _FindingsOf, shown: Row[str]
) -> tuple[list[Problem], Ruleset | None]:
    """Return what is found in a document, and the ruleset that it is about, if it is one."""
    problems = Problems()
    kind = kind_of(root)
    try:
        if kind == "ruleset":
            ruleset = load_ruleset(path, paths=folders)
            return _own(ruleset, [*folders, path.parent], findings_of, shown), ruleset
        if kind == "cases":
            load_cases(path, paths=tuple(folders))
            return [], None
        if kind == "engagement" or (kind == "answers" and key_at(root, "ruleset") is not root):
            inquiry = load_engagement(path, paths=folders, names_all=True)
            return lint_inquiry(inquiry).in_order(), inquiry.ruleset
    except DocumentError as error:
        return list(error.problems), None
    if kind == "questionnaire":
        whole = Extending(kind, [*folders, path.parent], problems).whole(path) or root
        build_questions([read_questionnaire(whole, problems)], problems)
    elif kind == "answers":
        _lint_answers(root, path, folders, problems)
    else:
        check_document(root, kind or _likely_kind(root), path, problems)
    return problems.in_order(), None


def _all_findings(advance: Callable[..., Any], is_quick: bool, ruleset: Ruleset) -> Problems:
    """Return what is found about a ruleset, and about the meaning of its conditions."""
    findings = Findings(ruleset)
    lint_ruleset(ruleset, findings)
    if is_quick:
        return findings
    samples = {}
    with contextlib.suppress(DocumentError):  # reported for the cases themselves
        samples = samples_in(cases_beside(ruleset))
    find_logic(ruleset, Analyser([ruleset], samples=samples), findings, advance)
    return findings


_FindingsOf: TypeAlias = Callable[[Ruleset], Problems]


def _own(
    ruleset: Ruleset, folders: Row[Path], findings_of: _FindingsOf, shown: Row[str]
) -> list[Problem]:
    """Return the findings that a ruleset adds to those of the ruleset that it extends.

    Only findings of the severities `shown` are returned. The rulesets that it extends are linted
    only where one is in another document: those in its own cannot be theirs.
    """
    root = ruleset.checklist.node
    found = findings_of(ruleset).in_order()
    held = [one for one in found if severity_of(one.code) in shown and not is_allowed(one, None)]
    if all(one.file == root.source.name for one in held):
        return held
    names = [name.text.split()[0] for name in texts(child(root, "extends"))]
    parents = [load_ruleset(name, paths=folders) for name in names]
    inherited = {_what(finding) for parent in parents for finding in findings_of(parent)}
    # Without gates nothing need wait for a check; a first gate does not change that.
    ungated = {p.checklist.node.source.name for p in parents if not p.gates}
    return [
        finding
        for finding in held
        if _what(finding) not in inherited
        and not (finding.code == "waited-for-by-nobody" and finding.file in ungated)
    ]


def _what(finding: Problem) -> object:
    """Return what a finding is about, regardless of the ruleset that it is reported for."""
    return finding.code, finding.excerpts


def _likely_kind(root: Node) -> str:
    """The kind that a document without a usable format most likely is meant to be."""
    keys = {"sections": "questionnaire", "checks": "ruleset", "groups": "engagement"}
    return next((kind for key, kind in keys.items() if key_at(root, key) is not root), "answers")


def _lint_answers(root: Node, path: Path, folders: Row[Path], problems: Problems) -> None:
    """Answers that name a questionnaire and no ruleset."""
    document = check_document(root, "answers", path, problems)
    held = [
        found
        for name in texts(document.tree.get("questionnaire"))
        if (found := gather_questionnaire(name.text, [*folders, path.parent], problems, name))
    ]
    if held:
        questions = build_questions(held, problems)
        read_sheet(document.tree, path.name, questions, problems)


def lint_inquiry(inquiry: Inquiry) -> Problems:
    """Every finding about an engagement: who is silent, what is missing, what has expired."""
    findings = Problems()
    assessment = Assessor(inquiry.ruleset).assess(inquiry)
    findings.extend(assessment.remarks)
    for given, file in missing_evidence(inquiry):
        findings.add("missing-evidence", given, file=file)
    if inquiry.engagement is not None:
        _lint_engagement(inquiry, inquiry.engagement, findings)
    return findings


def _lint_engagement(inquiry: Inquiry, engagement: Engagement, findings: Problems) -> None:
    for key, waiver in inquiry.circumstances.waivers.items():
        if not waiver.expires:
            findings.add("waiver-without-end", waiver, id=key)
        elif waiver.expires < waiver.approved_on:
            facts = {"id": key, "day": waiver.expires, "start": waiver.approved_on}
            findings.add("waiver-ends-first", waiver, **facts)
    excluded = inquiry.circumstances.excluded()
    for entry in excluded:
        others = scoped(inquiry.ruleset, [other for other in excluded if other is not entry])
        if _extent(others) == _extent(inquiry.ruleset):
            findings.add("scope-without-effect", entry, kind=entry.kind, id=entry.id)
    declared = inquiry.circumstances.groups
    asked = (question.ask_each for question in inquiry.ruleset.questions.values())
    for group in dict.fromkeys(filter(None, asked)):
        if group not in declared:
            at = key_at(engagement.node, "groups")
            findings.add("undeclared-group", at, group=group)
    heard = {one.respondent for sheet in inquiry.sheets for one in sheet.given}
    heard |= {sheet.respondent for sheet in inquiry.sheets}
    for group, members in entries(child(engagement.node, "groups")):
        for one in texts(members):
            if one.text not in heard:
                findings.add("silent-respondent", one, respondent=one.text, group=group)
    people = inquiry.circumstances.people
    grouped = {name for group in declared.values() for name in group}
    unnamed = grouped - set(people.respondents)
    for name in people.respondents:
        if name not in grouped | heard and (hint := nearest(name, unnamed)):
            at = key_at(child(engagement.node, "respondents") or engagement.node, name)
            findings.add("respondent-like-member", at, hint=hint, respondent=name)


def _extent(ruleset: Ruleset) -> list[set[str]]:
    scope = ruleset.scope
    return [set(held) for held in (scope.checks, scope.gates, scope.questions)]


# ---- texts that YAML ends at a `#` ---------------------------------------------------------------


def _find_cut_off(root: Node, problems: Problems) -> None:
    """Add a finding for each text of several words that probably goes on behind a ` #`.

    YAML takes what follows ` #` for a comment: `title: Staffed (see #12)` is read `Staffed (see`.
    A comment with a space behind its `#` is meant, unless a bracket is still open before it.
    """
    for scalar in _texts(root):
        rest = scalar.source.line(scalar.end_line)[scalar.end_column - 1 :]
        comment = _COMMENT.match(rest)
        is_open = scalar.text.count("(") > scalar.text.count(")")
        if comment and (is_open or not comment["space"]):
            whole = f"{scalar.text}{rest.rstrip()}".replace('"', "'")
            hint = f'write "{whole}"\nor put the comment on a separate line'
            place = replace(scalar.place, length=scalar.place.length + len(rest.rstrip()))
            spot = Excerpt(place, scalar.excerpt.text)
            problems.add("cut-off", spot, hint=hint, comment=rest.strip())


def _texts(node: Node) -> Iterator[Scalar]:
    """Yield the unquoted texts of several words that no condition is written in."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key not in _CONDITIONS:
                yield from _texts(value)
    elif isinstance(node, Sequence):
        for element in node.elements:
            yield from _texts(element)
    elif (
        isinstance(node, Scalar)
        and isinstance(node.value, str)
        and " " in node.text
        and not node.is_quoted
    ):
        yield node
