"""Home lines and calendar dates for barriers and risks (people/todo.py; EL-73)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.subjects import has_ended
from oversight.barriers.queries import in_short, suggestions
from oversight.choices import OPEN, BarrierState
from oversight.models import Barrier, BarrierStay, Risk
from people.todo import MOST, OPS, TODO, About, DateKind, DateState, Entry, Line, Scope, about, dates_of, with_leads

SOON = datetime.timedelta(days=7)


def _about(item: Barrier | Risk) -> About:
    return about(item.subject) if item.subject else About()


def _owner(item: Barrier | Risk) -> dict[str, Any]:
    """Return the assignee of a line: the owner, if they have an account."""
    account = item.owner.user if item.owner else None
    return {"assignee": account.pk, "assignee_name": str(account)} if account else {}


def _stays() -> Any:
    """Return the open stays of open barriers, with what a line shows."""
    rows = BarrierStay.objects.filter(to_on=None, barrier__state__in=OPEN).select_related(
        "level", "barrier__level", "barrier__owner__user", "barrier__stream", *with_leads("barrier__stream")
    )
    return rows.exclude(has_ended("barrier__stream")).order_by("due_on", "pk")


@TODO.add
def barriers_at_levels(today: datetime.date) -> list[Line]:
    """Return lines for overdue barriers, where someone decides on the next step, and for barriers above the team's level; one query."""
    rows = _stays().filter(Q(due_on__lt=today) | Q(level__is_team=False))
    return [_over(stay) if stay.due_on < today else _there(stay) for stay in rows[: 2 * MOST]]


def _over(stay: BarrierStay) -> Line:
    barrier = stay.barrier
    params = {"level": stay.level.name, "barrier": barrier.text}
    return Line(
        key=f"barrier-over/{stay.pk}",
        title=_("Barrier overdue at %(level)s: %(barrier)s") % params,
        verb=_("Decide next step"),
        url=barrier.get_absolute_url(),
        since=stay.from_on,
        due_on=stay.due_on,
        about=_about(barrier),
        **_owner(barrier),
    )


def _there(stay: BarrierStay) -> Line:
    """Return a line for a barrier that isn't overdue. Anywhere but at lab operations, it waits for others."""
    barrier = stay.barrier
    return Line(
        key=f"barrier-at/{stay.pk}",
        title=_("Barrier at %(level)s: %(barrier)s") % {"level": stay.level.name, "barrier": barrier.text},
        verb=_("Open the barrier"),
        url=barrier.get_absolute_url(),
        since=stay.from_on,
        due_on=stay.due_on,
        waits=stay.level.code != "lab-operations",
        about=_about(barrier),
        **_owner(barrier),
    )


@TODO.add
def acceptances(today: datetime.date) -> list[Line]:
    """Return lines for accepted barriers whose acceptance has ended; one query."""
    rows = Barrier.objects.filter(state=BarrierState.ACCEPTED, accepted_until__lte=today).exclude(has_ended("stream"))
    rows = rows.select_related("owner__user", "stream", *with_leads("stream")).order_by("accepted_until", "pk")
    return [
        Line(
            key=f"barrier-accepted/{row.pk}",
            title=_("Acceptance has ended: %(barrier)s") % {"barrier": row.text},
            verb=_("Decide again"),
            url=row.get_absolute_url(),
            since=row.closed_on or row.raised_on,
            due_on=row.accepted_until,
            about=_about(row),
            **_owner(row),
        )
        for row in rows[:MOST]
    ]


@TODO.add
def risk_reviews(today: datetime.date) -> list[Line]:
    """Return lines for risks due for review within a week; one query."""
    rows = Risk.objects.open().filter(next_review_on__lte=today + SOON).exclude(has_ended("stream"))
    rows = rows.select_related("owner__user", "stream", *with_leads("stream")).order_by("next_review_on", "pk")
    return [
        Line(
            key=f"risk-review/{row.pk}/{row.next_review_on}",
            title=_("Risk due for review: %(risk)s") % {"risk": row.text},
            verb=_("Rate again"),
            url=reverse("risk-rate", args=[row.pk]),
            since=row.raised_on,
            due_on=row.next_review_on,
            about=_about(row),
            **_owner(row),
        )
        for row in rows[:MOST]
    ]


@TODO.add
def repeats(today: datetime.date) -> list[Line]:
    """Return lines that suggest a systemic barrier for similar ones at one level; one query."""
    return [
        Line(
            key=f"barriers-alike/{pattern.key}/{len(pattern.barriers)}",
            title=ngettext(
                "%(count)d barrier at %(level)s about %(category)s",
                "%(count)d barriers at %(level)s about %(category)s",
                len(pattern.barriers),
            )
            % {"count": len(pattern.barriers), "level": pattern.level.name, "category": pattern.category},
            verb=_("Compare barriers"),
            url=reverse("barriers-systemic"),
            since=max(row.raised_on for row in pattern.barriers),
            roles=OPS,
        )
        for pattern in suggestions(in_short)[:MOST]
    ]


# ── Dates ────────────────────────────────────────────────────────────────────────────────────


@dates_of(DateKind.BARRIER)
def dated_barriers(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """Yield the due dates of open barriers from `start` through `end`; one query."""
    rows = scope.of(_stays().filter(due_on__range=(start, end)), "barrier__stream")
    for stay in rows[: scope.most]:
        params = {"level": stay.level.name, "barrier": stay.barrier.text}
        yield Entry(
            key=f"barrier-{stay.pk}",
            kind=DateKind.BARRIER.value,
            on=stay.due_on,
            title=_("Due at %(level)s: %(barrier)s") % params,
            url=stay.barrier.get_absolute_url(),
            state=DateState.DUE.value,
            about=_about(stay.barrier),
            **_owner(stay.barrier),
        )


@dates_of(DateKind.RISK)
def dated_risks(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """Yield the next reviews of open risks from `start` through `end`; one query."""
    dated = Risk.objects.open().filter(next_review_on__range=(start, end)).exclude(has_ended("stream"))
    rows = scope.of(dated, "stream").select_related("owner__user", "stream", *with_leads("stream")).order_by("next_review_on", "pk")
    for row in rows[: scope.most]:
        yield Entry(
            key=f"risk-{row.pk}",
            kind=DateKind.RISK.value,
            on=row.next_review_on,
            title=_("Risk review: %(risk)s") % {"risk": row.text},
            url=row.get_absolute_url(),
            state=DateState.DUE.value,
            about=_about(row),
            **_owner(row),
        )
