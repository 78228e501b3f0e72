"""Tells an organisation whether it is ready, what blocks it, and what to clear first.

import readiness

ruleset = readiness.load_ruleset("crm-pre-implementation")
result = readiness.Assessor(ruleset).assess({"sponsor.identified": True})
result.gates["commit"].verdict, result.blockers, result.order
"""

from readiness.version import __version__

# The public names by the modules that define them. A name is imported when it is first used, so
# that a command imports only what it needs; type checkers read `__init__.pyi`, which tells the
# same.
_DEFINED_IN = {
    "advice.questions": "NextQuestion next_questions",
    "assessing": "Assessor Change Engine Session",
    "assessing.session": "SessionProgress",
    "assurance.cases": "Mismatch run_cases",
    "assurance.coverage": "Coverage LeafCoverage Seen coverage",
    "assurance.difference": "Changed Difference difference",
    "assurance.findings": "Finding",
    "assurance.lint": "lint",
    "assurance.mutants": "Mutants Survivor mutants",
    "assurance.scaffold": "new_engagement new_questionnaire new_ruleset",
    "assurance.upgrade": "Upgrade upgrade",
    "authoring.checklist_update": "ChecklistUpdate update_ruleset",
    "authoring.drafting": "Draft draft_ruleset",
    "authoring.renaming": "RenamedFile Renaming rename",
    "collecting.deciding": "Decision resolve waive",
    "collecting.form.form_entries": "ImportOptions Outcome",
    "collecting.form_import": "Imported Intake Sheets Unusable import_form import_forms",
    "collecting.forms": "ReturnedForm export_forms read_form",
    "collecting.progress_import": "Edit ProgressImport import_progress",
    "collecting.receipt": "Receipt",
    "collecting.reminders": "Reminder remind reminders",
    "comparing.comparison": "Comparison Turn compare",
    "comparing.side": "CheckState Side",
    "conditions.functions": "PluginFunction",
    "dependencies.ruleset": "Exclusions Ruleset",
    "documents.editing": "NotEditable",
    "documents.schemas": "schema",
    "evaluation.verdicts": "Judgement Standing Status Verdict",
    "loading.engagements": "Inquiry load_answers load_engagement",
    "loading.in_memory": "Loader",
    "loading.rulesets": "ListedDocument list_documents load_questionnaire load_ruleset",
    "model.answers": "Evidence Given Sheet",
    "model.consistency": "ConsistencyRule",
    "model.engagement": "Acceptance Branding Circumstances Engagement "
    "Exclusion ReportedProgress Resolution Waiver",
    "model.questionnaire": "Field Question Questionnaire Section",
    "model.respondents": "People Respondent",
    "model.ruleset": "Area Check Citation Effort Gate Owner Remedy Severity Work",
    "planning.network": "Times",
    "planning.plan": "Activity Load Milestone Plan plan",
    "plugins": "Plugin",
    "portfolio.assessed_block": "Portfolio",
    "portfolio.layout": "RefusedRow",
    "problems": "DocumentError Excerpt Place Problem",
    "reports.catalogue": "show",
    "reports.formats": "render",
    "reports.graph.drawing": "render_graph",
    "reports.respondents.progress": "Lack Progress ProgressRow Wanted status",
    "result.assessment": "Assessment CheckResult GateResult",
    "result.contradictions": "Contradiction",
    "result.reason": "Reading Reason",
    "result.responses": "Response",
    "result.score": "Score",
    "verification.bundle": "CannotPack Disk Lacking Manifest Packed make_bundle",
    "verification.recheck": "sign_result verify verify_signature",
    "verification.steps": "BadKey Step Steps UnusableFile",
}
_MODULES = {name: module for module, names in _DEFINED_IN.items() for name in names.split()}
# `from readiness import *` leaves out what cannot be imported without the extra `columnar`.
__all__ = ["__version__", *(name for name in _MODULES if "portfolio" not in _MODULES[name])]  # noqa: PLE0604


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
