"""On which day a reminder that is due leaves: plain data in, days out. No database, no clock (EL-60).

People are reminded on working days. What falls due on a day off leaves on the next working day, and is of use for as much
longer; only what is about a day, on that day, leaves on it whatever day that is.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from dates.working_days import LONGEST_PAUSE, on_or_after
from outbox.reminders.schedule import LONGEST_USEFUL_DAYS, Due, EffectiveSchedules

LOOKED_ON = datetime.timedelta(days=LONGEST_USEFUL_DAYS) + LONGEST_PAUSE


class Leaves(Enum):
    """What an occasion does with a reminder that falls due on a day off."""

    ON_WORKING_DAYS = "working-days"
    ON_THE_DAY_ITSELF = "the-day-itself"
    ON_ITS_DAY = "its-day"

    @property
    def label(self) -> Any:
        return LABELS[self]

    def moves(self, due_on: datetime.date, anchor: datetime.date) -> bool:
        """Whether what is due on `due_on`, counted from `anchor`, waits for a working day."""
        return self is Leaves.ON_WORKING_DAYS or (self is Leaves.ON_THE_DAY_ITSELF and due_on != anchor)


LABELS = {
    Leaves.ON_WORKING_DAYS: _("If that is a weekend or holiday, the reminder is sent on the next working day."),
    Leaves.ON_THE_DAY_ITSELF: _(
        "If that is a weekend or holiday, the reminder is sent on the next working day. A reminder for the day itself is sent on that day."
    ),
    Leaves.ON_ITS_DAY: _("Sent on that day, even on a weekend or holiday."),
}


@dataclass(frozen=True)
class Leaving:
    """A reminder due on a day, the day on which it leaves, and from which day on it is of no use any more."""

    due_on: datetime.date
    leaves_on: datetime.date
    useful_until: datetime.date
    to: tuple[str, ...]


def leaving(
    turns: EffectiveSchedules,
    leaves: Leaves,
    anchor: datetime.date,
    first: datetime.date,
    last: datetime.date,
    today: datetime.date,
    made_up_on: datetime.date | None = None,
) -> Iterator[Leaving]:
    """What is due from `first` to `last`, counted from `anchor`, each with the day on which it leaves.

    What was due before `today` is made up for on `made_up_on`, today unless told. Of several that wait for the same working
    day the last goes alone, unless it is for others.
    """
    dues = turns.between(anchor, first, last + LOOKED_ON)  # the next one, too, ends the use of the last
    for due, later in pairwise([*dues, None]):
        if due is None or due.on > last:
            return
        moved = _day(leaves, anchor, due.on)
        # What was missed leaves today at the earliest, by the same rule about days off.
        leaves_on = moved if due.on >= today else max(moved, _day(leaves, anchor, made_up_on or today))
        until = due.useful_until + (moved - due.on)
        if later:
            until = _until_the_next(until, moved, due, later, _day(leaves, anchor, later.on))
        yield Leaving(due.on, leaves_on, until, due.to)


def _day(leaves: Leaves, anchor: datetime.date, day: datetime.date) -> datetime.date:
    return on_or_after(day) if leaves.moves(day, anchor) else day


def _until_the_next(until: datetime.date, moved: datetime.date, due: Due, later: Due, later_moved: datetime.date) -> datetime.date:
    """No longer than until the next leaves; on the very day on which that leaves too, only what others get."""
    if moved < later_moved or set(due.to) <= set(later.to):
        return min(until, later_moved)
    return min(until, moved + datetime.timedelta(days=1))
