"""A plug-in for readiness: a report format."""

from readiness import Assessment


def tasks(assessment: Assessment) -> str:
    """Return the open checks as a list of tasks."""
    open_checks = [assessment.checks[key] for wave in assessment.order for key in wave]
    return "".join(f"- [ ] {check.check.title}\n" for check in open_checks)
