"""Instants: the hour at which reminders and digests are sent, and how evidence states a time, both Pacific."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dates.zone import PACIFIC, offset_at

DUE_AT = datetime.time(8)


def moment_of(day: datetime.date, time: datetime.time = datetime.time(), zone: datetime.tzinfo | None = None) -> datetime.datetime:
    """Return the instant of a time on a day, Pacific unless a time zone is given."""
    return timezone.make_aware(datetime.datetime.combine(day, time), zone)


def morning_from(moment: datetime.datetime) -> datetime.datetime:
    """Return the first 8 a.m. Pacific that isn't before `moment`."""
    today = timezone.localdate(moment)
    this_one = moment_of(today, DUE_AT)
    return this_one if moment <= this_one else moment_of(today + datetime.timedelta(days=1), DUE_AT)


def stated(moment: datetime.datetime, *, seconds: bool = False) -> str:
    """Return an instant as evidence states it, with its UTC offset: "1 December 2026, 6:31 a.m. Pacific time (UTC−7)"."""
    local = moment.astimezone(PACIFIC)
    params = {
        "date": date_format(local, "j F Y"),
        "time": date_format(local, "g:i:s a" if seconds else "g:i a"),
        "offset": offset_at(moment),
    }
    return _("%(date)s, %(time)s Pacific time (%(offset)s)") % params
