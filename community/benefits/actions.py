"""Acts on benefit owners: named, asked to sign, accepted, succeeded; and their quarters (EL-86)."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, account_of, act, part
from acts.revisions import refuse_if_stale
from agreements.amendments.voiding import standing_of, void_agreement
from agreements.drafting.actions import prepare, set_party
from agreements.drafting.sending import findings_before_circulating, freeze_and_invite
from agreements.drafting.templates import install_template
from agreements.models import Agreement, AgreementVersion, TemplateVersion
from community.actions import locked_anyhow
from community.benefits.rules import quarter_of, report_until, schedule
from community.models import BenefitOwner, BenefitQuarter, ReportedDay
from findings import Refused, refuse
from ledger.actions import append
from metrics.choices import Cadence
from metrics.definition.actions import expect_reading, metric_to_report
from metrics.definition.actions import report_until as report_metric_until
from metrics.models import Metric, Observation
from people.actions import chosen_or_new
from people.lab import findings_on_second_look
from people.models import Person, User
from residencies.models import Residency
from residencies.models.states import State

PLACE = "graduation"
PURPOSE = "benefit"
READING = "metrics.observation"
TEMPLATE = Path(__file__).resolve().parent / "template.toml"
FROM_LIVE_ON = (State.LIVE, State.GRADUATED)


@act("community.name_benefit_owner")
def name_owner(
    residency: Residency, *, person: Person | None, measure: str = "", metric: Metric | None = None, unit: str = "", by: Actor,
    name: str = "", email: str = "",
) -> BenefitOwner:  # fmt: skip
    """Name who reports the benefit: the first owner, or a successor. They have to accept by signature.

    What they report is a metric of the residency, or a new figure in words, with its unit. `name` and `email` are for someone who
    isn't on record. Raises `Refused` (`not-live`, `owner-unnamed`, `owner-no-measure`,
    `owner-no-email`, `owner-already`, `owner-waits`); nothing has changed then.
    """
    residency = locked_anyhow(residency)
    if residency.state not in FROM_LIVE_ON:
        message = _("A benefit owner is named once the product is live.")
        raise refuse("not-live", message, _("Wait until the final live release."), PLACE)
    measure = metric.name if metric else measure
    if not measure.strip():
        raise refuse("owner-no-measure", _("The figure is missing."), _("Choose a metric, or say what is reported."), PLACE)
    person = chosen_or_new(person, name=name, email=email, by=by)
    if person is None:
        raise refuse("owner-unnamed", _("No one is chosen."), _("Choose a person, or enter their name."), PLACE)
    if not person.email:
        message = _("%(name)s has no email address.") % {"name": person.name}
        raise refuse("owner-no-email", message, _("Add one first: the commitment is signed from an email."), PLACE)
    if BenefitOwner.objects.waiting().filter(residency=residency).exists():
        message, remedy = _("Someone else has already been named."), _("Withdraw that name first, or wait for their signature.")
        raise refuse("owner-waits", message, remedy, PLACE)
    if BenefitOwner.objects.standing().filter(residency=residency, person=person).exists():
        message = _("%(name)s is already the benefit owner.") % {"name": person.name}
        raise refuse("owner-already", message, _("Choose another person."), PLACE)
    fields: dict[str, Any] = {
        "person": person,
        "measure": measure,
        "metric": metric,
        "unit": unit.strip(),
        "named_on": timezone.localdate(),
        "named_by": account_of(by),
    }
    owner = BenefitOwner.objects.create(residency=residency, **fields)
    append(residency.stream, "benefit-owner-named", by=by, facts=_facts(owner) | {"measure": owner.measure})
    return owner


@act("community.withdraw_benefit_owner")
def withdraw_owner(owner: BenefitOwner, *, reason: str, shown_revision: int, by: Actor) -> BenefitOwner:
    """Withdraw a name before a commitment was sent. Raises `Stale`, and `Refused` (`owner-asked`, `no-reason`)."""
    current = _locked(owner)
    refuse_if_stale(current, shown_revision, {"end_reason": reason.strip()})
    if current.agreement_id or current.ended_on:
        message = _("The commitment has already been sent.")
        raise refuse("owner-asked", message, _("Void that agreement instead. Then you can name someone else."), PLACE)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why."), PLACE)
    return _end(current, reason.strip(), by=by)


@act("community.send_benefit_commitment")
def send_commitment(owner: BenefitOwner, *, shown_revision: int, by: Actor) -> AgreementVersion:
    """Make the commitment from its template and send it to the named owner to sign.

    If they succeed someone, that commitment becomes void, with the reason, and whoever named them can't send it alone. Raises `Stale`,
    and `Refused` (`owner-asked`, `second-account`, and what agreements refuse).
    """
    current = _locked(owner)
    refuse_if_stale(current, shown_revision)
    if current.agreement_id or current.ended_on:
        raise refuse("owner-asked", _("The commitment has already been sent."), _("You don’t need to do anything."), PLACE)
    stream = current.residency.stream
    # Who signs in another's place is never one account's decision (OP-03): one names the successor, another sends the commitment.
    others = BenefitOwner.objects.filter(residency=current.residency, agreement__isnull=False).exclude(person=current.person)
    if others.exists() and (findings := findings_on_second_look(cast(User, by), current.named_by, since=current.named_at)):
        raise Refused(findings)
    if before := Agreement.objects.current().of(stream, PURPOSE).first():
        reason = _("%(name)s takes over as benefit owner.") % {"name": current.person.name}
        void_agreement(before, reason=reason, shown_state=standing_of(before.latest()), by=by)
    version = prepare(stream, template(), header={"measure": current.measure}, by=by)
    set_party(version, version.roles.select_related("role").get(must_sign=True).role, current.person, by=by)
    # Made in this transaction, so that no one else can have changed it; `circulate` would also refuse every successor (see above).
    rows = AgreementVersion.objects.select_related("agreement__stream", "agreement__template_version__template", "circulated_by")
    version = rows.get(pk=version.pk)
    if findings := findings_before_circulating(version):
        raise Refused(findings)
    freeze_and_invite(version, by=by)
    current.agreement, current.sent_on = version.agreement, timezone.localdate()
    _save(current, "agreement", "sent_on")
    return version


@act("community.choose_benefit_metric")
def choose_metric(owner: BenefitOwner, *, metric: Metric | None = None, unit: str = "", shown_revision: int, by: Actor) -> BenefitOwner:
    """Choose the metric in which an owner reports who accepted without one; without a choice it is made from their commitment's words.

    They signed to report that figure, so it can't be exchanged for another: once there is a metric, only a successor changes it.
    Readings that are there already fill the quarters. Raises `Stale`, and `Refused` (`owner-not-standing`, `owner-has-metric`, `owner-no-unit`).
    """
    current = _locked(owner)
    refuse_if_stale(current, shown_revision)
    if not current.is_accepted or current.ended_on:
        message = _("%(name)s isn’t the benefit owner now.") % {"name": current.person.name}
        raise refuse("owner-not-standing", message, _("Name a benefit owner first. They sign for the figure to report."), PLACE)
    if current.metric_id:
        message = _("The metric has already been chosen.")
        raise refuse("owner-has-metric", message, _("To report another figure, name a successor who signs for it."), PLACE)
    if metric is None and not unit.strip():
        raise refuse("owner-no-unit", _("The unit is missing."), _("Choose a metric, or enter the unit, such as days."), PLACE)
    # Locked before the first event, as everywhere: the event locks the stream.
    quarters = list(BenefitQuarter.objects.select_for_update(of=("self",)).filter(residency=current.residency).order_by("number"))
    stream = current.residency.stream
    chosen = metric or metric_to_report(stream, name=current.measure, unit=unit.strip(), by=by)
    current.metric = chosen
    _save(current, "metric")
    append(stream, "benefit-metric-chosen", by=by, facts=_facts(current) | {"metric": chosen.name})
    start_reporting(current)
    if current.residency.state == State.GRADUATED:
        fill_quarters(chosen, quarters, by=by)
    return current


def template() -> TemplateVersion:
    """Return the newest published version of the template; it is installed if it isn't there yet."""
    offered = TemplateVersion.objects.offered_for("residency", PURPOSE).first()
    return offered or install_template(tomllib.loads(TEMPLATE.read_text()), by=SYSTEM)


