"""Rulesets from the texts of their documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness import Assessor, DocumentError, load_ruleset
from readiness.loading.rulesets import load_texts, texts_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["crm-upkeep", "crm-regulated"])
def test_the_texts_of_a_ruleset_make_the_same_ruleset(name: str) -> None:
    """Extended documents are included with their ids; the digests are the same."""
    ruleset = load_ruleset(name)
    texts = texts_of(ruleset)
    again = load_texts(texts)
    found = [Assessor(one).assess({}).to_json() for one in (ruleset, again)]
    assert found[0] == found[1]
    assert texts_of(again) == texts


def test_documents_in_json_are_texts_as_well(tmp_path: Path) -> None:
    """A ruleset in JSON, with an escape that only JSON has, gives the same result."""
    text = (
        '{"format": "readiness/ruleset/1", "id": "own", "version": "1.0.0", '
        '"title": "\\ud83d\\ude00", "extends": ["crm-upkeep"]}'
    )
    (tmp_path / "own.json").write_text(text)
    ruleset = load_ruleset(tmp_path / "own.json")
    assert load_texts(texts_of(ruleset)).title == ruleset.title == "\N{GRINNING FACE}"


def test_a_folder_is_no_ruleset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The problem with the name of a folder that has a ruleset says which file to write."""
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DocumentError) as caught:
        load_ruleset("shop")
    assert "there are 'crm-business-planning'" in caught.value.problems[0].hint
    (tmp_path / "shop" / "ruleset.yaml").touch()
    with pytest.raises(DocumentError) as caught:
        load_ruleset("shop")
    assert caught.value.problems[0].hint == "'shop' is a folder: write shop/ruleset.yaml"
    with pytest.raises(DocumentError) as caught:
        load_ruleset("shop", ids_only=True)
    assert "there are 'crm-business-planning'" in caught.value.problems[0].hint
