"""Every message about a document, by its stable code.

All messages are in one place for proof-reading; a test proves that each one has a broken document
that causes it.
"""

from collections.abc import Mapping

# Messages of the document stage: reading YAML and checking it against its schema.
DOCUMENTS = {
    # reading
    "file-not-found": "there is no such file",
    "file-unreadable": "cannot read this file: {reason}",
    "not-utf8": "this is not UTF-8 text: byte 0x{byte:02x}",
    "too-large": "the document is larger than {limit} MiB",
    "more-problems": "at least {number} more problems are not listed; fix these first",
    "too-deep": "values are nested more than {limit} deep",
    "yaml-syntax": "{detail}",
    "empty-document": "the document is empty",
    "second-document": "a second document starts here; one file holds one document",
    "duplicate-key": "the key '{key}' is given twice",
    "key-not-text": "a key must be text",
    "tag": "the tag {tag} is not allowed",
    "alias": "the alias *{name} is not allowed",
    "number-too-large": "the number {text} is too large to be stored exactly",
    "number-not-finite": "{text} is not a number that can be compared",
    # validation
    "not-a-mapping": "{noun} must be a mapping of keys to values, not {found}",
    "format-missing": "the key 'format' is missing",
    "format-of-another-kind": "this is {found}; {expected} is expected here",
    "format-unknown": "{found} is not a format that can be read here",
    "unknown-key": "unknown key '{key}'",
    "missing-key": "the key '{key}' is missing",
    "missing-companion": "'{given}' also requires the key '{key}'",
    "missing-choice": "one of the keys {keys} is missing",
    "keys-exclude": "{keys} cannot be used together",
    "wrong-type": "expected {expected}, found {found}",
    "not-one-of": "'{text}' is not one of {allowed}",
    "malformed": "{rule}",
    "no-such-day": "the date {text} does not exist",
    "out-of-range": "expected a number {bound}, found {text}",
    "nothing-in-it": "expected at least one entry, found an empty {found}",
    "duplicate-item": "'{text}' is in this list twice",
}

# Messages of the model stage: reading documents into records, and consistency between them.
MODEL = {
    "no-sections": "this questionnaire has no sections",
    "question-lacks": "the question '{id}' has no {keys}",
    "table-without-columns": "the table question '{id}' has no 'columns'",
    "column-without-type": "the column '{column}' of '{id}' has no 'type'",
    "key-not-for-type": "'{key}' is not allowed for a {kind} of type {type}",
    "choice-without-options": "the {kind} '{id}' of type {type} has no 'options'",
    "limit-of-wrong-type": "'{key}' must be {wanted} here",
    "limits-crossed": "the minimum {minimum} is above the maximum {maximum}",
    "no-questionnaire": "this ruleset names no questionnaire",
    "no-checks": "this ruleset has no checks",
    "check-lacks": "the check '{id}' has no {keys}",
    "gate-lacks-title": "the gate '{id}' has no 'title'",
    "unknown-link": "unknown {kind} '{name}'",
    "effort-not-rising": "the effort must increase from low to likely to high",
    "as-of-no-day": "an assessment needs a date, not an object of type '{kind}'",
    "answers-no-mapping": "answers must be a mapping of question ids to values, not {what}",
    "unknown-answer": "there is no question '{name}'",
    "answer-of-wrong-type": "'{id}' takes {wanted}, not {found}",
    "not-an-option": "'{found}' is not an option of '{id}'",
    "answer-no-such-day": "'{id}' takes a date, and the date {text} does not exist",
    "answer-out-of-range": "'{id}' must be {limit}",
    "row-not-mapping": "each row of '{id}' must be a mapping of columns to values",
    "unknown-column": "'{id}' has no column '{name}'",
    "may-not-be-inapplicable": "'does not apply' is not allowed for '{id}'",
    "resolution-of-each": "'{id}' is asked of each respondent and cannot be resolved for all",
}

