"""Small packages that look installed, for tests of plug-ins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent


def install(
    folder: Path, package: str, points: Mapping[str, Mapping[str, str]], code: str = ""
) -> Path:
    """Write a package of version 1.2 with one module, and return the folder to import it from.

    `points` are its entry points by group and name; `code` is its module, `package` with
    underscores.
    """
    module = package.replace("-", "_")
    (folder / f"{module}.py").write_text(dedent(code), encoding="utf-8")
    info = folder / f"{module}-1.2.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    lines = []
    for group, named in points.items():
        lines.append(f"[readiness.{group}]")
        lines += [f"{name} = {module}:{value}" for name, value in named.items()]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder
