"""The documents that a new ruleset or questionnaire starts from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from readiness import Assessor, load_engagement, load_ruleset
from readiness.assurance.cases import Runner, load_cases
from readiness.assurance.lint import lint
from readiness.assurance.scaffold import (
    already_there,
    new_questionnaire,
    new_ruleset,
    write_all,
)
from readiness.loading.search_path import find_all

SHIPPED = sorted(find_all("ruleset", ()))
PARENTS = [pytest.param(one, marks=pytest.mark.slow) for one in SHIPPED]
WITHOUT_GATES = {
    "questionnaire.yaml": "format: readiness/questionnaire/1\nid: bare\n"
    "sections: {approval: {questions: {state: {ask: Approved?, type: yes_no}}}}\n",
    "ruleset.yaml": "format: readiness/ruleset/1\nid: bare\nquestionnaire: bare\n"
    "areas: {own-demands: {title: Own}}\n"
    "checks: {approval-given: {title: Approved, area: own-demands, severity: minor, "
    "met_when: approval.state}}\n",
}
ONLY_AFTER = {
    "questionnaire.yaml": WITHOUT_GATES["questionnaire.yaml"],
    "ruleset.yaml": WITHOUT_GATES["ruleset.yaml"]
    + "gates: {start: {title: Start, advises: [approval-given]}}\n",
}


def works(folder: Path, name: str, *paths: Path) -> None:
    """Check everything that is promised of the files written."""
    assert [] == lint([str(folder)], paths)
    file = load_cases(folder / "cases.yaml", paths=paths)
    runner = Runner(file)
    assert file.cases
    assert [] == [difference for case in file.cases for difference in runner.run(case)]
    sheet = "engagement.yaml" if (folder / "engagement.yaml").is_file() else "answers.yaml"
    inquiry = load_engagement(folder / sheet, paths=paths)
    assert name == inquiry.ruleset.id
    assert Assessor(inquiry.ruleset).assess(inquiry).gates


def parent_in(folder: Path, texts: dict[str, str]) -> Path:
    """Return a folder with a ruleset to extend."""
    write_all(folder / "bare", texts)
    return folder


def test_a_new_ruleset_works(tmp_path: Path) -> None:
    """A new ruleset lints without findings, its cases pass, and its sheet can be assessed."""
    write_all(tmp_path / "office-move", new_ruleset("office-move"))
    works(tmp_path / "office-move", "office-move")


def test_a_new_ruleset_shows_what_there_is(tmp_path: Path) -> None:
    """A new ruleset has several question types, requirements, area, source, gate and value."""
    write_all(tmp_path, new_ruleset("office-move"))
    ruleset = load_ruleset(tmp_path / "ruleset.yaml")
    assert {"yes_no", "choice", "money"} == {q.type for q in ruleset.questions.values()}
    assert any(check.requires for check in ruleset.checks.values())
    assert all((ruleset.areas, ruleset.sources, ruleset.gates, ruleset.values))


@pytest.mark.parametrize("texts", [new_ruleset("x"), new_ruleset("x", load_ruleset(SHIPPED[0]))])
def test_each_check_has_a_case_for_each_status(texts: dict[str, str], tmp_path: Path) -> None:
    """Every check of a new ruleset has cases in which it is met, unmet and undetermined."""
    write_all(tmp_path, texts)
    own = re.findall(
        r"^  ([a-z-]+):$", texts["ruleset.yaml"].partition("\nchecks:\n")[2], re.MULTILINE
    )
    names = {case.name for case in load_cases(tmp_path / "cases.yaml").cases}
    assert own
    assert {f"{key}: {said}" for key in own for said in ("met", "unmet", "undetermined")} <= names


@pytest.mark.parametrize("parent", PARENTS)
def test_every_shipped_ruleset_can_be_extended(parent: str, tmp_path: Path) -> None:
    """An extension of a shipped ruleset works, and has one more check and question."""
    whole = load_ruleset(parent)
    write_all(tmp_path / "ours", new_ruleset("ours", whole))
    works(tmp_path / "ours", "ours")
    ours = load_ruleset(tmp_path / "ours" / "ruleset.yaml")
    assert len(ours.checks.keys() - whole.checks.keys()) == 1
    assert len(ours.questions.keys() - whole.questions.keys()) == 1
    first = whole.gate_order[0]
    assert len(whole.gates[first].requires) + 1 == len(ours.gates[first].requires)


@pytest.mark.parametrize("texts", [WITHOUT_GATES, ONLY_AFTER], ids=["no gates", "no requirement"])
def test_a_parent_without_gates_or_requirements_can_be_extended(
    texts: dict[str, str], tmp_path: Path
) -> None:
    """The new check has a gate that waits for it, and no name of the parent is reused."""
    folder = parent_in(tmp_path, texts)
    whole = load_ruleset("bare", paths=[folder])
    write_all(tmp_path / "ours", new_ruleset("ours", whole))
    works(tmp_path / "ours", "ours", folder)
    ours = load_ruleset("ours", paths=[folder])
    assert {"approval.state", "approval_2.state"} == ours.questions.keys()
    assert {"approval-given", "approval-given-2"} == ours.checks.keys()
    assert {"own-demands", "own-demands-2"} == ours.areas.keys()


@pytest.mark.slow
def test_what_was_started_can_be_extended_again(tmp_path: Path) -> None:
    """An extension of an extension works as well."""
    write_all(tmp_path / "one", new_ruleset("one", load_ruleset(SHIPPED[0])))
    write_all(tmp_path / "two", new_ruleset("two", load_ruleset("one", paths=[tmp_path])))
    works(tmp_path / "two", "two", tmp_path)


@pytest.mark.parametrize("parent", PARENTS)
def test_the_example_in_the_remarks_works(parent: str, tmp_path: Path) -> None:
    """With the # removed, the inherited check is stricter, and lint finds nothing."""
    texts = new_ruleset("ours", load_ruleset(parent))
    told = r"^  # (?= *[a-z_-]+:(?:$| \{also| \{changes: ))"
    bare = re.sub(told, "  ", texts["ruleset.yaml"], flags=re.MULTILINE)
    assert bare.count("\n  #") == texts["ruleset.yaml"].count("\n  #") - 3
    write_all(tmp_path / "ours", {**texts, "ruleset.yaml": bare})
    works(tmp_path / "ours", "ours")
    [changed] = re.findall(r"^  ([a-z-]+):\n    met_when: \{also", bare, re.MULTILINE)
    ours, whole = load_ruleset(tmp_path / "ours" / "ruleset.yaml"), load_ruleset(parent)
    assert ours.met_when[changed] != whole.met_when[changed]


