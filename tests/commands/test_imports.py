"""A command imports only what it uses: the start-up budget."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.commands.running import ENGAGEMENT, ROOT

pytestmark = pytest.mark.slow

_PROGRAM = """
import contextlib, io, json, sys
sys.path[:0] = json.loads(sys.argv[2])
sys.argv = ["readiness", *json.loads(sys.argv[1])]
from readiness.commands import main
held = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
try:
    with contextlib.redirect_stdout(held), contextlib.redirect_stderr(held):
        main()
except SystemExit:
    pass
sys.__stdout__.write(json.dumps(sorted(sys.modules)))
"""
# The modules that every command imports, and those that some import in addition.
STATIONS = {
    "assessing", "commands", "conditions", "dependencies", "documents", "evaluation", "loading",
    "model", "plugins", "problems", "result", "version",
}  # fmt: skip
# The libraries by purpose; those on one line are imported together.
COMMAND_LINE = {"click", "yaml", "_yaml", "cython_runtime"}
SCHEMAS = {
    "jsonschema", "jsonschema_specifications", "referencing", "rpds", "attr", "attrs",
    "typing_extensions",
}  # fmt: skip
TERMINAL = {"rich"}
TABLES = "tests/golden/commands/portfolio"
DIGESTS = {"rfc8785"}
# pyarrow looks for pandas by itself, and imports it if it is installed.
COLUMNS = {"numpy", "pyarrow", "cython", "pandas", "dateutil", "pytz", "six", "tzdata"}

BUDGET: dict[str, tuple[list[str], set[str], set[str]]] = {
    "help": (["--help"], {"reports"}, set()),
    "list": (["list"], {"reports"}, TERMINAL),
    "schema": (["schema", "answers"], {"reports"}, set()),
    "show": (["show", "crm-upkeep"], {"reports"}, SCHEMAS | TERMINAL),
    "assess": (["assess", ENGAGEMENT], {"reports"}, SCHEMAS | TERMINAL),
    "assess json": (
        ["assess", ENGAGEMENT, "-f", "json"], {"planning", "reports"}, SCHEMAS | DIGESTS,
    ),
    "explain": (
        ["explain", ENGAGEMENT, "funding-sufficient"], {"reports"}, SCHEMAS | TERMINAL,
    ),
    "plan": (["plan", ENGAGEMENT], {"planning", "reports"}, SCHEMAS | TERMINAL),
    "compare": (
        ["compare", ENGAGEMENT, ENGAGEMENT],
        {"comparing", "planning", "reports", "verification"}, SCHEMAS | TERMINAL,
    ),
    "graph": (["graph", ENGAGEMENT], {"planning", "reports"}, SCHEMAS | TERMINAL),
    "status": (
        ["status", ENGAGEMENT],
        {"advice", "collecting", "comparing", "reports"}, SCHEMAS | TERMINAL,
    ),
    "resolve": (["resolve", ENGAGEMENT], {"collecting", "reports"}, SCHEMAS | TERMINAL),
    "lint": (["lint", ENGAGEMENT], {"assurance", "proving"}, SCHEMAS),
    "test": (["test", "crm-upkeep"], {"assurance"}, SCHEMAS),
    "portfolio": (
        ["portfolio", "crm-upkeep", f"{TABLES}/one.csv", "-o", "-", "-f", "csv"],
        {"portfolio", "reports"}, COLUMNS,
    ),
    "verify": (["verify", "README.md"], {"reports", "verification"}, SCHEMAS | TERMINAL),
}  # fmt: skip


def imported(words: list[str]) -> list[str]:
    """Return the modules that a command has imported when it ends."""
    paths = json.dumps([str(path) for path in sys.path if path])
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, json.dumps(words), paths],
        capture_output=True,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", BUDGET)
def test_a_command_imports_only_what_it_uses(name: str) -> None:
    """No command imports a module or a library that is not on its list."""
    words, stations, libraries = BUDGET[name]
    found = imported(words)
    passed = {one.split(".")[1] for one in found if one.startswith("readiness.")}
    assert passed - STATIONS - stations == set()
    bare = {one.split(".")[0] for one in found} - set(sys.stdlib_module_names)
    own = {"readiness", "__main__", "__mp_main__"}
    assert {
        one for one in bare - own - COMMAND_LINE - libraries if not one.startswith("_")
    } == set()
