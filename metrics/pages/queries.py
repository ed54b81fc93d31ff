"""Queries for the pages of a subject's metrics: the list with its north star, and one metric as of any day (EL-90 to EL-92)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dates.moments import moment_of
from findings import Finding
from ledger.subjects import Subject, milestones_of
from metrics.definition import rules
from metrics.definition.actions import goals_of
from metrics.definition.rules import GoalOn, Progress
from metrics.figures import figure
from metrics.models import GoalRevision, Metric, Observation
from metrics.pages.charts import MOST_POINTS, Goals, chart_of, goals_from, latest, trend
from metrics.readings.rules import Reading
from residencies.models import Residency
from residencies.models.states import Phase
from web.charts.lines import LineChart
from web.charts.small import Point

TREND = 12  # readings in a sparkline
DELIVERING = (Phase.DELIVER, Phase.SUSTAIN)


@dataclass(frozen=True)
class MetricRow:
    """A metric as a list shows it: its latest value, progress and trend."""

    metric: Metric
    points: list[Point]
    today: datetime.date

    @property
    def value(self) -> str:
        return figure(self.metric.last_value, self.metric.unit)

    @property
    def baseline(self) -> str:
        return figure(self.metric.baseline_value, self.metric.unit)

    @property
    def target(self) -> str:
        """Return the target in words: "15 days by 31 March 2027"; empty for none. It says if the date passed without it."""
        if self.metric.target_on is None:
            return ""
        done = self.progress.share
        params = {"value": figure(self.metric.target_value, self.metric.unit), "day": date_format(self.metric.target_on, "j F Y")}
        missed = self.metric.target_on < self.today and done is not None and done < 1
        return (_("%(value)s was due by %(day)s") if missed else _("%(value)s by %(day)s")) % params

    @property
    def progress(self) -> Progress:
        baseline, target = goals_of(self.metric)
        return rules.progress(baseline, target, self.metric.last_value, direction=self.metric.direction, unit=self.metric.unit)

    @property
    def is_late(self) -> bool:
        """Return whether a reading is overdue."""
        due_on = self.metric.next_due_on
        return self.metric.is_active and due_on is not None and due_on < self.today


def trends(metrics: Iterable[Metric], star: Metric | None = None) -> dict[int, list[Reading]]:
    """Return each metric's last readings, oldest first, and of `star` as many as a chart shows; one query through their index."""
    rows = Observation.objects.current().filter(metric__in=[metric.pk for metric in metrics])
    wanted = Q(back__lte=TREND) | Q(back__lte=MOST_POINTS, metric=star) if star else Q(back__lte=TREND)
    ranked = rows.annotate(back=Window(RowNumber(), partition_by="metric", order_by=F("on").desc())).filter(wanted)
    readings: dict[int, list[Reading]] = defaultdict(list)
    for metric, on, value in ranked.order_by("metric", "on").values_list("metric", "on", "value"):
        readings[metric].append(Reading(on, value))
    return readings


class ValueOf:
    """A subject's metrics: the north star with its chart, the others as rows, and the retired ones. At most four queries."""

    def __init__(self, subject: Subject, today: datetime.date) -> None:
        self.subject, self.today = subject, today
        self.metrics = list(Metric.objects.filter(stream=subject.stream_id).select_related("owner"))
        for metric in self.metrics:
            metric.stream = subject.stream
        self.active = [metric for metric in self.metrics if metric.is_active]
        self.retired = [metric for metric in self.metrics if not metric.is_active]
        self.star = next((metric for metric in self.active if metric.is_north_star), None)
        self.trends = trends(self.active, self.star) if self.active else {}

    def row(self, metric: Metric) -> MetricRow:
        return MetricRow(metric, trend(self.trends.get(metric.pk, [])[-TREND:], metric.unit), self.today)

    @cached_property
    def rows(self) -> list[MetricRow]:
        """Return the metrics beside the north star."""
        return [self.row(metric) for metric in self.active if metric is not self.star]

    @cached_property
    def north_star(self) -> MetricRow | None:
        return self.row(self.star) if self.star else None

    @cached_property
    def chart(self) -> LineChart | None:
        """Return the north star's chart; None without readings."""
        if self.star is None or self.star.last_on is None:
            return None
        return chart_of(self.star, self.trends[self.star.pk], goals_from(self.star.goals.all()), milestones_of(self.subject))

    @cached_property
    def recent(self) -> list[tuple[Reading, str]]:
        """Return the north star's last readings with their text, newest first, for the table beneath its chart."""
        assert self.star is not None  # noqa: S101 - shown with the chart
        return [(each, figure(each.value, self.star.unit)) for each in reversed(self.trends.get(self.star.pk, [])[-TREND:])]

    @cached_property
    def findings(self) -> list[Finding]:
        """Return the warnings for a team that delivers and doesn't measure its value yet."""
        if not (isinstance(self.subject, Residency) and self.subject.is_under_way and self.subject.phase in DELIVERING):
            return []
        measured = sum(metric.baseline_value is not None for metric in self.active)
        return list(rules.not_measured(self.star is not None, measured, len(self.active)))


