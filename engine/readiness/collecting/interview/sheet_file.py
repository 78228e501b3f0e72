"""The answers file of an interview: every answer is put into it, and saved, at once."""

from __future__ import annotations

from collections.abc import Mapping as Map
from pathlib import Path

from readiness.collecting.form.entries import FormEntry, with_entry
from readiness.documents.changing import ChangedMeanwhile, change
from readiness.documents.opening import read_bytes
from readiness.documents.reading import decode, read
from readiness.documents.validation import validate
from readiness.model.answers import Sheet, read_sheet
from readiness.model.questionnaire import Question
from readiness.problems import Problems, Source
from readiness.problems.terminal_text import json_file_text


class SheetFile:
    """A respondent's answers file, which may not be there before the first answer.

    `name` is what the sheet is called in the engagement; `sheet` holds what the file says.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        respondent: str,
        questions: Map[str, Question],
        *,
        fresh: str = "",
    ) -> None:
        """`fresh` is the text of a file that is not there yet, without answers.

        Raises `DocumentError` where the file, or one like this, cannot be used, and `OSError`.
        """
        self.path = path
        self.name = name
        self.respondent = respondent
        self._questions = questions
        self._content: bytes | None = None
        self._text = ""
        self.sheet: Sheet
        if not fresh:
            self._read(read_bytes(path))
        elif path.suffix.lower() == ".json":
            self._take(json_file_text(read(Source(name, fresh)).plain()))
        else:
            self._take(fresh)

    @property
    def is_there(self) -> bool:
        """Whether the file has been read or saved."""
        return self._content is not None

    def keep(self, entry: FormEntry) -> None:
        """Put an entry into the file and save it.

        Raises `ChangedMeanwhile`, with the entry not put in and the file read again, where it is
        not as it was last read or saved; `OSError` where it cannot be saved, `DocumentError` where
        it has been changed into no answers file, `NotEditable` where the answer cannot be changed
        by itself.
        """
        order = list(self._questions)
        text = with_entry(self._text, entry, self.respondent, order, str(self.path))
        try:
            self._save(text.encode())
        except ChangedMeanwhile as fault:
            self._read(fault.content or b"")
            raise
        self._text = text

    def _save(self, content: bytes) -> None:
        try:
            change(self.path, self._content, content)
        except ChangedMeanwhile as fault:
            if fault.content is not None:
                raise
            change(self.path, None, content)  # it was taken away, and is written anew
        self._content = content

    def _read(self, content: bytes) -> None:
        decode(content, str(self.path))
        self._take(content.decode())
        self._content = content

    def _take(self, text: str) -> None:
        problems = Problems()
        root = read(decode(text.encode(), str(self.path)))
        if validate(root, "answers", problems):
            sheet = read_sheet(root, self.name, self._questions, problems)
        problems.raise_if_any()
        self.sheet, self._text = sheet, text
