# The public interface, as type checkers read it: each name from the module that defines it.

from readiness.advice.questions import NextQuestion, next_questions
from readiness.assessing import Assessor, Change, Engine, Session
from readiness.assessing.session import SessionProgress
from readiness.assurance.cases import Mismatch, run_cases
from readiness.assurance.coverage import Coverage, LeafCoverage, Seen, coverage
from readiness.assurance.difference import Changed, Difference, difference
from readiness.assurance.findings import Finding
from readiness.assurance.lint import lint
from readiness.assurance.mutants import Mutants, Survivor, mutants
from readiness.assurance.scaffold import new_engagement, new_questionnaire, new_ruleset
from readiness.assurance.upgrade import Upgrade, upgrade
from readiness.authoring.checklist_update import ChecklistUpdate, update_ruleset
from readiness.authoring.drafting import Draft, draft_ruleset
from readiness.authoring.renaming import RenamedFile, Renaming, rename
from readiness.collecting.deciding import Decision, resolve, waive
from readiness.collecting.form.form_entries import ImportOptions, Outcome
from readiness.collecting.form_import import (
    Imported,
    Intake,
    Sheets,
    Unusable,
    import_form,
    import_forms,
)
from readiness.collecting.forms import ReturnedForm, export_forms, read_form
from readiness.collecting.progress_import import Edit, ProgressImport, import_progress
from readiness.collecting.receipt import Receipt
from readiness.collecting.reminders import Reminder, remind, reminders
from readiness.comparing.comparison import Comparison, Turn, compare
from readiness.comparing.side import CheckState, Side
from readiness.conditions.functions import PluginFunction
from readiness.dependencies.ruleset import Exclusions, Ruleset
from readiness.documents.editing import NotEditable
from readiness.documents.schemas import schema
from readiness.evaluation.verdicts import Judgement, Standing, Status, Verdict
from readiness.loading.engagements import Inquiry, load_answers, load_engagement
from readiness.loading.in_memory import Loader
from readiness.loading.rulesets import (
    ListedDocument,
    list_documents,
    load_questionnaire,
    load_ruleset,
)
from readiness.model.answers import Evidence, Given, Sheet
from readiness.model.consistency import ConsistencyRule
from readiness.model.engagement import (
    Acceptance,
    Branding,
    Circumstances,
    Engagement,
    Exclusion,
    ReportedProgress,
    Resolution,
    Waiver,
)
from readiness.model.questionnaire import Field, Question, Questionnaire, Section
from readiness.model.respondents import People, Respondent
from readiness.model.ruleset import (
    Area,
    Check,
    Citation,
    Effort,
    Gate,
    Owner,
    Remedy,
    Severity,
    Work,
)
from readiness.planning.network import Times
from readiness.planning.plan import Activity, Load, Milestone, Plan, plan
from readiness.plugins import Plugin
from readiness.portfolio.assessed_block import Portfolio as Portfolio
from readiness.portfolio.layout import RefusedRow as RefusedRow
from readiness.problems import DocumentError, Excerpt, Place, Problem
from readiness.reports.catalogue import show
from readiness.reports.formats import render
from readiness.reports.graph.drawing import render_graph
from readiness.reports.respondents.progress import Lack, Progress, ProgressRow, Wanted, status
from readiness.result.assessment import Assessment, CheckResult, GateResult
from readiness.result.contradictions import Contradiction
from readiness.result.reason import Reading, Reason
from readiness.result.responses import Response
from readiness.result.score import Score
from readiness.verification.bundle import CannotPack, Disk, Lacking, Manifest, Packed, make_bundle
from readiness.verification.recheck import sign_result, verify, verify_signature
from readiness.verification.steps import BadKey, Step, Steps, UnusableFile
from readiness.version import __version__

__all__ = [
    "Acceptance",
    "Activity",
    "Area",
    "Assessment",
    "Assessor",
    "BadKey",
    "Branding",
    "CannotPack",
    "Change",
    "Changed",
    "Check",
    "CheckResult",
    "CheckState",
    "ChecklistUpdate",
    "Circumstances",
    "Citation",
    "Comparison",
    "ConsistencyRule",
    "Contradiction",
    "Coverage",
    "Decision",
    "Difference",
    "Disk",
    "DocumentError",
    "Draft",
    "Edit",
    "Effort",
    "Engagement",
    "Engine",
    "Evidence",
    "Excerpt",
    "Exclusion",
    "Exclusions",
    "Field",
    "Finding",
    "Gate",
    "GateResult",
    "Given",
    "ImportOptions",
    "Imported",
    "Inquiry",
    "Intake",
    "Judgement",
    "Lack",
    "Lacking",
    "LeafCoverage",
    "ListedDocument",
    "Load",
    "Loader",
    "Manifest",
    "Milestone",
    "Mismatch",
    "Mutants",
    "NextQuestion",
    "NotEditable",
    "Outcome",
    "Owner",
    "Packed",
    "People",
    "Place",
    "Plan",
    "Plugin",
    "PluginFunction",
    "Problem",
    "Progress",
    "ProgressImport",
    "ProgressRow",
    "Question",
    "Questionnaire",
    "Reading",
    "Reason",
    "Receipt",
    "Remedy",
    "Reminder",
    "RenamedFile",
    "Renaming",
    "ReportedProgress",
    "Resolution",
    "Respondent",
    "Response",
    "ReturnedForm",
    "Ruleset",
    "Score",
    "Section",
    "Seen",
    "Session",
    "SessionProgress",
    "Severity",
    "Sheet",
    "Sheets",
    "Side",
    "Standing",
    "Status",
    "Step",
    "Steps",
    "Survivor",
    "Times",
    "Turn",
    "Unusable",
    "UnusableFile",
    "Upgrade",
    "Verdict",
    "Waiver",
    "Wanted",
    "Work",
    "__version__",
    "compare",
    "coverage",
    "difference",
    "draft_ruleset",
    "export_forms",
    "import_form",
    "import_forms",
    "import_progress",
    "lint",
    "list_documents",
    "load_answers",
    "load_engagement",
    "load_questionnaire",
    "load_ruleset",
    "make_bundle",
    "mutants",
    "new_engagement",
    "new_questionnaire",
    "new_ruleset",
    "next_questions",
    "plan",
    "read_form",
    "remind",
    "reminders",
    "rename",
    "render",
    "render_graph",
    "resolve",
    "run_cases",
    "schema",
    "show",
    "sign_result",
    "status",
    "update_ruleset",
    "upgrade",
    "verify",
    "verify_signature",
    "waive",
]
