"""Signals for partnerships, read from what is on record anyway: leases, arrangements, taps and queues (PB-04)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Case, Count, DateField, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Lower

from dates.durations import LEAST
from dates.months import months_after
from partnerships.choices import ENDED, Leaf, SignalKind, Stage
from partnerships.models import Arrangement, Partnership, Site, Tap, TapKind, WaitDay
from partnerships.sites.opportunities.rules import DAYS_COUNTED, MONTHS, Opportunity, Signal, opportunities
from spelling.compare import title_key

# Outreach to an event or an emergency ends anyway, and nobody works at a site for cross promotion: their ends say nothing.
NO_OFFICE = (Leaf.OUTREACH_TARGETED, Leaf.OUTREACH_RAPID, Leaf.PROMOTION_INFORMAL, Leaf.PROMOTION_FORMAL)
NEVER = datetime.date(9999, 12, 31)


def opportunities_on(today: datetime.date) -> list[Opportunity]:
    """Return the communities with two or more signals; four queries."""
    return opportunities([*_leases(today), *_endings(today), *_wrong_places(today)])


def opportunity_in(community: str, today: datetime.date) -> Opportunity | None:
    """Return the opportunity in a community, if it has one; four queries."""
    key = title_key(community)
    return next((row for row in opportunities_on(today) if title_key(row.community) == key), None)


def partnerships_in(rows: Iterable[Opportunity]) -> dict[str, list[Partnership]]:
    """Return the partnerships under way with a site in these communities, by the key of the community; one query."""
    names = {row.community.lower() for row in rows}
    sites = Site.objects.annotate(lower=Lower("community")).filter(lower__in=names).exclude(partnership__state__in=ENDED)
    by_community: dict[str, list[Partnership]] = defaultdict(list)
    for site in sites.select_related("partnership").order_by("partnership", "pk"):
        known = by_community[title_key(site.community)]
        if site.partnership not in known:
            known.append(site.partnership)
    return by_community


def _leases(today: datetime.date) -> Iterator[Signal]:
    """Yield the leases of sites with a host that haven't ended; the rules pair them."""
    rows = Site.objects.filter(lease_ends_on__gte=today, host__isnull=False)
    for row in _facts(rows, "", on=F("lease_ends_on")):
        yield _signal(SignalKind.LEASE, row, on=row["on"])


def _endings(today: datetime.date) -> Iterator[Signal]:
    """Yield the sites whose service ended in the last twelve months, or ends in the next twelve with nothing after it."""
    ended_on = F("partnership__ended_on")
    last_day = Case(
        When(Q(partnership__ended_on__isnull=False) & (Q(to_on=None) | Q(to_on__gt=ended_on)), then=ended_on),
        default=Coalesce("to_on", Value(NEVER)),
        output_field=DateField(),
    )
    served = Arrangement.objects.filter(site__isnull=False, partnership__state__in=[Stage.OPERATING, Stage.ENDED]).exclude(
        leaf__in=NO_OFFICE
    )
    sites = _facts(served, "site__", first=Min("from_on"), on=Max(last_day))
    for row in sites.filter(first__lte=today, on__gte=months_after(today, -MONTHS), on__lte=months_after(today, MONTHS)):
        yield _signal(SignalKind.CLOSING, row, on=row["on"])


def _wrong_places(today: datetime.date) -> Iterator[Signal]:
    """Yield the sites at which five clients or more asked for a service and were at the wrong organization.

    A client may be both in the queue's file and among the taps, so the larger of the two numbers counts.
    """
    since = today - datetime.timedelta(days=DAYS_COUNTED)
    by_tap = Tap.objects.filter(on__gte=since, kind=TapKind.WRONG)
    by_queue = WaitDay.objects.filter(on__gte=since, wrong__gt=0)
    sites: dict[int, dict[str, Any]] = {}
    services: dict[int, dict[str, int]] = defaultdict(dict)
    counted = (("counter", by_tap, Count("pk")), ("site-waits", by_queue, Sum("wrong")))
    for page, rows, count in counted:
        for row in _facts(rows, "service__site__", service_name=F("service__name"), count=count).filter(count__gte=LEAST):
            sites.setdefault(row["site_pk"], {**row, "page": page})
            known = services[row["site_pk"]]
            known[row["service_name"]] = max(row["count"], known.get(row["service_name"], 0))
    for pk, row in sites.items():
        asked = tuple(sorted(services[pk].items(), key=lambda item: (-item[1], item[0])))
        yield _signal(SignalKind.WRONG_PLACE, row, services=asked, page=row["page"])


def _facts(rows: QuerySet[Any], site: str, **more: Any) -> QuerySet[Any, dict[str, Any]]:
    """Return what a signal says of its site; `site` is the lookup from the rows to it, with its `__`, or empty. Aggregates are by site."""
    facts = {
        "site_pk": F(f"{site}pk"),
        "site_name": F(f"{site}name"),
        "site_community": F(f"{site}community"),
        "site_reference": F(f"{site}partnership__reference"),
        "organization": F(f"{site}host__organization__name"),
    }
    plain = {name: value for name, value in more.items() if isinstance(value, F)}
    return rows.order_by().values(**facts, **plain).annotate(**{name: value for name, value in more.items() if name not in plain})


def _signal(kind: SignalKind, row: dict[str, Any], **more: Any) -> Signal:
    return Signal(
        kind=kind,
        community=row["site_community"],
        reference=row["site_reference"],
        site=row["site_pk"],
        name=row["site_name"],
        organization=row["organization"] or "",
        **more,
    )
