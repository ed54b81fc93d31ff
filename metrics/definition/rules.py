"""Progress from baseline to target, when the next reading is due, and what is wrong with a metric. No tables, no clock (EL-90, EL-92)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dates.months import months_after
from findings import Finding, Severity, blocking
from metrics.choices import LARGEST, Cadence, Direction
from metrics.figures import figure

VALUE = "value"
WEEKS = {Cadence.WEEKLY: 1, Cadence.BIWEEKLY: 2}
MONTHS = {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3, Cadence.YEARLY: 12}


# ── When a reading is due ────────────────────────────────────────────────────────────────────


def next_due(cadence: str, *, last_on: datetime.date | None, since: datetime.date) -> datetime.date:
    """Return the day the next reading is due: one turn of the cadence after the last, or after `since` if there is none yet."""
    day = last_on or since
    if cadence in WEEKS:
        return day + datetime.timedelta(weeks=WEEKS[Cadence(cadence)])
    return months_after(day, MONTHS[Cadence(cadence)])


# ── Progress ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class GoalOn:
    """A baseline or target: its value, and its date."""

    value: Decimal
    on: datetime.date


@dataclass(frozen=True)
class Progress:
    """How far a value is from its baseline to its target. Without `share`, `words` says why there is none."""

    share: Decimal | None
    words: str

    @property
    def percent(self) -> int | None:
        return None if self.share is None else whole_percent(self.share)


def share(baseline: Decimal, target: Decimal, value: Decimal) -> Decimal | None:
    """Return (value − baseline) ÷ (target − baseline), the same for either direction; None if baseline and target are equal."""
    return None if target == baseline else (value - baseline) / (target - baseline)


def whole_percent(share: Decimal) -> int:
    """Return a share in whole percent. It is 100 only once the target is reached, and 0 only without movement."""
    percent = int((share * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if percent >= 100 and share < 1:
        return 99
    if percent == 0 and share:
        return 1 if share > 0 else -1
    return percent


def progress(baseline: GoalOn | None, target: GoalOn | None, value: Decimal | None, *, direction: str, unit: str) -> Progress:
    """Return the progress of a value, with a sentence for every case in which there is no share."""
    if value is None:
        return Progress(None, _("No reading yet"))
    if baseline is None:
        return Progress(None, _("No baseline yet, so progress can’t be measured"))
    if target is None:
        return Progress(None, _("No target yet"))
    done = share(baseline.value, target.value, value)
    if done is None:
        return Progress(None, _held(target.value, value, direction, unit))
    return Progress(done, _in_words(done))


def _held(target: Decimal, value: Decimal, direction: str, unit: str) -> str:
    """Return the sentence for a target that is the baseline: there is no way to go, only a level to hold."""
    params = {"target": figure(target, unit)}
    if value == target:
        return _("Holding at the target of %(target)s, which is also the baseline") % params
    better = value > target if direction == Direction.UP else value < target
    if better:
        return _("Better than the target of %(target)s, which is also the baseline") % params
    return _("Short of the target of %(target)s, which is also the baseline") % params


def _in_words(done: Decimal) -> str:
    params = {"percent": whole_percent(abs(done))}
    if done == 1:
        return _("Target reached")
    if done > 1:
        return _("Past the target: %(percent)d%% of the way") % params
    if not done:
        return _("No change from the baseline")
    if done < 0:
        return _("Further from the target than the baseline")
    return _("%(percent)d%% of the way to the target") % params


def of_its_day(goals: Sequence[tuple[datetime.date, GoalOn | None]], on: datetime.date) -> GoalOn | None:
    """Return the goal that applied on a day, from goals with the days they were set, oldest first; None if none was set by then."""
    applied = None
    for set_on, goal in goals:
        if set_on > on:
            break
        applied = goal
    return applied


def message(baseline: GoalOn | None, target: GoalOn | None, value: Decimal | None, unit: str) -> str:
    """Return what a chart says in one line: "61 → 34 days; target 15 days by 31 March 2027"."""
    if value is None and baseline is None:
        text = _("No readings yet")
    elif value is None:
        assert baseline is not None  # noqa: S101 - just asked
        text = _("Baseline %(value)s, no readings yet") % {"value": figure(baseline.value, unit)}
    elif baseline is None:
        text = _("Now %(value)s") % {"value": figure(value, unit)}
    else:
        text = _("%(before)s → %(now)s") % {"before": figure(baseline.value, unit), "now": figure(value, unit)}
    if target is None:
        return text
    params = {"text": text, "target": figure(target.value, unit), "day": date_format(target.on, "j F Y")}
    return _("%(text)s; target %(target)s by %(day)s") % params


# ── Faults ───────────────────────────────────────────────────────────────────────────────────


def definition_faults(*, numerator: str, denominator: str) -> Iterator[Finding]:
    """Check that a ratio names both of its parts."""
    if bool(numerator) != bool(denominator):
        yield blocking(
            "metric-ratio",
            _("A ratio needs both a numerator and a denominator."),
            _("Say what is counted and what it is divided by, or leave both blank."),
            VALUE,
        )


def goal_faults(
    baseline: GoalOn | None, target: GoalOn | None, *, direction: str, unit: str, set_on: datetime.date, today: datetime.date
) -> Iterator[Finding]:
    """Check a metric's baseline and target together."""
    for goal in (baseline, target):
        if goal is not None and abs(goal.value) > LARGEST:
            yield blocking("metric-value", _("That figure is too large."), _("Use a larger unit, such as thousands."), VALUE)
    if set_on > today:
        yield blocking("day-to-come", _("That date is in the future."), _("Use today’s date or an earlier one."), VALUE)
    if baseline and baseline.on > today:
        yield blocking("day-to-come", _("The date of the baseline is in the future."), _("Use the day on which it was measured."), VALUE)
    if baseline and target:
        yield from _against_each_other(baseline, target, direction, unit)


