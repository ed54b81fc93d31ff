"""Who can see and change what stands on a subject, such as money, tasks and status reports: the lab, and the product owners who work on it."""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import Q
from django.utils import timezone

from acts.act import Actor
from ledger.subjects import belongs_to
from oversight.checklists.library import LIBRARY
from oversight.followups.links import FollowUpLinkHolder
from oversight.models import StatusReport
from people.models import BodySeat, User
from people.permissions import KEEPS_SUBJECT, SEES_SUBJECT, declare, is_lab, is_lab_ops, is_product_owner, is_reader, works_on


@rules.predicate
def sees_subject_of(user: Actor, part: Any) -> bool:
    """Return whether the account can see the subject of `part`, such as a budget, a task or a barrier."""
    return SEES_SUBJECT.test(user, part.subject)


@rules.predicate
def keeps_subject_of(user: Actor, part: Any) -> bool:
    return KEEPS_SUBJECT.test(user, part.subject)


@rules.predicate
def keeps_list(user: Actor, part: Any) -> bool:
    """Return whether the account can change `part`: a checklist, one of its items, or an item's evidence. Some lists are the lab's alone."""
    item = getattr(part, "item", part)
    checklist = getattr(item, "checklist", item)
    return (is_lab_ops if LIBRARY[checklist.code].by_lab else KEEPS_SUBJECT).test(user, part.subject)


@rules.predicate
def still_counts(user: Actor, evidence: Any) -> bool:
    """Return whether the evidence wasn't withdrawn. Withdrawn evidence can't be opened."""
    return evidence is not None and evidence.withdrawn_at is None


@rules.predicate
def has_at_team(user: Actor, barrier: Any) -> bool:
    """Return whether the barrier is at the team's level and the account works on its subject. From other levels, only the lab moves it."""
    return barrier.level.is_team and KEEPS_SUBJECT.test(user, barrier.subject)


@rules.predicate
def reads_report(user: Actor, report: Any) -> bool:
    """Return whether the account can read a report: a draft only if it can edit it; one that was sent also as a member of its groups."""
    if not report.is_sent:
        return bool(user.has_perm("oversight.keep_report", report))
    return SEES_SUBJECT.test(user, report.subject) or sits_on(user, Q(body__reports__report=report))


@rules.predicate
def reads_report_of(user: Actor, document: Any) -> bool:
    """Return whether a document is the sealed PDF of a report that the account can read."""
    report = StatusReport.objects.filter(document=document).first()
    if report is None:
        return False
    report.stream = document.stream
    return reads_report.test(user, report)


@rules.predicate
def reads_decision(user: Actor, decision: Any) -> bool:
    """Return whether the account can read a decision: one that was asked with its report, or as a member of the group that is asked."""
    return bool(user.has_perm("oversight.view_report", decision.report)) or (
        decision.report.is_sent and sits_on(user, Q(body=decision.body_id))
    )


@rules.predicate
def answers_decision(user: Actor, item: Any) -> bool:
    """Return whether the account can answer a decision, or correct its answer.

    The lab records answers, and a member of the group answers, but not about a subject they have a stake in.
    """
    decision = getattr(item, "decision", item)
    if not decision.report.is_sent or not isinstance(user, User):
        return False
    if is_lab.test(user):
        return True
    return sits_on(user, Q(body=decision.body_id)) and not belongs_to(user, decision.subject)


def sits_on(user: Actor, bodies: Q) -> bool:
    """Return whether the account holds a seat today that meets the condition `bodies`; one query."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return BodySeat.objects.filter(bodies, person__user=user).on(timezone.localdate()).exists()


@rules.predicate
def answers_line(user: Actor, line: Any) -> bool:
    """Return whether the question was put to this account's person, or to the holder of this link."""
    if isinstance(user, User):
        return bool(user.is_active and line.contributor.user_id == user.pk)
    return bool(getattr(user, "may_answer_line", lambda line: False)(line))


@rules.predicate
def holds_follow_up_link(by: Actor, follow_up: Any) -> bool:
    """Return whether the actor came by the link for this follow-up."""
    return isinstance(by, FollowUpLinkHolder) and by.may_answer(follow_up)


declare(
    {
        "oversight.view_money": SEES_SUBJECT,
        "oversight.keep_money": KEEPS_SUBJECT,
        "oversight.view_money_entry": sees_subject_of,
        "oversight.keep_money_entry": keeps_subject_of,
        "oversight.view_tasks": SEES_SUBJECT,
        "oversight.keep_tasks": KEEPS_SUBJECT,
        "oversight.view_task": sees_subject_of,
        "oversight.keep_task": keeps_list,
        "oversight.view_task_evidence": sees_subject_of & still_counts,
        "oversight.view_barriers": SEES_SUBJECT,
        "oversight.view_barrier": sees_subject_of,
        "oversight.raise_barrier": is_lab | (is_product_owner & works_on),
        "oversight.keep_barrier": is_lab | keeps_subject_of,
        "oversight.move_barrier": is_lab | has_at_team,
        "oversight.view_trust": SEES_SUBJECT,
        "oversight.keep_trust": is_lab | KEEPS_SUBJECT,
        "oversight.view_trust_entry": sees_subject_of,
        "oversight.keep_trust_entry": is_lab | keeps_subject_of,
        "oversight.view_follow_up": sees_subject_of,
        "oversight.keep_follow_up": keeps_subject_of,
        "oversight.answer_follow_up": keeps_subject_of | holds_follow_up_link,
        "oversight.view_all_barriers": is_reader,
        "oversight.group_barriers": is_lab,
        "oversight.view_documents": SEES_SUBJECT,
        "oversight.view_document": sees_subject_of | reads_report_of,
        "oversight.keep_document_seal": is_lab_ops,
        "oversight.view_status": SEES_SUBJECT,
        "oversight.keep_status": is_lab | (is_product_owner & works_on),
        "oversight.plan_status": is_lab,
        "oversight.view_report": reads_report,
        "oversight.view_report_changes": sees_subject_of,
        "oversight.keep_report": is_lab | keeps_subject_of,
        "oversight.answer_line": answers_line,
        "oversight.view_decision": reads_decision,
        "oversight.answer_decision": answers_decision,
        "oversight.view_all_status": is_reader,
    }
)
