"""Trust and openness in the stories: agreed visions, approvals that wait and were resolved, and plans for openness."""

from __future__ import annotations

import datetime
from typing import Any

from oversight.models import DelayedApproval, OpennessPlan, Topic
from oversight.trust import actions, openness
from people.models import Person, User
from residencies.models import Residency

SHARE = datetime.timedelta(days=90)


def agree(residency: Residency, sides: tuple[Person, Person, Person], vision: str, outcomes: str, decisions: str, dollars: int, on: datetime.date, *, by: User) -> None:  # fmt: skip
    """Record the vision, and what the product owner decides without asking."""
    names: dict[str, Any] = dict(zip(("delivery_team", "alliance_team", "executive"), sides, strict=True))
    actions.record_statement(residency, topic=Topic.VISION, agreed_on=on, text=vision, outcomes=outcomes, **names, by=by)
    if decisions:
        actions.record_statement(
            residency, topic=Topic.DECISIONS, agreed_on=on, text=decisions, limit_cents=dollars * 100 or None, **names, by=by
        )


def wait(residency: Residency, what: str, waiting_for: str, since: datetime.date, *, by: User) -> None:
    actions.add_approval(residency, what=what, waiting_for=waiting_for, since=since, by=by)


def resolve(residency: Residency, outcome: str, on: datetime.date, *, by: User) -> None:
    """Resolve the approval that has been waiting longest."""
    row = DelayedApproval.objects.filter(stream=residency.stream, resolved_on=None).select_related("stream").order_by("since")[0]
    actions.resolve_approval(row, resolved_on=on, outcome=outcome, shown_revision=row.revision, by=by)


def keep_closed(
    residency: Residency, closed_part: str, reason: str, plan: str, owner: Person, review_on: datetime.date, *, by: User
) -> None:
    dates = {"align_by": review_on + SHARE, "next_review_on": review_on}
    openness.add_plan(residency, closed_part=closed_part, reason=reason, plan=plan, owner=owner, **dates, by=by)


def review(residency: Residency, note: str, next_review_on: datetime.date, *, by: User) -> None:
    row = OpennessPlan.objects.filter(stream=residency.stream, closed_on=None).select_related("stream").latest("pk")
    openness.review_plan(row, note=note, next_review_on=next_review_on, shown_revision=row.revision, by=by)
