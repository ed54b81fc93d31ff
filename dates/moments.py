"""The hour at which reminders and digests leave, Pacific."""

from __future__ import annotations

import datetime

from django.utils import timezone

DUE_AT = datetime.time(8)


def moment_of(day: datetime.date, time: datetime.time = datetime.time()) -> datetime.datetime:
    """That time of that day, Pacific."""
    return timezone.make_aware(datetime.datetime.combine(day, time))


def morning_from(moment: datetime.datetime) -> datetime.datetime:
    """The first eight in the morning, Pacific, that is not before `moment`."""
    today = timezone.localdate(moment)
    this_one = moment_of(today, DUE_AT)
    return this_one if moment <= this_one else moment_of(today + datetime.timedelta(days=1), DUE_AT)
