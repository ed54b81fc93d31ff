"""What follows for benefit owners: their commitment is signed or void, the residency graduates or ends otherwise (EL-86)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from acts.act import SYSTEM, Actor
from agreements.models import Agreement, AgreementVersion
from community.benefits.actions import (
    PURPOSE,
    accept,
    end_owner,
    fill_quarters,
    owner_of,
    plan_quarters,
    start_reporting,
)
from community.models import BenefitOwner, BenefitQuarter
from ledger.models import Stream
from ledger.subjects import ENDED, Ending, Subject, after_end, follows
from metrics.models import Metric
from metrics.readings.actions import READINGS_CHANGED
from metrics.readings.links import PERIODS, Period
from people.merging import FATES, Moves
from people.models import User
from residencies.graduation.actions import CLOCK_MOVED
from residencies.graduation.sections import SECTIONS, GraduationSection
from residencies.models import Residency
from residencies.models.states import State

# The commitment outlasts graduation: an owner is named and followed by another, and the quarters are reported.
after_end("benefit-owner-named", "benefit-owner-accepted", "benefit-owner-withdrawn", "benefit-quarters-planned")
after_end("benefit-reported", "benefit-report-removed", "benefit-metric-chosen")

FATES["community.BenefitOwner.person"] = Moves("residency__stream", only=lambda rows: rows.filter(agreement=None))


@follows("agreement_in_force")
def accept_commitment(stream: Stream, *, subject: Subject, purpose: str, version: AgreementVersion, **_facts: Any) -> Iterator[None]:
    """Let the owner who signed be the benefit owner from now on."""
    owner = owner_of(version.agreement) if purpose == PURPOSE else None
    if owner is None:
        return
    yield
    if not owner.is_accepted:
        accept(owner, by=SYSTEM)


@follows("agreement_voided")
def end_commitment(stream: Stream, *, subject: Subject, agreement: Agreement, purpose: str, by: Actor, **_facts: Any) -> Iterator[None]:
    """End the owner whose commitment is void, unless a successor is named: then they stay until that person has signed."""
    owner = owner_of(agreement) if purpose == PURPOSE else None
    if owner is None or (owner.is_accepted and BenefitOwner.objects.waiting().filter(residency=owner.residency).exists()):
        return
    yield
    end_owner(owner, agreement.void_reason, by=by)


@follows(ENDED)
def graduate_or_end(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """Anchor the quarters on the day of graduation; after any other end, nobody is asked to report."""
    if not isinstance(subject, Residency):
        return
    owners = list(BenefitOwner.objects.select_for_update(of=("self",)).filter(residency=subject, ended_on=None).select_related("person"))
    yield
    if ending.state != State.GRADUATED:
        for owner in owners:
            end_owner(owner, ending.reason, by=ending.by)
        return
    subject.ended_on = ending.on
    for owner in owners:
        if owner.is_accepted:
            plan_quarters(subject, by=ending.by)
            start_reporting(owner)


@follows(CLOCK_MOVED)
def move_quarters(stream: Stream, *, subject: Residency, by: Actor) -> Iterator[None]:
    """Count the quarters from the new day on which graduation is due."""
    rows = BenefitOwner.objects.select_for_update(of=("self",)).standing().filter(residency=subject)
    owners = list(rows.select_related("person", "residency__stream"))
    yield
    for owner in owners:
        plan_quarters(subject, by=by)
        start_reporting(owner)


@follows(READINGS_CHANGED)
def follow_readings(stream: Stream, *, metric: Metric, by: Actor) -> Iterator[None]:
    """Let the readings of a benefit owner's metric be the figures of its quarters, and expect the next when the next quarter is due."""
    if metric.after_end_until is None or metric.subject.state != State.GRADUATED:
        return
    residency = BenefitOwner.objects.standing().filter(metric=metric).values("residency")
    quarters = list(BenefitQuarter.objects.select_for_update(of=("self",)).filter(residency__in=residency).order_by("number"))
    if not quarters:
        return
    yield
    fill_quarters(metric, quarters, by=by)


@PERIODS.add
def quarter_due(metric: Metric, due_on: datetime.date) -> Period | None:
    """Return the quarter for which a benefit owner's reading is due; one query."""
    rows = BenefitQuarter.objects.filter(residency__stream=metric.stream_id, due_on=due_on)
    quarter = rows.filter(residency__benefit_owners__metric=metric).first()
    return Period(str(quarter), quarter.to_on) if quarter else None


@SECTIONS.add
def benefit_section(user: User, residency: Residency, today: datetime.date) -> GraduationSection | None:
    """The benefit owner and the quarters, from live on; two queries, and one for the agreements if there are any."""
    if residency.state not in (State.LIVE, State.GRADUATED):
        return None
    owners = list(BenefitOwner.objects.filter(residency=residency).select_related("person"))
    # Apart from the owners, because most residencies have none, and the columns of three more tables cost as much as the section.
    prefetch_related_objects(owners, Prefetch("agreement", Agreement.objects.select_related("template_version", "stream")))
    standing = next((owner for owner in owners if owner.is_accepted and owner.ended_on is None), None)
    waiting = next((owner for owner in owners if not owner.is_accepted and owner.ended_on is None), None)
    quarters = list(BenefitQuarter.objects.filter(residency=residency)) if standing else []
    context = {
        "residency": residency,
        "standing": standing,
        "waiting": waiting,
        "earlier": [owner for owner in owners if owner.is_accepted and owner.ended_on],
        "quarters": [(quarter, quarter.is_overdue(today)) for quarter in quarters],
        "reported": sum(quarter.reported_on is not None for quarter in quarters),
        "may_name": user.has_perm("community.name_benefit_owner", residency),
        "may_send": waiting is not None and user.has_perm("community.send_benefit_commitment", waiting),
        "may_choose": standing is not None and user.has_perm("community.choose_benefit_metric", standing),
        "may_read": user.has_perm("agreements.view_agreement", residency.stream),
    }
    return GraduationSection("community/benefits/_section.html", context)
