"""Which folder rulesets are kept in."""

from __future__ import annotations

import os
from pathlib import Path

from readiness.loading.cache.folder import Folder

VARIABLE = "READINESS_CACHE_DIR"


def cache_folder(given: bool | str | Path) -> Folder | None:
    """The folder that rulesets are kept in; None where none are to be kept.

    True stands for the one that READINESS_CACHE_DIR names, else for that of the user; False, and
    a variable that is empty, for none. There is none either where the user has no home.
    """
    if given is False:
        return None
    if given is not True:
        return Folder(given)
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Folder(named) if named else None
    from platformdirs import user_cache_path  # wanted only where no folder is named

    try:
        path = user_cache_path("readiness", appauthor=False) / "rulesets"
    except RuntimeError:  # no home; some versions say so by a path that begins with ~
        return None
    return Folder(path) if path.is_absolute() else None
