"""An invented clock, so that the demo's acts happen on days in the past.

The demo is told through the same acts as the real thing, and those ask Django what time it is. While this
clock runs, Django answers with the demo's time: in `timezone.now()` and in the defaults of fields. It is
for one process that does nothing else (`manage.py demo`), never for a server; what it dated is named in
the ledger, at the true time, by the event `demo-loaded`.
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


class Clock:
    """Tells the demo's time. It moves on by seconds with every look, so that acts keep their order."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self.moment = _true_now() - datetime.timedelta(days=36_500)

    def now(self) -> datetime.datetime:
        self.moment += datetime.timedelta(seconds=7)
        return self.moment

    def set(self, days_ago: int, hour: int = 9) -> datetime.date:
        """Go on to that hour, Pacific time, of the day `days_ago` before today; returns the day. Never goes back, never past now."""
        day = self.today - datetime.timedelta(days=days_ago)
        wanted = timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, 12)))
        self.moment = min(max(wanted, self.now()), _true_now() - datetime.timedelta(minutes=30))
        return day


@contextmanager
def invented_time() -> Iterator[Clock]:
    """Django's clock is the demo's until the end of the block."""
    clock = Clock(timezone.localdate())
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
