"""The shipped rulesets with their cases, each loaded once."""

from __future__ import annotations

from functools import cache

from readiness import Ruleset, load_ruleset
from readiness.assurance.cases import CaseFile, case_files, load_cases
from readiness.loading.search_path import find_all, shipped_folder
from tests.lanes import each

RULESETS = list(find_all("ruleset", []))
LARGE = frozenset({"crm-readiness", "crm-nonprofit", "crm-regulated"})
EACH = each(RULESETS, fast=lambda name: name not in LARGE)
"""Their names as parameters; the fast lane leaves out the largest and its extensions."""
FILES = {path.parent.name: path for path in case_files(shipped_folder("ruleset"))}


@cache
def ruleset_of(name: str) -> Ruleset:
    """Return a shipped ruleset."""
    return load_ruleset(name)


@cache
def cases_of(name: str) -> CaseFile:
    """Return the cases beside a shipped ruleset."""
    return load_cases(FILES[name])
