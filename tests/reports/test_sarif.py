"""The report in SARIF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
import yaml

from readiness.reports.report_model import Report, build_report
from readiness.reports.sarif import SarifPlaces, message, sarif_report
from tests.commands.running import run
from tests.conftest import GoldenCheck
from tests.reports.example_reports import (
    EVERY_KIND,
    HALDEN,
    KINDS,
    ROOT,
    hostile,
    of_case,
    of_shop,
    report_of,
)
from tests.reports.markdown.test_escaping import EVERY_HOSTILE
from tests.reports.printing import ENGAGEMENTS, GOLDEN, SHOP
from tests.reports.terminal.test_assessment import WITHOUT_GATES

_SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json"
VALIDATOR = jsonschema.Draft4Validator(json.loads(_SCHEMA.read_text(encoding="utf-8")))


def run_of(report: Report) -> dict[str, Any]:
    """Return the run of a log, which must match the schema."""
    log = json.loads(sarif_report(report))
    assert [fault.message for fault in VALIDATOR.iter_errors(log)] == []
    found: dict[str, Any] = log["runs"][0]
    return found


def results_of(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the results by check."""
    return {result["ruleId"]: result for result in run["results"]}


def at(location: dict[str, Any]) -> tuple[str, int]:
    """Return file and line of a location."""
    place = location["physicalLocation"]
    return unquote(place["artifactLocation"]["uri"]), place["region"]["startLine"]


def covered(folder: Path, location: dict[str, Any]) -> str:
    """Return the text that a location covers."""
    file, line = at(location)
    region = location["physicalLocation"]["region"]
    written = (folder / file).read_text(encoding="utf-8").splitlines()[line - 1]
    return written[region["startColumn"] - 1 : region["endColumn"] - 1]


@pytest.mark.parametrize("name", ENGAGEMENTS)
def test_report(name: str, golden: GoldenCheck) -> None:
    """Every check is a rule; open checks and those that only a waiver closes are results."""
    golden(GOLDEN / f"sarif-{name}.json", sarif_report(of_shop(name)))


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_log_keeps_to_the_schema(kind: str) -> None:
    """Logs of every kind are valid, have correct references, and are always the same."""
    report = KINDS[kind]()
    run = run_of(report)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    addresses = [artifact["location"]["uri"] for artifact in run["artifacts"]]
    assert rules == [entry.id for entry in report.checks]
    open_ = [
        entry.id
        for entry in report.checks
        if entry.result.is_open
        or (entry.closed_by and entry.result.status in ("unmet", "undetermined"))
    ]
    assert sorted(open_) == sorted(results_of(run))
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        for location in (*result["locations"], *result["relatedLocations"]):
            artifact = location["physicalLocation"]["artifactLocation"]
            assert addresses[artifact["index"]] == artifact["uri"]
            assert artifact["uriBaseId"] in run["originalUriBaseIds"]
    assert sarif_report(KINDS[kind]()) == sarif_report(report)


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        (SHOP, "mixed.yaml"),
        (SHOP, "waived.yaml"),
        pytest.param(ROOT, str(HALDEN), marks=pytest.mark.slow),
    ],
)
def test_results_stand_where_the_answers_stand(folder: Path, path: str) -> None:
    """Every place in an answers file is the value of a question that the check reads."""
    report = report_of(path, folder)
    sheets = {sheet.node.source.name for sheet in report.assessment.sheets}
    found = 0
    for key, result in results_of(run_of(report)).items():
        readers = report.assessment.ruleset.readers
        read = {question for question, checks in readers.items() if key in checks}
        for location in (*result["locations"], *result["relatedLocations"]):
            file, line = at(location)
            if file in sheets:
                assert starts_of(folder / file, read) >= {line}
                found += 1
    assert found >= 2


