"""Who may see and keep what hangs on a subject: the lab, and the product owners who work on it."""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from people.permissions import KEEPS_SUBJECT, SEES_SUBJECT, declare


@rules.predicate
def sees_subject_of(user: Actor, part: Any) -> bool:
    """Of a budget, a barrier, a task: whatever hangs on a subject's stream."""
    return SEES_SUBJECT.test(user, part.subject)


@rules.predicate
def keeps_subject_of(user: Actor, part: Any) -> bool:
    return KEEPS_SUBJECT.test(user, part.subject)


@rules.predicate
def still_counts(user: Actor, evidence: Any) -> bool:
    """The evidence was not withdrawn: what was is for the lab and its auditors alone."""
    return evidence is not None and evidence.withdrawn_at is None


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
    }
)
