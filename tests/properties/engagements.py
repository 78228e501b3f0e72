"""An engagement in a folder, on which random steps are carried out by several respondents.

After each step it is checked what the sheets say. `held` has the current answers, calculated from
the steps alone; `kept` has every answer that must be in a sheet or in its history.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from readiness import load_engagement
from readiness.collecting.form.form_entries import entry_as_json
from readiness.collecting.interview.opening import InterviewOptions
from readiness.documents.editing import edit_text
from readiness.model.answers import Given
from tests.collecting.example_forms import fill
from tests.collecting.garden import ADA, write_garden
from tests.collecting.interview.interview_runs import begin, hold
from tests.commands.running import CommandRun, run

ENGAGEMENT = """\
format: readiness/engagement/1
id: garden
title: The garden
ruleset: rules.yaml
as_of: 2027-03-01
groups: {gardeners: [ada, ben, cem, dora]}
answers: [answers/*.yaml]
"""
# Ben and Cem answer on the same sheet, Dora has none yet.
BOTH = """\
format: readiness/answers/1
answers:
  # what both say of the garden
  is.dug: {by: {ben: no, cem: {value: yes, note: Cem has seen it.}}}
  is.soil: {by: {ben: {unknown: I do not know}}}
  is.wants: {by: {ben: Peas, cem: Beans}}
"""
FILE = "engagement.yaml"
PEOPLE = ("ada", "ben", "cem", "dora")
TYPED: dict[str, dict[str, object]] = {
    "is.fenced": {"yes": True, "no": False},
    "is.dug": {"yes": True, "no": False},
    "is.soil": {"clay": "clay", "sand": "sand"},
    "is.beds": {"3": 3, "4": 4},
    "is.name": {"Eden": "Eden", "Kew": "Kew"},
    "is.wants": {"Roses": "Roses", "Beans": "Beans"},
}
"""The texts that are typed into forms and interviews, by question, with the answers they give."""

UNREADABLE = {"is.fenced": "maybe", "is.dug": "perhaps", "is.soil": "mud", "is.beds": "many"}

Key = tuple[str, str]
"""A respondent and a question."""


@dataclass(frozen=True)
class Said:
    """An answer or the reason why there is none, as JSON, and its note; empty for none."""

    answer: str = ""
    note: str = ""


def said(entry: Given) -> Said:
    """Return what an entry says."""
    if entry.state == "blank":
        return Said("", entry.note)
    return _from_json(entry_as_json(entry))


def _from_json(entry: Any) -> Said:
    if not isinstance(entry, dict):
        return Said(json.dumps(entry))
    note = str(entry.pop("note", ""))
    entry.pop("evidence", None)
    [(key, value)] = entry.items()
    if key == "value":
        return Said("" if value is None else json.dumps(value), note)
    return Said(f"{key}: {value}", note)


@dataclass
class Issued:
    """A form as it was issued or returned: its content then, and the cells that were changed."""

    respondent: str
    file: str
    base: Mapping[str, Said]
    cells: dict[str, str] = field(default_factory=dict)

    def unread(self, question: str) -> bool:
        """Return whether the answer to a question cannot be read."""
        return self.cells.get(question) == UNREADABLE.get(question, "nothing")

    def says(self, question: str, *, clear: bool) -> Said:
        """Return what the form says; what was emptied is as it was issued unless it is cleared."""
        base = self.base.get(question, Said())
        answer, note = base.answer, base.note
        typed = self.cells.get(question)
        if typed:
            answer = json.dumps(TYPED[question][typed])
        elif typed == "" and clear and not answer.startswith("unknown:"):
            answer = ""
        written = self.cells.get(f"{question} note")
        if written or (written == "" and clear):
            note = written
        return Said(answer, note)


@dataclass(frozen=True)
class Way:
    """The options of an import."""

    prefer: str = ""
    clear: bool = False
    partial: bool = False
    replace: bool = False

    @property
    def words(self) -> list[str]:
        """The options as they are typed."""
        named = {"clear": self.clear, "partial": self.partial, "replace": self.replace}
        flags = [f"--{name}" for name, is_set in named.items() if is_set]
        return [*flags, *(["--prefer", self.prefer] if self.prefer else [])]


class Played:
    """An engagement in a folder, and what its sheets must say."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        write_garden(folder, engagement=ENGAGEMENT)
        for name in ("ada", "ben"):
            (folder / f"{name}.yaml").unlink()
        (folder / "answers").mkdir()
        (folder / "answers" / "ada.yaml").write_text(ADA.replace("  is.helps: yes\n", ""))
        (folder / "answers" / "both.yaml").write_text(BOTH)
        self.issued: list[Issued] = []
        self.returned: list[Issued] = []
        self.outputs: list[str] = []
        self.steps = 0
        self.held, self.kept = self._read()

    def _runs(self, *words: str) -> CommandRun:
        done = run(*words, folder=self.folder)
        self.outputs += [done.stdout, done.stderr]
        assert done.status in (0, 1, 2), done.stderr
        return done

    @property
    def day(self) -> str:
        """Return another day for each step."""
        return (datetime.date(2027, 3, 1) + datetime.timedelta(self.steps)).isoformat()

    def contents(self) -> dict[str, bytes]:
        """Return the content of every document and form."""
        files = [path for path in sorted(self.folder.rglob("*")) if path.is_file()]
        kept = [path for path in files if "returned" not in path.parts]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in kept}

    def _read(self) -> tuple[dict[Key, Said], set[tuple[Key, Said]]]:
        """Return what the sheets say now, and all they say, in their histories too."""
        held: dict[Key, Said] = {}
        kept: set[tuple[Key, Said]] = set()
        for sheet in load_engagement(self.folder / FILE).sheets:
            for entry in (*sheet.given, *sheet.blank):
                key = entry.respondent, entry.question
                assert key not in held
                held[key] = said(entry)
                kept |= {(key, said(one)) for one in (entry, *entry.history)}
        return held, kept

    def _check(self, expected: Mapping[Key, Said]) -> None:
        """Check that the sheets say what is expected, and that nothing is lost."""
        held, kept = self._read()
        wrong = {
            key: (held.get(key, Said()), expected.get(key, Said()))
            for key in held.keys() | expected.keys()
            if held.get(key, Said()) != expected.get(key, Said())
        }
        assert not wrong
        lost = {one for one in self.kept if not _stands(one, kept)}
        assert not lost
        self.held = held
        self.kept |= kept

    def export(self, people: list[str], layout: str) -> None:
        """Issue the forms of some respondents, into a folder that may have earlier ones."""
        self.steps += 1
        named = [word for one in people for word in ("-r", one)]
        words = ["--into", "forms", "--format", layout]
        done = self._runs("forms", "export", FILE, *named, *words)
        self._check(self.held)
        assert done.status == 0, done.stderr
        for one in people:
            number = len(self.issued)
            copy = self.folder / "returned" / f"{number}.{layout}"
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(self.folder / "forms" / f"{one}.{layout}", copy)
            base = {question: self.held.get((one, question), Said()) for question in TYPED}
            self.issued.append(Issued(one, f"returned/{copy.name}", base))

    def edit(self, number: int, cells: Mapping[str, str]) -> None:
        """Fill in a copy of a form that was issued, and send it back."""
        if not self.issued:
            return
        form = self.issued[number % len(self.issued)]
        file = self.folder / form.file
        copy = file.with_name(f"{len(self.returned)}-{file.name}")
        shutil.copy(file, copy)
        fill(copy, cells)
        name = f"returned/{copy.name}"
        self.returned.append(Issued(form.respondent, name, form.base, dict(cells)))

    def take(self, numbers: list[int], way: Way) -> None:
        """Import some of the forms that came back, which may have been imported before."""
        self.steps += 1
        if not self.returned:
            return
        forms = {
            form.file: form
            for form in (self.returned[number % len(self.returned)] for number in numbers)
        }
        words = ("--as-of", self.day, "-f", "json", *way.words)
        done = self._runs("forms", "import", FILE, *forms, *words)
        expected = dict(self.held)
        told = json.loads(done.stdout)
        for receipt in told["receipts"]:
            form = forms[receipt["form"]]
            undecided = self._merge(form, way, expected, receipt)
            assert undecided == {
                one["question"]
                for one in receipt["questions"]
                if one["kind"] == "conflict" and not one["side"]
            }
            if undecided:
                assert done.status == 1
        assert {one["form"] for one in told["receipts"]} | {
            one["form"] for one in told["unusable"]
        } == set(forms)
        self._acknowledge(told["receipts"], forms)
        self._check(expected)

    def _merge(
        self, form: Issued, way: Way, held: dict[Key, Said], receipt: Mapping[str, Any]
    ) -> set[str]:
        """Do what an import has to do, and return the conflicts that it has to report."""
        may_refuse = way.replace or any(map(form.unread, TYPED))
        merged, conflicts = self._differences(form, way, held)
        if receipt["status"] == "refused":
            assert may_refuse
            return conflicts
        held.update(merged)
        if way.replace:
            held.update({(form.respondent, question): Said() for question in receipt["lost"]})
        return conflicts

    def _differences(
        self, form: Issued, way: Way, held: Mapping[Key, Said]
    ) -> tuple[dict[Key, Said], set[str]]:
        """Return what a form changes, merged three ways, and the conflicts left."""
        merged: dict[Key, Said] = {}
        conflicts: set[str] = set()
        for question in TYPED:
            if form.unread(question):
                continue
            key = form.respondent, question
            issued, now = form.base.get(question, Said()), held.get(key, Said())
            says = form.says(question, clear=way.clear or way.replace)
            if way.replace:
                merged[key] = says
            elif says in (issued, now):
                continue
            elif now == issued or way.prefer == "form":
                merged[key] = says
            elif not way.prefer:
                conflicts.add(question)
        return merged, conflicts

    def _acknowledge(self, receipts: list[dict[str, Any]], forms: Mapping[str, Issued]) -> None:
        """Note every answer of which a receipt said that it was imported."""
        for receipt in receipts:
            for one in receipt["questions"] if receipt["status"] == "imported" else ():
                if one["kind"] == "taken" or one["side"] == "form":
                    key = forms[receipt["form"]].respondent, one["question"]
                    if one["form"] is not None:
                        self.kept.add((key, _from_json(one["form"])))

    def interview(
        self, who: str, question: str, lines: list[str], meanwhile: tuple[list[int], Way] | None
    ) -> None:
        """Ask one question if it has no answer; before one is typed, forms may be imported.

        Otherwise each further line is another answer, after the respondent went back from the
        question on helping, which is last.
        """
        self.steps += 1
        key, asked = (who, question), list[str]()
        lines = lines[:1] if meanwhile else lines
        only = (question, *([] if self.held.get(key, Said()).answer else ["is.helps"]))
        day = datetime.date.fromisoformat(self.day)
        options = InterviewOptions(as_of=day, puts_all=True, only=only)

        def typed() -> str:
            if meanwhile:
                self.take(*meanwhile)
            asked.append(lines[0])
            return lines[0]

        more = [word for line in lines[1:] for word in ("/back", line)]
        with contextlib.chdir(self.folder):
            done = hold(begin(Path(FILE), who, options), typed, *more, width=200)
        self.outputs.append(done.shown)
        expected = dict(self.held)
        if "your answer is not saved" in done.shown:
            assert meanwhile
        elif asked:
            assert not done.script.lines
            for line in lines:
                word = line.removeprefix("/unknown ")
                answer = json.dumps(TYPED[question][line]) if word == line else f"unknown: {word}"
                expected[key] = Said(answer, self.held.get(key, Said()).note)
                self.kept.add((key, expected[key]))
        self._check(expected)

    def write(self, who: str, question: str, value: str) -> None:
        """Change an answer by hand in an editor, which keeps no history."""
        self.steps += 1
        file = self.folder / "answers" / f"{'both' if who in ('ben', 'cem') else who}.yaml"
        if not file.exists():
            return
        at = ["answers", question, *(["by", who] if file.stem == "both" else [])]
        text = file.read_text(encoding="utf-8")
        stands = any(key[1] == question and key[0] in ("ben", "cem") for key in self.held)
        answer = TYPED[question][value]
        if file.stem == "both" and not stands:
            text = edit_text(text, at[:2], {"by": {who: answer}}, name=str(file))
        else:
            text = edit_text(text, at, answer, name=str(file))
        file.write_text(text, encoding="utf-8", newline="")
        key = who, question
        self.kept = {one for one in self.kept if one[0] != key}
        self._check({**self.held, key: Said(json.dumps(answer))})

    def resolve(self, question: str, value: str) -> None:
        """Resolve a question as the lead assessor, or accept that it does not apply."""
        self.steps += 1
        decided = ["--value", value] if value else ["--not-applicable"]
        words = (*decided, "--reason", "Seen.", "--by", "lead", "--force", "--replace")
        self._runs("resolve", FILE, question, *words)
        self._check(self.held)

    def waive(self, check: str, remove: bool) -> None:
        """Waive a check, or remove its waiver."""
        self.steps += 1
        words = ["--remove"] if remove else ["--reason", "Seen.", "--approved-by", "lead"]
        self._runs("waive", FILE, check, *words, *([] if remove else ["--force", "--replace"]))
        self._check(self.held)


def _stands(one: tuple[Key, Said], kept: set[tuple[Key, Said]]) -> bool:
    """Return whether an answer stands somewhere, perhaps with a note that was added to it."""
    key, what = one
    return what == Said() or any(
        where == key and what.answer in ("", there.answer) and what.note in ("", there.note)
        for where, there in kept
    )