def starts_of(file: Path, questions: set[str]) -> set[int]:
    """Return the lines where the answers to some questions start, as another YAML parser finds."""
    root = yaml.compose(file.read_text(encoding="utf-8"))
    assert root is not None
    answers = next(value for key, value in root.value if key.value == "answers")
    nodes = [value for key, value in answers.value if key.value in questions]
    spoken = [
        held
        for node in nodes
        if isinstance(node, yaml.MappingNode)
        for key, by in node.value
        if key.value == "by"
        for _, held in by.value
    ]
    return {node.start_mark.line + 1 for node in (*nodes, *spoken)}


def test_the_deciding_answer_comes_first() -> None:
    """A result is located at the deciding answer; the others and the check are related."""
    found = results_of(run_of(of_shop("mixed")))
    assert [covered(SHOP, one) for one in found["sponsor"]["locations"]] == ["manager"]
    assert [at(one) for one in found["sponsor"]["relatedLocations"]] == [
        ("mixed.yaml", 9), ("answers/sales.yaml", 5), ("answers/finance.yaml", 6),
        ("ruleset.yaml", 21),
    ]  # fmt: skip
    [packaging] = found["packaging"]["locations"]
    assert covered(SHOP, packaging).startswith("{unknown: The list is not complete")
    funding = found["funding"]  # the respondents disagree on what is committed
    assert [at(one) for one in funding["locations"]] == [("answers/sales.yaml", 7)]
    assert ("answers/finance.yaml", 10) in [at(one) for one in funding["relatedLocations"]]


def test_a_missing_answer_is_shown_in_what_was_assessed() -> None:
    """Without an answer, a result is in the assessed file, or else at the check itself."""
    report = of_shop("mixed")
    audited = results_of(run_of(report))["audited"]
    assert [at(one) for one in audited["locations"]] == [("mixed.yaml", 1)]
    related = {at(one)[0] for one in audited["relatedLocations"]}
    assert related == {"questionnaire.yaml", "ruleset.yaml"}
    unnamed = build_report(report.assessment)
    audited = results_of(run_of(unnamed))["audited"]
    assert [covered(SHOP, one) for one in audited["locations"]] == [
        "title: The accounts have been audited"
    ]
    assert [] == results_of(run_of(of_case(WITHOUT_GATES)))["roof"]["locations"]


def test_standard_input_is_no_file() -> None:
    """Standard input has no location, so results are located at the checks."""
    written = (SHOP / "answers" / "hardly.yaml").read_text(encoding="utf-8")
    words = ("assess", "-", "--ruleset", str(SHOP / "ruleset.yaml"), "--format", "sarif")
    done = run(*words, stdin=written)
    run_ = json.loads(done.stdout)["runs"][0]
    places = [at(one) for result in run_["results"] for one in result["locations"]]
    assert {Path(file).name for file, _ in places} == {"ruleset.yaml"}
    assert len(places) == len(run_["results"])


def test_kinds_and_levels() -> None:
    """Unmet fails, with a level by severity; undetermined is open, without a level."""
    found = results_of(run_of(of_shop("mixed")))
    assert {key: (one["kind"], one["level"]) for key, one in found.items()} == {
        "sponsor": ("fail", "error"),
        "sponsor-known": ("fail", "note"),
        "funding": ("open", "none"),
        "audited": ("open", "none"),
        "photographs": ("fail", "warning"),
        "packaging": ("open", "none"),
        "terms": ("fail", "error"),
    }


def test_a_waiver_is_a_suppression() -> None:
    """A check closed by a waiver is suppressed, with its reason; nothing else is."""
    found = results_of(run_of(of_shop("mixed")))
    assert {key for key, one in found.items() if one["suppressions"]} == {"terms"}
    assert found["terms"]["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "The provider's terms hold until the opening.",
            "properties": {
                "approvedBy": "legal counsel",
                "approvedOn": "2026-11-01",
                "expires": "2026-12-31",
            },
        }
    ]


