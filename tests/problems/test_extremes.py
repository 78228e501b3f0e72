"""Documents of unusual size, depth or name are loaded or refused with a message, quickly."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

import readiness
from readiness.problems import DocumentError
from tests.problems.broken import GOLDEN

SHOP = GOLDEN / "shop"
HEAD = "format: readiness/ruleset/1\nid: extreme\nquestionnaire: shop\nareas: {a: {title: A}}\n"
CHECK = "{title: T, area: a, severity: major, met_when: "


def load(folder: Path, text: str) -> readiness.Ruleset:
    """Return the ruleset of a text."""
    file = folder / "extreme.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return readiness.load_ruleset(file, paths=[SHOP])


def codes(folder: Path, text: str) -> set[str]:
    """Return the messages about the ruleset of a text."""
    with pytest.raises(DocumentError) as caught:
        load(folder, text)
    return {problem.code for problem in caught.value.problems}


def check(condition: str) -> str:
    """Return the only check of a ruleset."""
    return f"checks:\n  only: {CHECK}{condition}}}\n"


def chain(length: int) -> str:
    """Return values each of which is derived from the previous one, and a check on the last."""
    values = [f"  v.n{n}: v.n{n - 1} + 1\n" for n in range(1, length)]
    text = "values:\n  v.n0: funding.committed\n" + "".join(values)
    return text + check(f"v.n{length - 1} > 0")


GOOD = {
    "groups in one another": check("{all: [" * 27 + "sponsor.identified" + "]}" * 27),
    "denials": check("{not: " * 55 + "sponsor.identified" + "}" * 55),
    "a wide group": check("{all: [" + ", ".join(["sponsor.identified"] * 4_990) + "]}"),
    "parentheses": check("(" * 39 + "sponsor.identified" + ")" * 39),
    "4,000 characters": check("1" + " < 22" * 799 + " < 2"),
    "a chain of values": chain(45),
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_within_the_limits(text: str, tmp_path: Path) -> None:
    """Large documents within the limits are loaded and assessed."""
    ruleset = load(tmp_path, text)
    answers = {"sponsor.identified": True, "funding.committed": 1}
    assert readiness.Assessor(ruleset).assess(answers).checks["only"].status in ("met", "unmet")


TOO_MUCH = {
    "groups in one another": (check("{all: [" * 60 + "x" + "]}" * 60), "too-deep"),
    "a wide group": (check("{all: [" + ", ".join(["True"] * 5_000) + "]}"), "condition-too-large"),
    "parentheses": (check("(" * 2_000 + "x" + ")" * 1_000), "expression-too-deep"),
    "denials": (check("not " * 900 + "x"), "expression-too-deep"),
    "signs": (check("1 > " + "-" * 900 + "1"), "expression-too-deep"),
    "sums": (check("1" + "+1" * 900 + " > 1"), "expression-too-deep"),
    "calls": (check('"' + "min(1," * 500 + '1"'), "expression-too-deep"),
    "characters": (check("x" * 5_000_000), "expression-too-long"),
    "a chain of values": (chain(200), "condition-too-large"),
    "lists in one another": ("checks: " + "[" * 100_000, "too-deep"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("text", "code"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_past_the_limits(text: str, code: str, tmp_path: Path) -> None:
    """Beyond a limit, the message names the limit."""
    assert code in codes(tmp_path, text)


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@pytest.mark.slow
def test_ten_thousand_problems(tmp_path: Path) -> None:
    """Of ten thousand problems a thousand are reported and the others counted, within seconds."""
    rest = "requires: [x"
    lines = [f"  c{n}: {CHECK}sponsor.identifed, {rest}{n}]}}\n" for n in range(5_000)]

    def told() -> None:
        with pytest.raises(DocumentError) as caught:
            load(tmp_path, "checks:\n" + "".join(lines))
        assert str(caught.value).count("extreme.yaml:") == 1_000
        assert "at least 9,000 more problems are not listed" in str(caught.value)

    assert seconds(told) < 60  # about four seconds on a small machine of 2024


def test_list_of_many_mappings(tmp_path: Path) -> None:
    """Duplicates in a list are found without comparing each entry with every other."""
    entries = ", ".join(f"{{a: {n}}}" for n in range(5_000))
    text = f"checks:\n  only: {CHECK}True, requires: [{entries}]}}\n"
    assert seconds(lambda: codes(tmp_path, text)) < 10


@pytest.mark.parametrize(
    "name", ["", ".", "a\0.yaml", "a" * 5_000 + ".yaml", "a\udc80.yaml", "../*", "*", "a" * 5_000]
)
def test_names_that_no_ruleset_has(name: str) -> None:
    """Whatever is given as a ruleset's name or file is loaded or refused with a message."""
    with pytest.raises(DocumentError):
        readiness.load_ruleset(name)
    if name:
        with pytest.raises(DocumentError):
            readiness.load_engagement(name)


@pytest.mark.parametrize(
    "pattern", ["/", ".", "**x", "[a", "a**/b", "../..", "~", "x" * 300, "a\\0b", "\\ud800", "//"]
)
def test_patterns_that_match_nothing(pattern: str, tmp_path: Path) -> None:
    """Whatever pattern of answer files is given, a pattern without matches is reported."""
    file = tmp_path / "engagement.yaml"
    head = f"format: readiness/engagement/1\nid: e\nruleset: {SHOP.as_posix()}/ruleset.yaml\n"
    file.write_text(f'{head}answers: ["{pattern}"]\n', encoding="utf-8")
    try:
        told = [str(note) for note in readiness.load_engagement(file).circumstances.notes]
    except DocumentError as error:
        told = [str(error)]
    assert any("engagement.yaml:4:" in one for one in told)
