"""The folder in which every command has something to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.commands.scene import set_scene
from tests.reports.libreoffice import libreoffice

__all__ = ["libreoffice"]


@pytest.fixture(scope="session")
def scene_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with everything that the commands read."""
    folder = tmp_path_factory.mktemp("scene")
    set_scene(folder)
    return folder


@pytest.fixture
def scene(scene_once: Path, tmp_path: Path) -> Path:
    """Return a copy of the folder that a test may change."""
    return Path(shutil.copytree(scene_once, tmp_path / "scene"))
