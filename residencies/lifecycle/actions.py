"""The moves of a residency from its agreement to home, and the ways it ends early.

What hangs on a residency that ends is ended by followers of the move (`followers.py` of each app).
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, act
from findings import Refused
from oversight.checklists.actions import follow_anchors, make_checklists
from oversight.checklists.library import ADMINISTRATION, FIRST_WEEKS, TRANSITION
from oversight.documents.actions import issue_document
from oversight.followups.actions import schedule_follow_ups
from oversight.models import Document
from people.actions import person_of
from residencies.lifecycle.checklists import GRADUATION_PLAN
from residencies.lifecycle.document_kinds import LETTER
from residencies.lifecycle.journey import first_due
from residencies.lifecycle.moves import LIFECYCLE
from residencies.lifecycle.rules import effective_day
from residencies.lifecycle.team import kept_together, staying, team_of
from residencies.mail import members, tell_agreement_void, tell_review_reopened, withdraw_hand_over
from residencies.models import Conversation, Graduation, Pivot, Release, Residency, Review
from residencies.models.states import State

PARTNERSHIP = "partnership"  # the purpose of the agreement that moves a residency (agreements/models/templates.py)


@act("residencies.prepare_agreement")
def follow_agreement_prepared(residency: Residency, *, by: Actor, purpose: str) -> None:
    """A partnership agreement was made for it: from qualified on to agreement. Later or other agreements change nothing (EL-04)."""
    if residency.state == State.QUALIFIED and purpose == PARTNERSHIP:
        LIFECYCLE.move("prepare_agreement", residency, by=by)


def follow_agreement_voided(residency: Residency, *, agreement: Any, purpose: str, recipients: Collection[int], by: Actor) -> None:
    """Its partnership agreement is void: it stays where it is, and whoever keeps it is told, unless told as a party (EL-33)."""
    if purpose == PARTNERSHIP:
        tell_agreement_void(residency, agreement, recipients)


@act("residencies.withdraw")
def withdraw(residency: Residency, *, reason: str, by: Actor, on: datetime.date | None = None) -> Residency:
    """End a residency that has not begun, at the program area's wish (EL-04)."""
    return LIFECYCLE.move("withdraw", residency, by=by, on=on, reason=reason)


@act("residencies.reopen_review")
def reopen_review(residency: Residency, *, reason: str, by: Actor, on: datetime.date | None = None) -> Residency:
    """Take a qualified residency back into review, as a finding no longer counts: its case changed, or a fact was wrong (EL-12, EL-13).

    Begins another round. Its agreement is void, whatever its state, and so is one on paper: both rest on the review. Those
    concerned are told. Raises `MoveRefused` without a reason, or once the team is in residence.
    """
    number = residency.reviews.count() + 1
    residency = LIFECYCLE.move("reopen_review", residency, by=by, on=on, reason=reason, facts={"review": number})
    Review.objects.create(residency=residency, number=number, assignee=residency.owner)
    tell_review_reopened(residency, number, reason.strip())
    return residency


def close_review(residency: Residency, outcome: str) -> None:
    """End the open review, if there is one, with how it ended."""
    residency.reviews.filter(closed_at=None).update(closed_at=timezone.now(), outcome=outcome)
    withdraw_hand_over(residency)


@act("residencies.start")
def start(residency: Residency, *, on: datetime.date, by: Actor) -> Residency:
    """Start the residency once the agreement is in force and the team is ready (EL-43).

    It gets its first two checklists (EL-49, EL-72) and an empty graduation plan (EL-81).
    """
    residency = LIFECYCLE.move("start", residency, by=by, on=on, changes={"started_on": on})
    make_checklists(residency, ADMINISTRATION, FIRST_WEEKS, by=by)
    make_checklists(residency, GRADUATION_PLAN, by=by)
    # Tasks that were on the list before, such as assessments from an earlier release, get their due dates from this day too.
    follow_anchors(residency, by=by)
    return residency