def readings_of(metric: Metric, known: QuerySet[Observation] | None = None) -> list[Reading]:
    """Return a metric's readings, oldest first: the current ones, or those in `known`."""
    rows = (Observation.objects.current() if known is None else known).filter(metric=metric)
    return [Reading(*row) for row in rows.order_by("on").values_list("on", "value")]


# ── One metric ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ReadingRow:
    """A reading as the table shows it, with its progress against the baseline and target of its day."""

    observation: Observation
    value: str
    progress: Progress
    parts: str


@dataclass(frozen=True)
class GoalRow:
    """A baseline or target in the history: the day it was set, its text, who set it and why."""

    label: str
    set_on: datetime.date
    text: str
    who: str
    reason: str


class MetricOf:
    """One metric as it is now, or as it was known at the end of the day `as_of`."""

    def __init__(self, metric: Metric, today: datetime.date, as_of: datetime.date | None = None) -> None:
        self.metric, self.today, self.as_of = metric, today, as_of
        rows = Observation.objects.filter(metric=metric)
        goals = GoalRevision.objects.filter(metric=metric).select_related("entered_by")
        if as_of is None:
            self.known, self._goal_rows = rows.current(), list(goals)
        else:
            end = moment_of(as_of + datetime.timedelta(days=1))
            self.known, self._goal_rows = rows.known_at(end), list(goals.known_at(end))
        self.readings = readings_of(metric, self.known)

    @cached_property
    def goals(self) -> tuple[Goals, Goals]:
        return goals_from(self._goal_rows)

    @property
    def value(self) -> Decimal | None:
        return self.readings[-1].value if self.readings else None

    @property
    def figure(self) -> str:
        return figure(self.value, self.metric.unit)

    @property
    def last_on(self) -> datetime.date | None:
        return self.readings[-1].on if self.readings else None

    @property
    def progress(self) -> Progress:
        baseline, target = (latest(each) for each in self.goals)
        return self._progress(baseline, target, self.value)

    @property
    def message(self) -> str:
        baseline, target = (latest(each) for each in self.goals)
        return rules.message(baseline, target, self.value, self.metric.unit)

    @cached_property
    def chart(self) -> LineChart | None:
        if not self.readings:
            return None
        return chart_of(self.metric, self.readings, self.goals, milestones_of(self.metric.subject))

    def row(self, observation: Observation) -> ReadingRow:
        """Return a reading with its progress against the goals of its day."""
        baseline = latest(self.goals[0])
        target = rules.of_its_day(self.goals[1], observation.on)
        metric = self.metric
        parts = ""
        if observation.denominator is not None:
            params = {"numerator": figure(observation.numerator, "").strip(), "denominator": figure(observation.denominator, "").strip()}
            parts = _("%(numerator)s of %(denominator)s") % params
        return ReadingRow(observation, figure(observation.value, metric.unit), self._progress(baseline, target, observation.value), parts)

    @cached_property
    def goal_rows(self) -> list[GoalRow]:
        """Return every baseline and target that was set, newest first."""
        return [self._goal_row(row) for row in reversed(self._goal_rows)]

    def _goal_row(self, row: GoalRevision) -> GoalRow:
        if row.value is None or row.on is None:
            text = _("Removed")
        else:
            text = _("%(value)s by %(day)s") if row.goal == "target" else _("%(value)s on %(day)s")
            text %= {"value": figure(row.value, self.metric.unit), "day": date_format(row.on, "j F Y")}
        return GoalRow(str(row.get_goal_display()), row.set_on, text, str(row.entered_by or ""), row.reason)

    def _progress(self, baseline: GoalOn | None, target: GoalOn | None, value: Decimal | None) -> Progress:
        return rules.progress(baseline, target, value, direction=self.metric.direction, unit=self.metric.unit)


@dataclass(frozen=True)
class Correction:
    """A reading that was corrected or removed: what it was, what replaced it, when, by whom and why."""

    on: datetime.date
    before: str
    after: str
    entered_at: datetime.datetime
    who: str
    reason: str


def corrections_of(metric: Metric, most: int = 20) -> Sequence[Correction]:
    """Return the last corrections of a metric's readings, newest first; one query."""
    rows = Observation.objects.filter(metric=metric, corrects__isnull=False).select_related("corrects", "entered_by", "person")
    return [
        Correction(
            row.corrects.on,  # type: ignore[union-attr]  # asked for by it
            figure(row.corrects.value, metric.unit),  # type: ignore[union-attr]
            _("removed") if row.removed else figure(row.value, metric.unit),
            row.entered_at,
            row.entered_name,
            row.reason,
        )
        for row in rows.order_by("-pk")[:most]
    ]