def test_fingerprints_stay_when_lines_move(tmp_path: Path) -> None:
    """A result keeps its fingerprints when lines come before the answer."""
    for file in ("ruleset", "questionnaire", "mixed", "answers/sales", "answers/finance"):
        target = tmp_path / f"{file}.yaml"
        target.parent.mkdir(exist_ok=True)
        target.write_text("# moved\n\n" + (SHOP / f"{file}.yaml").read_text(encoding="utf-8"))
    before = results_of(run_of(of_shop("mixed")))
    after = results_of(run_of(report_of("mixed.yaml", tmp_path)))
    assert at(before["sponsor"]["locations"][0]) != at(after["sponsor"]["locations"][0])
    for key, result in before.items():
        assert result["partialFingerprints"] == after[key]["partialFingerprints"]
    assert len({str(one["partialFingerprints"]) for one in after.values()}) == len(after)


def test_addresses_are_encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spaces, umlauts, colons and symbols in file names are encoded; `..` is resolved."""
    folder = tmp_path / "Büro 1" / "a:b"
    folder.mkdir(parents=True)
    hostile("x", folder)
    monkeypatch.chdir(tmp_path)
    (folder / "answers.yaml").rename(folder / "50% #1?.yaml")
    engagement = json.loads((folder / "engagement.yaml").read_text())
    engagement["answers"] = ["50%*.yaml", "second.yaml"]
    (folder / "engagement.yaml").write_text(json.dumps(engagement))
    for path in ("Büro 1/a:b/engagement.yaml", "Büro 1/../Büro 1/a:b/engagement.yaml", folder):
        named = Path(path, "engagement.yaml") if path is folder else path
        run = run_of(report_of(str(named), tmp_path))
        first = run["artifacts"][0]["location"]
        assert first == {
            "uri": "B%C3%BCro%201/a%3Ab/50%25%20%231%3F.yaml",
            "uriBaseId": "%SRCROOT%",
        }
        assert run["automationDetails"]["id"] == (
            "readiness/hostile/B%C3%BCro%201/a%3Ab/engagement.yaml/"
        )


def test_a_file_elsewhere_goes_by_its_absolute_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file outside the current folder has its full address, without a base."""
    hostile("x", tmp_path)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    run = run_of(report_of("../engagement.yaml", tmp_path / "here"))
    address = {"uri": (tmp_path / "answers.yaml").as_uri()}
    assert run["artifacts"][0]["location"] == address
    assert run["originalUriBaseIds"] == {}
    assert run["automationDetails"]["id"] == "readiness/hostile/engagement.yaml/"


def test_a_shipped_file_goes_by_its_place_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The place where the package is installed is not shown; the current folder comes first."""
    monkeypatch.chdir(tmp_path)
    name = "readiness/rulesets/crm-upkeep/ruleset.yaml"
    places = SarifPlaces()
    places.file(name)
    assert places.artifacts == [{"location": {"uri": name, "uriBaseId": "PACKAGES"}}]
    assert list(places.bases) == ["PACKAGES"]
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("", encoding="utf-8")
    places = SarifPlaces()
    places.file(name)
    assert list(places.bases) == ["%SRCROOT%"]


@EVERY_HOSTILE
def test_hostile_texts(text: str, tmp_path: Path) -> None:
    """Texts form no link, no placeholder, and no HTML in formatted text."""
    run = run_of(hostile(text, tmp_path))
    shown = " ".join(text.split()).replace("](", "] (")
    told = results_of(run)["unmet"]["message"]["text"]
    assert told.startswith(f"Unmet: {shown} check.")
    for rule in run["tool"]["driver"]["rules"]:
        assert " ".join(f"{text} check".split()) == rule["shortDescription"]["text"]
        assert "<" not in rule["help"]["markdown"].replace("&lt;", "")


def test_what_a_message_means_by_itself_is_kept_apart() -> None:
    """Braces are doubled, links are broken, and invisible characters are removed."""
    assert message("{0} [a](b) \x00\u202e\ud800\n c") == {"text": "{{0}} [a] (b) c"}
