"""Acts on metrics: define, edit, set a baseline or target, choose the north star, retire and restore (EL-90)."""

from __future__ import annotations

import datetime
from copy import copy
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from acts.revisions import refuse_if_stale
from findings import Finding, Refused, blocking, refuse
from ledger.actions import append, revise
from ledger.models import Stream
from ledger.subjects import Subject, lock, refuse_after_end
from metrics.choices import MOST_METRICS, Cadence, Direction, Goal, MetricKind
from metrics.definition import rules
from metrics.definition.rules import GoalOn
from metrics.figures import figure
from metrics.models import GoalRevision, Metric
from people.actions import known_or_new
from people.models import Person
from spelling.compare import title_key

PLACE = "value"
FIXED = ("unit", "numerator_label", "denominator_label")


# ── Define and edit ──────────────────────────────────────────────────────────────────────────


@act("metrics.keep_metrics")
def define_metric(
    subject: Subject, *, owner: Person | None, is_north_star: bool = False, baseline: GoalOn | None = None,
    target: GoalOn | None = None, set_on: datetime.date | None = None, example: str = "", by: Actor, person_name: str = "",
    email: str = "", **fields: Any,
) -> Metric:  # fmt: skip
    """Define a metric, with its baseline and target if they are known; `set_on` is the day they were decided, by default today.

    A subject has one north star: with `is_north_star`, the earlier one gives it up. For an owner who isn't on record, give
    `person_name` and, if known, `email`. Raises `Refused`: `metric-name-taken`, `metrics-many`, `metric-ratio`, and what
    `set_goal` raises.
    """
    subject = lock(subject.stream)
    if not subject.is_under_way:
        refuse_after_end(subject.stream, "metric-defined")
    today = timezone.localdate()
    decided_on = set_on or today
    metric = Metric(stream=subject.stream, example=example, defined_on=today, defined_by=account_of(by), **_tidy(fields))
    findings = [*_name_faults(metric), *rules.definition_faults(numerator=metric.numerator_label, denominator=metric.denominator_label)]
    findings += rules.goal_faults(baseline, target, direction=metric.direction, unit=metric.unit, set_on=decided_on, today=today)
    if findings:
        raise Refused(findings)
    if owner is None and person_name.strip():
        owner = known_or_new(name=person_name, email=email, by=by)
    before = _take_star(subject) if is_north_star else None
    metric.owner, metric.is_north_star = owner, is_north_star
    _apply(metric, baseline=baseline, target=target)
    keep_due(metric)
    metric.save(force_insert=True)
    for goal, wanted in ((Goal.BASELINE, baseline), (Goal.TARGET, target)):
        if wanted is not None:
            _write_goal(metric, goal, wanted, set_on=decided_on, reason="", by=by)
    facts = _facts(metric) | {"metric_kind": metric.kind, "owner": owner.name if owner else ""}
    facts |= {"north_star": is_north_star} | ({"before": before.name} if before else {})
    facts |= {name: figure(goal.value, metric.unit) for name, goal in (("baseline", baseline), ("target", target)) if goal}
    append(subject.stream, "metric-defined", by=by, facts={name: value for name, value in facts.items() if value})
    return metric


@act("metrics.keep_metric")
def edit_metric(
    metric: Metric, *, owner: Person | None, shown_revision: int, by: Actor, person_name: str = "", email: str = "", **fields: Any
) -> Metric:
    """Change what a metric is called, how it is measured, how often, or who owns it.

    Its unit, and whether it is a ratio, are fixed once it has readings. Raises `Stale`, and `Refused`: `metric-retired`,
    `metric-name-taken`, `metric-unit-fixed`, `metric-ratio`, `target-direction`.
    """
    current = _locked(metric)
    changes = _tidy(fields)
    if current.revision == shown_revision:
        _refuse_faults(current, changes)
        if owner is None and person_name.strip():
            owner = known_or_new(name=person_name, email=email, by=by)
    cadence = changes.get("cadence", current.cadence)
    changes |= {"owner": owner, "next_due_on": due_with(current, cadence)}
    return revise(
        current, shown_revision=shown_revision, changes=changes, act="metric-changed", by=by, stream=current.stream, facts=_facts(current)
    )