# ── Parts of other acts ──────────────────────────────────────────────────────────────────────


def owner_of(agreement: Agreement) -> BenefitOwner | None:
    """Return who was asked to sign a commitment, locked; part of the act that brings it into force or makes it void."""
    rows = BenefitOwner.objects.select_for_update(of=("self",)).select_related("residency__stream", "person")
    return rows.filter(agreement=agreement, ended_on=None).first()


def accept(owner: BenefitOwner, *, by: Actor) -> None:
    """Record that the commitment is in force: the owner before is done, and the quarters are scheduled."""
    today = timezone.localdate()
    for before in BenefitOwner.objects.select_for_update(of=("self",)).standing().filter(residency=owner.residency):
        before.ended_on, before.end_reason = today, _("%(name)s took over.") % {"name": owner.person.name}
        _save(before, "ended_on", "end_reason")
        stop_reporting(before)
    owner.accepted_on, owner.accepted_at = today, timezone.now()
    owner.metric = owner.metric or metric_to_report(owner.residency.stream, name=owner.measure, unit=owner.unit, by=by)
    _save(owner, "accepted_on", "accepted_at", "metric")
    append(owner.residency.stream, "benefit-owner-accepted", by=by, facts=_facts(owner))
    plan_quarters(owner.residency, by=by)
    start_reporting(owner)


