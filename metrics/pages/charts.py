"""A metric as a chart: readings, baseline, targets of their days, releases and phases (EL-92)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from metrics.choices import Goal
from metrics.definition import rules
from metrics.definition.rules import GoalOn
from metrics.figures import figure
from metrics.models import GoalRevision, Metric
from metrics.readings.rules import Reading
from web.charts.lines import At, LineChart, Mark
from web.charts.small import Point

MOST_POINTS = 120
Goals = list[tuple[datetime.date, GoalOn | None]]


def goals_from(rows: Iterable[GoalRevision]) -> tuple[Goals, Goals]:
    """Return the baselines and the targets in `rows`, oldest first, each with the day it was set."""
    goals: dict[str, Goals] = {Goal.BASELINE: [], Goal.TARGET: []}
    for row in rows:
        goals[row.goal].append((row.set_on, GoalOn(row.value, row.on) if row.value is not None and row.on else None))
    return goals[Goal.BASELINE], goals[Goal.TARGET]


def latest(goals: Goals) -> GoalOn | None:
    return goals[-1][1] if goals else None


def chart_of(
    metric: Metric, readings: Sequence[Reading], goals: tuple[Goals, Goals], milestones: Iterable[tuple[datetime.date, str]] = ()
) -> LineChart:
    """Return the chart of a metric's readings, oldest first; its title says what it shows."""
    points = [(each.on, each.value) for each in readings]
    return drawn(metric.pk, metric.name, metric.unit, points, goals, milestones, table=f"readings-{metric.pk}")


def drawn(
    key: int, name: str, unit: str, readings: Sequence[tuple[datetime.date, Decimal]], goals: tuple[Goals, Goals],
    milestones: Iterable[tuple[datetime.date, str]] = (), *, table: str = "",
) -> LineChart:  # fmt: skip
    """Return the chart of readings, oldest first, of a metric as it was called at some time; a sealed report draws its own figures."""
    baselines, targets = goals
    baseline, target = latest(baselines), latest(targets)
    shown = list(readings[-MOST_POINTS:])
    value = shown[-1][1] if shown else None
    return LineChart(
        key=f"metric-{key}",
        title=f"{name}: {rules.message(baseline, target, value, unit)}",
        table=table,
        points=[At(on, float(each)) for on, each in shown],
        baseline=At(baseline.on, float(baseline.value), _("Baseline %(value)s") % {"value": figure(baseline.value, unit)})
        if baseline
        else None,
        targets=_steps(targets, unit),
        until=target.on if target else None,
        marks=[Mark(on, label) for on, label in milestones],
        tick=lambda each: _tick(each, unit),
    )


def _steps(targets: Goals, unit: str) -> list[At]:
    """Return the targets that applied from each day on. If the last was removed, none is drawn."""
    if latest(targets) is None:
        return []
    return [
        At(on, float(goal.value), _("Target %(value)s") % {"value": figure(goal.value, unit)}) for on, goal in targets if goal is not None
    ]


def _tick(value: float, unit: str) -> str:
    """Return a short text for the axis: the sign of dollars and percentages, but no words."""
    exact = Decimal(str(value))
    if unit == "$" and abs(exact) >= 10_000:
        thousand = exact / 1000
        return f"{figure(thousand if abs(exact) < 1_000_000 else thousand / 1000, unit)}{'k' if abs(exact) < 1_000_000 else 'M'}"
    return figure(exact, unit if unit in ("$", "%") else "").strip()


def trend(readings: Sequence[Reading], unit: str) -> list[Point]:
    """Return readings, oldest first, as the points of a sparkline."""
    return [Point(date_format(each.on, "F Y"), float(each.value), figure(each.value, unit)) for each in readings]
