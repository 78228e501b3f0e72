"""What the parts of a result are worked out from."""

from __future__ import annotations

from collections.abc import Callable

from readiness.dependencies.kept import Kept
from readiness.dependencies.ruleset import Ruleset
from readiness.dependencies.sequence import Sequence
from readiness.evaluation.reference import Reference
from readiness.evaluation.settling import Answers
from readiness.evaluation.states import Truth
from readiness.evaluation.verdicts import UNDETERMINED, UNMET, Judgement
from readiness.model.answers import Sheet
from readiness.result.explaining import Explaining
from readiness.result.outstanding import Outstanding
from readiness.result.reason import Reason


class Working:
    """What results of one case share; each part is made when it is first looked at.

    It knows no result. So nothing stands in a circle, and a result that nobody holds any more is
    gone at once, without the garbage collector having to find it.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        judgement: Judgement,
        read: Callable[[], tuple[tuple[Sheet, ...], Answers]],
    ) -> None:
        self.ruleset = ruleset
        self.judgement = judgement
        self._read = read

    @Kept
    def given(self) -> tuple[tuple[Sheet, ...], Answers]:
        """The sheets, and what they come to question by question."""
        return self._read()

    @Kept
    def sequence(self) -> Sequence:
        """The open checks and their order."""
        return Sequence.of_standings(self.ruleset, self.judgement.standings)

    @Kept
    def reference(self) -> Reference:
        """The reference interpreter for this case."""
        return Reference(self.ruleset, self.given[1])

    @Kept
    def explaining(self) -> Explaining:
        """Builds the reasons."""
        return Explaining(self.reference)

    @Kept
    def _reference_as_given(self) -> Reference:
        """The reference interpreter with answers that lack their evidence taken as given."""
        return Reference(self.ruleset, self.given[1].as_given)

    def asked(self, question: str, respondent: str) -> Truth:
        """Return whether a question is asked; answers that lack their evidence decide it too."""
        found = self.reference.asked(question, respondent)
        if found is Truth.UNKNOWN and self.given[1].unproven:
            return self._reference_as_given.asked(question, respondent)
        return found

    def because(self, check: str) -> Reason:
        """Why a check has its status.

        One that is unmet by answers that lack their evidence, and count only against it, is
        explained with these as they were given.
        """
        found = self.explaining.check(check)
        is_unmet = self.judgement.statuses[check] == UNMET
        if is_unmet and self.given[1].unproven and not found.is_unmet:
            return Explaining(self._reference_as_given).check(check)
        return found

    @Kept
    def outstanding(self) -> Outstanding:
        """What is still to be answered."""
        return Outstanding(self.reference)

    @Kept
    def _open_questions(self) -> dict[str, frozenset[str]]:
        return {}

    def open_questions(self, check: str) -> frozenset[str]:
        """The questions that leave a check undetermined."""
        if check not in self._open_questions:
            self._open_questions[check] = frozenset(self.outstanding.questions_of(check))
        return self._open_questions[check]

    def deciding(self, gate: str) -> tuple[str, ...]:
        """The questions that could still decide a gate, in the order of the questionnaires.

        For a gate that is decided there are none.
        """
        return tuple(sorted(self._decided_by(gate), key=self.ruleset.question_rank.__getitem__))

    @Kept
    def _deciding(self) -> dict[str, frozenset[str]]:
        return {}

    def _decided_by(self, gate: str) -> frozenset[str]:
        if gate not in self._deciding:
            found: set[str] = set()
            if self.judgement.verdicts[gate] == UNDETERMINED:
                for check in self.sequence.by_gate[gate]:
                    if self.judgement.statuses[check] == UNDETERMINED:
                        found |= self.open_questions(check)
                for earlier in self.ruleset.gates[gate].after:
                    found |= self._decided_by(earlier)
            self._deciding[gate] = frozenset(found)
        return self._deciding[gate]
