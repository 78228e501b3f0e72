"""Messages of forms that people fill in: whether a file is one, and what stands in its cells."""

COLLECTING = {
    # the file
    "form-unreadable": "this is no workbook that can be read: {reason}",
    "form-too-large": "this workbook is too large: {reason}",
    "form-unsafe": "this workbook is not read: {reason}",
    "form-foreign": "this is no form of a questionnaire",
    "form-altered": "what binds this form to its questions was changed: {reason}",
    "form-of-another-ruleset": "this form is for the ruleset '{name}', not for '{other}'",
    "form-of-another-respondent": "this form is of the respondent '{respondent}', not of '{other}'",
    "not-its-sheet": "the form '{form}' cannot be imported into this file: {reason}",
    "form-without": "the form does not say its {what}",
    "csv-syntax": "this is not CSV: {reason}",
    # what stands in it
    "twice-in-form": "'{id}' stands in this form twice",
    "asked-nowhere": "nothing is asked here",
    "cell-unreadable": "this cell holds {found}",
    "answer-and-state": "'{id}' has an answer, and \"{state}\" beside it",
    "state-unreadable": '\'{found}\' is neither "{unknown}" nor "{inapplicable}"',
    "reason-missing": '"{state}" stands here without a reason',
    "reason-alone": "there is a reason, and nothing that it is the reason for",
    "mark-unreadable": "'{found}' is no mark",
    "none-and-some": "none of the options of '{id}' is marked, and so is '{option}'",
    "rows-and-none": "'{id}' has rows, and \"{none}\" beside it",
    "evidence-of-nothing": "there is no question {number} in this form",
    "evidence-alone": "this evidence belongs to no question",
    "evidence-untitled": "this evidence has no title",
    "cells-merged": "this cell was merged over several rows{what}",
    "sheet-twice": "the sheet '{title}' is a copy of '{first}', and says something else",
    "sheet-copied": "the sheet '{title}' is a copy of '{first}' and says the same",
    "sheet-foreign": "the sheet '{title}' is not part of the form",
    "cell-comment": "a comment: {text}",
    "text-beside": "this text belongs to no answer: {text}",
    "no-longer-fits": "'{id}' no longer fits: {reason}",
    # what is to be written into it
    "not-for-a-form": "the answer to '{id}' cannot stand in a form: {reason}",
    "given-twice": "'{respondent}' has answered '{id}' more than once",
}
