"""What an account of the lab holds in residencies, for whoever takes over when it leaves (EL-16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.actions import append
from people.leaving import Holding
from people.models import User
from residencies.actions.making import assign
from residencies.models import Residency, Review
from residencies.states import ENDED


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


def _lead(residencies: list[Residency], to: User, by: Any) -> None:
    for residency in residencies:
        assign(residency, to=to, by=by)


def _review(reviews: list[Review], to: User, by: Any) -> None:
    for review in reviews:
        Review.objects.filter(pk=review.pk).update(assignee=to)
        facts = {"review": review.number, "from": str(review.assignee), "to": str(to)}
        append(review.residency.stream, "review-assigned", by=by, facts=facts)


def _end(memberships: list[Any], by: Any) -> None:
    """Access ends; it isn't a colleague's to take over."""
    for membership in memberships:
        membership.to_at = timezone.now()
        membership.save(update_fields=["to_at"])
        append(membership.residency.stream, "member-ended", by=by, facts={"user": membership.user_id, "name": str(membership.user)})