def _against_each_other(baseline: GoalOn, target: GoalOn, direction: str, unit: str) -> Iterator[Finding]:
    params = {"baseline": figure(baseline.value, unit), "target": figure(target.value, unit)}
    if target.on <= baseline.on:
        yield blocking(
            "target-before-baseline",
            _("The target’s date is not after the baseline’s, %(day)s.") % {"day": date_format(baseline.on, "j F Y")},
            _("Use a later date for the target."),
            VALUE,
        )
    if direction == Direction.DOWN and target.value > baseline.value:
        yield blocking(
            "target-direction",
            _("Lower is better for this metric, but the target of %(target)s is higher than the baseline of %(baseline)s.") % params,
            _("Check the two figures, or change the direction of the metric."),
            VALUE,
        )
    if direction == Direction.UP and target.value < baseline.value:
        yield blocking(
            "target-direction",
            _("Higher is better for this metric, but the target of %(target)s is lower than the baseline of %(baseline)s.") % params,
            _("Check the two figures, or change the direction of the metric."),
            VALUE,
        )


def not_measured(has_north_star: bool, with_baseline: int, active: int) -> Iterator[Finding]:
    """Warn if a subject that delivers measures nothing yet (EL-90)."""
    if not active:
        yield Finding("no-metric", Severity.WARNS, _("The team has no metrics yet."), _("Define what the product should change."), VALUE)
    elif not with_baseline:
        yield Finding(
            "no-baseline",
            Severity.WARNS,
            _("None of the team’s metrics has a baseline."),
            _("Record where one of them started, so that progress can be measured."),
            VALUE,
        )
    if active and not has_north_star:
        yield Finding(
            "no-north-star",
            Severity.WARNS,
            _("The team hasn’t chosen its north star."),
            _("Choose the one metric that matters most."),
            VALUE,
        )
