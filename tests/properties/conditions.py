"""Random conditions in the complete language, over given questions and values."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

KIND_OF_TYPE = {
    "yes_no": "truth", "choice": "choice", "choices": "choices", "number": "number",
    "integer": "number", "money": "number", "percent": "number", "date": "date", "text": "text",
    "url": "text", "email": "text", "table": "table",
}  # fmt: skip
NUMBERS = (0, 1, 2, 3, 5, -1, 0.1, 0.5, 2.5, 10, 100, 1_000_000, 9_007_199_254_740_991)
SHARES = (0, 0.25, 0.3, 0.5, 0.75, 1)
DAYS = ("2026-10-31", "2026-11-20", "2026-11-21", "2026-11-22", "2027-05-01")
TEXTS = ("x", "y", "", "X ", " y")
ORDERS = ("<", "<=", ">", ">=", "==", "!=")


@dataclass(frozen=True)
class ConditionScope:
    """The scope of an expression: within the respondents of a group, or the rows of a table."""

    group: str = ""
    table: str = ""
    values: bool = True


OUTSIDE = ConditionScope()
# Draws an expression for a scope, up to a depth; None if there is nothing to make it of.
Maker: TypeAlias = Callable[[ConditionScope, int], str | None]


@dataclass
class Conditions:
    """Draws expressions; `questions` are definitions by id, `values` kinds by name."""

    draw: random.Random
    questions: dict[str, dict[str, Any]]
    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    of_tables: bool = False  # whether most conditions should be a function of a table

    # ---- names -------------------------------------------------------------------------------

    def names(self, kind: str, scope: ConditionScope) -> list[str]:
        """Return the names of one kind that can be read in a scope."""
        found = [
            name
            for name, question in self.questions.items()
            if KIND_OF_TYPE[question["type"]] == kind
            and question.get("ask_each", "") in ("", scope.group)
        ]
        if scope.values:
            found += [name for name, (held, _) in self.values.items() if held == kind]
        if scope.table:
            cells = [
                name
                for name, column in self.questions[scope.table]["columns"].items()
                if KIND_OF_TYPE[column["type"]] == kind
            ]
            found = cells * 3 + found[:4]
        return found

    def name(self, kind: str, scope: ConditionScope) -> str | None:
        """Return a name of one kind, if there is one."""
        found = self.names(kind, scope)
        return self.draw.choice(found) if found else None

    def options(self, name: str, scope: ConditionScope) -> list[str]:
        """Return the options of a choice or of choices."""
        if scope.table:
            columns = self.questions[scope.table]["columns"]
            if name in columns:
                return list(columns[name]["options"])
        if name in self.values:
            name = self.values[name][1]
        return list(self.questions[name]["options"])

    def groups(self) -> list[str]:
        """Return the groups of which something is asked."""
        asked = (question.get("ask_each", "") for question in self.questions.values())
        return sorted({group for group in asked if group})

    # ---- conditions --------------------------------------------------------------------------

    def condition(self, depth: int = 2) -> Any:
        """Draw a condition as in a document: an expression or a group of conditions."""
        if self.of_tables and self.draw.random() < 0.7 and (plain := self._of_table()):
            return plain
        dice = self.draw.random()
        if depth <= 0 or dice < 0.45:
            return True if dice < 0.01 else self.truth(OUTSIDE, self.draw.randint(0, 3))
        parts = [self.condition(depth - 1) for _ in range(self.draw.randint(1, 4))]
        if dice < 0.62:
            return {"all": parts}
        if dice < 0.78:
            return {"any": parts}
        if dice < 0.86:
            return {"not": parts[0]}
        return {"at_least": self.draw.randint(1, len(parts) + 1), "of": parts}

    def truth(self, scope: ConditionScope, depth: int) -> str:
        """Draw an expression that is a condition."""
        leaves: list[Maker] = [
            self._yes_no, self._yes_no, self._choice, self._chosen, self._day, self._text,
            self._compared, self._stated,
        ]  # fmt: skip
        deep: list[Maker] = [
            self._joined, self._joined, self._negated, self._chained, self._member, self._likened,
            self._rows, self._rows, self._respondents, self._respondents, self._agreed,
            self._covered, self._compared, self._compared, self._banded,
        ]  # fmt: skip
        for _ in range(12):
            made = self.draw.choice(leaves if depth <= 0 else leaves + deep)(scope, depth - 1)
            if made is not None:
                return made
        return self.draw.choice(["True", "False"])

    def _of_table(self) -> str | None:
        """Draw a function of one table, compared with a number of about its size."""
        if (table := self.name("table", OUTSIDE)) is None:
            return None
        form = self.draw.randrange(8)
        if form < 2:
            return self._covered(OUTSIDE, 0)
        if form == 2:
            return self._rows(OUTSIDE, self.draw.choice([0, 1]))
        made = self._flows(OUTSIDE, 0) if form == 3 else self._over_table(table, OUTSIDE, 1)
        left, right = _no_percentages(str(made), str(self.draw.choice(NUMBERS[:10])))
        return f"{left} {self.draw.choice(ORDERS)} {right}"

    def _yes_no(self, scope: ConditionScope, _depth: int) -> str | None:
        return self.name("truth", scope)

    def _choice(self, scope: ConditionScope, _depth: int) -> str | None:
        name = self.name("choice", scope)
        if name is None:
            return None
        options = self.options(name, scope)
        form = self.draw.randrange(4)
        if form == 0 and (other := self.name("choice", scope)):
            return f"{name} {self.draw.choice(['==', '!='])} {other}"
        if form == 1:
            some = self.draw.sample(options, self.draw.randint(1, len(options) - 1))
            return f"{name} {self.draw.choice(['in', 'not in'])} {some}"
        return f"{name} {self.draw.choice(['==', '!='])} '{self.draw.choice(options)}'"

    def _chosen(self, scope: ConditionScope, _depth: int) -> str | None:
        name = self.name("choices", scope)
        if name is None:
            return None
        options = self.options(name, scope)
        some = self.draw.sample(options, self.draw.randint(1, len(options)))
        form = self.draw.randrange(5)
        if form == 0 and (item := self.name("choice", scope)):
            return f"{item} {self.draw.choice(['in', 'not in'])} {name}"
        if form == 1:
            return f"covers({name}, {some})"
        if form == 2:
            return f"{name} {self.draw.choice(['==', '!='])} {some}"
        if form == 3 and (other := self.name("choices", scope)):
            return f"{name} == {other}"
        return f"'{some[0]}' {self.draw.choice(['in', 'not in'])} {name}"

    def _day(self, scope: ConditionScope, _depth: int) -> str | None:
        name = self.name("date", scope)
        if name is None:
            return None
        form, order = self.draw.randrange(4), self.draw.choice(ORDERS)
        if form == 0 and (other := self.name("date", scope)):
            return f"{name} {order} {other}"
        if form == 1:
            return f"{name} in ['{self.draw.choice(DAYS)}', '{DAYS[2]}']"
        if form == 2:
            if self.draw.random() < 0.3:
                return f"within_last({name}, {self.draw.choice([0, 1, 100])})"
            function = self.draw.choice(["days_until", "days_since"])
            return f"{function}({name}) {order} {self.draw.choice([0, 1, -1, 100])}"
        return f"{name} {order} '{self.draw.choice(DAYS)}'"

    def _text(self, scope: ConditionScope, _depth: int) -> str | None:
        name = self.name("text", scope)
        if name is None:
            return None
        if self.draw.random() < 0.3:
            return f"{name} in ['x', 'y']"
        return f"{name} {self.draw.choice(['==', '!='])} '{self.draw.choice(TEXTS)}'"

    def _stated(self, scope: ConditionScope, depth: int) -> str | None:
        kind = self.draw.choice(["truth", "number", "choice", "choices", "date", "text", "table"])
        if kind == "number" and depth > 0 and self.draw.random() < 0.5:
            return f"stated({self.number(scope, depth)})"
        if (name := self.name(kind, scope)) is None:
            return None
        return f"stated({name})"

    def _compared(self, scope: ConditionScope, depth: int) -> str:
        left = self.number(scope, depth)
        right = self.number(scope, self.draw.choice([0, depth]))
        if self.draw.random() < 0.5:
            right = str(self.draw.choice(SHARES if "share" in left else NUMBERS[:9]))
        left, right = _no_percentages(left, right)
        return f"{left} {self.draw.choice(ORDERS)} {right}"

    def _chained(self, scope: ConditionScope, depth: int) -> str:
        parts = _no_percentages(*(self.number(scope, depth - 1) for _ in range(3)))
        signs = self.draw.choices(ORDERS, k=2)
        return f"{parts[0]} {signs[0]} {parts[1]} {signs[1]} {parts[2]}"

    def _member(self, scope: ConditionScope, depth: int) -> str:
        listed = ", ".join(str(n) for n in self.draw.sample(NUMBERS[:8], 3))
        return f"{self.number(scope, depth)} {self.draw.choice(['in', 'not in'])} [{listed}]"

    def _joined(self, scope: ConditionScope, depth: int) -> str:
        sign = self.draw.choice([" and ", " or "])
        return sign.join(f"({self.truth(scope, depth)})" for _ in range(self.draw.randint(2, 3)))

    def _banded(self, scope: ConditionScope, depth: int) -> str:
        low = self.draw.randint(-2, 3)
        limits = [low, low + self.draw.randint(1, 4)]
        classes = f"'a', {limits[0]}, 'b', {limits[1]}, '{self.draw.choice('ac')}'"
        member = self.draw.choice(["== 'b'", "!= 'a'", "in ['a', 'b']"])
        return f"band({self.number(scope, depth)}, {classes}) {member}"

    def _negated(self, scope: ConditionScope, depth: int) -> str:
        return f"not ({self.truth(scope, depth)})"

    def _likened(self, scope: ConditionScope, depth: int) -> str:
        sign = self.draw.choice(["==", "!="])
        return f"({self.truth(scope, depth)}) {sign} ({self.truth(scope, depth)})"

    def _rows(self, scope: ConditionScope, depth: int) -> str | None:
        if (table := self.name("table", scope)) is None:
            return None
        within = replace(scope, table=table)
        return f"{self.draw.choice(['every', 'some'])}({table}, {self.truth(within, depth)})"

    def _respondents(self, scope: ConditionScope, depth: int) -> str | None:
        heard = self._heard(scope, depth)
        return None if heard is None else f"{self.draw.choice(['every', 'some'])}({heard[1]})"

    def _heard(self, scope: ConditionScope, depth: int) -> tuple[ConditionScope, str] | None:
        """Draw a condition on a question that is asked of each of a group, and its scope."""
        if not (groups := self.groups()):
            return None
        within = replace(scope, group=self.draw.choice(groups))
        asked = [
            name
            for name, question in self.questions.items()
            if question.get("ask_each") == within.group
        ]
        leaf = self._leaf_of(self.draw.choice(asked), within, depth)
        if self.draw.random() < 0.4:
            sign = self.draw.choice(["and", "or", "=="])
            leaf = f"({leaf}) {sign} ({self.truth(within, depth - 1)})"
        return within, leaf

    def _leaf_of(self, name: str, scope: ConditionScope, depth: int) -> str:
        kind = KIND_OF_TYPE[self.questions[name]["type"]]
        if kind == "truth":
            return name
        if kind == "choice":
            return f"{name} == '{self.draw.choice(self.options(name, scope))}'"
        if kind == "choices":
            return f"'{self.draw.choice(self.options(name, scope))}' in {name}"
        if kind == "number":
            return f"{name} {self.draw.choice(ORDERS)} {self.draw.choice(NUMBERS[:8])}"
        if kind == "date":
            return f"{name} {self.draw.choice(ORDERS)} '{self.draw.choice(DAYS)}'"
        if kind == "text":
            return f"{name} != '{self.draw.choice(TEXTS)}'"
        left, right = _no_percentages(
            self._over_table(name, scope, depth), str(self.draw.choice([0, 1, 2]))
        )
        return f"{left} >= {right}"

    def _agreed(self, scope: ConditionScope, depth: int) -> str | None:
        heard = self._heard(scope, depth)
        if heard is None:
            return None
        within, leaf = heard
        asked = [n for n, q in self.questions.items() if q.get("ask_each") == within.group]
        name = self.draw.choice(asked)
        kind = KIND_OF_TYPE[self.questions[name]["type"]]
        if kind == "table":
            return f"agree({self._over_table(name, within, depth)})"
        if kind == "number" and self.draw.random() < 0.4:
            return f"agree({name} + {self.number(within, depth - 1)})"
        return f"agree({name if self.draw.random() < 0.7 else leaf})"

    def _covered(self, scope: ConditionScope, depth: int) -> str | None:
        have, need = self.name("table", scope), self.name("table", scope)
        if have is None or need is None:
            return None
        kind = self.draw.choice(["number", "choice", "text", "truth", "date", "number"])
        sides = []
        for table in (have, need):
            within = replace(scope, table=table)
            cell = self.name(kind, within)
            if kind == "number" and (depth > 0 or self.of_tables) and self.draw.random() < 0.4:
                wide = self.draw.choice([self._aggregated, self._shared, self.number])
                cell = wide(within, max(depth, 1))
            if cell is None:
                return None
            sides.append(f"{table}, {cell}")
        return f"covers({', '.join(sides)})"

    # ---- numbers -----------------------------------------------------------------------------

    def number(self, scope: ConditionScope, depth: int) -> str:
        """Draw an expression that is a number."""
        leaves: list[Maker] = [
            self._asked_number, self._asked_number, self._literal,
        ]  # fmt: skip
        deep: list[Maker] = [
            self._calculated, self._calculated, self._counted, self._shared, self._shared,
            self._aggregated, self._aggregated, self._limits, self._flows, self._flows,
            self._days, self._options,
        ]  # fmt: skip
        for _ in range(8):
            made = self.draw.choice(leaves if depth <= 0 else leaves + deep)(scope, depth - 1)
            if made is not None:
                return made
        return "1"

    def _asked_number(self, scope: ConditionScope, _depth: int) -> str | None:
        return self.name("number", scope)

    def _literal(self, _scope: ConditionScope, _depth: int) -> str:
        return str(self.draw.choice(NUMBERS[:11] if self.draw.random() < 0.95 else NUMBERS))

    def _calculated(self, scope: ConditionScope, depth: int) -> str:
        left, right = self._plain(scope, depth), self._plain(scope, depth)
        made = f"({left} {self.draw.choice('+-*//')} {right})"
        return f"-{made}" if self.draw.random() < 0.1 else made

    def _plain(self, scope: ConditionScope, depth: int) -> str:
        """Draw a number that can be added to others: one made of a percentage is taken times 1."""
        made = self.number(scope, depth)
        names = [key for key, one in self.questions.items() if one["type"] == "percent"]
        return f"({made}) * 1" if any(name in made for name in names) else made

    def _counted(self, scope: ConditionScope, depth: int) -> str | None:
        return self._times("count", scope, depth)

    def _shared(self, scope: ConditionScope, depth: int) -> str | None:
        return self._times("share", scope, depth)

    def _times(self, function: str, scope: ConditionScope, depth: int) -> str | None:
        if self.draw.random() < 0.5:
            heard = self._heard(scope, depth)
            return None if heard is None else f"{function}({heard[1]})"
        if (table := self.name("table", scope)) is None:
            return None
        if function == "count" and self.draw.random() < 0.3:
            return f"count({table})"
        return f"{function}({table}, {self.truth(replace(scope, table=table), depth)})"

    def _over_table(self, table: str, scope: ConditionScope, depth: int) -> str:
        within = replace(scope, table=table)
        function = self.draw.choice(["sum", "min", "max", "mean", "count", "share"])
        if function in ("count", "share"):
            return f"{function}({table}, {self.truth(within, depth - 1)})"
        return f"{function}({table}, {self.number(within, depth - 1)})"

    def _aggregated(self, scope: ConditionScope, depth: int) -> str | None:
        if self.draw.random() < 0.3 and (asked := self._asked_each(scope)):
            return f"{self.draw.choice(['sum', 'min', 'max', 'mean'])}({self.draw.choice(asked)})"
        table = self.name("table", scope)
        return None if table is None else self._over_table(table, scope, depth)

    def _asked_each(self, scope: ConditionScope) -> list[str]:
        """The numbers that each member of a group states; none where one is at hand already."""
        names = [
            key
            for key, one in self.questions.items()
            if one.get("ask_each") and one["type"] in ("number", "money", "percent", "integer")
        ]
        return [] if scope.table or scope.group else names

    def _limits(self, scope: ConditionScope, depth: int) -> str:
        parts = [self._plain(scope, depth) for _ in range(self.draw.randint(2, 3))]
        return f"{self.draw.choice(['min', 'max'])}({', '.join(parts)})"

    def _flows(self, scope: ConditionScope, depth: int) -> str | None:
        if (table := self.name("table", scope)) is None:
            return None
        within = replace(scope, table=table)
        flow = "flow" if "flow" in self.questions[table]["columns"] else self.number(within, 0)
        function = self.draw.choice(["npv", "irr", "payback"])
        rate = f"{self.draw.choice(['0.1', f'({self.number(scope, depth - 1)}) * 1'])}, "
        return f"{function}({rate if function == 'npv' else ''}{table}, {flow})"

    def _days(self, scope: ConditionScope, _depth: int) -> str | None:
        name = self.name("date", scope)
        return None if name is None else f"days_until({name})"

    def _options(self, scope: ConditionScope, _depth: int) -> str | None:
        chosen = [
            name
            for name in self.names("choices", scope)
            if not self.questions.get(name, {}).get("ask_each")
        ]
        return f"count({self.draw.choice(chosen)})" if chosen else None


def _no_percentages(*sides: str) -> list[str]:
    """Return both sides of a comparison; beside a fraction a percentage becomes a plain number."""
    is_fraction = [side.startswith(("irr", "share", "v.")) for side in sides]
    if not any(is_fraction):
        return list(sides)
    return [
        side if fraction and not side.startswith("v.") else f"({side}) * 1"
        for side, fraction in zip(sides, is_fraction, strict=True)
    ]
