"""A stateless service: assesses posted answers against named rulesets, over HTTP.

`application` is an ASGI application, which a host mounts or `readiness api` runs. It keeps nothing:
rulesets are loaded when it is made, and a request names no file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from readiness.assessing import Assessor
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.from_python import build
from readiness.documents.nodes import Mapping, Scalar
from readiness.documents.reading import decode, read
from readiness.documents.schemas import FORMATS, schema
from readiness.documents.validation import validate
from readiness.loading.rulesets import load_ruleset
from readiness.loading.search_path import find_all
from readiness.model.answers import read_sheet
from readiness.model.engagement import read_circumstances
from readiness.plugins import PluginError, using_plugins
from readiness.problems import DocumentError, Problem, Problems, nearest, there_are
from readiness.problems.packaged import packaged
from readiness.reports.catalogue import show
from readiness.reports.formats import render
from readiness.result.assessment import Assessment
from readiness.result.document import names_of
from readiness.version import __version__

LARGEST_MIB = 1  # of a request
PATIENCE = 30  # seconds
# The media types of a result, and the format that is rendered for each; the first is the default.
MEDIA_TYPES: Map[str, str] = {
    "application/json": "json",
    "text/html": "html",
    "text/markdown": "markdown",
    "text/csv": "csv",
    "text/plain": "text",
}
_CIRCUMSTANCES = ("as_of", "assurance", "groups", "resolutions", "waivers", "scope")


def application(
    rulesets: Iterable[str | Path | Ruleset] = (),
    *,
    paths: Iterable[str | Path] = (),
    plugins: bool = True,
    largest: int = LARGEST_MIB * 2**20,
    seconds: float = PATIENCE,
) -> Starlette:
    """Return the ASGI application that assesses against some rulesets, or against all it finds.

    Rulesets are named by id or file, or loaded; `paths` and `plugins` are as for `load_ruleset`. A
    request of more than `largest` bytes, or that takes longer, is refused. Raises `DocumentError`
    for a ruleset that cannot be loaded, `ValueError` for two with the same id.
    """
    folders = tuple(map(Path, paths))
    with using_plugins(plugins):
        named = tuple(rulesets) or tuple(find_all("ruleset", folders))
        loaded = [
            one if isinstance(one, Ruleset) else load_ruleset(one, paths=folders) for one in named
        ]
    assessors = {one.id: Assessor(one) for one in loaded}
    if len(assessors) < len(loaded):
        msg = "two rulesets have the same id"
        raise ValueError(msg)
    service = _Service(assessors, largest, seconds)
    routes = [
        Route("/health", service.health),
        Route("/openapi.json", service.described),
        Route("/rulesets", service.listed),
        Route("/rulesets/{id}", service.shown),
        Route("/rulesets/{id}/assessments", service.assess, methods=["POST"]),
    ]
    refusing: dict[Any, Any] = {
        HTTPException: lambda _, fault: _problem(
            fault.status_code, fault.detail, headers=fault.headers
        ),
        _NotJsonError: lambda _, fault: _problem(400, "the request cannot be read", fault),
        PluginError: lambda _, fault: _problem(500, "a plug-in failed", fault),
        DocumentError: lambda _, fault: _problem(422, "the request cannot be assessed", fault),
        Exception: lambda *_: _problem(500, "the program failed; its log says why"),
    }
    return Starlette(routes=routes, exception_handlers=refusing)


class _NotJsonError(DocumentError):
    """The exception for a request that is not JSON."""


class _Service:
    """The operations; rulesets and limits never change."""

    def __init__(self, assessors: Map[str, Assessor], largest: int, seconds: float) -> None:
        self.assessors, self.largest, self.seconds = assessors, largest, seconds

    async def health(self, _: Request) -> Response:
        return JSONResponse({"status": "ok", "version": __version__})

    async def described(self, request: Request) -> Response:
        return _unless_known(request, openapi(self.assessors))

    async def listed(self, request: Request) -> Response:
        held = (one.ruleset for one in self.assessors.values())
        found = [{**names_of(one.checklist), "title": one.title} for one in held]
        return _unless_known(request, {"rulesets": found})

    async def shown(self, request: Request) -> Response:
        ruleset = self._named(request).ruleset
        found = {"ruleset": show(ruleset), "questionnaires": show(ruleset, questions=True)}
        return _unless_known(request, found)

    async def assess(self, request: Request) -> Response:
        assessor = self._named(request)
        media_type = _accepted(request.headers.get("accept", "*/*"))
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise HTTPException(415, "send JSON, with the content type application/json")
        try:
            with anyio.fail_after(self.seconds):
                data = await self._body(request)
                work = partial(_respond, assessor, data, media_type)
                return await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
        except TimeoutError:
            raise HTTPException(503, f"it took longer than {self.seconds:g} seconds") from None
        except ClientDisconnect:
            raise HTTPException(400, "the request ended early") from None

    async def _body(self, request: Request) -> bytes:
        """Return the body; stop reading as soon as it is too large."""
        data = bytearray()
        async for piece in request.stream():
            data += piece
            if len(data) > self.largest:
                raise HTTPException(413, f"a request has at most {self.largest:,} bytes")
        return bytes(data)

    def _named(self, request: Request) -> Assessor:
        name = request.path_params["id"]
        if name not in self.assessors:
            hint = nearest(name, self.assessors) or there_are(list(self.assessors))
            raise HTTPException(404, f"there is no ruleset '{name}'; {hint}")
        return self.assessors[name]


def _respond(assessor: Assessor, data: bytes, media_type: str) -> Response:
    """Assess the answers in a body, and return the result in the form that was asked for."""
    assessment = _assess(assessor, data)
    rendered = render(assessment, MEDIA_TYPES[media_type])
    digest = hashlib.sha256(rendered).hexdigest()
    if media_type == "application/json":
        digest = json.loads(rendered)["sha256"]
    headers = {"ETag": f'"{digest}"', "Vary": "Accept"}
    return Response(rendered, media_type=media_type, headers=headers)


def _assess(assessor: Assessor, data: bytes) -> Assessment:
    """Assess the answers in a body; their problems have their places in it."""
    try:
        root = read(decode(data, "request"))
    except DocumentError as fault:
        raise _NotJsonError(fault.problems) from None
    if not isinstance(root, Mapping):
        raise HTTPException(422, "send an object with 'answers', an object of answers by question")
    ruleset, problems = assessor.ruleset, Problems()
    named = root.get("ruleset")
    if isinstance(named, Scalar) and named.value != ruleset.id:
        raise HTTPException(422, f"these answers are for the ruleset '{named.text}'")
    engagement = {"id": "request", "ruleset": ruleset.id, "answers": ["-"]}
    stated = _part(root, _CIRCUMSTANCES, "engagement", engagement, problems)
    others = [key for key in root.entries if key not in _CIRCUMSTANCES]
    given = _part(root, others, "answers", {}, problems)
    sheet = read_sheet(given, "request", ruleset.questions, problems)
    circumstances = read_circumstances(stated, ruleset.names, problems)
    if problems:
        raise DocumentError(_with_questions(problems, root))
    return assessor.within(circumstances).assess_sheets((sheet,), circumstances)


def _part(
    root: Mapping, keys: Iterable[str], kind: str, head: Map[str, Any], problems: Problems
) -> Mapping:
    """Return some entries of a document, behind a head, as a valid document of a kind."""
    whole = build({"format": FORMATS[kind], **head}, root.source)
    assert isinstance(whole, Mapping)
    held = {key: root.entries[key] for key in keys if key in root.entries}
    found = Mapping(root.source, *root.span, {**whole.entries, **held})
    validate(found, kind, problems)
    return found


def _with_questions(problems: Problems, root: Mapping) -> Iterator[Problem]:
    """Yield the problems, each with the question whose answer stands at its place."""
    answers = root.get("answers")
    held = answers.entries.items() if isinstance(answers, Mapping) else ()
    for one in problems:
        at = one.line, one.column
        spans = ((key, entry.key.span[:2], entry.value.span[2:]) for key, entry in held)
        named = next((key for key, start, end in spans if start <= at < end), "")
        yield replace(one, question=named) if named else one


# ---- responses -----------------------------------------------------------------------------------


def _unless_known(request: Request, content: object) -> Response:
    """Return JSON; nothing but its digest if that is the one the client has."""
    found = JSONResponse(content)
    found.headers["ETag"] = tag = f'"{hashlib.sha256(found.body).hexdigest()}"'
    known = request.headers.get("if-none-match", "")
    is_known = tag in known or known.strip() == "*"
    return Response(status_code=304, headers={"ETag": tag}) if is_known else found


def _problem(
    status: int,
    detail: str,
    error: DocumentError | None = None,
    headers: Map[str, str] | None = None,
) -> Response:
    """Return a problem as RFC 9457 describes it, with the problems of documents as data."""
    content: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase}
    content |= {"status": status, "detail": detail}
    if error is not None:
        content["problems"] = [one.to_dict() for one in error.problems]
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def _accepted(header: str) -> str:
    """Return the media type of a result that a client prefers; refuses any that there is not."""
    ranges = []
    for part in header.lower().split(","):
        name, _, options = part.partition(";")
        weighed = re.search(r"\bq=(\d(?:\.\d+)?)", options)
        ranges.append((float(weighed[1]) if weighed else 1.0, name.strip()))
    for weight, name in sorted(ranges, key=lambda one: -one[0]):
        for known in MEDIA_TYPES:
            if weight > 0 and name in (known, "*/*", f"{known.partition('/')[0]}/*"):
                return known
    raise HTTPException(406, f"results come as {', '.join(MEDIA_TYPES)}")


# ---- the description -----------------------------------------------------------------------------


def openapi(rulesets: Iterable[str] = ()) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of the service, with the published schemas in it.

    `rulesets` are the ids of those it offers, if they are known.
    """
    described: dict[str, Any] = json.loads(packaged("readiness", "api.json"))
    described["info"]["version"] = __version__
    if ids := list(rulesets):
        described["components"]["parameters"]["id"]["schema"]["enum"] = ids
    kinds = ("answers", "engagement", "result", "ruleset", "questionnaire")
    described["components"]["schemas"] |= {kind: _embedded(kind) for kind in kinds}
    results = described["components"]["responses"]["result"]["content"]
    results |= {name: {"schema": {"type": "string"}} for name in MEDIA_TYPES if name not in results}
    return described


def _embedded(kind: str) -> dict[str, Any]:
    """Return a published schema as a component; its references lead to itself there."""
    text = json.dumps({k: v for k, v in schema(kind).items() if k not in ("$schema", "$id")})
    found: dict[str, Any] = json.loads(text.replace('"#/', f'"#/components/schemas/{kind}/'))
    return found
