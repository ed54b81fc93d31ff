"""Taps on record, by day (SP-07)."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from typing import Any

from partnerships.models import Site, TapDay


def counts_of(site: Site, first: datetime.date, last: datetime.date) -> list[tuple[int, datetime.date, str, int, int]]:
    """Return the taps of a site from `first` to `last` by service, day, kind and score (0 without one), with their number; one query.

    They are counted by day as they come (partnerships/sites/counter/actions.py), so that no page counts millions.
    """
    rows = TapDay.objects.filter(service__site=site, on__range=(first, last)).order_by("service", "on", "kind", "score")
    return list(rows.values_list("service", "on", "kind", "score", "count"))


def grouped(rows: list[tuple[int, datetime.date, str, int, int]], by: int) -> dict[Any, Counter[tuple[str, int]]]:
    """Add the taps up by one of their columns: 0 for the service, 1 for the day."""
    groups: dict[Any, Counter[tuple[str, int]]] = defaultdict(Counter)
    for row in rows:
        groups[row[by]][row[2], row[3]] += row[4]
    return groups
