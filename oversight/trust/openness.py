"""Acts on plans for openness: what privacy keeps closed, and how it will be aligned (EL-57)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from acts.revisions import refuse_if_stale
from findings import Refused
from ledger.actions import append, revise
from ledger.subjects import Subject, lock
from oversight.models import OpennessPlan, OpennessReview
from oversight.trust import rules
from oversight.trust.actions import locked, why_ended
from people.models import Person


@act("oversight.keep_trust")
def add_plan(
    subject: Subject,
    *,
    closed_part: str,
    reason: str,
    plan: str,
    align_by: datetime.date,
    next_review_on: datetime.date,
    by: Actor,
    owner: Person | None = None,
) -> OpennessPlan:
    """Add a plan for a part of the work that isn't open. Raises `Refused` (`trust-no-text`, `openness-review-past`, `ended`)."""
    lock(subject.stream)
    _refuse(closed_part, reason, plan, next_review_on)
    row = OpennessPlan.objects.create(
        stream=subject.stream, closed_part=closed_part.strip(), reason=reason.strip(), plan=plan.strip(), owner=owner,
        align_by=align_by, next_review_on=next_review_on, added_by=account_of(by), added_on=timezone.localdate(),
    )  # fmt: skip
    facts = _facts(row) | {"align_by": align_by, "next_review_on": next_review_on, "owner": owner.name if owner else ""}
    append(subject.stream, "openness-added", by=by, facts=facts)
    return row


@act("oversight.keep_trust_entry")
def edit_plan(openness_plan: OpennessPlan, *, shown_revision: int, by: Actor, **changes: Any) -> OpennessPlan:
    """Change a plan, its owner or its dates. Raises `Stale`, and `Refused` (`trust-closed`, or as adding)."""
    current = locked(openness_plan)
    refuse_if_stale(current, shown_revision, changes)
    values = {name: changes.get(name, getattr(current, name)) for name in ("closed_part", "reason", "plan", "next_review_on")}
    if values["next_review_on"] == current.next_review_on:
        # A date that has passed meanwhile stays as it is: the review is overdue, which is no reason to refuse another change.
        values["next_review_on"] = datetime.date.max
    _refuse(**values)
    return revise(
        current, shown_revision=shown_revision, changes=changes, act="openness-edited", by=by, stream=current.stream, facts=_facts(current)
    )


@act("oversight.keep_trust_entry")
def review_plan(openness_plan: OpennessPlan, *, note: str, next_review_on: datetime.date, shown_revision: int, by: Actor) -> OpennessReview:
    """Record a review and when the next one is due. Raises `Stale`, and `Refused` (`trust-closed`, `trust-no-text`, `openness-review-past`)."""
    current = locked(openness_plan)
    refuse_if_stale(current, shown_revision)
    today = timezone.localdate()
    faults = [*rules.text_fault(note, _("There’s no description of what has changed.")), *rules.review_fault(next_review_on, today)]
    if faults:
        raise Refused(faults)
    review = OpennessReview.objects.create(
        plan=current, on=today, note=note.strip(), next_review_on=next_review_on, reviewed_by=account_of(by)
    )
    current.next_review_on = next_review_on
    current.revision += 1
    current.save(update_fields=["next_review_on", "revision"])
    append(current.stream, "openness-reviewed", by=by, facts=_facts(current) | {"note": review.note, "next_review_on": next_review_on})
    return review


@act("oversight.keep_trust_entry")
def close_plan(openness_plan: OpennessPlan, *, outcome: str, shown_revision: int, by: Actor) -> OpennessPlan:
    """Close a plan: the work is open now, or stays closed for good. Raises `Stale`, and `Refused` (`trust-closed`, `trust-no-text`)."""
    current = locked(openness_plan)
    refuse_if_stale(current, shown_revision)
    if faults := list(rules.text_fault(outcome, _("The outcome is missing."))):
        raise Refused(faults)
    _close(current, outcome.strip(), by)
    return current


@part
def end_plans(plans: Iterable[OpennessPlan], *, by: Actor) -> None:
    """Close plans because their subject has ended; part of the act that ended it, under their locks."""
    for plan in plans:
        _close(plan, why_ended(plan), by)


def _close(plan: OpennessPlan, outcome: str, by: Actor) -> None:
    plan.closed_on, plan.outcome = timezone.localdate(), outcome
    plan.revision += 1
    plan.save(update_fields=["closed_on", "outcome", "revision"])
    append(plan.stream, "openness-closed", by=by, facts=_facts(plan) | {"outcome": outcome})


def _refuse(closed_part: str, reason: str, plan: str, next_review_on: datetime.date) -> None:
    faults = [
        *rules.text_fault(closed_part, _("There’s no description of what isn’t open.")),
        *rules.text_fault(reason, _("The reason is missing.")),
        *rules.text_fault(plan, _("The plan for alignment is missing.")),
        *rules.review_fault(next_review_on, timezone.localdate()),
    ]
    if faults:
        raise Refused(faults)


def _facts(plan: OpennessPlan) -> dict[str, Any]:
    return {"closed_part": plan.closed_part, "plan_id": plan.pk}
