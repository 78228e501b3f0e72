"""Cases, the tests of a ruleset: answers, what must come of them, and what comes out otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from readiness.assessing import Assessor
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.nodes import Mapping, MappingEntry, Node, Scalar
from readiness.documents.opening import first_bytes, is_hidden
from readiness.evaluation.states import State
from readiness.loading.files import load
from readiness.loading.rulesets import gather_ruleset, is_file
from readiness.loading.search_path import find
from readiness.model.answers import ReadAnswers, Sheet, read_sheet
from readiness.model.engagement import Circumstances, read_circumstances
from readiness.model.fields import child, elements, entries, key_at, text
from readiness.problems import DocumentError, Excerpt, Problems, nearest
from readiness.result.assessment import Assessment
from readiness.result.reason import Reason

_STATUSES = ("met", "unmet", "undetermined", "not_applicable")
Expectation: TypeAlias = Map[str, str] | tuple[str, ...] | tuple[tuple[str, ...], ...]
_FORMAT = re.compile(rb"^[\"']?format[\"']?: *[\"']?readiness/cases/1", re.MULTILINE)
_HEAD_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class RulesetCase:
    """One case: answers under circumstances, and what is expected of them.

    `expected` holds statuses, standings, verdicts, lists and texts by the keys of the document.
    """

    name: str
    sheet: Sheet
    circumstances: Circumstances
    expected: Map[str, Expectation]
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The cases in a file and the ruleset that they are about."""

    name: str
    ruleset: Ruleset
    cases: tuple[RulesetCase, ...]


def case_files(target: str | Path, folders: Row[Path] = ()) -> list[Path]:
    """The files of cases that a file, a folder or the id of a ruleset stands for.

    Raises `LookupError` where it stands for nothing.
    """
    path = Path(target)
    if path.is_file():
        return [path]
    if not path.is_dir():
        held = find("ruleset", str(target), folders)
        if not held:
            raise LookupError(str(target))
        path = held[0].parent
    found = (file for file in sorted(path.rglob("*.yaml")) if not is_hidden(file, path))
    return [file for file in found if holds_cases(file)]


def holds_cases(path: Path) -> bool:
    """Whether a file says at its top that it holds cases."""
    try:
        return _FORMAT.search(first_bytes(path, _HEAD_BYTES)) is not None
    except OSError:
        return False


def load_cases(path: str | Path, *, paths: tuple[str | Path, ...] = ()) -> CaseFile:
    """The cases in a file.

    Raises `DocumentError` with every problem of the file, and of the ruleset that it names.
    """
    problems, folder = Problems(), Path(path).parent
    document = load(path, "cases", problems)
    named = document.tree.get("ruleset") if document else None
    if document is not None and isinstance(named, Scalar):
        name = folder / named.text if is_file(named.text) else named.text
        ruleset = gather_ruleset(name, [*map(Path, paths), folder], problems, named)
        if ruleset is not None:
            cases = tuple(_CaseReader(document.tree, ruleset, problems).cases())
            problems.raise_if_any()
            return CaseFile(str(path), ruleset, cases)
    raise DocumentError(problems)


def cases_beside(ruleset: Ruleset) -> list[CaseFile]:
    """Return the files of cases of a ruleset that are in its folder.

    Raises `DocumentError` with every problem of such a file.
    """
    home, found = ruleset.checklist.node.source.path, []
    for path in case_files(home.parent) if home is not None else ():
        problems = Problems()
        document = load(path, "cases", problems)
        named = text(document.tree.get("ruleset")) if document else ""
        if document is not None and home is not None:
            if named != ruleset.id and (path.parent / named).resolve() != home.resolve():
                continue
            cases = tuple(_CaseReader(document.tree, ruleset, problems).cases())
            problems.raise_if_any()
            found.append(CaseFile(str(path), ruleset, cases))
    return found


def samples_in(files: Iterable[CaseFile]) -> dict[str, list[State]]:
    """Return the answers that cases give, by question, each once."""
    found: dict[str, list[State]] = {}
    for file in files:
        for case in file.cases:
            for given in case.sheet.given:
                held = found.setdefault(given.question, [])
                if given.state == "answered" and given.value not in held:
                    held.append(given.value)
    return found


