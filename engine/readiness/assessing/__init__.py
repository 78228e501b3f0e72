"""Assessing answers against a ruleset: all together, or one answer at a time."""

from readiness.assessing.assessor import Assessor
from readiness.assessing.session import Engine, Session, SessionProgress, changes
from readiness.evaluation.incremental import Change

__all__ = ["Assessor", "Change", "Engine", "Session", "SessionProgress", "changes"]
