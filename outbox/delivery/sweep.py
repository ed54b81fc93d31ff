"""The sweep: queue the reminders that have come due, mark what has gone stale, make the digests of the day (EL-61, EL-65)."""

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
    """Queue every reminder that has come due and is not there yet, mark what has gone stale, make the day's digests;
    returns how many messages are new or held no longer.

    May run in any number of processes at once. The first of a day looks a month back, so that neither an outage
    nor a date that was changed leaves a gap; the others look at today. An occasion that fails does not stop the
    rest, but then the sweep does not count as done, and the alarm says so (outbox/delivery/health.py).
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    # Read before anything is queued: a sweep that dies half way leaves the day not done, so the next looks back again.
    first = today if health.done_on(health.SWEEP) == today else today - datetime.timedelta(days=LONGEST_USEFUL_DAYS)
    for account in User.objects.filter(is_active=True, person=None):
        with contextlib.suppress(IntegrityError):  # another sweep was quicker
            person_of(account, by=SYSTEM)
    turns = all_turns()
    counts = [
        _try(
            reminder.occasion,
            partial(insert_due, reminder, first, today, now, turns.get(reminder.occasion) or EffectiveSchedules(reminder.schedule)),
        )
        for reminder in REMINDERS.values()
    ]
    # Before digests are made: what is stale is put in none.
    mark_stale(now)
    # After the reminders: what they queue for someone who wants a digest is held, and belongs in the one of today.
    counts.append(_try(DIGEST, partial(batching.make, now)))
    counts.append(_try(DIGEST, batching.release_stray))
    # Only if all went well: a day that is noted as done is looked back on no more.
    if None not in counts:
        health.done(health.SWEEP, now)
    count = sum(number or 0 for number in counts)
    if count:
        nudge_on_commit()
    return count


def mark_stale(now: datetime.datetime) -> int:
    """What waits and is of no use any more becomes stale (EL-65), also what a worker claimed and died over.

    What a digest holds is asked as the digest leaves.
    """
    past = Message.objects.filter(digest=None, useful_until__lte=now)
    waiting = past.filter(state__in=[State.QUEUED, State.HELD]).update(state=State.STALE)
    left = past.filter(state=State.CLAIMED, claimed_until__lte=now)
    return waiting + left.update(state=State.STALE, claimed_by="", claimed_until=None)


def _try(occasion: str, make: Callable[[], int]) -> int | None:
    try:
        # A transaction for each occasion, so that the locks of one don't last through all, and one that fails takes only itself along.
        with transaction.atomic():
            return make()
    except Exception as error:  # whatever one occasion asks may fail in its own way; the others go on
        log.error("sweep_failed", occasion=occasion, error=type(error).__name__, exc_info=True)
        return None
