"""Acts on readings: record, correct and remove (EL-91). Rows never change; a correction is a new row that names the old one."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from findings import Finding, Refused, blocking, refuse
from ledger.actions import append
from ledger.subjects import followed, lock, refuse_after_end
from metrics.choices import Source
from metrics.definition.actions import keep_due
from metrics.figures import PERCENT, figure
from metrics.models import Metric, Observation, ReadingLink
from metrics.readings import rules
from metrics.readings.links import ReadingLinkHolder
from metrics.readings.rules import Reading
from spelling.clean import unsafe_link

PLACE = "value"
READINGS_CHANGED = "readings_changed"
COMPARED = 13


@act("metrics.record_reading")
def record_observation(
    metric: Metric, *, on: datetime.date, value: Decimal | None = None, numerator: Decimal | None = None,
    denominator: Decimal | None = None, note: str = "", evidence: str = "", acknowledged: bool = False,
    client_key: uuid.UUID | None = None, by: Actor,
) -> Observation:  # fmt: skip
    """Record a metric's value on a day; a ratio takes its two numbers instead of a value.

    Sending the same `client_key`, or the same figure for the same day, again returns the first row. What may be a mistake is
    refused once and taken with `acknowledged`: `reading-jump`, `reading-before-baseline`, `reading-negative`. Raises `Refused`
    also for `reading-that-day`, `metric-retired`, `day-to-come`, `metric-value`, `metric-ratio`, `ratio-of-none`, `unsafe-link`, `ended`.
    """
    current = _locked(metric, on, "reading-recorded")
    if client_key and (sent := Observation.objects.filter(metric=current, client_key=client_key).first()):
        return sent
    if isinstance(by, ReadingLinkHolder) and not by.may_record(current):
        raise refuse("reading-link-used", _("A reading was already entered through this link."), _("Reload the page to change it."), PLACE)
    values = _values(current, value, numerator, denominator)
    _refuse_faults(on, values["value"], evidence)
    same_day = current.observations.current().filter(on=on).first()
    if same_day is not None and same_day.value == values["value"] and not isinstance(by, ReadingLinkHolder):
        return same_day
    if same_day is not None:
        raise Refused([_that_day(same_day, current)])
    if not acknowledged:
        _refuse_doubts(current, Reading(on, values["value"]))
    with followed(READINGS_CHANGED, current.stream, metric=current, by=by):
        observation = _write(current, by, on=on, note=note, evidence=evidence.strip(), client_key=client_key, **values)
        keep_latest(current)
        append(current.stream, _event(current, "reading-recorded"), by=by, facts=_facts(observation))
    return observation


@act("metrics.correct_reading")
def correct_observation(
    observation: Observation, *, reason: str, on: datetime.date | None = None, value: Decimal | None = None,
    numerator: Decimal | None = None, denominator: Decimal | None = None, note: str = "", evidence: str = "",
    acknowledged: bool = False, by: Actor,
) -> Observation:  # fmt: skip
    """Replace a reading with a corrected one; the earlier stays on record with its reason. A correction that changes nothing does nothing.

    Raises `Refused`: `reading-corrected` if someone else did so first, `no-reason`, and what `record_observation` raises.
    """
    day = on or observation.on
    current = _locked(observation.metric, day, "reading-corrected")
    before = _current(observation)
    values = _values(current, value, numerator, denominator)
    changes = {"on": day, "note": " ".join(note.split()), "evidence": evidence.strip(), **values}
    if all(getattr(before, name) == wanted for name, wanted in changes.items()):
        return before
    _refuse_faults(day, values["value"], evidence)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why you’re correcting the reading."), PLACE)
    if day != before.on and (same_day := current.observations.current().filter(on=day).first()):
        raise Refused([_that_day(same_day, current)])
    if not acknowledged:
        _refuse_doubts(current, Reading(day, values["value"]))
    with followed(READINGS_CHANGED, current.stream, metric=current, by=by):
        _retire(before)
        row = _write(current, by, corrects=before, reason=reason, **changes)
        keep_latest(current)
        facts = _facts(row) | {"before": figure(before.value, current.unit), "reason": row.reason}
        append(current.stream, _event(current, "reading-corrected"), by=by, facts=facts)
    return row


@act("metrics.keep_reading")
def remove_observation(observation: Observation, *, reason: str, by: Actor) -> Observation:
    """Remove a reading that was entered by mistake; it stays on record. Raises `Refused` (`reading-corrected`, `no-reason`, `ended`)."""
    current = _locked(observation.metric, observation.on, "reading-removed")
    before = _current(observation)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why you’re removing the reading."), PLACE)
    with followed(READINGS_CHANGED, current.stream, metric=current, by=by):
        _retire(before)
        values = {name: getattr(before, name) for name in ("on", "value", "numerator", "denominator", "note", "evidence")}
        row = _write(current, by, corrects=before, reason=reason, removed=True, is_current=False, **values)
        keep_latest(current)
        append(current.stream, _event(current, "reading-removed"), by=by, facts=_facts(row) | {"reason": row.reason})
    return row


# ── Shared ───────────────────────────────────────────────────────────────────────────────────


def _locked(metric: Metric, on: datetime.date, verb: str) -> Metric:
    """Lock the metric's subject, then the metric. Raises `Refused` (`metric-retired`, `ended`)."""
    subject = lock(metric.stream)
    current = Metric.objects.select_for_update(of=("self",)).get(pk=metric.pk)
    current.stream = subject.stream
    if not current.is_active:
        raise refuse("metric-retired", _("This metric has been retired."), _("Restore it first."), PLACE)
    if not current.takes_readings(on):
        refuse_after_end(subject.stream, verb)
    return current


