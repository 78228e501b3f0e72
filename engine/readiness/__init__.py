"""Tells an organisation whether it is ready, what blocks it, and what to clear first.

import readiness

ruleset = readiness.load_ruleset("crm-pre-implementation")
result = readiness.Assessor(ruleset).assess({"sponsor.identified": True})
result.gates["commit"].verdict, result.blockers, result.order
"""

from readiness.assessing import Assessor, Change, Session
from readiness.dependencies.ruleset import Ruleset
from readiness.loading.engagements import Inquiry, load_engagement
from readiness.loading.rulesets import load_ruleset
from readiness.loading.sheets import load_answers
from readiness.model.answers import Evidence, Sheet
from readiness.model.engagement import Waiver
from readiness.problems import DocumentError, Excerpt, Place, Problem
from readiness.result.assessment import Assessment, CheckResult, GateResult
from readiness.result.reason import Reading, Reason
from readiness.result.score import Score
from readiness.version import __version__

__all__ = [
    "Assessment",
    "Assessor",
    "Change",
    "CheckResult",
    "DocumentError",
    "Evidence",
    "Excerpt",
    "GateResult",
    "Inquiry",
    "Place",
    "Problem",
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
