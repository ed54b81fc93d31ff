"""Reads for the return and the value report: a residency's cost, savings and metrics as they were known at a moment."""

from __future__ import annotations

import datetime

from django.utils import timezone

from dates.moments import moment_of
from metrics.savings.queries import savings_of
from oversight.choices import LineKind
from oversight.models import MoneyLine
from reports.value.rules import CostEntry, Return, SavingEntry

DAY = datetime.timedelta(days=1)
JUST_BEFORE = datetime.timedelta(microseconds=1)


def end_of(day: datetime.date) -> datetime.datetime:
    """Return the last moment of a day, or this one if the day isn't over."""
    return min(moment_of(day + DAY) - JUST_BEFORE, timezone.now())


def return_of(stream_id: int, on: datetime.date, moment: datetime.datetime) -> Return:
    """Return a residency's cost and savings by the day `on`, as they were known at `moment`. Three queries."""
    lines = MoneyLine.objects.known_at(moment).filter(stream=stream_id, kind=LineKind.SPENT, removed=False, on__lte=on)
    fields = ("pk", "on", "amount_cents", "payer", "item", "source")
    costs = tuple(CostEntry(*row) for row in lines.order_by("on", "pk").values_list(*fields))
    savings = (
        SavingEntry(
            row.revision.saving_id, row.revision.pk, row.part.pk, row.revision.kind, row.revision.name, row.whole, row.share,
            row.revision.from_on, row.revision.to_on, on,
        )
        for row in savings_of(stream_id, moment)
    )  # fmt: skip
    return Return(on, costs, tuple(savings))
