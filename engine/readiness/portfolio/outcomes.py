"""Statuses, standings and verdicts as one code for each row, from the planes they are held in.

Codes number what `STATUSES`, `STANDINGS` and `VERDICTS` name. A standing is two bits: held up, and
open. So is a status, which says open as well: where a check is neither met nor unmet it is
undetermined while it is open, and else it does not apply. Read as bits, a status is therefore

    high = neither              low = neither xor open

which lets both be written with open unpacked once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from readiness.portfolio.judging import Judged
from readiness.portfolio.narrowing import Matrix
from readiness.portfolio.planes import BYTE, room

Codes: TypeAlias = npt.NDArray[np.uint8]  # codes of all rows in each row of it

_CLOSE = 2**17  # bytes that the processor keeps close


def status_planes(judged: Judged) -> tuple[Matrix, Matrix]:
    """The low and the high bits of the statuses of all checks."""
    return judged.neither ^ judged.open, judged.neither


def check_codes(judged: Judged, outcomes: Collection[str]) -> dict[str, Codes]:
    """The status and the standing of each check in each row, whichever of them is wanted."""
    found = {one: _room(judged.open) for one in ("status", "standing") if one in outcomes}
    for part in _parts(judged.open) if found else ():
        is_open = _unpacked(judged.open[part])
        if "status" in found:
            neither = _unpacked(judged.neither[part])
            low = np.bitwise_xor(neither, is_open)
            np.add(neither, neither, neither)
            np.bitwise_or(neither, low, found["status"][part])
        if "standing" in found:
            np.add(is_open, is_open, is_open)
            np.bitwise_or(is_open, _unpacked(judged.held_up[part]), found["standing"][part])
    return {outcome: codes[:, : judged.rows] for outcome, codes in found.items()}


def verdict_codes(judged: Judged) -> Codes:
    """The verdict at each gate in each row."""
    low, high = judged.verdicts
    found = _room(low)
    for part in _parts(low):
        code = _unpacked(high[part])
        np.add(code, code, code)
        np.bitwise_or(code, _unpacked(low[part]), found[part])
    return found[:, : judged.rows]


def _parts(planes: Matrix) -> Iterator[slice]:
    """The planes, few at a time, so that what lies between stays in the processor's cache."""
    step = max(1, _CLOSE // (BYTE * max(1, planes.shape[1])))
    return (slice(first, first + step) for first in range(0, len(planes), step))


def _room(planes: Matrix) -> Codes:
    return room((len(planes), BYTE * planes.shape[1]), np.uint8)


def _unpacked(planes: Matrix) -> Codes:
    """A byte for each bit; also for those behind the last row, which is quicker than to stop."""
    return np.unpackbits(planes, axis=1, bitorder="little")
