"""The part of the order of checks that does not depend on answers."""

from __future__ import annotations

import random

import pytest

from tests.dependencies.ordering import drawn


@pytest.mark.parametrize("seed", range(20))
def test_single_numbers_rank_as_what_they_stand_for(seed: int) -> None:
    """The single numbers sort as their parts do, whatever number of checks waits for each."""
    draw = random.Random(f"ranking {seed}")
    ranking = drawn(draw, 40).ranking
    numbers, size = ranking.numbers, len(ranking.graph.ids)
    waiting = [draw.choice([0, size - 1, draw.randrange(size)]) for _ in range(size)]

    def parts(position: int) -> tuple[object, ...]:
        before, behind = ranking.before_waiting[position], ranking.behind_waiting[position]
        return before, -waiting[position], behind

    ranks = {n: numbers.before[n] - waiting[n] * numbers.step for n in range(size)}
    assert sorted(ranks, key=ranks.__getitem__) == sorted(ranks, key=parts)
    assert all(0 <= rank < numbers.wave for rank in ranks.values())
    assert all(numbers.behind[rank % numbers.step] == n for n, rank in ranks.items())
