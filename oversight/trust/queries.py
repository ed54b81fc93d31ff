"""Reads of a subject's trust and openness (EL-55, EL-57)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from ledger.models import Stream
from ledger.subjects import Subject, people_of
from oversight.models import DelayedApproval, OpennessPlan, Topic, TrustStatement
from oversight.trust import rules
from people.models import Person


@dataclass(frozen=True)
class ApprovalRow:
    """An approval with the days it has been waiting; `is_long` once that is more than a sprint."""

    approval: DelayedApproval
    days: int

    @property
    def is_long(self) -> bool:
        return self.approval.is_open and rules.is_long(self.days)


@dataclass(frozen=True)
class TrustOf:
    """What is on record about a subject: the statements that count now and the earlier ones, approvals and plans."""

    vision: TrustStatement | None
    decisions: TrustStatement | None
    earlier: list[TrustStatement]
    waiting: list[ApprovalRow]
    resolved: list[ApprovalRow]
    plans: list[OpennessPlan]
    closed_plans: list[OpennessPlan]

    @property
    def oldest(self) -> ApprovalRow | None:
        """The approval that has been waiting longest."""
        return self.waiting[0] if self.waiting else None

    @property
    def is_empty(self) -> bool:
        return not (self.vision or self.decisions or self.waiting or self.plans)


def trust_of(stream: Stream, today: datetime.date) -> TrustOf:
    """Return what is on record about the subject of `stream`; three queries."""
    sides = ("delivery_team", "alliance_team", "executive", "recorded_by")
    statements = list(TrustStatement.objects.filter(stream=stream).select_related(*sides).order_by("-agreed_on", "-pk"))
    newest = {topic: next((row for row in statements if row.topic == topic), None) for topic in Topic}
    rows = [ApprovalRow(row, row.days(today)) for row in DelayedApproval.objects.filter(stream=stream).order_by("since", "pk")]
    plans = list(OpennessPlan.objects.filter(stream=stream).select_related("owner").order_by("next_review_on", "pk"))
    return TrustOf(
        newest[Topic.VISION],
        newest[Topic.DECISIONS],
        [row for row in statements if row not in newest.values()],
        [row for row in rows if row.approval.is_open],
        [row for row in reversed(rows) if not row.approval.is_open],
        [plan for plan in plans if plan.is_open],
        [plan for plan in plans if not plan.is_open],
    )


def open_plans(stream: Stream) -> list[OpennessPlan]:
    """Return the plans for what isn't open yet, the next to be reviewed first; one query."""
    return list(OpennessPlan.objects.filter(stream=stream, closed_on=None).select_related("owner").order_by("next_review_on", "pk"))


def people_to_choose(subject: Subject, also: Person | None = None) -> QuerySet[Person]:
    """Return those with a stake in the subject, and `also`, who may have left; it asks nothing yet."""
    near = people_of(subject) | (Q(pk=also.pk) if also else Q(pk__in=[]))
    return Person.objects.current().filter(near).distinct().order_by("name", "pk")
