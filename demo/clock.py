"""A simulated clock, so that the demo's acts happen on days in the past.

The demo runs the same acts that people use, and those ask Django for the time. While this clock runs,
Django returns the demo's time from `timezone.now()` and in the defaults of fields. Use it only in a
process that does nothing else (`manage.py demo`), never in a server. The event `demo-loaded` names the
residencies with simulated dates, at the real time.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db.models import Field
from django.utils import timezone

_true_now = timezone.now
LEAD = datetime.timedelta(minutes=30)  # left for acts after the last hour, so that none is in the future


class Clock:
    """The demo's clock. It advances a few seconds each time it is read, so that acts keep their order."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self.moment = _true_now() - datetime.timedelta(days=36_500)

    def now(self) -> datetime.datetime:
        self.moment += datetime.timedelta(seconds=7)
        return self.moment

    def set(self, days_ago: int, hour: int = 9) -> datetime.date:
        """Advance to this hour, Pacific time, `days_ago` days before today; returns the day. It never goes back."""
        day = self.today - datetime.timedelta(days=days_ago)
        wanted = timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, 12)))
        self.moment = max(self.now(), min(wanted, _true_now() - LEAD))
        return day


@contextmanager
def invented_time() -> Iterator[Clock]:
    """Make Django use the demo's clock until the end of the block."""
    clock = Clock(timezone.localdate(_true_now() - LEAD))  # just after midnight, the last acts are yesterday's
    fields = [f for model in apps.get_models() for f in model._meta.local_fields if f.default is _true_now]
    timezone.now = clock.now
    _set_defaults(fields, clock.now)
    try:
        yield clock
    finally:
        timezone.now = _true_now
        _set_defaults(fields, _true_now)


def _set_defaults(fields: list[Field[Any, Any]], now: Any) -> None:
    for field in fields:
        field.default = now
        vars(field).pop("_get_default", None)
