"""Instants in the words of people in British Columbia."""

from __future__ import annotations

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dates.zone import PACIFIC, offset_at


def stated(moment: datetime.datetime, *, seconds: bool = False) -> str:
    """ "1 December 2026, 6:31 a.m. Pacific time (UTC−7)": an instant as proof states it, with its distance from UTC."""
    local = moment.astimezone(PACIFIC)
    params = {
        "date": date_format(local, "j F Y"),
        "time": date_format(local, "g:i:s a" if seconds else "g:i a"),
        "offset": offset_at(moment),
    }
    return _("%(date)s, %(time)s Pacific time (%(offset)s)") % params