# Messages of the condition stage: parsing, resolving names, types; cycles.
CONDITIONS = {
    "stray-character": "'{character}' is not allowed in a condition",
    "unclosed-text": "the closing quotation mark of this text is missing",
    "unexpected-word": "expected {wanted} before '{found}'",
    "unexpected-end": "expected {wanted} before the end",
    "expression-too-long": "an expression has at most {limit} characters",
    "expression-too-deep": "an expression is at most {limit} levels deep",
    "literal-too-large": "this number is too large to be stored exactly",
    "chained-in": "'in' cannot be chained; join two conditions with 'and'",
    "unknown-name": "unknown {kind} '{name}'",
    "unknown-function": "unknown function '{name}'",
    "unknown-option": "'{found}' is not an option of '{id}'",
    "asked-of-each": "'{id}' is asked of each member of '{group}', so it has several answers",
    "groups-mixed": "'{id}' is asked of each member of '{group}', the other questions of '{other}'",
    "nothing-to-go-through": "{name}() needs a table, or a question asked of each respondent in "
    "a group",
    "wrong-arguments": "wrong arguments for {name}()",
    "not-a-condition": "expected a condition, found {found}",
    "not-a-number": "expected a number, found {found}",
    "not-a-date-term": "expected a date, found {found}",
    "not-a-date": "'{found}' is not a date",
    "not-a-collection": "expected a list or a set of choices, found {found}",
    "limits-not-rising": "the limits of band() must increase, but {found} is not greater than "
    "{before}",
    "list-alone": "a list is only allowed after 'in' or 'not in', or in a comparison",
    "list-of-literals": "a list can only contain numbers, or texts in quotes",
    "list-mixed": "a list can contain numbers or texts, but not both",
    "not-ordered": "'{operator}' needs numbers or dates, found {found}",
    "cannot-compare": "{left} cannot be compared with {right}",
    "units-mixed": "{left} and {right} cannot be combined",
    "percentage-for-fraction": "{found} is a percentage, but a fraction is expected here, such "
    "as 0.08 for 8 %",
    "options-differ": "'{left}' and '{right}' have no option in common",
    "condition-too-large": "this condition is too large when its values are inserted",
    "name-taken": "'{name}' is already a question",
    "question-in-two": "the question '{id}' is also in the questionnaire '{other}'",
    "cycle": "these {kind} depend on each other in a circle: {path}",
}

# Messages about finding and combining documents.
LOADING = {
    "range-unreadable": "'{range}' is not a range of versions",
    "version-out-of-range": "'{name}' is at version {version}, which is not {wanted}",
    "parents-differ": "the extended documents disagree on '{key}' in '{name}'",
    "nothing-to-edit": "there is no inherited '{key}' to change",
    "not-in-list": "'{name}' is not in the inherited '{key}'",
    "nothing-to-drop": "there is no inherited '{name}' to drop",
    "found-twice": "there is more than one {kind} '{name}'",
    "not-assessable": "a {kind} cannot be assessed; give an engagement or answers",
    "no-ruleset": "these answers do not say which ruleset they are for",
    "pattern-unusable": "'{pattern}' cannot be used to find files",
    "no-such-answers": "no file matches '{pattern}'",
    "no-such-branding-file": "there is no file '{name}'",
    "foreign-questionnaire": "the ruleset '{ruleset}' does not use the questionnaire '{name}'",
}

# Messages about filled-in forms: the file, and the content of its cells.
COLLECTING = {
    # the file
    "form-unreadable": "this workbook cannot be read: {reason}",
    "form-too-large": "this workbook is too large: {reason}",
    "form-unsafe": "this workbook is not safe to read: {reason}",
    "form-foreign": "this is not a form created by readiness",
    "form-altered": "the data that links this form to its questions was changed: {reason}",
    "form-of-another-ruleset": "this form is for the ruleset '{name}', not for '{other}'",
    "form-of-another-respondent": "this form belongs to the respondent '{respondent}', not to "
    "'{other}'",
    "not-its-sheet": "the form '{form}' cannot be imported into this file: {reason}",
    "form-without": "the form does not state its {what}",
    "csv-syntax": "this is not CSV: {reason}",
    # what stands in it
    "twice-in-form": "'{id}' is answered twice in this form",
    "asked-nowhere": "there is no question here",
    "cell-unreadable": "this cell contains {found}",
    "answer-and-state": "'{id}' has both an answer and \"{state}\"",
    "state-unreadable": '\'{found}\' is neither "{unknown}" nor "{inapplicable}"',
    "reason-missing": '"{state}" needs a reason',
    "reason-alone": 'a reason is only allowed next to "don\'t know" or "does not apply"',
    "mark-unreadable": "'{found}' is not a valid mark",
    "none-and-some": "'{id}' is marked \"none of these\", but '{option}' is marked as well",
    "rows-and-none": "'{id}' has both rows and \"{none}\"",
    "evidence-of-nothing": "there is no question {number} in this form",
    "evidence-alone": "this evidence names no question",
    "evidence-untitled": "this evidence has no title",
    "cells-merged": "this cell was merged across several rows{what}",
    "sheet-twice": "the sheet '{title}' is a copy of '{first}' with different content",
    "sheet-copied": "the sheet '{title}' is a copy of '{first}' with the same content",
    "sheet-foreign": "the sheet '{title}' is not part of the form",
    "cell-comment": "a comment: {text}",
    "state-replaced": "'{id}' now has an answer; the form was issued with \"{state}\"",
    "text-beside": "this text does not belong to any answer: {text}",
    "no-longer-fits": "'{id}' no longer fits: {reason}",
    # the content that does not fit
    "not-for-a-form": "the answer to '{id}' cannot be put in a form: {reason}",
    "given-twice": "'{respondent}' has answered '{id}' more than once",
}

