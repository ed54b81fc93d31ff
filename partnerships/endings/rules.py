"""When a sunset criterion is met (PB-27). Plain facts in, a day out."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from partnerships.choices import Comparison

DAYS_TO_DECIDE = datetime.timedelta(days=30)


def crossed_on(readings: Sequence[tuple[datetime.date, Decimal]], comparison: str, value: Decimal, in_a_row: int) -> datetime.date | None:
    """Return the day of the reading that first completes `in_a_row` readings on the wrong side of `value`; None if none does.

    `readings` are ordered by day. A later reading on the right side doesn't take it back: the flag stays until someone decides.
    """
    run = 0
    for on, reading in readings:
        is_across = reading < value if comparison == Comparison.BELOW else reading > value
        run = run + 1 if is_across else 0
        if run >= in_a_row:
            return on
    return None