def _refuse_faults(current: Metric, changes: dict[str, Any]) -> None:
    """Raise `Refused` if a metric with `changes` would be wrong."""
    _refuse_if_retired(current)
    wanted = copy(current)
    for name, value in changes.items():
        setattr(wanted, name, value)
    findings = list(_name_faults(wanted))
    findings += rules.definition_faults(numerator=wanted.numerator_label, denominator=wanted.denominator_label)
    is_fixed = current.last_on is not None or current.baseline_value is not None or current.target_value is not None
    if is_fixed and any(getattr(wanted, name) != getattr(current, name) for name in FIXED):
        findings.append(
            blocking(
                "metric-unit-fixed",
                _("This metric already has figures, so its unit and its parts can’t change."),
                _("Retire it and define a new one, so that old and new figures aren’t mixed."),
                PLACE,
            )
        )
    baseline, target = goals_of(current)
    today = timezone.localdate()
    findings += rules.goal_faults(baseline, target, direction=wanted.direction, unit=current.unit, set_on=today, today=today)
    if findings:
        raise Refused(findings)


@act("metrics.keep_metric")
def retire_metric(metric: Metric, *, reason: str, shown_revision: int, by: Actor) -> Metric:
    """Stop measuring by a metric, with a reason. It keeps its readings and targets. Raises `Stale`, and `Refused` (`metric-retired`, `no-reason`)."""
    current = _locked(metric)
    refuse_if_stale(current, shown_revision)
    _refuse_if_retired(current)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why the team no longer measures this."), PLACE)
    _save(current, retired_on=timezone.localdate(), retired_because=reason, is_north_star=False, next_due_on=None)
    append(current.stream, "metric-retired", by=by, facts=_facts(current) | {"reason": current.retired_because})
    return current


@act("metrics.keep_metric")
def restore_metric(metric: Metric, *, shown_revision: int, by: Actor) -> Metric:
    """Measure by a retired metric again. Raises `Stale`, and `Refused` (`metric-name-taken`, `metrics-many`). Does nothing if it isn't retired."""
    current = _locked(metric)
    if current.is_active:
        return current
    refuse_if_stale(current, shown_revision)
    if findings := list(_name_faults(current)):
        raise Refused(findings)
    current.retired_on = None
    due_on = due_with(current, current.cadence, since=timezone.localdate())
    _save(current, retired_on=None, retired_because="", next_due_on=due_on)
    append(current.stream, "metric-restored", by=by, facts=_facts(current))
    return current


@act("metrics.keep_metric")
def choose_north_star(metric: Metric, *, by: Actor) -> Metric:
    """Make a metric the subject's north star; the earlier one gives it up. Does nothing if it already is. Raises `Refused` (`metric-retired`)."""
    current = _locked(metric)
    _refuse_if_retired(current)
    if current.is_north_star:
        return current
    before = _take_star(current.subject)
    _save(current, is_north_star=True)
    append(current.stream, "north-star-chosen", by=by, facts=_facts(current) | ({"before": before.name} if before else {}))
    return current


# ── Baseline and target ──────────────────────────────────────────────────────────────────────


