"""Days on which it is looked for what is due, and what came of it."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import time_machine
from django.utils import timezone

from outbox.delivery import health
from outbox.models import Heartbeat, Message

DUE = datetime.date(2026, 8, 31)


@contextmanager
def at(text: str, *, after_outage: bool = False) -> Iterator[None]:
    """A moment, Pacific, of a day on which it was looked for what is due before; or not for long."""
    with time_machine.travel(timezone.make_aware(datetime.datetime.fromisoformat(text)), tick=False):
        if after_outage:
            Heartbeat.objects.filter(name=health.SWEEP).delete()
        else:
            health.done(health.SWEEP, timezone.now())
        yield


def dated_messages() -> list[tuple[str, str, str]]:
    """Who was told, when it was due, and what became of it."""
    return sorted((str(row.due_on), row.to_name, row.state) for row in Message.objects.exclude(due_on=None))
