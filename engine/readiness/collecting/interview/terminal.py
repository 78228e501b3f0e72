"""Lines that are typed at a terminal: completed, checked while they are typed, and edited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import DummyHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.renderer import CPR_Support
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.utils import is_dumb_terminal
from prompt_toolkit.validation import ValidationError, Validator

from readiness.collecting.interview.interview import Prompt


class Terminal:
    """Reads lines from the terminal; the standing of the gates stays below them."""

    is_patient = True
    number = 0

    def __init__(self, *, color: bool | None) -> None:
        self._session: PromptSession[str] = PromptSession(
            history=DummyHistory(),
            complete_style=CompleteStyle.READLINE_LIKE,
            complete_while_typing=False,
            validate_while_typing=True,
            reserve_space_for_menu=0,
            color_depth=ColorDepth.DEPTH_1_BIT if color is False else None,
        )

    @property
    def shows_standing(self) -> bool:
        """Whether the terminal tells where its cursor is: else nothing can stand below the line."""
        support = self._session.app.renderer.cpr_support
        return support is not CPR_Support.NOT_SUPPORTED and not is_dumb_terminal()

    def read(self, prompt: Prompt) -> str:
        """The line that is typed; `EOFError` for Ctrl-D, `KeyboardInterrupt` for Ctrl-C."""
        return self._session.prompt(
            prompt.label,
            completer=_Completer(prompt.words),
            validator=_Validator(prompt),
            bottom_toolbar=lambda: prompt.standing(get_app().output.get_size().columns),
            key_bindings=_ENTER,
        )


_ENTER = KeyBindings()


@_ENTER.add("enter")
def _take_line(event: KeyPressEvent) -> None:
    """Accept the line even if it is wrong; otherwise it would stay, and input would be appended.

    The reader reports what is wrong and asks again.
    """
    event.app.exit(result=event.current_buffer.text)


class _Completer(Completer):
    """Completes the last of the words that are parted by commas."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """The words that go on where the cursor stands."""
        del complete_event
        typed = document.text_before_cursor.rpartition(",")[2].lstrip()
        for word in self.words:
            if word.casefold().startswith(typed.casefold()):
                yield Completion(word, start_position=-len(typed))


class _Validator(Validator):
    def __init__(self, prompt: Prompt) -> None:
        self.prompt = prompt

    def validate(self, document: Document) -> None:
        """Raise `ValidationError` for what can be no answer."""
        if wrong := self.prompt.complain(document.text):
            raise ValidationError(len(document.text), "; ".join(wrong))