def _current(observation: Observation) -> Observation:
    row = Observation.objects.get(pk=observation.pk)
    if not row.is_current:
        raise refuse(
            "reading-corrected",
            _("Someone has already corrected or removed this reading."),
            _("Reload the page to see what is there now."),
            PLACE,
        )
    return row


def _values(metric: Metric, value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None) -> dict[str, Any]:
    """Return the value and parts of a reading. Raises `Refused` if they don't suit the metric."""
    if not metric.is_ratio:
        if value is None:
            raise refuse("reading-none", _("The figure is missing."), _("Enter a number. 0 is fine."), PLACE)
        return {"value": value, "numerator": None, "denominator": None}
    if findings := list(rules.ratio_faults(numerator, denominator)):
        raise Refused(findings)
    assert numerator is not None  # noqa: S101 - just checked
    assert denominator is not None  # noqa: S101 - just checked
    return {
        "value": rules.quotient(numerator, denominator, percent=metric.unit == PERCENT),
        "numerator": numerator,
        "denominator": denominator,
    }


def _refuse_faults(on: datetime.date, value: Decimal, evidence: str) -> None:
    findings = list(rules.faults(on, value, today=timezone.localdate()))
    if evidence.strip() and (fault := unsafe_link(evidence)):
        findings.append(fault)
    if findings:
        raise Refused(findings)


def _refuse_doubts(metric: Metric, reading: Reading) -> None:
    rows = metric.observations.current().filter(on__lt=reading.on)
    earlier = [Reading(*row) for row in reversed(rows.order_by("-on").values_list("on", "value")[:COMPARED])]
    if not earlier and metric.baseline_value is not None and metric.baseline_on and metric.baseline_on < reading.on:
        earlier = [Reading(metric.baseline_on, metric.baseline_value)]
    least = metric.observations.current().aggregate(least=Min("value"))["least"]
    lowest = min(value for value in (least, metric.baseline_value, metric.target_value, Decimal()) if value is not None)
    doubts = list(rules.doubts(reading, earlier, baseline_on=metric.baseline_on, lowest=lowest, unit=metric.unit))
    if doubts:
        raise Refused(doubts)


def _that_day(row: Observation, metric: Metric) -> Finding:
    params = {"value": figure(row.value, metric.unit)}
    message = _("There is already a reading for that date: %(value)s.") % params
    return blocking("reading-that-day", message, _("If it’s wrong, correct that reading."), PLACE)


def _write(metric: Metric, by: Actor, **fields: Any) -> Observation:
    """Save a reading. If it came through a link, that link is used for it from now on."""
    link = by.link if isinstance(by, ReadingLinkHolder) else None
    origin = {"source": Source.LINK, "person": link.person} if link else {"source": Source.FORM}
    row = Observation.objects.create(metric=metric, entered_by=account_of(by), **origin, **fields)
    if link:
        ReadingLink.objects.filter(pk=link.pk).update(observation=row)
    return row


def _retire(observation: Observation) -> None:
    """Mark a reading as no longer current, before its correction takes its day."""
    Observation.objects.filter(pk=observation.pk).update(is_current=False)


@part
def keep_latest(metric: Metric) -> None:
    """Keep the metric's latest reading and when the next is due on its row, as they are after an act on its readings."""
    latest = metric.observations.current().order_by("-on").values_list("value", "on").first()
    metric.last_value, metric.last_on = latest or (None, None)
    keep_due(metric)
    metric.save(update_fields=["last_value", "last_on", "next_due_on"])


def _event(metric: Metric, name: str) -> str:
    """Return the ledger's name for an act on a reading. Those after the end have names of their own (metrics/followers.py)."""
    return name if metric.subject.is_under_way else f"benefit-{name}"


def _facts(observation: Observation) -> dict[str, Any]:
    metric = observation.metric
    facts = {"metric": metric.name, "metric_id": metric.pk, "reading": observation.pk, "for_day": observation.on}
    facts |= {"figure": figure(observation.value, metric.unit)}
    if observation.denominator is not None:
        facts |= {"numerator": observation.numerator, "denominator": observation.denominator}
    return facts | {name: value for name, value in (("note", observation.note), ("source", observation.evidence)) if value}
