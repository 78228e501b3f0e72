"""Imported once by a process that forks for each command: all commands and their tests."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil

import readiness

for _one in pkgutil.walk_packages(readiness.__path__, "readiness."):
    if not _one.name.endswith(("__main__", ".spark", ".pytest_plugin")):
        with contextlib.suppress(ImportError):  # a dependency is not installed
            importlib.import_module(_one.name)
