"""How long things take when some haven't finished yet (EL-94, EL-99)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 5
"""Fewer cases than this say nothing about what is usual, and could be recognized."""
HALF, NINE_IN_TEN = 0.5, 0.9
ROUNDING = 1e-9


@dataclass(frozen=True)
class Length:
    """How many days something took, or has taken so far."""

    days: int
    finished: bool = True


def within(lengths: Sequence[Length], share: float) -> int | None:
    """Return the number of days within which a share of all cases finish; None if too many are still open to tell.

    This is the Kaplan–Meier estimate: an open case counts for as long as it has lasted, so that long cases that aren't finished don't
    make the program look faster than it is.
    """
    ended, left = Counter(row.days for row in lengths if row.finished), Counter(row.days for row in lengths)
    still_open, at_risk = 1.0, len(lengths)
    for day in sorted(left):
        still_open *= 1 - ended[day] / at_risk
        at_risk -= left[day]
        if still_open <= 1 - share + ROUNDING and ended[day]:
            return day
    return None


@dataclass(frozen=True)
class Usual:
    """What is usual: the days within which half and nine in ten of the cases finish, how many there are, and how many are still open."""

    half: int | None
    nine_in_ten: int | None
    count: int
    still_open: int


def usual(lengths: Sequence[Length]) -> Usual | None:
    """Return what is usual; None for fewer than five cases."""
    if len(lengths) < LEAST:
        return None
    return Usual(within(lengths, HALF), within(lengths, NINE_IN_TEN), len(lengths), sum(not row.finished for row in lengths))
