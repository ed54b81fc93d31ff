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
    return _figures(stream_id, on, moment, _metrics(stream_id, on, moment, whole=False))


def figures_with_readings_at(stream_id: int, on: datetime.date, moment: datetime.datetime) -> Figures:
    """Return the same with every reading, and every baseline and target with the day it was set: what the charts are drawn from."""
    return _figures(stream_id, on, moment, _metrics(stream_id, on, moment, whole=True))


def _figures(stream_id: int, on: datetime.date, moment: datetime.datetime, metrics: list[Figures]) -> Figures:
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
        "metrics": metrics,
    }


CALCULATION = 2
CALCULATIONS: dict[int, Callable[[int, datetime.date, datetime.datetime], Figures]] = {1: figures_at, 2: figures_with_readings_at}


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


def _metrics(stream_id: int, on: datetime.date, moment: datetime.datetime, *, whole: bool) -> list[Figures]:
    """Return each metric that had a baseline, a target or a reading: the last of each as it was known, or all if `whole`."""
    goals = GoalRevision.objects.known_at(moment).filter(metric__stream=stream_id).order_by("pk")
    readings = Observation.objects.known_at(moment).filter(metric__stream=stream_id, on__lte=on).order_by("on", "pk")
    metrics: dict[int, Figures] = {}
    for metric, goal, pk, value, day, set_on in goals.values_list("metric", "goal", "pk", "value", "on", "set_on"):
        row = _of(metrics, metric, whole=whole)
        row[goal] = None if value is None else {"row": pk, "value": _exact(value), "on": day}
        if whole:
            row["goals"].append({"goal": goal, "set_on": set_on, "value": None if value is None else _exact(value), "on": day})
    for metric, pk, value, day in readings.values_list("metric", "pk", "value", "on"):
        row = _of(metrics, metric, whole=whole)
        row["latest"] = {"row": pk, "value": _exact(value), "on": day}
        if whole:
            row["readings"].append([day, _exact(value)])
    return [metrics[metric] for metric in sorted(metrics)]


def _of(metrics: dict[int, Figures], metric: int, *, whole: bool) -> Figures:
    row: Figures = {"metric": metric, "baseline": None, "target": None, "latest": None}
    return metrics.setdefault(metric, {**row, **({"goals": [], "readings": []} if whole else {})})


def _exact(value: Decimal) -> str:
    """Write a value without trailing zeros, whatever the database gives back."""
    return f"{value.normalize():f}"
