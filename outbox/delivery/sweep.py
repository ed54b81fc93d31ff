"""The sweep: queue due reminders, mark expired messages as stale, make the day's digests (EL-61, EL-65)."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from functools import partial

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from acts.act import SYSTEM
from outbox import digest as batching
from outbox.catalogue.messages import DIGEST
from outbox.delivery import health
from outbox.models import Message, State
from outbox.queue import nudge_on_commit
from outbox.reminders.declare import REMINDERS, all_turns
from outbox.reminders.due import insert_due
from outbox.reminders.schedule import LONGEST_USEFUL_DAYS, EffectiveSchedules
from people.actions import person_of
from people.models import User

log = structlog.get_logger(__name__)


def sweep(now: datetime.datetime | None = None) -> int:
    """Queue due reminders that aren't queued yet, mark expired messages as stale, and make the day's digests;
    returns how many messages are new or no longer held.

    May run in any number of processes at once. The first sweep of a day looks back a month, so that neither an outage nor a
    changed date leaves a gap; later sweeps check only today. If one occasion fails, the others still run, but the sweep doesn't
    count as done and the alarm says so (outbox/delivery/health.py).
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    # Read before anything is queued: if a sweep dies halfway, the day isn't done, so the next one looks back again.
    first = today if health.done_on(health.SWEEP) == today else today - datetime.timedelta(days=LONGEST_USEFUL_DAYS)
    for account in User.objects.filter(is_active=True, person=None):
        with contextlib.suppress(IntegrityError):  # another sweep got there first
            person_of(account, by=SYSTEM)
    turns = all_turns()
    counts = [
        _try(
            reminder.occasion,
            partial(insert_due, reminder, first, today, now, turns.get(reminder.occasion) or EffectiveSchedules(reminder.schedule)),
        )
        for reminder in REMINDERS.values()
    ]
    # Before digests are made, so that no stale message goes into one.
    mark_stale(now)
    # After the reminders: what they queue for someone with a digest is held and belongs in today's.
    counts.append(_try(DIGEST, partial(batching.make, now)))
    counts.append(_try(DIGEST, batching.release_stray))
    # Only if all went well: once a day is recorded as done, no later sweep looks back.
    if None not in counts:
        health.done(health.SWEEP, now)
    count = sum(number or 0 for number in counts)
    if count:
        nudge_on_commit()
    return count


def mark_stale(now: datetime.datetime) -> int:
    """Mark waiting messages that have expired as stale (EL-65), including those of a worker that died; returns how many.

    Messages in a digest are checked when the digest is sent.
    """
    past = Message.objects.filter(digest=None, useful_until__lte=now)
    waiting = past.filter(state__in=[State.QUEUED, State.HELD]).update(state=State.STALE)
    left = past.filter(state=State.CLAIMED, claimed_until__lte=now)
    return waiting + left.update(state=State.STALE, claimed_by="", claimed_until=None)


def _try(occasion: str, make: Callable[[], int]) -> int | None:
    try:
        # One transaction per occasion, so that no occasion's locks outlast it, and one that fails rolls back only itself.
        with transaction.atomic():
            return make()
    except Exception as error:  # any occasion may fail in its own way; the others still run
        log.error("sweep_failed", occasion=occasion, error=type(error).__name__, exc_info=True)
        return None
