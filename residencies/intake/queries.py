"""An intake as it is read: each condition with its case, evidence, questions and findings, and the rounds it went through."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from dates.working_days import working_days_after
from findings import Finding
from residencies.intake.conditions import CONDITIONS, Words
from residencies.intake.rules import missing_evidence
from residencies.models import Condition, ConditionFinding, Evidence, Question, Residency, Review
from residencies.reference_data import figure

Row = TypeVar("Row")


@dataclass
class Case:
    """One condition. `findings` are the sent ones, newest first; `draft` is the lab's alone, else None."""

    condition: Condition
    words: Words
    evidence: list[Evidence] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    findings: list[ConditionFinding] = field(default_factory=list)
    draft: ConditionFinding | None = None

    @property
    def number(self) -> int:
        return self.condition.number

    @property
    def standing(self) -> ConditionFinding | None:
        """The finding that stands: the latest that was sent."""
        return self.findings[0] if self.findings else None

    @property
    def lacks_evidence(self) -> Finding | None:
        """What is said of a case that nothing supports; None when something does (EL-12)."""
        return None if any(item.withdrawn_at is None for item in self.evidence) else missing_evidence(self.number)

    @property
    def changed_since(self) -> bool:
        """Whether case or evidence changed after the finding that stood: it counts no longer (EL-13)."""
        return self.standing is not None and self.standing.case_version != self.condition.version


@dataclass
class Round:
    """One review from arrival to answer, with what was asked and found in it."""

    review: Review
    questions: list[Question] = field(default_factory=list)
    findings: list[ConditionFinding] = field(default_factory=list)


@dataclass(frozen=True)
class Drafting:
    """How far the lab is with its findings on an intake in review."""

    count: int
    reviewers: str

    @property
    def is_complete(self) -> bool:
        return self.count == len(CONDITIONS)

    def __str__(self) -> str:
        params = {"count": self.count, "all": len(CONDITIONS), "reviewers": self.reviewers}
        if self.is_complete:
            return _("%(count)d of %(all)d conditions drafted by %(reviewers)s; waiting for leadership to decide.") % params
        return _("%(count)d of %(all)d conditions drafted by %(reviewers)s.") % params


def drafting_of(residency: Residency) -> Drafting | None:
    """The findings drafted in the open review and not sent yet; None while there are none. One query."""
    rows = ConditionFinding.objects.filter(review__residency=residency, review__closed_at=None, sent_at=None)
    reviewers = [row.reviewer for row in rows.select_related("reviewer").order_by("condition__number")]
    return Drafting(len(reviewers), get_text_list([str(each) for each in dict.fromkeys(reviewers)], _("and"))) if reviewers else None


def cases(residency: Residency, reader: Any) -> list[Case]:
    """The six conditions as `reader` may see them, in four queries: drafts for the lab, withdrawn evidence for the lab and auditors."""
    evidence = _by_condition(_evidence(residency, reader))
    questions = _by_condition(_questions(residency))
    findings = list(_findings(residency))
    sent = _by_condition(finding for finding in findings if finding.sent_at)
    drafts = (
        {finding.condition_id: finding for finding in findings if not finding.sent_at}
        if reader.has_perm("residencies.review_intake")
        else {}
    )
    return [
        Case(row, CONDITIONS[row.number], evidence[row.pk], questions[row.pk], sent[row.pk], drafts.get(row.pk))
        for row in Condition.objects.filter(residency=residency)
    ]


def rounds(residency: Residency) -> list[Round]:
    """The reviews, newest first, with the questions asked and the findings sent in each."""
    by_review = {
        review.pk: Round(review) for review in Review.objects.filter(residency=residency).select_related("assignee").order_by("-number")
    }
    for question in _questions(residency):
        by_review[question.review_id].questions.append(question)
    for finding in _findings(residency).filter(sent_at__isnull=False).order_by("condition__number"):
        by_review[finding.review_id].findings.append(finding)
    return list(by_review.values())


def answer_due(review: Review) -> datetime.date:
    """By when the lab means to answer an intake that arrived with this review."""
    arrived = timezone.localdate(review.opened_at)
    return working_days_after(arrived, figure("review_working_days", arrived))


def is_late(review: Review, today: datetime.date, working_days: int) -> bool:
    """Whether the lab has had the intake for longer than it means to take for an answer (EL-16, EL-08)."""
    return working_days_after(timezone.localdate(review.opened_at), working_days) < today


def days_waiting(review: Review, today: datetime.date) -> int:
    """Whole days since the intake arrived (EL-16)."""
    return (today - timezone.localdate(review.opened_at)).days


def _evidence(residency: Residency, reader: Any) -> Any:
    rows = Evidence.objects.filter(condition__residency=residency).select_related("added_by")
    return rows if reader.has_perm("residencies.view_queue") else rows.filter(withdrawn_at=None)


def _questions(residency: Residency) -> Any:
    return Question.objects.filter(review__residency=residency).select_related("review", "condition", "asked_by", "answered_by")


def _findings(residency: Residency) -> Any:
    rows = ConditionFinding.objects.filter(review__residency=residency).select_related("review", "condition", "reviewer")
    return rows.order_by("-review__number")


def _by_condition(rows: Iterable[Row]) -> dict[int | None, list[Row]]:
    grouped: dict[int | None, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.condition_id].append(row)  # type: ignore[attr-defined]
    return grouped
