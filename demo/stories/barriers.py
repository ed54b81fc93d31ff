"""The demo's barriers and risks: new, moved, overdue and closed barriers, and three similar ones."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from acts.act import SYSTEM
from oversight.barriers import actions, risks
from oversight.barriers.catalogue import install_standard_routes
from oversight.bodies import actions as body_actions
from oversight.models import Barrier, Category, Level, Risk
from people.models import Body, Person, User
from residencies.models import Residency

MEMBERS = (
    ("Working group", "Director of product delivery", "Chair", ""),
    ("Working group", "Director of procurement", "Member", ""),
    ("Working group", "Ministry privacy officer", "Member", ""),
    ("Steering committee", "Assistant deputy minister", "Chair", "the deputy minister"),
    ("Steering committee", "Government chief information officer", "Member", ""),
)


def open_bodies(somebody: Callable[[str, str], Person], on: datetime.date, *, by: User) -> None:
    """Install the levels and routes, and seat the groups' members from `on`."""
    install_standard_routes(by=SYSTEM)
    for name, title, role, acting_for in MEMBERS:
        body, member = Body.objects.get(name=name), somebody(title, "Citizens' Services")
        body_actions.add_body_seat(body, person=member, role=role, acting_for=acting_for, from_on=on, by=by)


def raise_barrier(residency: Residency, text: str, *, by: User, **facts: Any) -> None:
    actions.raise_barrier(residency, text=text, by=by, **facts)


def define(residency: Residency, category: str, cause: str, solution: str, owner: Person | None, *, by: User) -> None:
    row = newest(residency)
    changes = {"category": Category.objects.get(name=category), "cause": cause, "proposed_solution": solution}
    row = actions.edit_barrier(row, **changes, shown_revision=row.revision, by=by)
    if owner:
        actions.assign_owner(row, person=owner, shown_revision=row.revision, by=by)


def move(residency: Residency, to: str, recommendation: str, reason: str, *, by: User) -> None:
    row = newest(residency)
    words = {"recommendation": recommendation, "reason": reason}
    actions.move_barrier(row, to=Level.objects.get(kind="", code=to), **words, shown_revision=row.revision, by=by)


def close(residency: Residency, state: str, outcome: str, until: datetime.date | None, *, by: User) -> None:
    row = newest(residency)
    actions.close_barrier(row, state=state, outcome=outcome, accepted_until=until, shown_revision=row.revision, by=by)


def newest(residency: Residency) -> Barrier:
    """Return the newest open barrier of a residency."""
    return Barrier.objects.open().filter(stream=residency.stream).select_related("stream").latest("pk")


def add_risk(residency: Residency, text: str, review_on: datetime.date, owner: Person | None, *, by: User, **facts: Any) -> None:
    row = risks.add_risk(residency, text=text, next_review_on=review_on, by=by, **facts)
    if owner:
        actions.assign_owner(row, person=owner, shown_revision=row.revision, by=by)


def rate(residency: Residency, because_of: str, review_on: datetime.date, *, by: User, **rating: int) -> None:
    row = Risk.objects.open().filter(stream=residency.stream).select_related("stream").latest("pk")
    risks.rate_risk(row, because_of=because_of, next_review_on=review_on, shown_revision=row.revision, by=by, **rating)
