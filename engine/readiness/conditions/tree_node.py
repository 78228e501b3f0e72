"""The dataclass that nodes of conditions are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True, eq_default=False)
def tree_node(cls: type[_Class]) -> type[_Class]:
    """Return a dataclass with slots whose values are told apart by identity.

    Type checkers take its fields as frozen. At run time nothing refuses to set them: that would
    make each value three times as expensive, and each of the classes, which every command makes
    when it starts.
    """
    return dataclass(slots=True, eq=False, repr=False)(cls)
