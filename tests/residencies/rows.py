"""Residencies for tests: one in any state, with what that state asks of its row; or many at once."""

from __future__ import annotations

import datetime
from typing import Any

import factory
from django.db import transaction
from django.utils import timezone

from ledger.models import Stream
from people.models import Role, User
from residencies.lifecycle.residency import next_reference
from residencies.lifecycle.rules import graduation_due
from residencies.models import (
    Condition,
    ConditionFinding,
    Intake,
    Membership,
    Ministry,
    PhaseSpan,
    ProgramArea,
    Residency,
    Review,
)
from residencies.models.states import ENDED, State
from tests.factories import account


class MinistryFactory(factory.django.DjangoModelFactory[Ministry]):
    class Meta:
        model = Ministry

    name = factory.Sequence(lambda n: f"Ministry {n}")


class ProgramAreaFactory(factory.django.DjangoModelFactory[ProgramArea]):
    class Meta:
        model = ProgramArea

    ministry = factory.SubFactory(MinistryFactory)
    name = factory.Sequence(lambda n: f"Program area {n}")


def row_in(state: str, number: int, **fields: Any) -> Residency:
    """An unsaved residency at `state`, whole as far as the table's constraints go."""
    today = timezone.localdate()
    live = {"live_on": today - datetime.timedelta(days=100)} if state in (State.LIVE, State.GRADUATED) else {}
    if live:
        live["graduation_due_on"] = graduation_due(live["live_on"], 6)
    ended = {"ended_on": today, "end_reason": "It was decided."} if state in ENDED else {}
    sent = {} if state == State.DRAFT else {"submitted_at": timezone.now() - datetime.timedelta(days=9)}
    named = {"reference": f"XL-2026-{number:03d}", "product": f"Product {number}", "problem": "People wait too long."}
    row = Residency(**{"state": state, **named, **live, **ended, **sent, **fields})
    row.search_text = row.own_words
    return row


def residency(state: str = State.DRAFT, *, kept_by: Any = None, **fields: Any) -> Residency:
    """A saved residency at `state` with its intake, conditions and phase, all still empty."""
    fields = {"program_area": None, **fields}
    row = row_in(state, Residency.objects.count() + 1, **fields | {"program_area": fields["program_area"] or ProgramAreaFactory()})
    row.stream = Stream.objects.create(kind="residency")
    row.save()
    Intake.objects.create(residency=row)
    Condition.objects.bulk_create(Condition(residency=row, number=number) for number in range(1, 7))
    PhaseSpan.objects.create(residency=row, phase=row.phase, from_on=timezone.localdate())
    if kept_by:
        Membership.objects.create(residency=row, user=kept_by)
    return row


@transaction.atomic
def qualified(*, reviewer: User | None = None, by: User | None = None, **fields: Any) -> Residency:
    """A residency whose six conditions were found met, as `factories.qualified_residency` makes it by the acts, in few statements.

    For tests of what comes after; its ledger tells nothing of how it came so far.
    """
    reviewer = reviewer or account(Role.LAB_OPS)
    now = timezone.now()
    named = {"product": "Farm Relief Claims", "problem": "Growers wait 94 days for the first payment after a flood."}
    row = residency(State.QUALIFIED, kept_by=by or account(Role.PRODUCT_OWNER), reference=next_reference(now.year), **named, **fields)
    review = Review.objects.create(residency=row, number=1, assignee=reviewer, closed_at=now, outcome=Review.Outcome.QUALIFIED)
    ConditionFinding.objects.bulk_create(
        ConditionFinding(review=review, condition=condition, verdict="met", reason="Seen.", reviewer=reviewer, sent_at=now)
        for condition in row.conditions.all()
    )
    return row


def many(count: int, **fields: Any) -> None:
    """`count` residencies over every state, twenty ministries and as many program areas as there are residencies."""
    start = Residency.objects.count() + 1
    ministries = Ministry.objects.bulk_create(Ministry(name=f"Ministry of Many {start}-{n}") for n in range(min(20, count)))
    areas = ProgramArea.objects.bulk_create(
        ProgramArea(ministry=ministries[n % len(ministries)], name=f"Area {start}-{n}") for n in range(count)
    )
    streams = Stream.objects.bulk_create(Stream(kind="residency") for _ in range(count))
    Residency.objects.bulk_create(
        row_in(State.values[n % len(State.values)], start + n, program_area=areas[n], stream=streams[n], **fields) for n in range(count)
    )