@act("residencies.go_live")
def go_live(residency: Residency, *, released_on: datetime.date, by: Actor, note: str = "") -> Residency:
    """Record the final live release; the clock to graduation starts, and tasks that are counted from it get their due dates (EL-80).

    Raises `MoveRefused` carrying every finding in the way; nothing has changed then.
    """
    due = first_due(released_on)

    def release(residency: Residency) -> Release:
        return Release.objects.create(residency=residency, stage=Release.Stage.LIVE, released_on=released_on, note=note, is_final=True)

    residency = LIFECYCLE.move(
        "go_live",
        residency,
        by=by,
        on=released_on,
        changes={"live_on": released_on, "graduation_due_on": due},
        facts={"released_on": released_on, "due": due},
        writes=release,
    )
    follow_anchors(residency, by=by)
    return residency


@act("residencies.graduate")
def graduate(
    residency: Residency,
    *,
    on: datetime.date,
    reintegrated_into: str,
    by: Actor,
    story: str = "",
    ceremony_on: datetime.date | None = None,
    ceremony_place: str = "",
) -> Residency:
    """Record that the team and its product have moved to their ministry (EL-82).

    Keeps a copy of where everyone on the team goes, and schedules the follow-ups after 6 and 12 months with the product owner
    (EL-56). The story and the ceremony can be added later. Raises `MoveRefused` with every blocker; nothing has changed then.
    """
    team = team_of(residency, on)
    contacts = [*(member.person for member in team if member.is_product_owner), *_contacts(residency)]

    def record(residency: Residency) -> None:
        Graduation.objects.create(
            residency=residency,
            team=[member.as_record for member in team],
            story=story.strip(),
            ceremony_on=ceremony_on,
            ceremony_place=ceremony_place.strip(),
        )
        schedule_follow_ups(residency, ended_on=on, team=[member.name for member in staying(team)], contacts=contacts)

    kept = kept_together(team)
    facts: dict[str, Any] = {"reintegrated_into": reintegrated_into.strip()}
    more = {"stay": kept.count, "team_size": kept.total} if team else {}
    return LIFECYCLE.move("graduate", residency, by=by, on=on, changes=facts, facts=facts | more, writes=record)


def _contacts(residency: Residency) -> list[int]:
    """Return the keys of the program contacts, the first one first."""
    return [person_of(account, by=SYSTEM).pk for account in members(residency)]


@act("residencies.pivot")
def pivot(residency: Residency, *, reason: str, on: datetime.date, by: Actor) -> Residency:
    """Lab leadership ends the partnership today, effective `on`, after a conversation that came to it; with a sealed letter (EL-85).

    The residency ends with the decision, so that reminders, invitations and bookings stop in its transaction and nothing has to
    happen by itself later. The effective date is on record, in the letter and in the due dates of the transition list, which a team
    that had started gets: the lab lead owns its tasks, and they can be worked on after the end. Raises `MoveRefused`, or `Refused`
    (`effective-date`) for a day before today or more than half a year ahead.
    """
    today = timezone.localdate()
    if faults := list(effective_day(on, today)):
        raise Refused(faults)

    def decision(residency: Residency) -> Pivot:
        residency.pivot = Pivot.objects.create(residency=residency, decided_on=today, effective_on=on)
        return residency.pivot

    residency = LIFECYCLE.move("pivot", residency, by=by, reason=reason, facts={"effective_on": on}, writes=decision)
    _issue_letter(residency, residency.pivot, by=by)
    if residency.started_on:
        owner = person_of(residency.owner, by=SYSTEM) if residency.owner else None
        make_checklists(residency, TRANSITION, owner=owner, by=by)
    return residency


def _issue_letter(residency: Residency, pivot: Pivot, *, by: Actor) -> Document:
    """Issue the letter about a pivot, to be sealed."""
    held = Conversation.objects.to_a_pivot().filter(residency=residency).order_by("held_on").values_list("held_on", flat=True)
    content = {
        "product": residency.product,
        "area": residency.program_area.name,
        "ministry": residency.program_area.ministry.name,
        "decided_on": pivot.decided_on,
        "decided_by": str(by),
        "effective_on": pivot.effective_on,
        "reason": residency.end_reason,
        "conversations": list(held),
        "transition": [item.code for item in TRANSITION.items] if residency.started_on else [],
    }
    return issue_document(residency.stream, kind=LETTER, title=_("End of the partnership"), content=content, by=by)
