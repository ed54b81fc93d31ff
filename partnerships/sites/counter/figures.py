"""Taps on record by day, and what they add up to: who came, whether to the right organization, who was served, and their ratings (SP-07)."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dates.durations import LEAST
from partnerships.models import Site, TapDay

Counts = Mapping[tuple[str, int], int]  # taps by kind and score, 0 without one


@dataclass(frozen=True)
class Tapped:
    """The figures of some taps. A share or a score of fewer than five is None."""

    arrived: int
    served: int
    right_rate: float | None
    quality: float | None


def tapped(counts: Counts) -> Tapped:
    """Return the figures of taps: clients who arrived and who were served, the right-organization rate, and the average score."""
    by_kind = Counter[str]()
    for (kind, _score), count in counts.items():
        by_kind[kind] += count
    arrived, rated = by_kind["right"] + by_kind["wrong"], by_kind["quality"]
    points = sum(score * count for (kind, score), count in counts.items() if kind == "quality")
    return Tapped(
        arrived=arrived,
        served=by_kind["served"],
        right_rate=100 * by_kind["right"] / arrived if arrived >= LEAST else None,
        quality=points / rated if rated >= LEAST else None,
    )


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
