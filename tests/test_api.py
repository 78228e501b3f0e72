"""The service: assessments of posted answers, over HTTP."""

from __future__ import annotations

import contextlib
import json
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.applications import Starlette
from starlette.routing import Mount

import readiness
from readiness.api import MEDIA_TYPES, application, openapi
from readiness.documents.from_python import build
from readiness.documents.validation import validate
from readiness.problems import Problems, Source
from tests.commands.running import run

with warnings.catch_warnings():  # it prefers a library that has no release for all systems yet
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

UPKEEP = "crm-upkeep"
POST = f"/rulesets/{UPKEEP}/assessments"
DAY = {"as_of": "2026-11-21"}


@pytest.fixture(scope="module")
def app() -> Starlette:
    return application([UPKEEP, "crm-pre-implementation"])


@pytest.fixture
def client(app: Starlette) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


def problem(found: Any, status: int) -> dict[str, Any]:
    """Return a response that must be a problem."""
    held: dict[str, Any] = found.json()
    assert found.status_code == held["status"] == status
    assert found.headers["content-type"] == "application/problem+json"
    assert held.keys() >= {"type", "title", "detail"}
    return held


def test_answers_are_assessed_as_by_the_library(client: TestClient) -> None:
    """The response is the result document, and its ETag the digest of it."""
    name = "crm-pre-implementation"
    answers = {"sponsor.identified": True, "sponsor.level": "board"}
    found = client.post(f"/rulesets/{name}/assessments", json={"answers": answers, **DAY})
    assessor = readiness.Assessor(readiness.load_ruleset(name))
    expected = assessor.assess(answers, as_of=readiness.Assessment.from_json(found.text).as_of)
    assert found.status_code == 200
    assert found.json()["gates"] == expected.to_dict()["gates"]
    assert found.json()["responses"] == [
        {**one, "file": "request", "line": 1} for one in expected.to_dict()["responses"]
    ]
    assert found.headers["etag"] == f'"{found.json()["sha256"]}"'


def test_circumstances_and_answers_documents(client: TestClient) -> None:
    """Waivers and groups are taken as in an engagement, and so is a whole answers document."""
    waiver = {"reason": "Later", "approved_by": "CFO", "approved_on": "2026-11-01"}
    check = next(iter(readiness.load_ruleset(UPKEEP).checks))
    body = {"format": "readiness/answers/1", "ruleset": UPKEEP, "respondent": "ann", "answers": {}}
    found = client.post(POST, json={**body, **DAY, "waivers": {check: waiver}}).json()
    assert [one["check"] for one in found["waivers"]] == [check]
    assert [one["respondent"] for one in found["answers"]] == ["ann"]


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_results_come_in_the_media_type_that_is_asked_for(
    client: TestClient, media_type: str
) -> None:
    """`Accept` chooses it, by weight; one that there is not is refused."""
    accept = f"image/png, {media_type}; level=1;q=0.9, */*;q=0.1"
    found = client.post(POST, json={"answers": {}, **DAY}, headers={"accept": accept})
    assert found.headers["content-type"].partition(";")[0] == media_type
    assert found.headers["vary"] == "Accept"
    refused = client.post(
        POST, json={"answers": {}}, headers={"accept": "image/png, text/html;q=0"}
    )
    assert "application/json" in problem(refused, 406)["detail"]


def test_problems_of_answers_are_data(client: TestClient) -> None:
    """All of them together, each with code, question and hint."""
    answers = {"sponsor.level": "bored", "funding.committed": "many"}
    body = {"answers": answers, "waivers": {"no-such": {"reason": "x", "approved_by": "y"}}}
    found = client.post("/rulesets/crm-pre-implementation/assessments", json=body)
    held = problem(found, 422)
    assert {one["code"] for one in held["problems"]} >= {"not-an-option", "unknown-link"}
    [level] = [one for one in held["problems"] if one["code"] == "not-an-option"]
    assert level["question"] == "sponsor.level"
    assert "did you mean 'board'?" in level["hint"]
    assert found.request.content[level["column"] - 1 :].startswith(b'"bored"')


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{", 400, "cannot be read"),
        (b'{"answers": {}, "answers": {}}', 400, "cannot be read"),
        (b"[" * 10_000, 400, "cannot be read"),
        (b"\xff\xfe\x00", 400, "cannot be read"),
        (b"[]", 422, "an object with 'answers'"),
        (b"{}", 422, "cannot be assessed"),
        (b'{"answers": []}', 422, "cannot be assessed"),
        (b'{"answers": {"is.this": null}}', 422, "cannot be assessed"),
        (b'{"answers": {}, "file": "x"}', 422, "cannot be assessed"),
        (b'{"answers": {}, "ruleset": "/etc/passwd"}', 422, "for the ruleset '/etc/passwd'"),
        (b'{"answers": {}, "as_of": "soon"}', 422, "cannot be assessed"),
        (b'{"answers": {}, "as_of": 7}', 422, "cannot be assessed"),
        (b'{"answers": {}, "groups": 7}', 422, "cannot be assessed"),
        (b'{"answers": {}, "scope": [1]}', 422, "cannot be assessed"),
        (b'{"answers": {}, "assurance": {}}', 422, "cannot be assessed"),
        (b'{"answers": {}, "respondent": []}', 422, "cannot be assessed"),
    ],
)
def test_what_cannot_be_assessed_is_refused(
    client: TestClient, body: bytes, status: int, said: str
) -> None:
    """Each is a problem as RFC 9457 has it; nothing else happens."""
    found = client.post(POST, content=body, headers={"content-type": "application/json"})
    assert said in problem(found, status)["detail"]


