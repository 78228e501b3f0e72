"""The report as PDF, laid out by Typst."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, time
from typing import Any

import typst

from readiness.documents.opening import read_bytes
from readiness.problems.packaged import packaged
from readiness.reports.readers.blocks import Block, Runs
from readiness.reports.readers.paper import BrandingRefusedError, Printable


def pdf_report(paper: Printable) -> bytes:
    """Return the report as a PDF with bookmarks and tags; the same input gives the same bytes.

    It meets PDF/UA-1 where the fonts of this machine have every letter; letters that none of them
    has are shown as empty boxes. Raises `BrandingRefusedError` for a logo that is no picture.
    """
    day, logo = paper.as_of, paper.branding.logo_file
    written: dict[str, object] = {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "running": f"{paper.title} – {paper.subtitle}",
        "marks": paper.branding.marks,
        "notice": " · ".join(paper.branding.notice),
        "author": paper.branding.author,
        "alt": paper.branding.client or paper.branding.author or "Logo",
        "colour": paper.branding.colour,
        "lang": "en",
        "logo": list(read_bytes(logo)) if logo else [],
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "footer": paper.footer,
        "scope": paper.scope,
        "blocks": [_block(block) for block in paper.blocks],
    }
    stamp = datetime.combine(day, time(), UTC)
    template = packaged("readiness.reports.readers", "templates/paper.typ")
    content = {"paper": json.dumps(written, ensure_ascii=False)}
    moment = int(stamp.timestamp())
    with contextlib.suppress(typst.TypstError):
        return typst.compile(template, sys_inputs=content, timestamp=moment, pdf_standards="ua-1")
    try:
        return typst.compile(template, sys_inputs=content, timestamp=moment)
    except typst.TypstError as fault:
        if logo is None:
            raise
        raise BrandingRefusedError(logo, "this picture cannot be shown") from fault


def _block(block: Block) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": block.kind,
        "level": block.level,
        "number": block.number,
        "runs": _runs(block.runs),
    }
    if block.kind == "picture":
        found |= {"svg": block.svg, "alt": block.text}
    if block.kind == "table":
        found["rows"] = [[_runs(cell) for cell in row] for row in block.rows]
        found["widths"] = block.widths
    return found


def _runs(runs: Runs) -> list[dict[str, object] | str]:
    return [
        {"text": run.text, "strong": run.strong, "code": run.code, "url": run.url}
        if run.strong or run.code or run.url
        else run.text
        for run in runs
    ]
