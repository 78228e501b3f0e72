"""Values as JSON that people and programs read."""

from __future__ import annotations

import json
from typing import Any

from readiness.problems.terminal_text import escaped


def json_file_text(value: Any) -> str:
    """Return a value as the text of a JSON file, which a terminal shows as it is written."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"