def run_cases(
    path: str | Path, *, paths: tuple[str | Path, ...] = ()
) -> dict[str, tuple[Mismatch, ...]]:
    """Return for each case in a file, by its name, what came out otherwise than it expects.

    Raises `DocumentError` as `load_cases`.
    """
    file = load_cases(path, paths=paths)
    runner = Runner(file)
    return {case.name: runner.run(case) for case in file.cases}


def _find_every_file(_file: str) -> str:
    """Find every evidence file: a case says what would be, so its files need not be there."""
    return ""


@dataclass
class _CaseReader:
    root: Mapping
    ruleset: Ruleset
    problems: Problems
    read: ReadAnswers = field(default_factory=dict)

    def cases(self) -> Iterator[RulesetCase]:
        for node in elements(self.root.get("cases")):
            expected = self._expected(child(node, "expect"))
            yield self._case(text(child(node, "name")), node, child(node, "answers"), expected)
        for key, node in entries(self.root.get("checks")):
            self._known("check", key_at(self.root, "checks", key), key, self.ruleset.checks)
            for status in _STATUSES:
                changes = child(node, status)
                if changes is not None:
                    said = status.replace("_", " ")
                    expected = {"checks": {key: status}}
                    yield self._case(f"{key}: {said}", node, changes, expected, changes)
            remedied = child(node, "remedied")
            if remedied is not None:
                changes = self._after_remedy(child(node, "unmet"), remedied)
                expected = {"checks": {key: "met"}}
                yield self._case(f"{key}: remedied", node, changes, expected, remedied)

    def _after_remedy(self, unmet: Node | None, remedied: Node) -> Node | None:
        """Return the changes of the unmet case that are left once the remedy is carried out."""
        if not isinstance(unmet, Mapping):
            return unmet
        changed = self._names(remedied, "answer in 'unmet'", unmet.entries)
        kept = {key: entry for key, entry in unmet.entries.items() if key not in changed}
        return _mapping(unmet, kept)

    def _case(
        self,
        name: str,
        node: Node,
        changes: Node | None,
        expected: Map[str, Expectation],
        at: Node | None = None,
    ) -> RulesetCase:
        answers = self._answers(child(node, "base"), changes, node)
        sheet = read_sheet(
            answers, "", self.ruleset.questions, self.problems, _find_every_file, read=self.read
        )
        circumstances = self._circumstances(node)
        return RulesetCase(name, sheet, circumstances, expected, (at or node).excerpt)

    def _answers(self, base: Node | None, changes: Node | None, at: Node) -> Mapping:
        """The answers of the base with the changes put in, as an answers document."""
        held: dict[str, MappingEntry] = {}
        if isinstance(base, Scalar):
            bases = self.root.get("bases")
            self._known("base", base, base.text, dict(entries(bases)))
            found = child(bases, base.text)
            if isinstance(found, Mapping):
                held.update(found.entries)
        if isinstance(changes, Mapping):
            held.update(changes.entries)
        whole = _mapping(at, held)
        key = Scalar(at.source, *at.span, "answers", "answers")
        return _mapping(at, {"answers": MappingEntry(key, whole)})

    def _circumstances(self, node: Node) -> Circumstances:
        """Those of the case, and of what it leaves out those of the file."""
        own = node.entries if isinstance(node, Mapping) else {}
        whole, rules = _mapping(node, {**self.root.entries, **own}), self.ruleset
        return read_circumstances(whole, rules.names, self.problems, _find_every_file)

    def _expected(self, node: Node | None) -> dict[str, Expectation]:
        found: dict[str, Expectation] = {}
        checks = self.ruleset.checks
        for key, held in entries(node):
            if isinstance(held, Mapping):
                known = self.ruleset.gates if key == "gates" else checks
                kind = "gate" if key == "gates" else "check"
                for name in held.entries:
                    self._known(kind, held.key(name), name, known)
                found[key] = {name: text(value) for name, value in held.items()}
            elif key == "order":
                found[key] = tuple(self._names(wave, "check", checks) for wave in elements(held))
            elif key == "contradictions":
                rules = self.ruleset.consistency
                found[key] = self._names(held, "consistency rule", rules)
            else:
                found[key] = self._names(held, "check", checks)
        return found

    def _names(self, node: Node, kind: str, known: Map[str, object]) -> tuple[str, ...]:
        """The names in a list; each that is not among those known is a problem."""
        names = [name for name in elements(node) if isinstance(name, Scalar)]
        for name in names:
            self._known(kind, name, name.text, known)
        return tuple(name.text for name in names)

    def _known(self, kind: str, at: Node, name: str, known: Map[str, object]) -> None:
        if name not in known:
            hint = nearest(name, known)
            self.problems.add("unknown-link", at, hint=hint, kind=kind, name=name)