# Messages of lint: valid, but probably not intended.
FINDINGS = {
    "unread-question": "the ruleset '{ruleset}' does not use the question '{id}'",
    "unread-value": "nothing uses the value '{id}'",
    "unused-area": "no check is in the area '{id}'",
    "unused-source": "no check cites the source '{id}'",
    "implied-requirement": "'{id}' already requires '{need}' through '{through}'",
    "implied-gate-requirement": "the gate already waits for '{need}' through '{through}'",
    "implied-after": "the gate already comes after '{need}' through '{through}'",
    "waited-for-by-nobody": "no gate and no check waits for '{id}'",
    "no-why": "the check '{id}' does not say why it matters",
    "no-remedy": "the check '{id}' does not say what to do",
    "no-citation": "the check '{id}' cites no source",
    "cut-off": "the text ends here, because YAML reads '{comment}' as a comment",
    "constant-condition": "this condition always has the same result",
    "future-day-counts": "a future date also meets '{text}'",
    "more-than-there-are": "at least {least} of {count} conditions is the same as all of them",
    "same-condition": "'{id}' and '{other}' have the same condition",
    "empty-gate": "the gate '{id}' waits for nothing",
    "undeclared-group": "the engagement does not list the members of '{group}'",
    "silent-respondent": "'{respondent}' of '{group}' has not submitted an answer sheet",
    "missing-evidence": "there is no file '{file}' in the folder of the sheet or of the engagement",
    "not-expected": "{who} answered '{id}', which is asked only of members of '{group}'",
    "ignored-answer": "{who} answered '{id}', which is asked only when {when}; this is ignored",
    "ignored-resolution": "the resolution of '{id}' is ignored: the question is asked only when "
    "{when}",
    "answered-twice": "{who} gives different answers to '{id}': {places}",
    "nothing-to-settle": "respondents agree on '{id}'; the resolution is no longer needed but "
    "still applies",
    "evidence-expired": "evidence for '{id}' expired on {day}: {title}",
    "evidence-missing": "{why}; without it, the answer counts only against a check",
    "day-to-come": "the answer to '{id}' counts as unknown: {why}",
    "waiver-expired": "the waiver of '{id}' expired on {day} and is not in force",
    "waiver-not-started": "the waiver of '{id}' starts on {day} and is not in force yet",
    "waiver-ends-first": "the waiver of '{id}' expires on {day}, before its start on {start}",
    "waiver-without-end": "the waiver of '{id}' has no expiry date",
    "waiver-not-needed": "the waiver of '{id}' is not needed: the check is closed anyway",
    "no-sheet-yet": "no answer sheet matches '{pattern}' yet",
    "no-sheets": "the engagement has no answer sheets yet",
}

# Messages about a portfolio table.
PORTFOLIO = {
    "stray-column": "the column '{name}' is not a question of '{ruleset}' and is not kept",
    "repeated-column": "there are two columns '{name}'",
    "no-column-to-keep": "there is no column '{name}' to keep",
    "kept-column-taken": "the column '{name}' cannot be kept: the result has a column of that name",
    "no-answers-in-table": "no column is a question of '{ruleset}'",
    "column-of-wrong-type": "'{id}' takes {wanted}, but its column contains {found}",
    "nameless-column": "column {number} has no name",
    "not-a-table": "this is not {wanted}: {reason}",
    "unreadable-table": "this cannot be read: {reason}",
    "columns-missing": "{number} of {total} questions have no column",
    "no-table": "this is not a table but an object of type '{kind}'",
    "no-column": "the column '{name}' is not a list of values",
    "mixed-column": "the column '{name}' contains values of several types",
    "column-too-short": "the column '{name}' has {rows} rows, but others have {most}",
    "column-in-unknown-zone": "the times of '{id}' are in the unknown time zone '{zone}'",
}

MESSAGES: Mapping[str, str] = {
    **DOCUMENTS,
    **MODEL,
    **CONDITIONS,
    **LOADING,
    **COLLECTING,
    **FINDINGS,
    **PORTFOLIO,
}
