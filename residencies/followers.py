"""What follows in residencies when one ends, and what a lab account holds in them when it leaves (EL-16, EL-85)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor
from ledger import subjects
from ledger.actions import append
from ledger.models import Stream
from ledger.subjects import Ending, Subject, after_end, follows
from outbox.reminders.due import withdraw_reminders
from people import leaving
from people.actions import person_of
from people.lab import lab_staff_among
from people.leaving import Holding
from people.models import User
from residencies.lifecycle.actions import close_review
from residencies.lifecycle.residency import assign
from residencies.mail import members
from residencies.models import PhaseSpan, Residency, Review
from residencies.models.states import ENDED, State

# Who may read it and whom to ask changes on; a graduate of the time before the portal is recorded as ended.
after_end("assigned", "member-added", "member-ended", "past-recorded", "imported", "repository-added", "graduation-edited")
# The program area of one that ended early applies again.
after_end("applied-again")
# What was sent, or was to be sent, is seen to: a message about the end is one of them.
after_end("message-cancelled", "message-resent", "message-sent-again")

OUTCOMES = {State.DECLINED: Review.Outcome.DECLINED}


@follows(subjects.ENDED)
def end_residency(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """End its phase, close its open review, withdraw reminders that wait, and tell the program area and the lab (EL-85)."""
    if not isinstance(subject, Residency):
        return
    yield
    PhaseSpan.objects.filter(residency=subject, to_on=None).update(to_on=Greatest(F("from_on"), ending.on))
    outcome = OUTCOMES.get(State(subject.state), Review.Outcome.WITHDRAWN)
    close_review(subject, outcome)
    withdraw_reminders(stream)
    accounts = [*members(subject), *lab_staff_among([subject.owner])]
    ending.tell(person_of(account, by=SYSTEM) for account in accounts)


@leaving.HOLDINGS.add
def holdings(account: User) -> Iterator[Holding]:
    led = list(Residency.objects.filter(owner=account).exclude(state__in=ENDED).order_by("reference"))
    yield Holding("residencies", _("Residencies they lead"), [str(residency) for residency in led], lambda to, by: _lead(led, to, by))
    reviews = list(Review.objects.filter(assignee=account, closed_at=None).exclude(residency__in=led).select_related("residency"))
    names = [str(review.residency) for review in reviews]
    yield Holding("reviews", _("Reviews assigned to them"), names, lambda to, by: _review(reviews, to, by))
    kept = list(account.residency_memberships.filter(to_at=None).select_related("residency"))
    yield Holding(
        "memberships",
        _("Residencies they can edit for a program area"),
        [str(each.residency) for each in kept],
        lambda to, by: _end(kept, by),
    )


def _lead(residencies: list[Residency], to: User, by: Actor) -> None:
    for residency in residencies:
        assign(residency, to=to, by=by)


def _review(reviews: list[Review], to: User, by: Actor) -> None:
    for review in reviews:
        Review.objects.filter(pk=review.pk).update(assignee=to)
        facts = {"review": review.number, "from": str(review.assignee), "to": str(to)}
        append(review.residency.stream, "review-assigned", by=by, facts=facts)


def _end(memberships: list[Any], by: Actor) -> None:
    """Access ends; it isn't a colleague's to take over."""
    for membership in memberships:
        membership.to_at = timezone.now()
        membership.save(update_fields=["to_at"])
        append(membership.residency.stream, "member-ended", by=by, facts={"user": membership.user_id, "name": str(membership.user)})
