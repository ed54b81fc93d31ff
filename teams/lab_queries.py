"""Figures over the whole lab."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

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
    services = Service.objects.current().filter(given_on__gte=months[0]).order_by()
    tally: Counter[tuple[str, datetime.date]] = Counter()
    for kind, given_on, count in services.values_list("kind", "given_on").annotate(count=Count("pk")):
        tally[kind, given_on.replace(day=1)] += count
    rows = []
    for service in ServiceKind:
        counts = [tally[service.value, month] for month in months]
        rows.append((service.value, str(service.label), counts, sum(counts)))
    return Counts(months, rows, sum(tally.values()))