def test_a_new_questionnaire_works(tmp_path: Path) -> None:
    """A new questionnaire lints without findings, and so does the sheet that names it."""
    write_all(tmp_path / "office-move", new_questionnaire("office-move"))
    assert [] == lint([str(tmp_path / "office-move")])
    assert "\nquestionnaire: office-move " in new_questionnaire("office-move")["answers.yaml"]


@pytest.mark.parametrize("name", ["true", "false", "null", "not", "in", "n", "e1"])
def test_words_that_mean_something_else_are_names_too(name: str, tmp_path: Path) -> None:
    """A ruleset works even if YAML or a condition could read its id as something else."""
    write_all(tmp_path / name, new_ruleset(name))
    works(tmp_path / name, name)
    write_all(tmp_path / "ours", new_ruleset("ours", load_ruleset(name, paths=[tmp_path])))
    works(tmp_path / "ours", "ours", tmp_path)


def test_the_first_line_says_what_a_file_is() -> None:
    """Each file starts with a comment that describes it, by title."""
    extending = new_ruleset("our-move", load_ruleset(SHIPPED[0]))
    for texts in (new_ruleset("our-move"), new_questionnaire("our-move"), extending):
        for text in texts.values():
            assert re.match(r'# (The|An) [a-z ]+"Our move"', text)
            assert max(map(len, text.splitlines())) <= 100


def test_files_that_are_there_are_told(tmp_path: Path) -> None:
    """Existing files and broken links count; other files do not."""
    (tmp_path / "a.yaml").write_text("")
    (tmp_path / "b.yaml").symlink_to("nowhere")
    (tmp_path / "c.yaml").write_text("")
    expected = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    assert expected == already_there(tmp_path, ["a.yaml", "b.yaml", "d.yaml"])
    assert [] == already_there(tmp_path / "nowhere", ["a.yaml"])


def test_all_is_written_or_nothing(tmp_path: Path) -> None:
    """If one file cannot be written, no file and no folder remains."""
    with pytest.raises(NotADirectoryError):
        write_all(tmp_path / "deep" / "new", {"a.yaml": "a", "a.yaml/b.yaml": "b"})
    assert [] == list(tmp_path.iterdir())


def test_a_file_that_came_in_between_is_left_alone(tmp_path: Path) -> None:
    """Writing never replaces a file, and on a failure removes what it has written."""
    (tmp_path / "b.yaml").write_text("theirs")
    with pytest.raises(FileExistsError):
        write_all(tmp_path, {"a.yaml": "a", "b.yaml": "b"})
    assert ["b.yaml"] == [path.name for path in tmp_path.iterdir()]
    assert (tmp_path / "b.yaml").read_text() == "theirs"
