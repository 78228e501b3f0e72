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
    from readiness.comparing.comparison import Comparison, compare
    from readiness.dependencies.ruleset import Ruleset
    from readiness.evaluation.verdicts import Judgement
    from readiness.loading.engagements import Inquiry, load_answers, load_engagement
    from readiness.loading.rulesets import load_questionnaire, load_ruleset
    from readiness.model.answers import Evidence, Sheet
    from readiness.model.engagement import Exclusion, Waiver
    from readiness.model.questionnaire import Question, Questionnaire
    from readiness.problems import DocumentError, Excerpt, Place, Problem
    from readiness.result.assessment import Assessment, CheckResult, GateResult
    from readiness.result.reason import Reading, Reason
    from readiness.result.score import Score

__all__ = [
    "Assessment",
    "Assessor",
    "Change",
    "CheckResult",
    "Comparison",
    "DocumentError",
    "Engine",
    "Evidence",
    "Excerpt",
    "Exclusion",
    "GateResult",
    "Inquiry",
    "Judgement",
    "NextQuestion",
    "Place",
    "Problem",
    "Question",
    "Questionnaire",
    "Reading",
    "Reason",
    "Ruleset",
    "Score",
    "Session",
    "Sheet",
    "Waiver",
    "__version__",
    "compare",
    "load_answers",
    "load_engagement",
    "load_questionnaire",
    "load_ruleset",
]

# Where public names are defined. A name is imported when it is first used, so that a command
# imports only what it needs; the imports above tell type checkers the same.
_DEFINED_IN = {
    "advice.questions": ("NextQuestion",),
    "assessing": ("Assessor", "Change", "Engine", "Session"),
    "comparing.comparison": ("Comparison", "compare"),
    "dependencies.ruleset": ("Ruleset",),
    "evaluation.verdicts": ("Judgement",),
    "loading.engagements": ("Inquiry", "load_answers", "load_engagement"),
    "loading.rulesets": ("load_questionnaire", "load_ruleset"),
    "model.answers": ("Evidence", "Sheet"),
    "model.engagement": ("Exclusion", "Waiver"),
    "model.questionnaire": ("Question", "Questionnaire"),
    "problems": ("DocumentError", "Excerpt", "Place", "Problem"),
    "result.assessment": ("Assessment", "CheckResult", "GateResult"),
    "result.reason": ("Reading", "Reason"),
    "result.score": ("Score",),
}
_MODULES = {name: module for module, names in _DEFINED_IN.items() for name in names}


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