def plan_quarters(residency: Residency, *, by: Actor) -> None:
    """Schedule the eight quarters from the day of graduation, or the day it is due; reported quarters stay as they are."""
    anchor = residency.ended_on or residency.graduation_due_on
    if anchor is None or BenefitQuarter.objects.filter(residency=residency).exclude(reported_on=None).exists():
        return
    quarters = schedule(anchor)
    existing = list(BenefitQuarter.objects.filter(residency=residency).values_list("from_on", flat=True))
    if existing == [quarter.from_on for quarter in quarters]:
        return
    BenefitQuarter.objects.filter(residency=residency).delete()
    BenefitQuarter.objects.bulk_create(
        BenefitQuarter(residency=residency, number=q.number, from_on=q.from_on, to_on=q.to_on, due_on=q.due_on) for q in quarters
    )
    facts = {"first_quarter": quarters[0].from_on, "last_quarter": quarters[-1].to_on, "count": len(quarters)}
    append(residency.stream, "benefit-quarters-planned", by=by, facts=facts)


def end_owner(owner: BenefitOwner, reason: str, *, by: Actor) -> None:
    """End an owner whose commitment is void or whose residency has ended; part of that act."""
    _end(owner, reason[:300], by=by)


# ── The metric and its figures ───────────────────────────────────────────────────────────────


@part
def start_reporting(owner: BenefitOwner) -> None:
    """Let the metric of an owner who has accepted go on after the end; part of that act, and of graduation.

    Until the team graduates, its own rhythm and owner stay. From then on the benefit owner reports it for the quarters that wait.
    """
    residency = Residency.objects.get(pk=owner.residency_id)
    quarters = list(BenefitQuarter.objects.filter(residency=residency))
    metric = owner.metric
    if metric is None or not quarters:
        return
    until = report_until(quarters)
    if residency.state != State.GRADUATED:
        report_metric_until(metric, until)
        return
    report_metric_until(metric, until, owner=owner.person, cadence=Cadence.QUARTERLY)
    expect_next(metric, quarters)


@part
def stop_reporting(owner: BenefitOwner) -> None:
    """Expect no more figures from an owner who has ended; part of the act that ends them."""
    if owner.metric is not None and owner.is_accepted:
        report_metric_until(owner.metric, None)


@part
def expect_next(metric: Metric, quarters: list[BenefitQuarter]) -> None:
    """Expect the metric's next reading when the first quarter that waits is due; none once all are reported."""
    expect_reading(metric, next((quarter.due_on for quarter in quarters if quarter.reported_on is None), None))


def figures(metric: Metric, quarters: list[BenefitQuarter]) -> dict[int, Observation]:
    """Return the current reading that is each quarter's figure, by the quarter's key: the latest, if there are several; one query."""
    if not quarters:
        return {}
    rows = metric.observations.current().filter(on__gte=quarters[0].to_on).order_by("on", "pk")
    pairs = ((quarter_of(row.on, quarters), row) for row in rows)
    return {quarter.pk: row for quarter, row in pairs if quarter is not None}


@part
def fill_quarters(metric: Metric, quarters: list[BenefitQuarter], *, by: Actor) -> None:
    """Let a metric's readings be the figures of `quarters`, which the act has locked, and expect the next when the next quarter is due."""
    current = figures(metric, quarters)
    for quarter in quarters:
        row = current.get(quarter.pk)
        reading = f"{READING}/{row.pk}" if row else ""
        if quarter.reading != reading:
            # A corrected figure was reported when it first was.
            day = (quarter.reported_on or timezone.localdate(row.entered_at)) if row else None
            quarter.reported_on = fill_quarter(quarter, reading=reading, on=day, by=by).reported_on
    expect_next(metric, quarters)


@part
def fill_quarter(quarter: BenefitQuarter, *, reading: str, on: datetime.date | None, by: Actor) -> BenefitQuarter:
    """Mark a quarter as reported, or as not reported without a day; part of the act on the reading that is its figure."""
    current = BenefitQuarter.objects.select_for_update(of=("self",)).select_related("residency__stream").get(pk=quarter.pk)
    if current.reported_on != on:
        ReportedDay.objects.create(quarter=current, reported_on=current.reported_on)
    current.reported_on, current.reading = on, reading
    current.save(update_fields=["reported_on", "reading"])
    facts = {"quarter": str(current), "reading": reading, "on": on} if on else {"quarter": str(current)}
    append(current.residency.stream, "benefit-reported" if on else "benefit-report-removed", by=by, facts=facts)
    return current


def _end(owner: BenefitOwner, reason: str, *, by: Actor) -> BenefitOwner:
    owner.ended_on, owner.end_reason = timezone.localdate(), reason
    _save(owner, "ended_on", "end_reason")
    stop_reporting(owner)
    append(owner.residency.stream, "benefit-owner-withdrawn", by=by, facts=_facts(owner) | {"reason": reason})
    return owner


def _locked(owner: BenefitOwner) -> BenefitOwner:
    locked_anyhow(Residency.objects.get(benefit_owners=owner.pk))
    rows = BenefitOwner.objects.select_for_update(of=("self",)).select_related("person", "residency__stream")
    return rows.get(pk=owner.pk)


def _save(owner: BenefitOwner, *fields: str) -> None:
    owner.revision += 1
    owner.save(update_fields=[*fields, "revision"])


def _facts(owner: BenefitOwner) -> dict[str, Any]:
    return {"benefit_owner": owner.pk, "person": owner.person_id, "name": owner.person.name}
