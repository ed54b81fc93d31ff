"""Builds the unsaved rows that belong to generated residencies, by model."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils import timezone

from demo.stories.teams import KINDS
from ledger.canonical import plain
from ledger.models import Event
from oversight.checklists.actions import items_of
from oversight.checklists.library import ADMINISTRATION
from oversight.models import Checklist, ChecklistItem, TaskState
from people.models import User
from residencies.lifecycle.checklists import GRADUATION_PLAN
from residencies.lifecycle.moves import BY_VERB
from residencies.models import (
    Condition,
    ConditionFinding,
    Conversation,
    Intake,
    PhaseSpan,
    Release,
    Review,
)
from residencies.models.states import State
from teams.models import Seat, Team

if TYPE_CHECKING:
    from demo.scale.generate import SampleResidency

DECIDED = {"qualify": Review.Outcome.QUALIFIED, "decline": Review.Outcome.DECLINED, "withdraw": Review.Outcome.WITHDRAWN}


def rows_of(samples: list[SampleResidency]) -> dict[type[Model], list[Model]]:
    """Return the rows in an order in which they can be inserted.

    Conditions and reviews are inserted here, because findings need their keys.
    """
    conditions = Condition.objects.bulk_create(
        (Condition(residency=each.row, number=number, case=_case(each, number)) for each in samples for number in range(1, 7)),
        batch_size=5000,
    )
    reviews = Review.objects.bulk_create(review for each in samples for review in _reviews(each))
    return {
        ConditionFinding: list(_findings(samples, conditions, reviews)),
        Intake: [_intake(each) for each in samples],
        ChecklistItem: [*_tasks(samples), *_plans(samples)],
        PhaseSpan: [
            PhaseSpan(residency=each.row, phase=each.row.phase, from_on=timezone.localdate(each.row.state_since)) for each in samples
        ],
        Release: [Release(residency=e.row, stage="live", released_on=e.row.live_on, is_final=True) for e in samples if e.row.live_on],
        Conversation: [_conversation(each) for each in samples if each.row.state == State.PIVOTED],
        Event: [event for each in samples for event in _chain(each)],
        Seat: list(_seats(samples)),
    }


def _seats(samples: list[SampleResidency]) -> Iterator[Seat]:
    """Yield the seats of a team of seven for each residency that has started or is at its agreement."""
    started = [each for each in samples if each.row.started_on or each.row.state == State.AGREEMENT]
    for each, team in zip(started, Team.objects.bulk_create(Team(stream_id=each.row.stream_id) for each in started), strict=True):
        first = each.row.started_on or timezone.localdate(each.row.state_since)
        for person, seat in zip(each.people, KINDS["ready"], strict=False):
            facts = {name: value for name, value in seat.items() if name != "trained"}
            trained = first if seat.get("trained") else None
            yield Seat(team=team, person_id=person, from_on=first, to_on=each.row.ended_on, agile_trained_on=trained, **facts)


def _case(each: SampleResidency, number: int) -> str:
    return f"We talked to {10 + number * 7} people who use the service." if each.steps or number < 3 else ""


def _reviews(each: SampleResidency) -> Iterator[Review]:
    if each.row.submitted_at is None:
        return
    closing = next(((verb, at) for verb, at in each.steps if verb in DECIDED), None)
    yield Review(
        residency=each.row,
        number=1,
        opened_at=each.row.submitted_at,
        assignee=each.row.owner,
        closed_at=closing[1] if closing else None,
        outcome=DECIDED[closing[0]] if closing else "",
    )


def _findings(samples: list[SampleResidency], conditions: list[Condition], reviews: list[Review]) -> Iterator[ConditionFinding]:
    qualified = {each.row.pk: at for each in samples for verb, at in each.steps if verb == "qualify"}
    review_of = {review.residency_id: review for review in reviews}
    reviewer = samples[0].owner
    for condition in conditions:
        at = qualified.get(condition.residency_id)
        if at:
            yield ConditionFinding(
                review=review_of[condition.residency_id], condition=condition, verdict=ConditionFinding.Verdict.MET,
                reason="The evidence supports this.", reviewer=reviewer, decided_at=at, sent_at=at,
            )  # fmt: skip


def _intake(each: SampleResidency) -> Intake:
    return Intake(
        residency=each.row,
        description=each.row.problem,
        for_whom="People across the province.",
        funding_source="Base budget",
        yearly_budget_dollars=each.dice.randrange(700_000, 1_500_000, 10_000),
        government_employees_planned=each.dice.randint(1, 4),
        devops_planned=each.dice.random() < 0.8,
        sensitivity=Intake.Sensitivity.OPEN,
    )


def _tasks(samples: list[SampleResidency]) -> Iterator[ChecklistItem]:
    """The administrative tasks of each residency that has started: all done once it went live, closed if it ended before."""
    started = [each for each in samples if each.row.started_on]
    lists = Checklist.objects.bulk_create(
        Checklist(stream_id=each.row.stream_id, code=ADMINISTRATION.code, made_at=each.row.state_since) for each in started
    )
    for each, checklist in zip(started, lists, strict=True):
        for item in items_of(checklist, each.row.anchors()):
            item.state, item.done_on = (TaskState.DONE, each.row.live_on) if each.row.live_on else (TaskState.OPEN, None)
            item.closed = bool(each.row.ended_on and item.state == TaskState.OPEN)
            yield item


PLAN = {
    "product-ownership": "The director of the program area.",
    "people": "Four people will stay. The ministry is hiring two people to replace the contractors.",
    "vendor-handover": "Two employees take over from the contractors.",
    "funding": "The ministry's base budget.",
    "upkeep": "The ministry's information management branch.",
    "next-products": "Another service in the same branch.",
    "risks": "Hiring could run late.",
}


def _plans(samples: list[SampleResidency]) -> Iterator[ChecklistItem]:
    """The graduation plan of each residency that has started: written once it went live, and done once it graduated."""
    started = [each for each in samples if each.row.started_on]
    lists = Checklist.objects.bulk_create(
        Checklist(stream_id=each.row.stream_id, code=GRADUATION_PLAN.code, made_at=each.row.state_since) for each in started
    )
    for each, checklist in zip(started, lists, strict=True):
        graduated = each.row.state == State.GRADUATED
        for number, item in enumerate(items_of(checklist, each.row.anchors())):
            if each.row.live_on:
                item.note, item.owner_id = PLAN.get(item.code, each.row.program_area.name), each.people[number % len(each.people)]
            item.state, item.done_on = (TaskState.DONE, each.row.ended_on) if graduated else (TaskState.OPEN, None)
            item.closed = bool(each.row.ended_on and not graduated)
            yield item


def _conversation(each: SampleResidency) -> Conversation:
    held = timezone.localdate(each.row.state_since) - datetime.timedelta(days=7)
    return Conversation(
        residency=each.row, expectation="A full-time product owner.", raised_by="Lab operations",
        opened_on=held - datetime.timedelta(days=9),
        due_on=held, held_on=held, present="All six parties.", notes="We couldn't find a way to make this work.", outcome=Conversation.Outcome.PIVOT,
    )  # fmt: skip


def _chain(each: SampleResidency) -> list[Event]:
    """Build the residency's events as a hash chain, and advance the stream's head."""
    events = [_event(each, "intake-started", each.row.made_at, "", State.DRAFT, {"reference": each.row.reference, "generated": True})]
    state: str = State.DRAFT
    for verb, at in each.steps:
        move = BY_VERB[verb]
        facts: dict[str, Any] = {"on": timezone.localdate(at)}
        if move.needs_reason:
            facts["reason"] = each.row.end_reason
        events.append(_event(each, move.event, at, state, move.target, facts, by=each.lead if move.by == "lab_lead" else each.owner))
        state = move.target
    return events


def _event(
    each: SampleResidency, act: str, at: datetime.datetime, origin: str, target: str, facts: dict[str, Any], by: User | None = None
) -> Event:
    stream, actor = each.row.stream, by or each.owner
    event = Event(
        stream=stream, seq=stream.head_seq + 1, at=at, act=act, actor=actor, actor_name=str(actor), from_state=str(origin),
        to_state=str(target), facts=plain(facts), prev_hash=stream.head_hash,
    )  # fmt: skip
    event.hash = event.computed_hash()
    stream.head_seq, stream.head_hash = event.seq, event.hash
    return event
