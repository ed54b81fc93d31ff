"""Figures over the whole lab."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import TruncMonth

from teams.models import Service
from teams.roles import ServiceKind

MONTHS = 6


@dataclass(frozen=True)
class Counts:
    """Services by kind over the last months: a row a kind, its counts in the order of `months`, its sum."""

    months: list[datetime.date]
    rows: list[tuple[str, str, list[int], int]]
    total: int


def services_by_kind_and_month(today: datetime.date) -> Counts:
    """Of the last six months, this one too; one query."""
    index = today.year * 12 + today.month - 1
    months = [datetime.date(n // 12, n % 12 + 1, 1) for n in range(index - MONTHS + 1, index + 1)]
    there = Service.objects.standing().filter(given_on__gte=months[0]).order_by()
    counted = there.annotate(month=TruncMonth("given_on")).values("kind", "month").annotate(count=Count("pk"))
    found = {(row["kind"], row["month"]): row["count"] for row in counted}
    rows = []
    for kind in ServiceKind:
        counts = [found.get((kind.value, month), 0) for month in months]
        rows.append((kind.value, str(kind.label), counts, sum(counts)))
    return Counts(months, rows, sum(found.values()))
