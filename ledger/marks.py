"""Whether anything has happened since, over all streams at once: for what is remembered of many."""

from __future__ import annotations

import datetime

from ledger.models import Event

HOUR = datetime.timedelta(hours=1)


def mark(now: datetime.datetime) -> str:
    """A text that is another after every act, in two queries: the newest event, and how many there are of the last hour or two.

    Both, for acts are not always committed in the order in which their events were numbered. An act that took longer than
    an hour, or was written down with a time of its own, shows by the newest event alone.
    """
    since = now.replace(minute=0, second=0, microsecond=0) - HOUR
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    return f"{since:%Y%m%d%H}-{newest or 0}-{Event.objects.filter(at__gte=since).count()}"
