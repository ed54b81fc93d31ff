"""Taps on record, from those that are kept and the days of those that are gone (SP-07)."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from typing import Any

from django.db.models import Count, Sum

from partnerships.models import Site, Tap, TapDay

KEYS = ("service", "on", "kind", "score")


def counts_of(site: Site, first: datetime.date, last: datetime.date) -> list[tuple[int, datetime.date, str, int, int]]:
    """Return the taps of a site from `first` to `last` by service, day, kind and score (0 without one), with their number; two queries."""
    within = {"service__site": site, "on__range": (first, last)}
    kept = Tap.objects.filter(**within).values_list(*KEYS).annotate(count=Count("pk")).order_by(*KEYS)
    gone = TapDay.objects.filter(**within).values_list(*KEYS).annotate(total=Sum("count")).order_by(*KEYS)
    return [(service, on, kind, score or 0, count) for rows in (kept, gone) for service, on, kind, score, count in rows]


def grouped(rows: list[tuple[int, datetime.date, str, int, int]], by: int) -> dict[Any, Counter[tuple[str, int]]]:
    """Add the taps up by one of their columns: 0 for the service, 1 for the day."""
    groups: dict[Any, Counter[tuple[str, int]]] = defaultdict(Counter)
    for row in rows:
        groups[row[by]][row[2], row[3]] += row[4]
    return groups
