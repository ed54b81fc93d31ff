"""The queue of links outside: about once a week, each is asked whether it still works (EL-95)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from acts.act import SYSTEM
from reports.links import rules
from reports.links.actions import record_answer
from reports.links.fetch import ask
from reports.links.queries import links_in_use
from reports.models import OutsideLink
from reports.models.links import host_of

MOST_LINKS = 40  # in one run, so that it ends within about a minute
CLAIMED = datetime.timedelta(hours=1)
LATELY = datetime.timedelta(days=8)


def check_links() -> int:
    """Ask the links that are due, one per host, and record what they answer; returns how many were asked.

    Does nothing if `CHECK_OUTSIDE_LINKS` is off. No transaction is open while it waits for answers. If nothing at all answers, the
    portal is cut off, and nothing is recorded.
    """
    if not settings.CHECK_OUTSIDE_LINKS:
        return 0
    _follow_links_in_use()
    links = _claim(timezone.now())
    answers = ask(link.url for link in links)
    lately = OutsideLink.objects.filter(code="status", checked_at__gte=timezone.now() - LATELY).exists()
    if rules.is_cut_off((answer.code for answer in answers.values()), answered_lately=lately):
        return 0
    for link in links:
        record_answer(link, answers[link.url], by=SYSTEM)
    return len(links)


@transaction.atomic
def _follow_links_in_use() -> None:
    """Add a row for each link that a product's page has now, and delete those that it doesn't have any more."""
    wanted = links_in_use()
    rows = {(stream, url): pk for pk, stream, url in OutsideLink.objects.values_list("pk", "stream", "url")}
    OutsideLink.objects.filter(pk__in=[pk for link, pk in rows.items() if link not in wanted]).delete()
    new = (OutsideLink(stream_id=stream, url=url, host=host_of(url)) for stream, url in sorted(wanted - rows.keys()))
    # Another worker may be adding the same.
    OutsideLink.objects.bulk_create(new, ignore_conflicts=True)


def _claim(now: datetime.datetime) -> Sequence[OutsideLink]:
    """Return the links to ask, which no other worker will take within the hour: one per host."""
    due = OutsideLink.objects.due(now).values_list("pk", "host")
    keys = rules.one_per_host(due, MOST_LINKS)
    taken = [key for key in keys if OutsideLink.objects.due(now).filter(pk=key).update(next_check_at=now + CLAIMED)]
    return list(OutsideLink.objects.filter(pk__in=taken).select_related("stream"))
