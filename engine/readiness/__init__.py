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
    from readiness.assurance.cases import run_cases
    from readiness.assurance.lint import lint
    from readiness.authoring.drafting import Draft, draft_ruleset
    from readiness.collecting.form_import import import_forms
    from readiness.comparing.comparison import Comparison, compare
    from readiness.dependencies.ruleset import Ruleset
    from readiness.evaluation.verdicts import Judgement, Standing, Status, Verdict
    from readiness.loading.engagements import Inquiry, load_answers, load_engagement
    from readiness.loading.rulesets import load_questionnaire, load_ruleset
    from readiness.model.answers import Evidence, Sheet
    from readiness.model.engagement import Exclusion, Waiver
    from readiness.model.questionnaire import Question, Questionnaire
    from readiness.model.ruleset import Check, Gate, Severity
    from readiness.planning.plan import Plan, plan
    from readiness.problems import DocumentError, Excerpt, Place, Problem
    from readiness.reports.formats import render
    from readiness.result.assessment import Assessment, CheckResult, GateResult
    from readiness.result.reason import Reading, Reason
    from readiness.result.score import Score
    from readiness.verification.bundle import make_bundle
    from readiness.verification.recheck import verify

__all__ = [
    "Assessment",
    "Assessor",
    "Change",
    "Check",
    "CheckResult",
    "Comparison",
    "DocumentError",
    "Draft",
    "Engine",
    "Evidence",
    "Excerpt",
    "Exclusion",
    "Gate",
    "GateResult",
    "Inquiry",
    "Judgement",
    "NextQuestion",
    "Place",
    "Plan",
    "Problem",
    "Question",
    "Questionnaire",
    "Reading",
    "Reason",
    "Ruleset",
    "Score",
    "Session",
    "Severity",
    "Sheet",
    "Standing",
    "Status",
    "Verdict",
    "Waiver",
    "__version__",
    "compare",
    "draft_ruleset",
    "import_forms",
    "lint",
    "load_answers",
    "load_engagement",
    "load_questionnaire",
    "load_ruleset",
    "make_bundle",
    "plan",
    "render",
    "run_cases",
    "verify",
]

# Where public names are defined. A name is imported when it is first used, so that a command
# imports only what it needs; the imports above tell type checkers the same.
_DEFINED_IN = {
    "advice.questions": ("NextQuestion",),
    "assurance.cases": ("run_cases",),
    "assurance.lint": ("lint",),
    "authoring.drafting": ("Draft", "draft_ruleset"),
    "collecting.form_import": ("import_forms",),
    "model.ruleset": ("Check", "Gate", "Severity"),
    "planning.plan": ("Plan", "plan"),
    "reports.formats": ("render",),
    "verification.bundle": ("make_bundle",),
    "verification.recheck": ("verify",),
    "assessing": ("Assessor", "Change", "Engine", "Session"),
    "comparing.comparison": ("Comparison", "compare"),
    "dependencies.ruleset": ("Ruleset",),
    "evaluation.verdicts": ("Judgement", "Standing", "Status", "Verdict"),
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
