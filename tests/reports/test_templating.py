"""Templates are compiled once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from readiness.reports.templating import environment_of


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template in a separate package, where compiled modules are kept."""
    folder = tmp_path / "templated" / "templates"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.delitem(sys.modules, "templated", raising=False)
    return folder / "page.md.jinja"


def _filled(word: str) -> str:
    """The template filled in by an environment that has not seen it yet."""
    made = environment_of("templated", lambda value: value)
    return made.get_template("page.md.jinja").render(word=word)


def test_a_compiled_template_is_kept_as_long_as_its_text(template: Path) -> None:
    """It is compiled once, and again when its text has changed."""
    template.write_text("Hello {{ word }}")
    assert _filled("you") == "Hello you"
    [kept] = (template.parent / "__pycache__").iterdir()
    written = kept.stat().st_mtime_ns, kept.read_bytes()
    assert _filled("all") == "Hello all"
    assert written == (kept.stat().st_mtime_ns, kept.read_bytes())
    template.write_text("Goodbye {{ word }}")
    assert _filled("you") == "Goodbye you"
    os.utime(template, (0, 0))
    assert _filled("all") == "Goodbye all"


def test_where_nothing_can_be_kept(template: Path) -> None:
    """A template is filled in where no compiled one can be written, or what is there is none."""
    template.write_text("Hello {{ word }}")
    (template.parent / "__pycache__").touch()
    assert _filled("you") == "Hello you"
