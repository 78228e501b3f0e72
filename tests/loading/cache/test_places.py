"""Which folder rulesets are kept in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from readiness.loading.cache import cache_folder


def path_of(*, given: bool | Path = True) -> Path | None:
    found = cache_folder(given)
    return None if found is None else found.path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user who has named no folder."""
    monkeypatch.delenv("READINESS_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_the_folder_of_the_user(home: Path) -> None:
    """Else it is in the user's cache folder, wherever the system has that."""
    wanted = platformdirs.user_cache_path("readiness", appauthor=False) / "rulesets"
    assert path_of() == wanted
    assert wanted.is_relative_to(home) or os.name != "posix"


@pytest.mark.skipif(os.name != "posix", reason="there are XDG folders on POSIX")
def test_the_xdg_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG_CACHE_HOME is heard."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "elsewhere"))
    assert path_of() == home / "elsewhere" / "readiness" / "rulesets"


def test_the_folder_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """READINESS_CACHE_DIR names the folder; when it is empty nothing is kept."""
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "mine"))
    assert path_of() == tmp_path / "mine"
    monkeypatch.setenv("READINESS_CACHE_DIR", "")
    assert path_of() is None


def test_the_folder_that_is_given(tmp_path: Path) -> None:
    """A caller's folder goes before the variable; False is for none."""
    assert path_of(given=tmp_path) == tmp_path
    assert path_of(given=False) is None


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="only root can become a user that is none"
)
def test_a_user_without_a_home_keeps_nothing() -> None:
    """A user of whom the system knows no home has no cache folder, and that is no error."""
    program = (
        f"import sys; sys.path[:0] = {[path for path in sys.path if path]!r}\n"
        "import os, pwd, platformdirs, readiness.loading.cache\n"
        "platformdirs.user_cache_path('all is imported')\n"
        "os.environ.clear(); os.chdir('/'); os.setuid(54321)\n"
        "print(readiness.loading.cache.cache_folder(True))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "None"
