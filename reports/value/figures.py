"""The figures of a value report, worked out from the rows as they were known at a moment (EL-94, EL-97).

`figures_at` reads only rows that never change, so that it gives the same bytes years later. It holds keys, dates and amounts, never
the name or state of anything that can be edited: those are in the document's labels. A change to what it returns needs a new number
in `CALCULATIONS`; the earlier calculation stays, so that reports that were sealed with it can be recomputed.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ledger.canonical import canonical_json
from metrics.models import GoalRevision, Observation
from reports.value.queries import return_of
from reports.value.rules import KindReturn, SavingEntry

Figures = dict[str, Any]


def figures_at(stream_id: int, on: datetime.date, moment: datetime.datetime) -> Figures:
    """Return a residency's figures by the day `on`, as they were known at `moment`. Five queries."""
    result = return_of(stream_id, on, moment)
    return {
        "as_of": moment,
        "on": on,
        "cost_cents": result.cost,
        "costs": [
            {"entry": row.pk, "on": row.on, "cents": row.cents, "payer": row.payer, "item": row.item, "source": row.source}
            for row in result.costs
        ],
        "kinds": [_kind(group) for group in result.kinds],
        "savings": [_saving(row) for row in result.savings],
        "metrics": _metrics(stream_id, on, moment),
    }


CALCULATION = 1
CALCULATIONS: dict[int, Callable[[int, datetime.date, datetime.datetime], Figures]] = {1: figures_at}


def bytes_of(calculation: int, stream_id: int, on: datetime.date, moment: datetime.datetime) -> bytes:
    """Return the figures as canonical JSON, by the calculation with this number. Raises `KeyError` for an unknown one."""
    figures = {"calculation": calculation, **CALCULATIONS[calculation](stream_id, on, moment)}
    return canonical_json(figures)


def _saving(row: SavingEntry) -> Figures:
    amounts = {"low_cents": row.counted.low, "likely_cents": row.counted.likely, "high_cents": row.counted.high}
    whole = {"low_cents": row.whole.low, "likely_cents": row.whole.likely, "high_cents": row.whole.high}
    return {
        "saving": row.saving, "revision": row.revision, "part": row.part, "kind": row.kind, "name": row.name, "share": row.share,
        "from_on": row.from_on, "to_on": row.to_on, "days": row.days, "of_days": row.of_days, "whole": whole, **amounts,
    }  # fmt: skip


def _kind(group: KindReturn) -> Figures:
    """Return the total of one kind; there is none of several (EL-98)."""
    ratio, total = group.per_dollar, group.total
    return {
        "kind": group.kind.value,
        "low_cents": total.low,
        "likely_cents": total.likely,
        "high_cents": total.high,
        "cents_per_dollar": None if ratio is None else [ratio.low, ratio.likely, ratio.high],
    }


def _metrics(stream_id: int, on: datetime.date, moment: datetime.datetime) -> list[Figures]:
    """Return each metric that had a baseline, a target or a reading: the last of each as it was known."""
    goals = GoalRevision.objects.known_at(moment).filter(metric__stream=stream_id).order_by("pk")
    readings = Observation.objects.known_at(moment).filter(metric__stream=stream_id, on__lte=on).order_by("on", "pk")
    metrics: dict[int, Figures] = {}
    for metric, goal, pk, value, day in goals.values_list("metric", "goal", "pk", "value", "on"):
        _of(metrics, metric)[goal] = None if value is None else {"row": pk, "value": _exact(value), "on": day}
    for metric, pk, value, day in readings.values_list("metric", "pk", "value", "on"):
        _of(metrics, metric)["latest"] = {"row": pk, "value": _exact(value), "on": day}
    return [metrics[metric] for metric in sorted(metrics)]


def _of(metrics: dict[int, Figures], metric: int) -> Figures:
    return metrics.setdefault(metric, {"metric": metric, "baseline": None, "target": None, "latest": None})


def _exact(value: Decimal) -> str:
    """Write a value without trailing zeros, whatever the database gives back."""
    return f"{value.normalize():f}"
