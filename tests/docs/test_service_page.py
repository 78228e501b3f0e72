"""The page on the service shows what the service answers."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import threading
import time

import pytest
import uvicorn

from readiness.api import application
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
CALLS = re.findall(r"```text\n\$ (curl (?:.*\\\n)*.*)\n((?:.*\n)*?)```", PAGE)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="the page calls curl")
def test_every_call_of_curl_shows_what_the_page_shows() -> None:
    """A line … matches any lines."""
    app = application(["crm-pre-implementation", "crm-upkeep"])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        for call, shown in CALLS:
            words = shlex.split(call.replace(":8000", f":{port}").replace("\\\n", ""))
            done = subprocess.run(words, capture_output=True, encoding="utf-8", check=True)
            pattern = re.escape(shown.rstrip("\n")).replace("…", "(?:.*\n)*.*")
            assert re.fullmatch(pattern, done.stdout.rstrip("\n")), done.stdout
    finally:
        server.should_exit = True
        thread.join()
    assert len(CALLS) == 4
