"""Acts on trust: what was agreed, and approvals that still delay the team (EL-55).

Every act locks the subject first and appends its event last (ledger.subjects.lock).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from acts.revisions import refuse_if_stale
from findings import Refused
from ledger.actions import append, revise
from ledger.subjects import Subject, lock, noun
from oversight.models import DelayedApproval, OpennessPlan, Topic, TrustStatement
from oversight.trust import rules
from people.models import Person

Item = TypeVar("Item", bound=DelayedApproval | OpennessPlan)


@act("oversight.keep_trust")
def record_statement(
    subject: Subject,
    *,
    topic: str,
    agreed_on: datetime.date,
    text: str,
    delivery_team: Person,
    alliance_team: Person,
    executive: Person,
    by: Actor,
    outcomes: str = "",
    limit_cents: int | None = None,
) -> TrustStatement:
    """Record what the delivery team, the alliance team and the executive agreed; what was agreed before stays on record.

    Raises `Refused` (`trust-ahead`, `trust-no-text`, `ended`).
    """
    lock(subject.stream)
    is_vision = topic == Topic.VISION
    faults = [
        *rules.day_fault(agreed_on, timezone.localdate()),
        *rules.text_fault(text, _("There’s no description of what was agreed.")),
        *(rules.text_fault(outcomes, _("The expected outcomes are missing.")) if is_vision else ()),
    ]
    if faults:
        raise Refused(faults)
    statement = TrustStatement.objects.create(
        stream=subject.stream, topic=topic, agreed_on=agreed_on, text=text.strip(), outcomes=outcomes.strip() if is_vision else "",
        limit_cents=None if is_vision else limit_cents, delivery_team=delivery_team, alliance_team=alliance_team, executive=executive,
        recorded_by=account_of(by),
    )  # fmt: skip
    names = ", ".join(person.name for person in (delivery_team, alliance_team, executive))
    append(subject.stream, "vision-agreed" if is_vision else "decisions-agreed", by=by, facts={"on": agreed_on, "agreed_by": names})
    return statement


@act("oversight.keep_trust")
def add_approval(subject: Subject, *, what: str, waiting_for: str, since: datetime.date, by: Actor) -> DelayedApproval:
    """Add an approval that delays the team. Raises `Refused` (`trust-ahead`, `trust-no-text`, `ended`)."""
    lock(subject.stream)
    _refuse_approval(what, waiting_for, since)
    approval = DelayedApproval.objects.create(
        stream=subject.stream, what=what.strip(), waiting_for=waiting_for.strip(), since=since, raised_by=account_of(by)
    )
    append(subject.stream, "approval-added", by=by, facts=_facts(approval) | {"since": since})
    return approval


@act("oversight.keep_trust_entry")
def edit_approval(approval: DelayedApproval, *, shown_revision: int, by: Actor, **changes: Any) -> DelayedApproval:
    """Change what needs approval, who it is waiting for, or since when. Raises `Stale`, and `Refused` (`trust-closed`, or as adding)."""
    current = locked(approval)
    refuse_if_stale(current, shown_revision, changes)
    _refuse_approval(*(changes.get(name, getattr(current, name)) for name in ("what", "waiting_for", "since")))
    return revise(
        current,
        shown_revision=shown_revision,
        changes=changes,
        act="approval-edited",
        by=by,
        stream=current.stream,
        facts=_facts(current),
    )


@act("oversight.keep_trust_entry")
def resolve_approval(
    approval: DelayedApproval, *, resolved_on: datetime.date, outcome: str, shown_revision: int, by: Actor
) -> DelayedApproval:
    """Record when and how an approval was resolved. Raises `Stale`, and `Refused` (`trust-closed`, `trust-ahead`, `trust-early`, `trust-no-text`)."""
    current = locked(approval)
    refuse_if_stale(current, shown_revision)
    faults = [*rules.day_fault(resolved_on, timezone.localdate()), *rules.text_fault(outcome, _("The outcome is missing."))]
    if resolved_on < current.since:
        faults.append(rules.early_fault())
    if faults:
        raise Refused(faults)
    _resolve(current, resolved_on, outcome.strip(), by)
    return current


def _resolve(approval: DelayedApproval, resolved_on: datetime.date, outcome: str, by: Actor) -> None:
    approval.resolved_on, approval.outcome = resolved_on, outcome
    approval.revision += 1
    approval.save(update_fields=["resolved_on", "outcome", "revision"])
    facts = _facts(approval) | {"on": resolved_on, "days": approval.days(resolved_on), "outcome": outcome}
    append(approval.stream, "approval-resolved", by=by, facts=facts)


@part
def end_approvals(approvals: Iterable[DelayedApproval], *, by: Actor) -> None:
    """Resolve approvals because their subject has ended; part of the act that ended it, under their locks."""
    for approval in approvals:
        today = max(timezone.localdate(), approval.since)
        _resolve(approval, today, why_ended(approval), by)


@part
def why_ended(item: DelayedApproval | OpennessPlan) -> str:
    return _("The %(kind)s has ended.") % {"kind": noun(item.subject)}


@part
def locked(item: Item) -> Item:
    """Lock the subject, then an open entry, and return it as it is now. Raises `Refused` (`trust-closed`)."""
    stream = item.stream
    lock(stream)
    manager: Any = type(item)._default_manager
    current: Item = manager.select_for_update(of=("self",)).get(pk=item.pk)
    current.stream = stream
    if not current.is_open:
        raise Refused([rules.closed_fault()])
    return current


def _refuse_approval(what: str, waiting_for: str, since: datetime.date) -> None:
    faults = [
        *rules.text_fault(what, _("There’s no description of what needs approval.")),
        *rules.text_fault(waiting_for, _("It doesn’t say who the team is waiting for.")),
        *rules.day_fault(since, timezone.localdate()),
    ]
    if faults:
        raise Refused(faults)


def _facts(approval: DelayedApproval) -> dict[str, Any]:
    return {"approval": approval.what, "approval_id": approval.pk, "waiting_for": approval.waiting_for}