def _mapping(at: Node, held: dict[str, MappingEntry]) -> Mapping:
    return Mapping(at.source, *at.span, held)


# ---- run ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that came out otherwise; `why` is the reason of the program, or empty."""

    what: str
    expected: str
    actual: str
    why: str = ""

    def __str__(self) -> str:
        told = f"{self.what}: expected {self.expected}, got {self.actual}"
        return f"{told}\n  {self.why}" if self.why else told


class Runner:
    """Runs the cases of one file; its ruleset is compiled once."""

    def __init__(self, file: CaseFile) -> None:
        self.file = file
        self.assessor: Assessor = Assessor(file.ruleset)

    def run(self, case: RulesetCase) -> tuple[Mismatch, ...]:
        """What came out otherwise than the case expects; nothing when it passes."""
        assessor = self.assessor.within(case.circumstances)
        assessment = assessor.assess_sheets((case.sheet,), case.circumstances)
        return tuple(mismatches(case, assessment))


def mismatches(
    case: RulesetCase, assessment: Assessment, *, but: Row[str] = ()
) -> Iterator[Mismatch]:
    """Yield what came out otherwise than a case expects, apart from the keys in `but`."""
    judged = assessment.judgement
    found: Map[str, Map[str, str]] = {
        "checks": judged.statuses,
        "standings": judged.standings,
        "gates": judged.verdicts,
    }
    for key, expected in case.expected.items():
        if key in but:
            continue
        if key == "reasons" and isinstance(expected, Map):
            yield from _reasons(expected, assessment)
        elif isinstance(expected, Map):
            for name, wanted in expected.items():
                if found[key][name] != wanted:
                    why = _why(assessment, name) if key == "checks" else ""
                    yield Mismatch(f"{key}.{name}", wanted, found[key][name], why)
        elif key == "contradictions":
            held = tuple(one.id for one in assessment.contradictions)
            if expected != held:
                yield Mismatch(key, _join(expected), _join(held))
        elif expected != (held := getattr(assessment, key)):  # order, blockers or root_blockers
            yield Mismatch(key, _join(expected), _join(held))


def _reasons(expected: Map[str, str], assessment: Assessment) -> Iterator[Mismatch]:
    for check, wanted in expected.items():
        said = "; ".join(_said(assessment, check))
        if wanted not in said:
            yield Mismatch(f"reasons.{check}", f"'{wanted}'", f"'{said}'")


def _said(assessment: Assessment, check: str) -> Iterator[str]:
    because = assessment.checks[check].because
    for tree in (because, because.applies_when):
        if tree is not None:
            for leaf in tree.leaves():
                yield leaf.text
                yield from filter(None, (leaf.why, *(reading.text for reading in leaf.answers)))


def _why(assessment: Assessment, check: str) -> str:
    """The leaves of the reasons, a line each."""
    because = assessment.checks[check].because
    trees = [tree for tree in (because.applies_when, because) if tree is not None]
    return "\n  ".join(_line(leaf) for tree in trees for leaf in tree.leaves())


def _line(leaf: Reason) -> str:
    heard = "; ".join(f"{one.question}: {one.text}" for one in leaf.answers if one.text)
    return f"{leaf.truth}: {leaf.text}" + (f" ({leaf.why or heard})" if heard else "")


def _join(found: Row[object]) -> str:
    waves = [", ".join(wave) if isinstance(wave, tuple) else str(wave) for wave in found]
    joint = " | " if found and isinstance(found[0], tuple) else ", "
    return f"[{joint.join(waves)}]"
