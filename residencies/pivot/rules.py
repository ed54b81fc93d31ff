"""When a pivot can take effect, and who can apply again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from findings import Finding, blocking

MOST_DAYS_AHEAD = 183


def effective_day(day: datetime.date, today: datetime.date) -> Iterator[Finding]:
    """Check that a pivot takes effect on the day it is decided, or within half a year of it (EL-85)."""
    latest = today + datetime.timedelta(days=MOST_DAYS_AHEAD)
    if not today <= day <= latest:
        params = {"today": date_format(today, "j F Y"), "latest": date_format(latest, "j F Y")}
        remedy = _("Use a date from today, %(today)s, to %(latest)s.") % params
        yield blocking("effective-date", _("A pivot can’t take effect on that date."), remedy)