@act("metrics.keep_metric")
def set_goal(
    metric: Metric, *, goal: Goal, value: GoalOn | None, set_on: datetime.date, reason: str, shown_revision: int, by: Actor
) -> Metric:
    """Set a metric's baseline or target, or remove it with None. The earlier one stays on record, with the days on which it applied.

    `set_on` is the day it was decided: progress is measured against it from then on. Raises `Stale`, and `Refused`:
    `metric-retired`, `no-reason` for a change, `goal-earlier` if it was decided before the one it replaces,
    `target-before-baseline`, `target-direction`, `metric-value`, `day-to-come`.
    """
    current = _locked(metric)
    before = GoalOn(*pair) if (pair := _pair(current, goal)) else None
    refuse_if_stale(current, shown_revision, {f"{goal}_value": value.value if value else None, f"{goal}_on": value.on if value else None})
    if value == before:
        return current
    findings = list(_goal_findings(current, goal, value, before, set_on, reason))
    if findings:
        raise Refused(findings)
    _apply(current, **{goal.value: value})
    current.next_due_on = due_with(current, current.cadence)
    _save(current, **{name: getattr(current, name) for name in (f"{goal}_value", f"{goal}_on", "next_due_on")})
    row = _write_goal(current, goal, value, set_on=set_on, reason=reason, by=by)
    facts: dict[str, Any] = {
        name: figure(each.value, current.unit) if each else "" for name, each in (("before", before), ("figure", value))
    }
    facts |= {"for_day": value.on if value else "", "reason": row.reason, "decided_on": set_on}
    name = f"{goal}-{'removed' if value is None else 'changed' if before else 'set'}"
    append(current.stream, name, by=by, facts=_facts(current) | {key: fact for key, fact in facts.items() if fact})
    return current


def _goal_findings(
    current: Metric, goal: Goal, value: GoalOn | None, before: GoalOn | None, set_on: datetime.date, reason: str
) -> list[Finding]:
    findings = []
    if not current.is_active:
        findings.append(_retired())
    if before is not None and not reason.strip():
        findings.append(blocking("no-reason", _("A reason is required."), _("Say why it changes."), PLACE))
    baseline, target = goals_of(current)
    pair = (value, target) if goal == Goal.BASELINE else (baseline, value)
    findings += rules.goal_faults(*pair, direction=current.direction, unit=current.unit, set_on=set_on, today=timezone.localdate())
    last = GoalRevision.objects.filter(metric=current, goal=goal).last()
    if last and set_on < last.set_on:
        findings.append(
            blocking(
                "goal-earlier",
                _("The one it replaces was decided later."),
                _("Enter the day this one was decided. It can’t be before the day the earlier one was."),
                PLACE,
            )
        )
    return findings


def _pair(metric: Metric, goal: Goal) -> tuple[Any, Any] | None:
    value, on = getattr(metric, f"{goal}_value"), getattr(metric, f"{goal}_on")
    return None if value is None else (value, on)


def goals_of(metric: Metric) -> tuple[GoalOn | None, GoalOn | None]:
    """Return a metric's current baseline and target."""
    baseline, target = _pair(metric, Goal.BASELINE), _pair(metric, Goal.TARGET)
    return (GoalOn(*baseline) if baseline else None), (GoalOn(*target) if target else None)


def _apply(metric: Metric, **goals: GoalOn | None) -> None:
    for name, goal in goals.items():
        setattr(metric, f"{name}_value", goal.value if goal else None)
        setattr(metric, f"{name}_on", goal.on if goal else None)


def _write_goal(metric: Metric, goal: Goal, value: GoalOn | None, *, set_on: datetime.date, reason: str, by: Actor) -> GoalRevision:
    return GoalRevision.objects.create(
        metric=metric, goal=goal, value=value.value if value else None, on=value.on if value else None, set_on=set_on,
        reason=reason, entered_by=account_of(by),
    )  # fmt: skip


# ── Reporting after the end ──────────────────────────────────────────────────────────────────


@part
def report_until(metric: Metric, until: datetime.date | None, *, owner: Person | None = None, cadence: str = "") -> Metric:
    """Let a metric's owner report it until a day, even once its subject has ended (EL-86); None ends that.

    Part of an act that holds the subject's lock and writes the event. With `owner` or `cadence`, those change too. From the end on,
    reminders and readings go on for this metric alone, and have names of their own in the ledger (metrics/followers.py).
    """
    current = Metric.objects.select_for_update(of=("self",)).get(pk=metric.pk)
    current.stream = metric.stream
    cadence = cadence or current.cadence
    goes_on = until is not None or current.subject.is_under_way
    due_on = due_with(current, cadence) if goes_on else None
    _save(current, owner=owner or current.owner, cadence=cadence, after_end_until=until, next_due_on=due_on)
    return current


