"""What a check is taken from, and what closes it."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import readiness
from readiness.assessing import Assessor
from readiness.model.ruleset import Check
from readiness.reports.phrasing import name_owner
from readiness.reports.report_model import build_report
from tests.semantics.harness import documents_of

SOURCES = {"gdpr": {"title": "GDPR", "year": 2016}, "strategy": {"title": "Strategy"}}


def loaded(**ruleset: Any) -> readiness.Ruleset:
    """Return a ruleset of one check with these keys."""
    documents = documents_of({"questions": {"s.a": "yes_no"}, "checks": {"c": ruleset.pop("c")}})
    held = {
        kind: {**one, **(ruleset if kind == "ruleset" else {})} for kind, one in documents.items()
    }
    return readiness.load_ruleset("case", loader=lambda kind, _name, _version: held.get(kind))


def test_a_source_is_cited_with_its_clause_and_its_words() -> None:
    """A text after the id is the clause; both forms are shown after the work."""
    quoted = {"source": "strategy", "clause": "paragraph 5", "quote": "A sponsor is needed."}
    cites = ["gdpr Art. 32", "gdpr", quoted]
    ruleset = loaded(c={"met_when": "s.a", "cites": cites}, sources=SOURCES)
    result = Assessor(ruleset).assess({})
    assert ("gdpr", "strategy") == ruleset.checks["c"].cites
    expected = [{"source": "gdpr", "clause": "Art. 32"}, {"source": "gdpr"}, quoted]
    assert expected == result.to_dict()["checks"][0]["cites"]
    assert build_report(result).check["c"].citations == (
        "GDPR, 2016, Art. 32", "GDPR, 2016", "Strategy, paragraph 5: “A sponsor is needed.”",
    )  # fmt: skip


def test_an_owner_is_shown_by_name_wherever_the_id_goes() -> None:
    """The id stays a text for programs, also in copies; reports show person and role."""
    owners = {
        "it-lead": {"name": "Head of IT", "person": "Dr. Müller"},
        "cfo": {"name": "財務部長"},
    }

    def check(owner: str) -> Check:
        remedy = {"action": "Do it", "owner": owner}
        return loaded(c={"met_when": "s.a", "remedy": remedy}, owners=owners).checks["c"]

    owner = check("it-lead").remedy.owner
    assert owner == "it-lead"
    for one in (owner, copy.deepcopy(owner), pickle.loads(pickle.dumps(owner))):
        assert name_owner(one) == "Dr. Müller (Head of IT)"
    assert name_owner(check("cfo").remedy.owner) == "財務部長"
    assert name_owner(check("it-staff").remedy.owner) == "IT staff"


QUESTIONS = {
    "s.a": "yes_no",
    "s.paid": {"type": "money", "unit": "USD"},
    "s.cost": {"type": "money", "unit": "USD"},
    "s.due": "date",
    "s.level": {"type": "choice", "options": {"board": "Board", "team": "Team"}},
}


def remedied(remedy: dict[str, Any]) -> readiness.Ruleset:
    """Return a ruleset of one check with this remedy."""
    check = {"met_when": "s.paid >= s.cost and s.a", "remedy": {"action": "Pay", **remedy}}
    held = documents_of({"questions": QUESTIONS, "checks": {"c": check}})
    return readiness.load_ruleset("case", loader=lambda kind, _name, _version: held.get(kind))


def test_a_remedy_says_what_it_costs_and_what_it_changes() -> None:
    """What is stated is in the result, and its expressions are typed."""
    sets = {"s.paid": "s.cost * 1.1", "s.a": True, "s.level": "'board'", "s.due": "'2027-01-31'"}
    ruleset = remedied({"cost": 5000, "changes": ["s.paid", "s.a"], "sets": sets})
    assert set(ruleset.sets["c"]) == set(sets)
    [check] = Assessor(ruleset).assess({}).to_dict()["checks"]
    assert check["remedy"] == {
        "action": "Pay", "cost": 5000, "changes": ["s.paid", "s.a"],
        "sets": {**sets, "s.a": "true"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("remedy", "expected"),
    [
        ({"changes": ["s.payed"]}, "there is no question 's.payed'"),
        ({"sets": {"s.payed": "1"}}, "there is no question 's.payed'"),
        ({"sets": {"s.paid": "s.due"}}, "'s.paid' takes a number of USD, not a date"),
        ({"sets": {"s.level": "'bord'"}}, "'s.level' takes a choice, not a text"),
        ({"sets": {"s.due": "'2027-02-30'"}}, "'s.due' takes a date, not a text"),
        ({"sets": {"s.a": "s.cst"}}, "unknown question 's.cst'"),
        ({"cost": -1}, "at least 0"),
    ],
)
def test_a_remedy_that_cannot_be_is_refused(remedy: dict[str, Any], expected: str) -> None:
    """A question that is not there, and a value that is no answer to it, are problems."""
    with pytest.raises(readiness.DocumentError, match=expected):
        remedied(remedy)
