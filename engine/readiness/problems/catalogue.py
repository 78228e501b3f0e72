"""Every message about a document, by its stable code; the texts are in `messages.json`.

All messages are in one place for proof-reading; a test proves that each one has a broken document
that causes it.
"""

import json
from collections.abc import Mapping

from readiness.problems.packaged import packaged

_STAGES: dict[str, Mapping[str, str]] = json.loads(packaged("readiness.problems", "messages.json"))
HINTS = _STAGES.pop("hints")
"""What to do about a problem of a code, where that is always the same."""
DOCUMENTS = _STAGES["documents"]
"""Messages of the document stage: reading YAML and checking it against its schema."""
MODEL = _STAGES["model"]
"""Messages of the model stage: reading documents into records, and consistency between them."""
CONDITIONS = _STAGES["conditions"]
"""Messages of the condition stage: parsing, resolving names, types; cycles."""
LOADING = _STAGES["loading"]
"""Messages about finding and combining documents."""
COLLECTING = _STAGES["collecting"]
"""Messages about filled-in forms: the file, and the content of its cells."""
PLAN = _STAGES["plan"]
"""Messages about action plans that come back."""
CHECKLIST = _STAGES["checklist"]
"""Messages about checklists in spreadsheets, from which rulesets are made or changed."""
RENAMING = _STAGES["renaming"]
"""Messages about new ids."""
FINDINGS = _STAGES["findings"]
"""Messages of lint: valid, but probably not intended."""
PORTFOLIO = _STAGES["portfolio"]
"""Messages about a portfolio table."""

MESSAGES = {code: text for messages in _STAGES.values() for code, text in messages.items()}