def test_other_requests_are_refused_with_a_problem(client: TestClient) -> None:
    """Unknown paths, rulesets, methods and content types."""
    problem(client.get("/nowhere"), 404)
    assert f"did you mean '{UPKEEP}'?" in problem(client.get("/rulesets/crm-upkep"), 404)["detail"]
    refused = client.delete("/rulesets")
    assert "GET" in refused.headers["allow"]
    problem(refused, 405)
    problem(client.post(POST, content="a=1", headers={"content-type": "text/plain"}), 415)


def test_limits_of_size_and_time() -> None:
    """Larger and longer requests are refused; reading stops when it is too much."""
    small = TestClient(application([UPKEEP], largest=100))
    assert (
        "100 bytes"
        in problem(small.post(POST, json={"answers": {"a.b": "x" * 100}}), 413)["detail"]
    )
    assert small.post(POST, json={"answers": {}}).status_code == 200
    short = TestClient(application([UPKEEP], seconds=1e-6))
    assert "longer than" in problem(short.post(POST, json={"answers": {}}), 503)["detail"]


def test_rulesets_are_listed_and_shown(client: TestClient) -> None:
    """With all that they inherit, and their questionnaires; unchanged content is not sent again."""
    listed = client.get("/rulesets")
    assert [one["id"] for one in listed.json()["rulesets"]] == [UPKEEP, "crm-pre-implementation"]
    shown = client.get(f"/rulesets/{UPKEEP}").json()
    for kind, document in (
        ("ruleset", shown["ruleset"]),
        ("questionnaire", shown["questionnaires"][0]),
    ):
        problems = Problems()
        validate(build(document, Source(kind, "")), kind, problems)
        assert list(problems) == []
    assert client.get("/health").json()["status"] == "ok"
    for path in ("/rulesets", f"/rulesets/{UPKEEP}", "/openapi.json"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"if-none-match": f'"other", {tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_host_can_mount_it(app: Starlette) -> None:
    """The application works below a path of another one; loaded rulesets are taken."""
    whole = TestClient(Starlette(routes=[Mount("/ready", app)]))
    assert whole.post(f"/ready{POST}", json={"answers": {}}).status_code == 200
    loaded = readiness.load_ruleset(UPKEEP)
    assert len(TestClient(application([loaded])).get("/rulesets").json()["rulesets"]) == 1
    with pytest.raises(ValueError, match="two rulesets have the same id"):
        application([loaded, UPKEEP])


def test_the_command(tmp_path: Path) -> None:
    """It prints the description; what cannot be served is an error."""
    assert json.loads(run("api", "--openapi").stdout) == openapi()
    assert "unknown ruleset 'none'" in run("api", "--ruleset", "none").stderr
    (tmp_path / "broken.yaml").write_text("format: readiness/ruleset/1\nid: broken\n")
    assert run("api", "--path", str(tmp_path)).status == 2
    done = run("api", "--ruleset", UPKEEP, "--host", "203.0.113.1")
    assert (done.status, "cannot listen on 203.0.113.1" in done.stderr) == (2, True)


@pytest.fixture
def served(app: Starlette) -> Any:
    """Yield the address of the service on this machine."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.mark.slow
def test_under_load_every_answer_is_right(served: str) -> None:
    """16 threads post different answers at the same time; each gets its own result."""
    ruleset = readiness.load_ruleset("crm-pre-implementation")
    questions = [key for key, one in ruleset.questions.items() if one.type == "yes_no"]
    assessor = readiness.Assessor(ruleset)

    def one(number: int) -> bool:
        answers = {key: bool(number >> place & 1) for place, key in enumerate(questions[:10])}
        body = {"answers": answers, **DAY}
        found = httpx.post(f"{served}/rulesets/{ruleset.id}/assessments", json=body, timeout=60)
        document = found.json()
        judged = assessor.judge(answers, as_of=readiness.Assessment.from_dict(document).as_of)
        return {one["id"]: one["status"] for one in document["checks"]} == dict(judged.statuses)

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(one, range(0, 1024, 8)))


@pytest.mark.slow
def test_the_description_holds_for_generated_requests(app: Starlette) -> None:
    """Requests that schemathesis makes of the description get what it says; none fails."""
    described = schemathesis.openapi.from_asgi("/openapi.json", app)
    tried = set()
    for found in described.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # an error is raised
        for mode in schemathesis.GenerationMode:

            @seed(1)
            @settings(
                max_examples=25,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(generation_mode=mode))
            def holds(case: Any) -> None:
                # It cannot know which questions and checks there are.
                case.call_and_validate(excluded_checks=[positive_data_acceptance])
                tried.add((case.operation.label, case.meta and case.meta.generation.mode))

            with contextlib.suppress(Unsatisfiable):  # an operation that takes nothing
                holds()
    assert len(tried) > 5
