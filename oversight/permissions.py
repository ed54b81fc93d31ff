"""Who can see and change a subject's money, tasks, barriers and documents: the lab, and the product owners who work on it."""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from people.permissions import KEEPS_SUBJECT, SEES_SUBJECT, declare, is_lab, is_lab_ops, is_product_owner, is_reader, works_on


@rules.predicate
def sees_subject_of(user: Actor, part: Any) -> bool:
    """Return whether the account can see the subject of `part`, such as a budget, a task or a barrier."""
    return SEES_SUBJECT.test(user, part.subject)


@rules.predicate
def keeps_subject_of(user: Actor, part: Any) -> bool:
    return KEEPS_SUBJECT.test(user, part.subject)


@rules.predicate
def still_counts(user: Actor, evidence: Any) -> bool:
    """Return whether the evidence wasn't withdrawn. Withdrawn evidence can't be opened."""
    return evidence is not None and evidence.withdrawn_at is None


@rules.predicate
def has_at_team(user: Actor, barrier: Any) -> bool:
    """Return whether the barrier is at the team's level and the account works on its subject. From other levels, only the lab moves it."""
    return barrier.level.is_team and KEEPS_SUBJECT.test(user, barrier.subject)


declare(
    {
        "oversight.view_money": SEES_SUBJECT,
        "oversight.keep_money": KEEPS_SUBJECT,
        "oversight.view_money_entry": sees_subject_of,
        "oversight.keep_money_entry": keeps_subject_of,
        "oversight.view_tasks": SEES_SUBJECT,
        "oversight.keep_tasks": KEEPS_SUBJECT,
        "oversight.view_task": sees_subject_of,
        "oversight.keep_task": keeps_subject_of,
        "oversight.view_task_evidence": sees_subject_of & still_counts,
        "oversight.view_barriers": SEES_SUBJECT,
        "oversight.view_barrier": sees_subject_of,
        "oversight.raise_barrier": is_lab | (is_product_owner & works_on),
        "oversight.keep_barrier": is_lab | keeps_subject_of,
        "oversight.move_barrier": is_lab | has_at_team,
        "oversight.view_all_barriers": is_reader,
        "oversight.group_barriers": is_lab,
        "oversight.view_documents": SEES_SUBJECT,
        "oversight.view_document": sees_subject_of,
        "oversight.keep_document_seal": is_lab_ops,
    }
)
