"""Messages of lint: what is allowed, and yet hardly meant."""

FINDINGS = {
    "unread-question": "nothing reads the question '{id}'",
    "unread-value": "nothing reads the value '{id}'",
    "unused-area": "no check is in the area '{id}'",
    "unused-source": "no check cites the source '{id}'",
    "implied-requirement": "'{id}' requires '{need}' already, through '{through}'",
    "implied-gate-requirement": "the gate waits for '{need}' already, through '{through}'",
    "implied-after": "the gate comes after '{need}' already, through '{through}'",
    "waited-for-by-nobody": "no gate and no check waits for '{id}'",
    "no-why": "the check '{id}' does not say why it matters",
    "no-remedy": "the check '{id}' does not say what to do",
    "no-citation": "the check '{id}' cites no source",
    "constant-condition": "this condition never changes",
    "more-than-there-are": "at least {least} of {count} conditions means all of them",
    "same-condition": "'{id}' is met exactly when '{other}' is",
    "empty-gate": "the gate '{id}' waits for nothing",
    "undeclared-group": "the engagement does not say who belongs to '{group}'",
    "silent-respondent": "'{respondent}' of '{group}' has handed in no sheet",
    "missing-evidence": "there is no file '{file}' beside the answers",
    "assessment-warning": "{message}",
}
