"""What a browser is allowed to do with the page."""

from __future__ import annotations

import base64
import hashlib


def content_policy(style: str, script: str = "") -> str:
    """The content security policy: this style and this script, and nothing from elsewhere."""
    scripts = (f"script-src '{_digest(script)}'",) if script else ()
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            *scripts,
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
