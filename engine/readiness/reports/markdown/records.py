"""What else is to know: order, waivers, warnings, sources, and how to prove what was assessed."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.reports.markdown.blocks import heading, ids, item, table
from readiness.reports.markdown.escaping import address, code, escaped
from readiness.reports.report_model import Report


def premature(report: Report) -> Iterator[str]:
    """The checks that were closed out of order, and what they rest on."""
    if not report.premature:
        return
    yield from heading("Done out of order")
    yield (
        "These are closed while something that they rest on is open, and may have to be done again."
    )
    yield ""
    for entry in report.premature:
        title = f"{escaped(entry.title)} ({code(entry.id)})"
        yield item(f"{title} rests on {ids(entry.waits_for)}")


def waivers(report: Report) -> Iterator[str]:
    """The gaps that are accepted, in force or not, by whom, and until when."""
    if not report.waivers:
        return
    yield from heading("Waivers")
    for entry in report.waivers:
        force = "in force" if entry.in_force else "not in force"
        yield item(f"**{escaped(entry.check.title)}** ({code(entry.check.id)}): {force}")
        yield item(escaped(entry.waiver.reason), 1)
        yield item(escaped(entry.approval), 1)
        yield item(f"the check itself is {entry.check.status}", 1)


def warnings(report: Report) -> Iterator[str]:
    """What decides nothing, though the reader should know it."""
    if report.warnings:
        yield from heading("Warnings")
    for warning in report.warnings:
        yield item(escaped(warning))


def sources(report: Report) -> Iterator[str]:
    """The works that the checks cite."""
    if report.sources:
        yield from heading("Sources")
    for entry in report.sources:
        yield item(escaped(entry.citation))
        if entry.work.note:
            yield item(escaped(entry.work.note), 1)
        if entry.work.url:
            yield item(address(entry.work.url), 1)
        yield item(f"cited by {ids(entry.checks)}", 1)


def digests(report: Report) -> Iterator[str]:
    """What went in, what came out, and how to prove it."""
    yield from heading("Digests")
    rows = (
        (one.kind, escaped(one.name), escaped(one.version) or "–", code(one.sha256))
        for one in report.digests
    )
    yield from table(("Document", "Name", "Version", "SHA-256"), rows)
    yield (
        "Each is a SHA-256 in hexadecimal. That of the result is of the canonical JSON (RFC 8785) "
        f"of the whole result document without its field {code('sha256')}; "
        f"{code(report.proposed('assess-again'))} writes that document. The same "
        "documents give the same digests, which keep the order of keys and the spelling of values. "
        f"{code(report.proposed('verify-against'))} compares them all and works "
        "the assessment again."
    )
