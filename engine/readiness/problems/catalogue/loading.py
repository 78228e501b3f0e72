"""Messages of finding documents and putting them together."""

LOADING = {
    "found-twice": "there is more than one {kind} '{name}'",
    "not-assessable": "a {kind} cannot be assessed; an engagement or answers can",
    "no-ruleset": "these answers do not say which ruleset they are for",
    "pattern-unusable": "'{pattern}' cannot be used to find files",
    "no-such-answers": "no file matches '{pattern}'",
    "foreign-questionnaire": "the ruleset '{ruleset}' does not read the questionnaire '{name}'",
}
