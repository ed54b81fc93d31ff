"""Checks that a date makes sense, for every date that a person enters. No tables, no clock.

`acts/act.py` checks every date that an act is given; the form's field (`web/forms.py`) runs the same check first, so that the
message is beside the field.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from findings import Finding, blocking

EARLIEST = datetime.date(2000, 1, 1)  # training from long before the lab existed counts too
YEARS_AHEAD = 5


def farthest(today: datetime.date) -> datetime.date:
    """Return the latest day that anything can be planned for."""
    year = today.year + YEARS_AHEAD
    return today.replace(year=year, day=min(today.day, calendar.monthrange(year, today.month)[1]))


def implausible(day: datetime.date, today: datetime.date) -> Iterator[Finding]:
    """Check that `day` makes sense for any purpose: not before this century, not more than five years ahead."""
    if EARLIEST <= day <= farthest(today):  # first, because imports check tens of thousands, and writing dates out takes longer
        return
    params = {"day": date_format(day, "j F Y"), "earliest": date_format(EARLIEST, "j F Y"), "latest": date_format(farthest(today), "j F Y")}
    if day < EARLIEST:
        yield blocking("day-implausible", _("%(day)s is too long ago.") % params, _("Use a date on or after %(earliest)s.") % params)
    else:
        yield blocking("day-implausible", _("%(day)s is too far ahead.") % params, _("Use a date on or before %(latest)s.") % params)


def not_happened(day: datetime.date, today: datetime.date, *, since: datetime.date | None) -> Iterator[Finding]:
    """Check that something can have happened on `day`: not in the future, and not before `since`, when the residency started."""
    params = {"today": date_format(today, "j F Y"), "since": date_format(since, "j F Y") if since else ""}
    if day > today:
        yield blocking("day-to-come", _("That date is in the future."), _("Use today’s date, %(today)s, or an earlier one.") % params)
    elif since and day < since:
        message = _("That date is before the residency started on %(since)s.") % params
        yield blocking("day-too-early", message, _("Use a date on or after %(since)s.") % params)
