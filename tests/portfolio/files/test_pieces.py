"""Numbering rows some of which cannot be read."""

from __future__ import annotations

import random

from readiness.portfolio.files.pieces import Numbering


def test_numbers_pass_over_refused_rows() -> None:
    """Each row has the number it has in the file, however rows are taken and refused."""
    draw = random.Random("numbering")
    for _ in range(300):
        size = draw.randint(0, 60)
        is_read = [draw.random() < 0.6 for _ in range(size)]
        numbering, numbers, refused = Numbering(), list[int](), list[int]()
        said = 0
        left = sum(is_read)
        while left:
            rows = min(left, draw.randint(1, 9))
            # a reader may be ahead: it has refused all rows up to there, and some beyond
            needed = [n for n, held in enumerate(is_read, 1) if held][len(numbers) + rows - 1]
            until = min(size, needed + draw.randint(0, 9))
            for row in range(said + 1, until + 1):
                if not is_read[row - 1]:
                    numbering.refuse(row, f"row {row}")
            said = max(said, until)
            found, aside = numbering.take(rows)
            numbers += found.tolist()
            refused += [one.row for one in aside]
            left -= rows
        for row in range(said + 1, size + 1):
            numbering.refuse(row, f"row {row}")
        found, aside = numbering.take(0)
        assert not len(found)
        refused += [one.row for one in aside]
        assert numbers == [n for n, held in enumerate(is_read, 1) if held]
        assert refused == [n for n, held in enumerate(is_read, 1) if not held]


def test_very_many_refused_rows() -> None:
    """A hundred thousand refused rows before the next that can be read are one step."""
    numbering = Numbering()
    for row in range(1, 100_001):
        numbering.refuse(row, "")
    numbers, refused = numbering.take(2)
    assert numbers.tolist() == [100_001, 100_002]
    assert len(refused) == 100_000
