"""The report for one kind of reader as a single HTML file that also prints well."""

from __future__ import annotations

import base64
from importlib.resources import files

from readiness.documents.opening import read_bytes
from readiness.model.engagement import LOGOS
from readiness.reports.readers.paper import Printable
from readiness.reports.webpage.environment import render_page


def html_report(paper: Printable) -> str:
    """Return the report as one HTML file; texts of documents are shown as they are written."""
    style = files("readiness.reports.webpage").joinpath("reader.css").read_text("utf-8")
    style = style.replace("ACCENT", paper.branding.colour)
    return render_page("reader.html.jinja", style, paper=paper, logo=_data_address(paper))


def _data_address(paper: Printable) -> str:
    """Return the logo as an address that holds the picture itself; empty without one."""
    logo = paper.branding.logo_file
    if logo is None:
        return ""
    content = base64.b64encode(read_bytes(logo)).decode()
    return f"data:{LOGOS[logo.suffix.lower()]};base64,{content}"
