"""Dates that make sense: one helper for every date that somebody gives. No tables, no clock.

Acts ask (`acts/act.py` does for every date that any act is given); the form's field (`web/forms.py`) asks the same
first, so that the answer stands beside the field.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from findings import Finding, blocking

EARLIEST = datetime.date(2000, 1, 1)  # training taken long before the lab existed counts too
YEARS_AHEAD = 5


def farthest(today: datetime.date) -> datetime.date:
    """The last day that anything is planned for."""
    year = today.year + YEARS_AHEAD
    return today.replace(year=year, day=min(today.day, calendar.monthrange(year, today.month)[1]))


def implausible(day: datetime.date, today: datetime.date) -> Iterator[Finding]:
    """Why nobody can mean `day`, whatever it is for: it is before this century, or more than five years ahead."""
    params = {"day": date_format(day, "j F Y"), "earliest": date_format(EARLIEST, "j F Y"), "latest": date_format(farthest(today), "j F Y")}
    if day < EARLIEST:
        yield blocking("day-implausible", _("%(day)s is too long ago.") % params, _("Use a date from %(earliest)s on.") % params)
    elif day > farthest(today):
        yield blocking("day-implausible", _("%(day)s is too far ahead.") % params, _("Use a date up to %(latest)s.") % params)


def not_happened(day: datetime.date, today: datetime.date, *, since: datetime.date | None) -> Iterator[Finding]:
    """Why something can't have happened on `day`: it has not come yet, or it is before `since`, on which the residency began."""
    params = {"today": date_format(today, "j F Y"), "since": date_format(since, "j F Y") if since else ""}
    if day > today:
        yield blocking("day-to-come", _("That date is in the future."), _("Use today’s date, %(today)s, or an earlier one.") % params)
    elif since and day < since:
        message = _("That day is before the residency began, on %(since)s.") % params
        yield blocking("day-too-early", message, _("Use a date from %(since)s on.") % params)
