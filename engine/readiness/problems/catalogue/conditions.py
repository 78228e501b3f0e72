"""Messages of the conditions stage."""

CONDITIONS: dict[str, str] = {}