@part
def expect_reading(metric: Metric, due_on: datetime.date | None) -> None:
    """Expect the next reading of a metric on a day that its cadence doesn't give, or none. Part of an act that holds the subject's lock."""
    Metric.objects.filter(pk=metric.pk).update(next_due_on=due_on)


@part
def metric_to_report(stream: Stream, *, name: str, unit: str, by: Actor) -> Metric:
    """Return the subject's active metric with this name, or define one; part of the act by which someone commits to report it (EL-86)."""
    label = _shortened(name)
    for metric in Metric.objects.active().filter(stream=stream):
        if title_key(metric.name) == title_key(label):
            return metric
    fields = {"kind": MetricKind.OTHER, "unit": unit, "direction": Direction.UP, "cadence": Cadence.QUARTERLY, "method": name}
    metric = Metric.objects.create(stream=stream, name=label, defined_on=timezone.localdate(), defined_by=account_of(by), **fields)
    append(stream, "benefit-metric-defined", by=by, facts=_facts(metric))
    return metric


def _shortened(name: str) -> str:
    most = Metric._meta.get_field("name").max_length or 0
    return name if len(name) <= most else f"{name[: most - 1]}…"


# ── Shared ───────────────────────────────────────────────────────────────────────────────────


def due_with(metric: Metric, cadence: str, *, since: datetime.date | None = None) -> datetime.date | None:
    """Return when the next reading is due at `cadence`; None for a retired metric."""
    if not metric.is_active:
        return None
    begins = max(day for day in (metric.defined_on, metric.baseline_on, since) if day)
    due_on = rules.next_due(cadence, last_on=metric.last_on, since=begins)
    return max(due_on, since) if since else due_on


def keep_due(metric: Metric) -> None:
    """Set when the metric's next reading is due."""
    metric.next_due_on = due_with(metric, metric.cadence)


def _locked(metric: Metric) -> Metric:
    """Lock the metric's subject, then the metric, and return it as it is now. Raises `Refused` (`ended`)."""
    subject = lock(metric.stream)
    if not subject.is_under_way:
        refuse_after_end(subject.stream, "metric-changed")
    current = Metric.objects.select_for_update(of=("self",)).get(pk=metric.pk)
    current.stream = subject.stream
    return current


def _take_star(subject: Subject) -> Metric | None:
    """Take the north star from the metric that has it, and return that metric."""
    before = Metric.objects.active().filter(stream=subject.stream, is_north_star=True).first()
    if before:
        _save(before, is_north_star=False)
    return before


def _save(metric: Metric, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(metric, name, value)
    metric.revision += 1
    metric.save(update_fields=[*changes, "revision"])


def _tidy(fields: dict[str, Any]) -> dict[str, Any]:
    lines = ("name", "unit", *FIXED[1:])
    return {name: " ".join(value.split()) if name in lines else value for name, value in fields.items()}


def _name_faults(metric: Metric) -> list[Finding]:
    """Find out whether the subject has another active metric with this name, or too many; one query."""
    others = Metric.objects.active().filter(stream=metric.stream).exclude(pk=metric.pk).values_list("name", flat=True)
    names = {title_key(name) for name in others}
    if title_key(metric.name) in names:
        message = _("There is already a metric called “%(name)s”.") % {"name": metric.name}
        return [blocking("metric-name-taken", message, _("Use another name, or retire the other metric first."), PLACE)]
    if len(names) >= MOST_METRICS:
        message = _("There are already %(most)d metrics.") % {"most": MOST_METRICS}
        return [blocking("metrics-many", message, _("Retire those that the team no longer uses."), PLACE)]
    return []


def _refuse_if_retired(metric: Metric) -> None:
    if not metric.is_active:
        raise Refused([_retired()])


def _retired() -> Finding:
    return blocking("metric-retired", _("This metric has been retired."), _("Restore it first."), PLACE)


def _facts(metric: Metric) -> dict[str, Any]:
    """Return a metric's facts, including its name, so that history needs no lookup."""
    return {"metric": metric.name, "metric_id": metric.pk}
