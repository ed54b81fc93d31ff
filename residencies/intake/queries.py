"""An intake as it is read: each condition with its case, evidence, questions and findings, and the rounds it went through."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from dates.working_days import working_days_after
from findings import Finding
from residencies.intake.conditions import CONDITIONS, Words
from residencies.intake.gates import intake_complete
from residencies.intake.rules import STEPS, missing_evidence, steps_done
from residencies.lifecycle.rules import MET
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
        return self.standing is not None and self.standing.case_version != self.condition.revision


@dataclass
class Round:
    """One review from arrival to answer, with what was asked and found in it."""

    review: Review
    questions: list[Question] = field(default_factory=list)
    findings: list[ConditionFinding] = field(default_factory=list)


@dataclass(frozen=True)
class Drafting:
    """How far the lab is with its findings on an intake in review.

    `verdicts` has, by condition, the draft of the open round, else the finding of an earlier one that still counts.
    `last_drafted_at` is when a draft of the open round was last changed.
    """

    review: Review
    verdicts: Mapping[int, str]
    reviewers: str
    last_drafted_at: datetime.datetime | None = None

    @property
    def undecided(self) -> list[int]:
        """The conditions that nothing is found on yet."""
        return [number for number in CONDITIONS if number not in self.verdicts]

    @property
    def met(self) -> int:
        return sum(verdict == MET for verdict in self.verdicts.values())

    @property
    def is_handed_over(self) -> bool:
        """Whether lab leadership has these very findings before it."""
        at = self.review.handed_over_at
        return at is not None and not self.undecided and (self.last_drafted_at is None or self.last_drafted_at <= at)

    def __str__(self) -> str:
        params = {"count": len(self.verdicts), "met": self.met, "all": len(CONDITIONS), "reviewers": self.reviewers}
        if self.is_handed_over:
            return _("%(met)d of %(all)d met, drafted by %(reviewers)s; waiting for leadership to decide.") % params
        if self.undecided:
            return _("%(count)d of %(all)d conditions drafted by %(reviewers)s.") % params
        return _("%(met)d of %(all)d met, drafted by %(reviewers)s; not handed over to leadership yet.") % params


def drafting_of(residency: Residency) -> Drafting | None:
    """The lab's findings in the open review, with what still counts from earlier rounds; None while there are none. Two queries."""
    review = Review.objects.filter(residency=residency, closed_at=None).select_related("handed_over_by").first()
    if review is None:
        return None
    rows = ConditionFinding.objects.filter(condition__residency=residency).select_related("condition", "reviewer")
    latest = {row.condition.number: row for row in rows.order_by("review__number")}
    counting = {n: row for n, row in sorted(latest.items()) if row.sent_at is None or row.case_version == row.condition.revision}
    if not counting:
        return None
    reviewers = get_text_list(list(dict.fromkeys(str(row.reviewer) for row in counting.values())), _("and"))
    drafted_at = max((row.decided_at for row in counting.values() if row.sent_at is None), default=None)
    return Drafting(review, {number: row.verdict for number, row in counting.items()}, reviewers, drafted_at)


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


# ── How far an intake is ──────────────────────────────────────────────────────────────────────────


# Which control a finding is mended at; a finding that is not here leads to the top of its step.
_FIELDS = ("description", "for_whom", "looked_into", "permission", "funding_source", "proposed_team", "product_owner_name", "sponsors")
_ANCHORS = {
    **{f"no-{name.replace('_', '-')}": f"id_{name}" for name in (*_FIELDS, "product", "problem")},
    **{f"no-case-{number}": "id_case" for number in CONDITIONS},
    "no-sensitivity": "id_sensitivity_0",
    "description-too-long": "id_description",
    "no-needs": "needs",
    "no-evidence-1": "evidence",
}


@dataclass(frozen=True)
class Step:
    """A page of the form: `name` is its URL name."""

    name: str
    label: Any
    url: str
    done: bool
    current: bool


@dataclass(frozen=True)
class Missing:
    """Something to fill in, and the address of the very field."""

    finding: Finding
    url: str


@dataclass(frozen=True)
class Sitting:
    steps: list[Step]
    missing: list[Missing]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def resume(self) -> Step | None:
        """The first step that still misses something."""
        return next((step for step in self.steps if not step.done), None)

    def neighbour(self, name: str, distance: int) -> Step | None:
        index = STEPS.index(name) + distance
        return self.steps[index] if 0 <= index < len(self.steps) else None


def step_label(name: str) -> Any:
    """What the step is called in lists: "The problem", "1. A real problem"."""
    if name.startswith("intake-condition-"):
        number = int(name.rsplit("-", 1)[1])
        return f"{number}. {CONDITIONS[number].title}"
    return {"intake-area": _("Program area"), "intake-problem": _("The problem"), "intake-people": _("Capacity and people")}[name]


def sitting(residency: Residency, current: str = "") -> Sitting:
    """The steps of this intake with what is done, and everything missing with where to mend it."""
    findings = intake_complete([residency], timezone.localdate())[residency.stream_id]
    done = steps_done(findings)
    steps = [Step(name, step_label(name), reverse(name, args=[residency.reference]), done[name], name == current) for name in STEPS]
    return Sitting(steps, [Missing(finding, _address(finding, residency)) for finding in findings])


def _address(finding: Finding, residency: Residency) -> str:
    anchor = _ANCHORS.get(finding.code, "")
    return reverse(finding.place, args=[residency.reference]) + (f"#{anchor}" if anchor else "")
