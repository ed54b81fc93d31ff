"""A cache for answers computed from what acts wrote, valid until the next event in the ledger.

Anything that depends only on rows written by acts, and on the day, can be cached this way: every act is in the ledger and moves a
head, and an answer cached under an old head is never read again.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db.models import Count, Subquery, Value
from django.utils.translation import get_language

from ledger.models import GENESIS, Event, Stream

if TYPE_CHECKING:
    from ledger.subjects import Subject

KEPT_SECONDS = 15 * 60
HOUR = datetime.timedelta(hours=1)

K = TypeVar("K")


def remembered(what: str, heads: Mapping[K, str], on: datetime.date, work_out: Callable[[list[K]], Mapping[K, Any]]) -> dict[K, Any]:
    """Return the answer for each key of `heads`; computes, in one call, only those not cached for their head on this day.

    `heads` must be read before the rows, or with them: a head read after its rows could make old rows look current. A key
    without a head is computed each time. Answers are lists, because a cache may drop a None.
    """
    keys = {key: f"{settings.RELEASE}/{what}/{key}/{head}/{on}/{get_language()}" for key, head in heads.items() if head}
    known = caches["ledger"].get_many(list(keys.values()))
    answers = {key: known[keys[key]] for key in keys if keys[key] in known}
    unknown = [key for key in heads if key not in answers]
    fresh = dict(work_out(unknown)) if unknown else {}
    if kept := {keys[key]: fresh[key] for key in unknown if key in keys}:
        caches["ledger"].set_many(kept, KEPT_SECONDS)
    return answers | fresh


def lab_head() -> Subquery:
    """Return where the lab's own stream ends, for `annotate`: what the whole lab shares (figures, names) is in it."""
    return Subquery(Stream.objects.filter(kind="lab").values("head_hash"))


def head_of(subject: Subject) -> str:
    """Return the ends of the streams that a subject's pages follow from: its own and the lab's.

    Empty if the subject has no ledger to tell by, or was read without `lab_head`.
    """
    listed = hasattr(subject, "own_head")
    own = getattr(subject, "own_head") if listed else subject.stream.head_hash  # noqa: B009 - annotated
    lab = getattr(subject if listed else subject.stream, "lab_head", GENESIS)
    return "" if GENESIS in (own, lab) else f"{own}/{lab}"


def head_of_all(now: datetime.datetime) -> str:
    """Return a text that changes with every act, from the newest event and the number of events in the last hour or two; one query.

    It needs both, because acts aren't always committed in the order in which their events were numbered. An act that took longer
    than an hour, or was recorded with a time of its own, shows only in the newest event.
    """
    since = now.replace(minute=0, second=0, microsecond=0) - HOUR
    recent = Event.objects.filter(at__gte=since).order_by().values(all=Value(1)).annotate(count=Count("pk")).values("count")
    newest, count = Event.objects.order_by("-pk").values_list("pk", Subquery(recent)).first() or (0, 0)
    return f"{since:%Y%m%d%H}-{newest}-{count or 0}"
