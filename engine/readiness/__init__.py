"""Tells an organisation whether it is ready, what blocks it, and what to clear first.

import readiness

ruleset = readiness.load_ruleset("crm-pre-implementation")
result = readiness.Assessor(ruleset).assess({"sponsor.identified": True})
result.gates["commit"].verdict, result.blockers, result.order
"""

from typing import TYPE_CHECKING

from readiness.version import __version__

if TYPE_CHECKING:
    from readiness.advice.questions import NextQuestion
    from readiness.assessing import Assessor, Change, Engine, Session
    from readiness.dependencies.ruleset import Ruleset
    from readiness.evaluation.verdicts import Judgement
    from readiness.loading.engagements import Inquiry, load_answers, load_engagement
    from readiness.loading.rulesets import load_ruleset
    from readiness.model.answers import Evidence, Sheet
    from readiness.model.engagement import Waiver
    from readiness.model.questionnaire import Question
    from readiness.problems import DocumentError, Excerpt, Place, Problem
    from readiness.result.assessment import Assessment, CheckResult, GateResult
    from readiness.result.reason import Reading, Reason
    from readiness.result.score import Score

__all__ = [
    "Assessment",
    "Assessor",
    "Change",
    "CheckResult",
    "DocumentError",
    "Engine",
    "Evidence",
    "Excerpt",
    "GateResult",
    "Inquiry",
    "Judgement",
    "NextQuestion",
    "Place",
    "Problem",
    "Question",
    "Reading",
    "Reason",
    "Ruleset",
    "Score",
    "Session",
    "Sheet",
    "Waiver",
    "__version__",
    "load_answers",
    "load_engagement",
    "load_ruleset",
]

# Where each public name is defined. A name is imported when it is first used, so that a command
# imports only what it needs; the imports above tell type checkers the same.
_MODULES = {
    "Assessment": "result.assessment",
    "Assessor": "assessing",
    "Change": "assessing",
    "CheckResult": "result.assessment",
    "DocumentError": "problems",
    "Engine": "assessing",
    "Evidence": "model.answers",
    "Excerpt": "problems",
    "GateResult": "result.assessment",
    "Inquiry": "loading.engagements",
    "Judgement": "evaluation.verdicts",
    "NextQuestion": "advice.questions",
    "Place": "problems",
    "Problem": "problems",
    "Question": "model.questionnaire",
    "Reading": "result.reason",
    "Reason": "result.reason",
    "Ruleset": "dependencies.ruleset",
    "Score": "result.score",
    "Session": "assessing",
    "Sheet": "model.answers",
    "Waiver": "model.engagement",
    "load_answers": "loading.engagements",
    "load_engagement": "loading.engagements",
    "load_ruleset": "loading.rulesets",
}


if not TYPE_CHECKING:  # a type checker must not take a slip for a name that is imported late

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import importlib

        value: object = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """Return the public names, imported or not."""
    return sorted({*globals(), *__all__})
