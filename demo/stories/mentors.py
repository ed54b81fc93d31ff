"""The demo's alumni and mentors: offers, a request that waits, mentoring under way and finished."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from community.alumni import actions as alumni_actions
from community.choices import HelpTopic
from community.mentors import actions
from community.mentors.forms import candidates
from community.models import Alumnus, Mentoring
from people.models import User
from residencies.models import Residency

OFFERS = (
    (
        (HelpTopic.PRODUCT, HelpTopic.GRADUATION),
        "I've taken a product from first sketch to its own branch. Happy to help with any step.",
        2,
    ),
    ((HelpTopic.PROCUREMENT, HelpTopic.CHANGE), "Short contracts, and how to explain them to finance.", 1),
    ((HelpTopic.PLATFORM, HelpTopic.DEVELOPMENT), "Moving to the shared platform, and running what you've built.", 1),
    ((HelpTopic.DESIGN,), "I can watch a few of your interviews and tell you what I notice.", 0),
    ((HelpTopic.LEADERSHIP,), "What your executive director wants to know before saying yes.", 1),
)


def offer(residency: Residency, count: int, *, by: User) -> None:
    """Have the first `count` alumni of a graduated residency say what they offer; the first also shows their email address."""
    rows = Alumnus.objects.filter(places__residency=residency, opted_out_at=None, person__offer=None).select_related("person")
    for number, alumnus in enumerate(rows.order_by("pk")[:count]):
        topics, text, teams = OFFERS[number % len(OFFERS)]
        alumni_actions.set_alumni_offer(alumnus, topics=topics, text=text, teams_at_once=teams, shown_revision=0, by=by)
        if number == 0:
            alumni_actions.set_listing(alumnus, shows_email=True, is_listed=True, shown_revision=alumnus.revision, by=by)


def opt_out(residency: Residency, *, by: User) -> None:
    """Have the last alum of a residency leave the directory."""
    alumnus = Alumnus.objects.filter(places__residency=residency).latest("pk")
    alumni_actions.set_listing(alumnus, shows_email=False, is_listed=False, shown_revision=alumnus.revision, by=by)


def match(residency: Residency, *, by: User) -> None:
    """Match the waiting request with whoever fits best."""
    mentoring = Mentoring.objects.waiting().filter(residency=residency)[0]
    best = next(candidate for candidate in candidates(mentoring) if candidate.is_free)
    actions.match_mentor(mentoring, mentor=best.offer.person, shown_revision=mentoring.revision, by=by)


def meet(residency: Residency, on: datetime.date, notes: str, *, by: User) -> None:
    for mentoring in _under_way(residency):
        actions.record_meeting(mentoring, met_on=on, minutes=60, notes=notes, by=by)


def finish(residency: Residency, outcome: str, *, by: User) -> None:
    for mentoring in _under_way(residency):
        actions.finish_mentoring(mentoring, outcome=outcome, shown_revision=mentoring.revision, by=by)


def _under_way(residency: Residency) -> Iterator[Mentoring]:
    yield from list(Mentoring.objects.under_way().filter(residency=residency))
