"""What is wrong with a table of many cases."""

from __future__ import annotations

PORTFOLIO = {
    "stray-column": "the column '{name}' is no question of '{ruleset}', and is not kept",
    "repeated-column": "there are two columns '{name}'",
    "no-column-to-keep": "there is no column '{name}' to keep",
    "kept-column-taken": "the column '{name}' cannot be kept: the result has one of that name",
    "no-answers-in-table": "no column is a question of '{ruleset}'",
    "column-of-wrong-type": "'{id}' takes {wanted}, and its column holds {found}",
    "nameless-column": "column {number} has no name",
    "not-a-table": "this is not {wanted}: {reason}",
    "unreadable-table": "this cannot be read: {reason}",
    "columns-missing": "{number} of {total} questions have no column",
    "no-table": "this is no table, but an object of type '{kind}'",
    "no-column": "the column '{name}' is no list of values",
    "mixed-column": "the column '{name}' holds values of several types",
    "column-too-short": "the column '{name}' has {rows} rows, and others {most}",
    "column-in-unknown-zone": "the times of '{id}' are in the zone '{zone}', which is not known",
}
