"""The page: everything that a report tells, for a board to read and a programme to work from."""

from __future__ import annotations

from importlib.resources import files

from markupsafe import Markup

from readiness.reports.report_model import Report
from readiness.reports.webpage.anchors import Anchors
from readiness.reports.webpage.environment import environment
from readiness.reports.webpage.facets import facets, tellers
from readiness.reports.webpage.pictures import MOST_CHECKS, pictures
from readiness.reports.webpage.policy import content_policy
from readiness.reports.webpage.schedule import chart
from readiness.reports.webpage.sections import sections
from readiness.version import __version__


def html_report(report: Report) -> str:
    """The report as one HTML file with its style, script and pictures; it fetches nothing.

    Texts of documents are shown as they are, never as markup. The same report gives the same text.
    """
    style, script = _part("style.css"), _part("script.js")
    return (
        environment()
        .get_template("page.html.jinja")
        .render(
            report=report,
            anchors=Anchors(report),
            areas=report.areas,
            facets=facets(report),
            tellers=tellers(report),
            sections=sections(report),
            pictures=pictures(report),
            most_checks=MOST_CHECKS,
            chart=chart(report.plan),
            policy=content_policy(style, script),
            style=Markup(style),  # noqa: S704 - a file of this package
            script=Markup(script),  # noqa: S704 - a file of this package
            version=__version__,
        )
    )


def _part(name: str) -> str:
    """A file of this package, between line ends so that it stands on lines of its own."""
    return "\n" + files(__package__).joinpath(name).read_text(encoding="utf-8")
