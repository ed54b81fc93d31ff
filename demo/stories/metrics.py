"""The demo's metrics and savings: stories in numbers, with corrections, revised targets, overdue readings and a shared offset."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from ledger.subjects import Subject
from metrics.choices import Goal
from metrics.definition import actions, exemplars
from metrics.definition.rules import GoalOn
from metrics.models import Metric, SavingRevision
from metrics.readings.actions import correct_observation
from metrics.readings.importing import import_observations
from metrics.savings import actions as savings
from people.models import Person, User
from residencies.models import Residency

AMOUNTS = ("low_cents", "likely_cents", "high_cents")
DAY = datetime.timedelta(days=1)
Value = float | tuple[int, int]


def define(
    subject: Subject, today: datetime.date, *, example: str, baseline: float | None, target: float | None, in_days: int, star: bool,
    owner: Person, by: User, name: str = "",
) -> None:  # fmt: skip
    """Define a metric from an example, with a baseline of today and a target in `in_days` days."""
    initial = {**exemplars.BY_CODE[example].initial}
    initial |= {"name": name} if name else {}
    goals: dict[str, Any] = {
        "baseline": None if baseline is None else GoalOn(Decimal(str(baseline)), today),
        "target": None if target is None else GoalOn(Decimal(str(target)), today + in_days * DAY),
    }
    actions.define_metric(subject, **initial, **goals, owner=owner, is_north_star=star, by=by)


def report(subject: Subject, today: datetime.date, *, name: str, values: Sequence[Value], every: int, note: str, by: User) -> None:
    """Import readings `every` days apart, the last one for today, from the team's spreadsheet; `note` explains the last."""
    rows = ["Metric,Date,Value,Numerator,Denominator,Note", *_rows(today, name, values, every, note)]
    import_observations(subject, "\n".join(rows), source="value.xlsx", by=by)


def _rows(today: datetime.date, name: str, values: Sequence[Value], every: int, note: str) -> Iterator[str]:
    for number, value in enumerate(values):
        back = len(values) - number - 1
        figures = f",{value[0]},{value[1]}" if isinstance(value, tuple) else f"{value},,"
        yield f'"{name}",{today - back * every * DAY},{figures},"{"" if back else note}"'


def correct(subject: Subject, *, name: str, value: float, reason: str, by: User) -> None:
    """Correct a metric's latest reading."""
    last = _metric(subject, name).observations.current().order_by("-on")[0]
    correct_observation(last, value=Decimal(str(value)), note=last.note, reason=reason, acknowledged=True, by=by)


def retarget(subject: Subject, today: datetime.date, *, name: str, value: float, in_days: int, reason: str, by: User) -> None:
    """Change a metric's target."""
    metric = _metric(subject, name)
    goal: dict[str, Any] = {"goal": Goal.TARGET, "value": GoalOn(Decimal(str(value)), today + in_days * DAY), "set_on": today}
    actions.set_goal(metric, **goal, reason=reason, shown_revision=metric.revision, by=by)


def retire(subject: Subject, *, name: str, reason: str, by: User) -> None:
    metric = _metric(subject, name)
    actions.retire_metric(metric, reason=reason, shown_revision=metric.revision, by=by)


def save(
    subject: Subject, today: datetime.date, *, name: str, kind: str, thousands: tuple[int, int, int] | None, method: str, since: int = 0, days: int = 364,
    source: str = "", metric: str = "", is_reuse: bool = False, by: User,
) -> None:  # fmt: skip
    """Record a saving of a year that began `since` days ago, in thousands of dollars (low, likely, high); its source is a metric's latest reading or a page."""
    amounts: dict[str, Any] = dict(zip(AMOUNTS, (amount * 100_000 for amount in thousands), strict=True)) if thousands else {}
    reading = _metric(subject, metric).observations.current().order_by("-on")[0] if metric else None
    link = "" if reading else f"https://example.org/{source}"
    period: dict[str, Any] = {"from_on": today - since * DAY, "to_on": today + (days - since) * DAY}
    savings.record_saving(
        subject, name=name, kind=kind, method=method, **period, **amounts, link=link, reading=reading, is_reuse=is_reuse, by=by
    )


def correct_saving(subject: Subject, *, name: str, thousands: tuple[int, int, int], reason: str, by: User) -> None:
    row = SavingRevision.objects.current().get(saving__stream=subject.stream, name=name)
    values = {each: getattr(row, each) for each in savings.CONTENT}
    values |= dict(zip(AMOUNTS, (amount * 100_000 for amount in thousands), strict=True))
    savings.correct_saving(row, **values, reason=reason, by=by)


def share(subject: Subject, *, name: str, keeps: int, product: str, part: int, by: User) -> None:
    """Give a part of an offset, in percent, to the residency of another product."""
    row = SavingRevision.objects.current().get(saving__stream=subject.stream, name=name)
    taker = Residency.objects.filter(product=product).order_by("-pk")[0]
    savings.set_part(row.saving, subject, share=keeps * 100, reason=f"{product} uses it too.", by=by)
    savings.set_part(row.saving, taker, share=part * 100, by=by)


def reuse(subject: Subject, today: datetime.date, *, component: str, product: str, by: User) -> None:
    """Record that the residency of another product took a component of this one."""
    taker = Residency.objects.filter(product=product).order_by("-pk")[0]
    savings.record_reuse(subject, taker, component=component, on=today, given=True, by=by)


def _metric(subject: Subject, name: str) -> Metric:
    metric = Metric.objects.active().get(stream=subject.stream, name=name)
    metric.stream = subject.stream
    return metric
