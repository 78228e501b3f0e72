"""Whether durable-rules is installed, and what happens to tests that need it."""

from __future__ import annotations

import importlib.util
import os
import sys

import pytest

IS_AT_HAND = sys.version_info < (3, 13) and importlib.util.find_spec("durable") is not None
IS_REQUIRED = bool(os.environ.get("READINESS_REQUIRE_DURABLE"))

# Skipped if the library is not installed, unless READINESS_REQUIRE_DURABLE=1: then they fail.
needs_durable = pytest.mark.skipif(
    not IS_AT_HAND and not IS_REQUIRED, reason="durable-rules is not installed"
)
