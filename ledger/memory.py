"""What was worked out from what acts wrote, remembered for as long as the ledger ends where it ended.

Whatever follows from rows that acts write, from the day and from nothing else can be remembered so: every act is on the
ledger, an act moves an end, and what was remembered under the old end is never asked for again.
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
    """The answer for each key of `heads`; only those are worked out, all together, that are not known at their head, on this day.

    `heads` say where the ledger ended when the rows were read, or before: an end read later than its rows could make old
    rows pass for the newest. A key without a head is worked out each time. Answers are lists, for a cache may forget a None.
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
    """Where all streams together end: another text after every act, in two queries, of the newest event and of how many the last hour or two have.

    Both, for acts are not always committed in the order in which their events were numbered. An act that took longer than
    an hour, or was written down with a time of its own, shows by the newest event alone.
    """
    since = now.replace(minute=0, second=0, microsecond=0) - HOUR
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    return f"{since:%Y%m%d%H}-{newest or 0}-{Event.objects.filter(at__gte=since).count()}"
