"""What a team gives to others, within bounds (EL-47)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext as _

from community.kinds import Giving
from findings import Finding, Severity

PLACE = "community"
# A full working day, in minutes: what a workshop asks of a person at most.
FULL_DAY = 450
WHOLE_DAY = 24 * 60
STEP = 15


def giving_faults(
    kind: str, given_on: datetime.date, minutes: int, *, workshops_that_day: int, on_team: bool, today: datetime.date
) -> Iterator[Finding]:
    """Everything that keeps an entry from being taken.

    `workshops_that_day` is how many minutes of workshops the person has on that day already.
    """
    if given_on > today:
        yield Finding("giving-ahead", Severity.BLOCKS, _("That day is still to come."), _("Note it when it was given."), PLACE)
    if not 0 < minutes <= WHOLE_DAY or minutes % STEP:
        message = _("Time is given in quarters of an hour, and an entry is about one day.")
        yield Finding("giving-time", Severity.BLOCKS, message, _("Write 1.5 for an hour and a half."), PLACE)
    elif kind == Giving.WORKSHOP and minutes + workshops_that_day > FULL_DAY:
        params = {"most": FULL_DAY / 60, "already": workshops_that_day / 60}
        message = _("A workshop asks at most one full day of a person: %(most)g hours.") % params
        if workshops_that_day:
            message += " " + _("%(already)g hours of that day are noted already.") % params
        yield Finding("giving-too-long", Severity.BLOCKS, message, _("Write fewer hours, or share it among people."), PLACE)
    if not on_team:
        message = _("This person was not on the team that day.")
        yield Finding(
            "giving-not-on-team", Severity.BLOCKS, message, _("Choose another person or another day, or correct the roster."), PLACE
        )
