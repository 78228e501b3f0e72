"""Tables, typed row by row and column by column."""

from __future__ import annotations

from readiness.collecting.interview.parse_input import Complaint, complaint, options_of, value_of
from readiness.collecting.interview.prompts import Back, Talk
from readiness.collecting.interview.wording import (
    TABLE_WORDS,
    cell_in_words,
    how_typed,
    print_options,
    print_rows,
)
from readiness.model.questionnaire import Field, Question
from readiness.model.value import Row, Value
from readiness.problems import Problems

BLANK = "-"
_WORDS = "the words are add, change N, delete N, none and done"


class TableTalk:
    """One table that is filled in; `rows` are those there are so far."""

    def __init__(self, talk: Talk, question: Question, rows: tuple[Row, ...]) -> None:
        self.talk = talk
        self.question = question
        self.saved = rows
        self.rows: list[Row] = list(rows)
        self._explained: set[str] = set()

    @property
    def words(self) -> list[str]:
        """What may be typed, for completion."""
        return [word.partition(" ")[0] for word in TABLE_WORDS]

    @property
    def is_changed(self) -> bool:
        """Whether rows were typed that no answer holds yet."""
        return tuple(self.rows) != self.saved

    def show(self) -> None:
        """Show the rows, or what to type where there are none."""
        if self.rows:
            print_rows(self.talk.page, self.question, self.rows)
        self.talk.page.write(f"{_WORDS[0].upper()}{_WORDS[1:]}.", 2)

    def take(self, words: str) -> bool:
        """Carry out what was typed; True when the table is complete."""
        word, _, rest = words.lower().partition(" ")
        if word == "done" and not rest and self.rows:
            return True
        if word == "none" and not rest and not self.rows:
            return True
        if word == "add" and not rest:
            self._add()
        elif word in ("change", "delete") and (number := self._number(rest)):
            if word == "change":
                self._change(number)
            else:
                del self.rows[number - 1]
            self.show()
        else:
            self.talk.complain(self._wrong(word, rest))
        return False

    def _wrong(self, word: str, rest: str) -> Complaint:
        if word == "done" and not rest:
            return ("there are no rows yet", "type add for a row, or none where there are none")
        if word == "none" and not rest:
            return ("there are rows", "type done, or take them out one by one: delete 1")
        if word in ("change", "delete"):
            return (f"there is no row '{rest}'", f"type {word} and the number of a row")
        return (f"'{word}' is not for a table", _WORDS)

    def _number(self, text: str) -> int:
        is_number = text.isascii() and text.isdigit() and len(text) < 6
        return int(text) if is_number and 0 < int(text) <= len(self.rows) else 0

    def _add(self) -> None:
        if row := self._row(len(self.rows) + 1, {}):
            self.rows.append(row)
        else:
            self.talk.say("The row is blank and was left out.")
        self.show()

    def _change(self, number: int) -> None:
        if row := self._row(number, self.rows[number - 1]):
            self.rows[number - 1] = row
        else:
            self.talk.say("The row would be blank and stays as it was.")

    def _row(self, number: int, old: Row) -> Row:
        """The row as it was typed; `/back` goes to the cell before, from the first one out."""
        row, columns, at = dict(old), list(self.question.columns.values()), 0
        while at < len(columns):
            try:
                self._cell(number, columns[at], row)
                at += 1
            except Back:
                if not at:
                    return old
                at -= 1
        return {key: row[key] for key in self.question.columns if key in row}

    def _cell(self, number: int, column: Field, row: dict[str, Value]) -> None:
        if column.id not in self._explained:
            self._explained.add(column.id)
            if column.help:
                self.talk.page.write(column.help, 2)
            print_options(self.talk.page, column)
        held = row.get(column.id)
        so_far = f", now {cell_in_words(column, held)}" if held is not None else ""
        words = self.talk.ask(
            f"Row {number}, {column.label} ({how_typed(column)}{so_far})",
            explain=f"An empty line leaves the cell as it is, {BLANK} leaves it blank; /back goes "
            "to the cell before.",
            complain=lambda text: self._complaint(column, text),
            may_be_empty=True,
            words=options_of(column),
        )
        if words == BLANK:
            row.pop(column.id, None)
        elif words:
            value = value_of(column, words, Problems(), self.talk.today)
            if value is not None:
                row[column.id] = value

    def _complaint(self, column: Field, words: str) -> Complaint:
        problems = Problems()
        if words != BLANK:
            value_of(column, words, problems, self.talk.today)
        return complaint(problems)
