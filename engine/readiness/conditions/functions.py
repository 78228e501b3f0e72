"""The functions of the condition language, as their users see them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how it is written, what it yields, what it means."""

    name: str
    forms: tuple[str, ...]
    result: str
    meaning: str
    source: str = ""


# Functions over the rows of a table or over the respondents of a group.
OVER_TRUTHS = {"every": "truth", "some": "truth", "count": "number", "share": "number"}
OVER_NUMBERS = frozenset({"sum", "min", "max", "mean"})
OVER_FLOWS = frozenset({"npv", "irr", "payback"})

FUNCTIONS = {
    function.name: function
    for function in (
        Function(
            "agree", ("agree(QUESTION)",), "a yes or no",
            "every respondent of the group gave the same answer; false at the first difference, "
            "unknown while an answer is missing and none differs",
        ),
        Function(
            "band",
            ("band(NUMBER, 'CLASS', LIMIT, 'CLASS', .., 'CLASS')",),
            "a choice",
            "the class that a number falls into: the first whose limit is above it, or the last; "
            "the limits rise",
        ),
        Function(
            "count", ("count(CONDITION)", "count(TABLE)", "count(TABLE, CONDITION)",
                      "count(CHOICES)"), "a number",
            "how many respondents, rows or chosen options there are for which it is true",
        ),
        Function(
            "covers", ("covers(CHOICES, [..])", "covers(TABLE, COLUMN, TABLE, COLUMN)"),
            "a yes or no",
            "the first has everything that the second asks for: all listed options are chosen, or "
            "every value of the second column occurs in the first",
        ),
        Function(
            "days_since", ("days_since(DATE)",), "a number",
            "days from that date until the date of the assessment; negative while it is to come",
        ),
        Function(
            "days_until", ("days_until(DATE)",), "a number",
            "days from the date of the assessment until that date; negative once it has passed",
        ),
        Function(
            "every", ("every(CONDITION)", "every(TABLE, CONDITION)"), "a yes or no",
            "it is true for all respondents or rows; over a table without rows it is true",
        ),
        Function(
            "irr", ("irr(TABLE, COLUMN)",), "a number",
            "internal rate of return of the cash flows in the column, one period a row, as a "
            "fraction; unknown unless the flows change their sign exactly once",
            "Brealey, Myers, Allen: Principles of Corporate Finance, ch. 5",
        ),
        Function(
            "max", ("max(NUMBER, NUMBER, ..)", "max(TABLE, NUMBER)"), "a number",
            "the largest of the numbers, or of the rows",
        ),
        Function(
            "mean", ("mean(TABLE, NUMBER)",), "a number",
            "the arithmetic mean over the rows; unknown for a table without rows",
        ),
        Function(
            "min", ("min(NUMBER, NUMBER, ..)", "min(TABLE, NUMBER)"), "a number",
            "the smallest of the numbers, or of the rows",
        ),
        Function(
            "npv", ("npv(RATE, TABLE, COLUMN)",), "a number",
            "net present value: the sum of flow / (1 + rate) ** row, rows counted from 0",
            "Brealey, Myers, Allen: Principles of Corporate Finance, ch. 2",
        ),
        Function(
            "payback", ("payback(TABLE, COLUMN)",), "a number",
            "the period from which the running total of the cash flows, having been negative, "
            "stays no longer negative, with the part of the last period in proportion; more than "
            "the rows less one while it is negative at the end",
            "Brealey, Myers, Allen: Principles of Corporate Finance, ch. 5",
        ),
        Function(
            "share", ("share(CONDITION)", "share(TABLE, CONDITION)"), "a number",
            "the part of the respondents or rows for which it is true, from 0 to 1; a comparison "
            "of it is decided as soon as the missing answers can no longer change it",
        ),
        Function(
            "some", ("some(CONDITION)", "some(TABLE, CONDITION)"), "a yes or no",
            "it is true for at least one respondent or row; over a table without rows it is false",
        ),
        Function(
            "stated", ("stated(ANSWER)",), "a yes or no",
            "there is an answer, and not an empty list; unknown while there is none",
        ),
        Function(
            "sum", ("sum(TABLE, NUMBER)",), "a number",
            "the sum over the rows; 0 for a table without rows",
        ),
        Function(
            "within_last", ("within_last(DATE, DAYS)",), "a yes or no",
            "the date is the date of the assessment or at most that number of days before it, "
            "which a future date never is",
        ),
    )
}  # fmt: skip
