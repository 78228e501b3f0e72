"""`readiness coverage` and `mutants` as steps of a pipeline."""

from __future__ import annotations

from pathlib import Path

from tests.commands.running import run


def test_least_figures(tmp_path: Path) -> None:
    """A least percentage is for all figures or one; the status is 1 if one of them is below."""
    run("new", "ruleset", "move", folder=tmp_path)
    words = ("coverage", "move/ruleset.yaml", "--fail-under")
    for least, status in (
        (("90",), 0),
        (("100",), 1),
        (("leaves=100", "--fail-under", "mcdc=100"), 0),
        (("leaves=100", "--fail-under", "standings=100"), 1),
        (("leafs=100",), 2),
        (("mcdc=all",), 2),
    ):
        assert run(*words, *least, folder=tmp_path).status == status, least
