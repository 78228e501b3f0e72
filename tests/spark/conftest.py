"""A local Spark with two workers, for all tests in this folder."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import readiness

REQUIRED = "READINESS_REQUIRE_SPARK"
_SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.session.timeZone": "Europe/Berlin",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "7",
    # Workers find the package where the driver found it.
    "spark.executorEnv.PYTHONPATH": str(Path(readiness.__file__).resolve().parents[1]),
}


def _missing() -> str:
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed"
    home = os.environ.get("JAVA_HOME", "")
    if not (home and (Path(home) / "bin" / "java").exists()) and shutil.which("java") is None:
        return "Java is not installed"
    return ""


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Spark; skips if Spark or Java is missing, fails instead if `READINESS_REQUIRE_SPARK` is 1."""
    reason = _missing()
    if reason:
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYSPARK_PYTHON", sys.executable)
        patched.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        builder = SparkSession.builder.master("local[2]").appName("readiness")
        for key, value in {**_SETTINGS, "spark.sql.warehouse.dir": folder.as_uri()}.items():
            builder = builder.config(key, value)
        found = builder.getOrCreate()
        found.sparkContext.setLogLevel("OFF")
        yield found
        _stop(found)


@pytest.fixture
def large_batches(session: Any) -> Iterator[None]:
    """Batches of 1,000 rows, for one test."""
    name = "spark.sql.execution.arrow.maxRecordsPerBatch"
    before = session.conf.get(name)
    session.conf.set(name, "1000")
    yield
    session.conf.set(name, before)


def _stop(session: Any) -> None:
    """Stop Spark and its Java process, which would otherwise run until this process ends."""
    gateway = session.sparkContext._gateway
    session.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(timeout=60)
