"""Messages of the model stage."""

MODEL: dict[str, str] = {}
