"""Assessing answers against a compiled ruleset."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from readiness.assessing.handing_in import circumstances as circumstances_of
from readiness.assessing.handing_in import day, plain_answers, refuse_ignored, sheets
from readiness.assessing.plain_answers import PlainAnswers
from readiness.assessing.session import Engine, Listener, Session
from readiness.dependencies.ruleset import Ruleset
from readiness.dependencies.scope import scoped
from readiness.documents.from_python import snapshot
from readiness.evaluation.bulk import Bulk
from readiness.evaluation.evaluator import Evaluator
from readiness.evaluation.reconciliation import settle
from readiness.evaluation.verdicts import Judgement
from readiness.loading.engagements import Inquiry
from readiness.loading.plain_answers import plain_circumstances
from readiness.model.answers import FindEvidence, Sheet, no_evidence
from readiness.model.engagement import Circumstances, Engagement
from readiness.problems import Problems
from readiness.problems.values import Unchanging
from readiness.result.assessment import Assessment

if TYPE_CHECKING:
    from readiness.advice.questions import Adviser
    from readiness.portfolio.assessed_block import BlockAssessor, Portfolio


class Assessor(Unchanging):
    """A compiled ruleset. It never changes and may be shared between threads.

    With another `engine` that one decides; reasons and lists come of what it decided.
    """

    def __init__(self, ruleset: Ruleset, *, engine: Engine | None = None) -> None:
        self.ruleset = ruleset
        self.engine = engine
        self.evaluator: Evaluator = Evaluator(ruleset)
        self.plain: PlainAnswers = PlainAnswers(ruleset)

    @property
    def _content(self) -> tuple[object, ...]:
        return self.ruleset, self.engine

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Assessor, engine=self.engine), (self.ruleset,)

    def __repr__(self) -> str:
        return f"Assessor({self.ruleset!r})"[:200]

    @cached_property
    def bulk(self) -> Bulk:
        """The ruleset compiled for evaluating many cases together."""
        return Bulk(self.ruleset, self.evaluator.compiler)

    @cached_property
    def adviser(self) -> Adviser:
        """Ranks what to ask next."""
        from readiness.advice.questions import Adviser

        return Adviser(self.evaluator, self.bulk)

    def assess(
        self,
        answers: Mapping[str, object] | Sheet | Iterable[Sheet] | Inquiry,
        *,
        as_of: datetime.date | None = None,
        assurance: str | None = None,
        groups: Mapping[str, Iterable[str]] | None = None,
        resolutions: Mapping[str, object] | None = None,
        waivers: Mapping[str, object] | None = None,
        scope: Mapping[str, object] | None = None,
        find_evidence: FindEvidence = no_evidence,
    ) -> Assessment:
        """The result for plain values by question id, for answer sheets, or for an engagement.

        A plain value may also be written as in an answers document, such as
        `{"value": True, "note": "board minute 14"}` or `{"unknown": "IT is still counting"}`.
        None, NaN and an empty text are no answer. `as_of` is today unless given, and answers count
        as stated. `groups`, `resolutions`, `waivers` and `scope` are as in an engagement document.
        `find_evidence` returns the SHA-256, in hexadecimal digits, of an evidence file that plain
        values or resolutions name, and None where there is no such file; without it no file counts
        as seen.

        Raises `DocumentError` with every answer, resolution and waiver that does not fit;
        `ValueError` for sheets and engagements that were loaded for another ruleset, and for
        arguments beside an engagement, which brings its own.
        """
        if isinstance(answers, Inquiry):
            whole = answers.ruleset.scope.whole or answers.ruleset
            if self.ruleset not in (answers.ruleset, whole):
                msg = "this engagement was loaded with another ruleset: use its own, `.ruleset`"
                raise ValueError(msg)
            refuse_ignored(
                answers, as_of=as_of, assurance=assurance, groups=groups, resolutions=resolutions,
                waivers=waivers, scope=scope, find_evidence=_given(find_evidence),
            )  # fmt: skip
            return self.within(answers.circumstances).assess_sheets(
                answers.sheets, answers.circumstances, answers.title, answers.engagement
            )
        written = {
            "as_of": day(as_of).isoformat(), "assurance": assurance or "stated",
            **circumstances_of(groups, resolutions, waivers, scope),
        }  # fmt: skip
        problems = Problems()
        if isinstance(answers, Mapping) and self.engine is None and assurance in (None, "stated"):
            circumstances = plain_circumstances(self.ruleset, written, problems)
            stated = None if problems else self.plain.stated(answers, circumstances)
            if stated is not None:
                within = self.within(circumstances)
                judgement = within.evaluator.judge(stated, circumstances.waived())
                read = partial(self.plain.settle, snapshot(answers), circumstances, find_evidence)
                return Assessment(within.ruleset, circumstances, judgement, read)
            problems = Problems()
        read_sheets = self._sheets(answers, problems, find_evidence)
        circumstances = plain_circumstances(self.ruleset, written, problems, find_evidence)
        problems.raise_if_any()
        return self.within(circumstances).assess_sheets(read_sheets, circumstances)

    def within(self, circumstances: Circumstances) -> Assessor:
        """The assessor of what is in scope; without a scope it is that of the ruleset as it is."""
        if not circumstances.scope:
            return self
        ruleset = scoped(self.ruleset, circumstances.excluded())
        return self if ruleset is self.ruleset else Assessor(ruleset, engine=self.engine)

    def judge(
        self, answers: Mapping[str, object], *, as_of: datetime.date | None = None
    ) -> Judgement:
        """Statuses, standings and verdicts alone, of plain values by question id.

        The quickest way to them: nothing is kept for reasons. Raises as `assess` does.
        """
        if self.engine is None and isinstance(answers, Mapping):
            circumstances = Circumstances(day(as_of))
            stated = self.plain.stated(answers, circumstances)
            if stated is not None:
                return self.evaluator.judge(stated, ())
        return self.assess(answers, as_of=as_of).judgement

    @cached_property
    def _of_blocks(self) -> BlockAssessor:
        from readiness.portfolio.assessed_block import BlockAssessor

        return BlockAssessor(self.bulk, datetime.date.today())

    def assess_table(
        self, table: Any, *, as_of: datetime.date | None = None, keep: Iterable[str] = ()
    ) -> Portfolio:
        """The result for each row of a table: a `pyarrow.Table`, or what Arrow can take as one.

        A column is a question, or is named in `keep` and goes through as it is; null is no
        answer. `as_of`, `groups` and `waivers` state the circumstances of each row, as an
        engagement does. Texts, lists and structs are read as in an answers document. A row with an
        answer that does not fit is left out, and told of in `Portfolio.refused`. Raises
        `DocumentError` for columns that are neither or cannot hold the answers, `ImportError`
        without the extra `columnar`.
        """
        from readiness.portfolio.assessed_block import assess_table

        if self.engine is not None:
            msg = "another engine assesses one case at a time: call assess for each row"
            raise ValueError(msg)
        if self.ruleset.scope.stated:
            msg = "a table has no scope: use the ruleset itself, not that of an engagement"
            raise ValueError(msg)
        return assess_table(self._of_blocks.on(day(as_of)), table, keep)

    def session(
        self,
        answers: Mapping[str, object] | None = None,
        *,
        as_of: datetime.date | None = None,
        assurance: str = "stated",
        groups: Mapping[str, Iterable[str]] | None = None,
        resolutions: Mapping[str, object] | None = None,
        waivers: Mapping[str, object] | None = None,
        scope: Mapping[str, object] | None = None,
        find_evidence: FindEvidence = no_evidence,
        listeners: Iterable[Listener] = (),
    ) -> Session:
        """An assessment that takes one answer at a time, beginning with `answers`.

        The circumstances are as for `assess`. Each of `listeners` is called with every `Change`
        that an answer makes.
        """
        circumstances = {
            "assurance": assurance, "find_evidence": find_evidence,
            **circumstances_of(groups, resolutions, waivers, scope),
        }  # fmt: skip
        given = plain_answers({} if answers is None else answers)
        problems = Problems()
        written = {"as_of": day(as_of).isoformat(), **circumstances_of(None, None, None, scope)}
        within = self.within(plain_circumstances(self.ruleset, written, problems))
        problems.raise_if_any()
        return Session(within, given, day(as_of), circumstances, listeners)

    def _sheets(
        self,
        answers: Mapping[str, object] | Sheet | Iterable[Sheet],
        problems: Problems,
        find: FindEvidence,
    ) -> tuple[Sheet, ...]:
        if isinstance(answers, Mapping):
            return (self.plain.sheet(answers, problems, find),)
        found = sheets(answers)
        for sheet in found:
            self._refuse_foreign(sheet)
        return found

    def _refuse_foreign(self, sheet: Sheet) -> None:
        for given in sheet.given:
            if given.question not in self.ruleset.questions:
                msg = f"'{given.question}' is no question of '{self.ruleset.id}'"
                raise ValueError(msg)

    def assess_sheets(
        self,
        sheets: tuple[Sheet, ...],
        circumstances: Circumstances,
        title: str = "",
        engagement: Engagement | None = None,
    ) -> Assessment:
        """The result for sheets under circumstances that both fit the ruleset already."""
        settled = settle(self.ruleset.questions, sheets, circumstances)
        if self.engine is None:
            judgement = self.evaluator.judge_answers(settled)
        else:
            judgement = self.engine.judge(self.ruleset, sheets, circumstances)
        return Assessment(
            self.ruleset, circumstances, judgement, lambda: (sheets, settled), title, engagement
        )


def _given(find: FindEvidence) -> FindEvidence | None:
    return None if find is no_evidence else find
