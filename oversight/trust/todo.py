"""Home lines and calendar dates of trust and openness (people/todo.py; EL-55, EL-57)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ledger.subjects import has_ended
from oversight.models import DelayedApproval, OpennessPlan
from oversight.trust.rules import SPRINT_DAYS
from people.todo import MOST, TODO, DateKind, DateState, Entry, Line, Scope, about, dates_of, with_leads

SOON = datetime.timedelta(days=7)


@TODO.add
def delayed_approvals(today: datetime.date) -> list[Line]:
    """Return lines for approvals that have delayed a team for longer than a sprint; one query."""
    rows = DelayedApproval.objects.filter(resolved_on=None, since__lt=today - datetime.timedelta(days=SPRINT_DAYS))
    rows = rows.exclude(has_ended("stream")).select_related("stream", *with_leads("stream")).order_by("since", "pk")
    return [
        Line(
            key=f"approval/{row.pk}",
            title=_("Approval delaying the team: %(what)s, waiting for %(who)s") % {"what": row.what, "who": row.waiting_for},
            verb=_("Follow up"),
            url=reverse("trust", args=[row.subject.reference]),
            since=row.since,
            about=about(row.subject),
        )
        for row in rows[:MOST]
    ]


def _open_plans() -> Any:
    rows = OpennessPlan.objects.filter(closed_on=None).exclude(has_ended("stream"))
    return rows.select_related("owner__user", "stream", *with_leads("stream")).order_by("next_review_on", "pk")


def _owner(plan: OpennessPlan) -> dict[str, Any]:
    """Return the assignee of a line: the owner, if they have an account."""
    account = plan.owner.user if plan.owner else None
    return {"assignee": account.pk, "assignee_name": str(account)} if account else {}


@TODO.add
def openness_reviews(today: datetime.date) -> list[Line]:
    """Return lines for plans due for review within a week; one query."""
    return [
        Line(
            key=f"openness-review/{row.pk}/{row.next_review_on}",
            title=_("Plan for openness due for review: %(what)s") % {"what": row.closed_part},
            verb=_("Review the plan"),
            url=reverse("openness-review", args=[row.subject.reference, row.pk]),
            since=row.added_on,
            due_on=row.next_review_on,
            about=about(row.subject),
            **_owner(row),
        )
        for row in _open_plans().filter(next_review_on__lte=today + SOON)[:MOST]
    ]


@dates_of(DateKind.OPENNESS)
def dated_plans(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """Yield the next reviews of plans from `start` through `end`; one query."""
    rows = scope.of(_open_plans().filter(next_review_on__range=(start, end)), "stream")
    for row in rows[: scope.most]:
        yield Entry(
            key=f"openness-{row.pk}",
            kind=DateKind.OPENNESS.value,
            on=row.next_review_on,
            title=_("Openness review: %(what)s") % {"what": row.closed_part},
            url=row.get_absolute_url(),
            state=DateState.DUE.value,
            about=about(row.subject),
            **_owner(row),
        )
