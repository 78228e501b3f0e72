"""Assessing answers against a ruleset: at once, or one answer at a time."""

from readiness.assessing.assessor import Assessor
from readiness.assessing.diff import Change, changes
from readiness.assessing.engine import Engine
from readiness.assessing.session import Session

__all__ = ["Assessor", "Change", "Engine", "Session", "changes"]
