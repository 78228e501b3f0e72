"""Random documents as people might write them: in every style, with comments everywhere."""

from __future__ import annotations

import json
from random import Random
from typing import Any

KEYS = ("a", "b.c", "b.d", "note", "answers", "yes", "é", "long key with blanks", "2", "x: y", "#k")
_TEXTS = (
    "plain", "two words", "it's", "yes", "1e3", "a: b", "- x", "", "tail #no", "é😀", "y", "0o17",
    "multi\nline text", "ends\n", "  lead", "x" * 130, "word " * 40 + "end", "{x", "2026-01-01",
    "null", "a\ttab", "a paragraph\n" + "word " * 30 + "end\n",
)  # fmt: skip


class Hand:
    """A writer of documents, whose style comes from `random`."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.comments = 0

    def value(self, depth: int = 0) -> Any:
        """Return any value as text, and its meaning."""
        which = self.random.random()
        if depth > 2 or which < 0.5:
            return self._single()
        if which < 0.75:
            keys = self.random.sample(KEYS, self.random.randint(0, 4))
            return {key: self.value(depth + 1) for key in keys}
        return [self.value(depth + 1) for _ in range(self.random.randint(0, 3))]

    def document(self) -> str:
        """Return a text, usually a readable one."""
        keys = self.random.sample(KEYS, self.random.randint(1, 6))
        says = {key: self.value() for key in keys}
        text = self._comments(0).lstrip("\n") + self._block(says, 0) + self._comments(0)
        if self._in(5):
            text = "---\n" + text
        if self._in(10):
            text += "...\n"
        if self._in(5):
            text = text.rstrip("\n")
        if self._in(5):
            text = text.replace("\n", "\r\n")
        return "\ufeff" * self._in(10) + text

    def json_document(self) -> tuple[str, dict[str, Any]]:
        """Return a text in JSON, and its meaning."""
        keys = self.random.sample(KEYS, self.random.randint(0, 6))
        says = {key: self.value() for key in keys}
        layouts: list[dict[str, Any]] = [
            {},
            {"indent": 2},
            {"indent": 4},
            {"separators": (",", ":")},
        ]
        layout = self.random.choice(layouts)
        return json.dumps(says, ensure_ascii=False, **layout) + self.random.choice(["", "\n"]), says

    def _in(self, times: int) -> bool:
        """Return True once in `times` calls on average."""
        return self.random.random() * times < 1

    def _single(self) -> Any:
        kinds = (
            self.random.choice(_TEXTS), self.random.choice(_TEXTS), self.random.randint(-5, 500),
            self.random.random() * 100, None, self.random.choice([True, False]),
        )  # fmt: skip
        return self.random.choice(kinds)

    def _text(self, text: str) -> str:
        ways = [json.dumps(text, ensure_ascii=False)]
        if text.isprintable():
            ways.append("'" + text.replace("'", "''") + "'")
        if text.replace(" ", "").isalpha() and text == text.strip() and len(text) < 60:
            ways += [text] * (text != "null") * 5
        return self.random.choice(ways)

    def _flow(self, value: Any, depth: int) -> str:
        match value:
            case dict():
                parts = [
                    f"{self._break(depth)}{self._text(key)}: {self._flow(held, depth)}"
                    for key, held in value.items()
                ]
                comma = "," if parts and self._in(3) else ""
                return "{" + ",".join(parts) + comma + self._break(depth) + "}"
            case list():
                held = [self._break(depth) + self._flow(one, depth) for one in value]
                return "[" + ",".join(held) + self._break(depth) + "]"
            case None:
                return self.random.choice(["null", "~"])
            case bool() | int() | float():
                return json.dumps(value)
            case _:
                return self._text(value)

    def _break(self, depth: int) -> str:
        if not self._in(7):
            return self.random.choice(["", " "])
        remark = self.random.choice([" # at an end", ""])
        line = self.random.choice(["", " " * depth + self._comment()])
        return f"{remark}\n{line}{' ' * depth}"

    def _comment(self) -> str:
        self.comments += 1
        return f"# line {self.comments}" + self.random.choice(["", ": '\" {["]) + "\n"

    def _comments(self, depth: int) -> str:
        found = ""
        while self._in(5):
            place = " " * self.random.choice([0, depth, depth + 3])
            found += self.random.choice(["\n", place + self._comment()])
        return found

    def _end(self) -> str:
        return self.random.choice(["", "", "", "", "  # at an end", " "]) + "\n"

    def _lines(self, text: str, depth: int) -> str:
        """Return a text as a block of lines."""
        header = "|" if text.endswith("\n") else "|-"
        if header == "|" and self._in(5):
            header = "|+"
        written = header + self.random.choice(["", "  # at a head"]) + "\n"
        written += "".join(f"{' ' * depth}{line}\n" for line in text.removesuffix("\n").split("\n"))
        return written if header == "|+" else written + self.random.choice(["", "", "\n", " \n"])

    def _block(self, mapping: dict[str, Any], depth: int) -> str:
        written = ""
        for number, (key, value) in enumerate(mapping.items()):
            written += self._comments(depth) if number or depth else ""
            written += " " * depth + self._text(key) + self.random.choice([":", ":", " :"])
            written += self._behind(value, depth, depth + self.random.choice([2, 2, 2, 4, 1]))
        return written

    def _behind(self, value: Any, depth: int, deeper: int) -> str:
        """Return what follows the ':' of a key."""
        match value:
            case dict() if value and not self._in(4):
                anchor = " &anchor" if self._in(10) else ""
                return anchor + self._end() + self._block(value, deeper)
            case list() if value and not self._in(3):
                return self._end() + self._list(value, self.random.choice([depth, deeper]))
            case str() if value.strip() and value[0] != " " and "\t" not in value and self._in(2):
                return " " + self._lines(value, deeper)
            case str() if value.startswith("word") and not self._in(4):
                words = value.split(" ")
                inner = " " * deeper
                return (
                    f" {words[0]}\n{inner}{' '.join(words[1:9])}\n{inner}{' '.join(words[9:])}"
                    + self._end()
                )
            case None if self._in(2):
                return self._end()
            case _:
                return " " + self._flow(value, depth + 3) + self._end()

    def _list(self, values: list[Any], depth: int) -> str:
        written = ""
        for value in values:
            written += self._comments(depth)
            if isinstance(value, dict) and value and not self._in(3):
                block = self._block(value, depth + 2).split("\n")
                first = next(
                    n for n, line in enumerate(block) if line.lstrip()[:1] not in ("", "#")
                )
                block[first] = " " * depth + "- " + block[first][depth + 2 :]
                written += "\n".join(block)
            else:
                written += " " * depth + "- " + self._flow(value, depth + 3) + self._end()
        return written
