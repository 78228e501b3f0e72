"""Messages of finding documents and putting them together."""

LOADING = {
    "range-unreadable": "'{range}' is no range of versions",
    "version-out-of-range": "'{name}' is at version {version}, which is not {wanted}",
    "parents-differ": "what is extended says different things of '{key}' in '{name}'",
    "nothing-to-edit": "there is no inherited '{key}' to change",
    "not-in-list": "'{name}' is not in the inherited '{key}'",
    "nothing-to-drop": "there is no inherited '{name}' to drop",
    "found-twice": "there is more than one {kind} '{name}'",
    "not-assessable": "a {kind} cannot be assessed; an engagement or answers can",
    "no-ruleset": "these answers do not say which ruleset they are for",
    "pattern-unusable": "'{pattern}' cannot be used to find files",
    "no-such-answers": "no file matches '{pattern}'",
    "foreign-questionnaire": "the ruleset '{ruleset}' does not read the questionnaire '{name}'",
}
