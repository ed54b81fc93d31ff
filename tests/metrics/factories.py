"""Metrics and readings for tests, made through the acts that people use."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from ledger.subjects import Subject
from metrics.definition import actions
from metrics.definition.rules import GoalOn
from metrics.models import Metric, Observation, ReuseLink, SavingRevision
from metrics.readings import actions as readings
from metrics.savings import actions as savings
from people.models import User
from tests.factories import account

DAY = datetime.timedelta(days=1)
FIELDS = {
    "name": "Median days to a decision",
    "kind": "user-value",
    "unit": "days",
    "direction": "down",
    "cadence": "monthly",
    "method": "From submission to decision, for every application decided in the month.",
    "numerator_label": "",
    "denominator_label": "",
}
RATIO = {
    "name": "People who finish",
    "unit": "%",
    "direction": "up",
    "numerator_label": "People who finished",
    "denominator_label": "People who started",
}


def ago(days: int) -> datetime.date:
    return timezone.localdate() - days * DAY


def goal(value: Any, days_ago: int) -> GoalOn:
    """Return a baseline or target of a day; one that is still to come has a negative number."""
    return GoalOn(Decimal(str(value)), ago(days_ago))


def metric(of: Subject, *, by: User | None = None, baseline: Any = "61", target: Any = None, **fields: Any) -> Metric:
    """Define a metric, by default with a baseline of 61 days two hundred days ago."""
    goals: dict[str, Any] = {"baseline": goal(baseline, 200) if baseline is not None else None}
    goals["target"] = goal(target, -120) if target is not None else None
    values = {**FIELDS, "owner": None, **goals, "set_on": ago(190), **fields}
    return actions.define_metric(of, **values, by=by or account("lab_ops"))


def reading(of: Metric, value: Any = "60", *, on: datetime.date | None = None, by: Any = None, **fields: Any) -> Observation:
    """Record a reading, by default of today; what the act would ask about is confirmed."""
    numbers = {} if of.is_ratio else {"value": Decimal(str(value))}
    fields = {"acknowledged": True, **numbers, **fields}
    return readings.record_observation(of, on=on or timezone.localdate(), **fields, by=by or account("lab_ops"))


def series(of: Metric, *values: Any, every: int = 30) -> list[Observation]:
    """Record readings at even distances, the last one today."""
    return [reading(of, value, on=ago(every * (len(values) - number - 1))) for number, value in enumerate(values)]


SAVING = {
    "kind": "cashable",
    "name": "Letters that are no longer posted",
    "low_cents": 40_000_00,
    "likely_cents": 50_000_00,
    "high_cents": 60_000_00,
    "method": "20,000 letters × $2.50.",
    "link": "https://example.org/postage",
}


def saving(of: Subject, *, by: User | None = None, **fields: Any) -> SavingRevision:
    """Record a saving, by default $50,000 of postage in the year that began a hundred days ago."""
    values = {**SAVING, "from_on": ago(100), "to_on": ago(-264), **fields}
    return savings.record_saving(of, **values, by=by or account("lab_ops"))


def offset(of: Subject, **fields: Any) -> SavingRevision:
    """Record the reuse of a component, whose parts can count in several residencies."""
    return saving(of, **{"kind": "avoided", "name": "Address lookup that was reused", "is_reuse": True, **fields})


def corrected(revision: SavingRevision, *, by: User | None = None, reason: str = "Counted again.", **fields: Any) -> SavingRevision:
    """Correct a saving; what isn't given stays."""
    values = {name: getattr(revision, name) for name in savings.CONTENT} | fields
    return savings.correct_saving(revision, reason=reason, **values, by=by or account("lab_ops"))


def reused(taker: Subject, giver: Subject, component: str = "Address lookup", *, by: User | None = None) -> ReuseLink:
    """Record that a residency took a component of another today."""
    return savings.record_reuse(taker, giver, component=component, on=timezone.localdate(), by=by or account("lab_ops"))
