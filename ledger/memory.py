"""A cache for answers computed from what acts wrote, valid until the next event in the ledger.

Anything that depends only on rows written by acts, and on the day, can be cached this way: every act is in the ledger and moves a
head, and an answer cached under an old head is never read again.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core.cache import caches
from django.utils.translation import get_language

from ledger.models import Event

KEPT_SECONDS = 15 * 60
HOUR = datetime.timedelta(hours=1)

K = TypeVar("K")


def remembered(what: str, heads: Mapping[K, str], on: datetime.date, work_out: Callable[[list[K]], Mapping[K, Any]]) -> dict[K, Any]:
    """Return the answer for each key of `heads`; computes, in one call, only those not cached for their head on this day.

    `heads` must be read before the rows, or with them: a head read after its rows could make old rows look current. A key
    without a head is computed each time. Answers are lists, because a cache may drop a None.
    """
    keys = {key: f"{what}/{key}/{head}/{on}/{get_language()}" for key, head in heads.items() if head}
    known = caches["ledger"].get_many(list(keys.values()))
    answers = {key: known[keys[key]] for key in keys if keys[key] in known}
    unknown = [key for key in heads if key not in answers]
    fresh = dict(work_out(unknown)) if unknown else {}
    if kept := {keys[key]: fresh[key] for key in unknown if key in keys}:
        caches["ledger"].set_many(kept, KEPT_SECONDS)
    return answers | fresh


def head_of_all(now: datetime.datetime) -> str:
    """Return a text that changes with every act, from the newest event and the number of events in the last hour or two; two queries.

    It needs both, because acts aren't always committed in the order in which their events were numbered. An act that took longer
    than an hour, or was recorded with a time of its own, shows only in the newest event.
    """
    since = now.replace(minute=0, second=0, microsecond=0) - HOUR
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    return f"{since:%Y%m%d%H}-{newest or 0}-{Event.objects.filter(at__gte=since).count()}"
