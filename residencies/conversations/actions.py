"""Acts on conversations about expectations that can't be met: open, record, correct, and link the amendment that followed (EL-84).

Every act locks the residency first: ending a residency locks it too, so no conversation is opened, planned or held after that.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act, part
from dates.working_days import working_days_after
from findings import Finding, Refused, blocking, refuse
from ledger.actions import append, revise
from residencies.conversations import mail
from residencies.conversations.proposals import ClauseWords, Expected, clause_called, name_accounts, proposed
from residencies.conversations.rules import PLACE
from residencies.graduation.actions import refuse_unless_happened, refuse_unless_under_way
from residencies.lifecycle.journey import began_on
from residencies.models import (
    Conversation,
    ConversationAmendment,
    ConversationAttendee,
    ConversationClause,
    ConversationInvitee,
    ConversationMeeting,
    Residency,
)
from residencies.models.states import Group
from residencies.reference_data import figure


@act("residencies.hold_conversation")
def open_conversation(
    residency: Residency, *, raised_by: str, by: Actor, expectation: str = "", clause: str = "", on: datetime.date | None = None
) -> Conversation:
    """Open a conversation about an expectation that can't be met; it is due within the program's working days (EL-84, EL-08).

    `clause` names a clause of the agreement (`ClauseWords.key`), which is put on record in its words of now. The people whom the
    portal knows in the six groups are put on the list; no one gets mail before a time is set. Raises `Refused`
    (`clause-gone`, `no-expectation`, `ended`).
    """
    refuse_unless_under_way(residency)
    on = on or timezone.localdate()
    refuse_unless_happened(on, began_on(residency))
    about = clause_called(residency, clause)
    if clause and about is None:
        message = _("That clause isn’t in the agreement any more.")
        raise refuse("clause-gone", message, _("Choose another clause, or none."), PLACE)
    expectation = expectation.strip() or str(about or "")
    if not expectation:
        raise refuse("no-expectation", _("The expectation is missing."), _("Choose a clause, or say what can’t be met."), PLACE)
    due_on = working_days_after(on, figure("conversation_working_days", on))
    conversation = Conversation.objects.create(
        residency=residency, expectation=expectation, raised_by=raised_by.strip(), opened_on=on, due_on=due_on
    )
    if about:
        _record_clause(conversation, about)
    name_accounts(residency)
    invitees = [ConversationInvitee(conversation=conversation, person=row.person, group=row.group) for row in proposed(residency)]
    ConversationInvitee.objects.bulk_create(invitees)
    facts = {"conversation": conversation.pk, "raised_by": raised_by, "due": due_on, "proposed": len(invitees), **_clause_facts(about)}
    append(residency.stream, "conversation-opened", by=by, facts=facts)
    return conversation


def _record_clause(conversation: Conversation, clause: ClauseWords | ConversationClause) -> None:
    fields = {name: getattr(clause, name) for name in ("agreement", "version", "number", "heading", "text")}
    ConversationClause.objects.create(conversation=conversation, **fields)


def _clause_facts(clause: ClauseWords | None) -> dict[str, Any]:
    return {"clause": str(clause), "agreement": clause.agreement, "agreement_version": clause.version} if clause else {}


@act("residencies.record_conversation")
def hold_conversation(
    conversation: Conversation,
    *,
    shown_revision: int,
    held_on: datetime.date,
    attendees: Sequence[Expected],
    notes: str,
    outcome: str,
    by: Actor,
) -> Conversation:
    """Record that a conversation was held, who was there and its outcome; that is final (EL-84).

    Its calendar entry is withdrawn if the planned time is still to come, and lab leadership gets an email if it ended in a pivot.
    Raises `Stale`, and `Refused` for a day to come or before it was opened (`day-to-come`, `day-too-early`), without attendees
    (`no-attendees`), for one that was held (`held-already`: `correct_conversation`), and for a residency that has ended.
    """
    current = locked_conversation(conversation)
    _refuse_faults(current, held_on, attendees)
    changes = {"held_on": held_on, "present": _names(attendees), "notes": notes.strip(), "outcome": outcome}
    if current.is_held and all(getattr(current, name) == value for name, value in changes.items()):
        return current
    if current.is_held and current.revision == shown_revision:
        raise refuse("held-already", _("The outcome of this conversation has already been recorded."), _("Record a correction instead."))
    if not current.is_held:
        # Before the event of `revise`, which then covers these rows; a stale edit takes them back with the transaction.
        _record_attendees(current, attendees)
    current = revise(
        current, shown_revision=shown_revision, changes=changes, act="conversation-held", by=by, stream=current.residency.stream
    )
    meeting = ConversationMeeting.objects.select_for_update().filter(conversation=current).first()
    if meeting and meeting.is_to_come:
        meeting.conversation = current
        call_off(meeting, _("The conversation has already been held."), by=by)
    mail.pivot_to_decide(current)
    return current


@act("residencies.record_conversation")
def correct_conversation(
    conversation: Conversation,
    *,
    held_on: datetime.date,
    attendees: Sequence[Expected],
    notes: str,
    outcome: str,
    reason: str,
    by: Actor,
) -> Conversation:
    """Record what a held conversation should have said, in a new row that names it; the old one stays readable (EL-84).

    Raises `Refused`: `not-held`, `corrected-already` when another row took its place, `no-reason`, or as `hold_conversation`.
    """
    current = locked_conversation(conversation)
    _refuse_faults(current, held_on, attendees)
    if not current.is_held:
        raise refuse("not-held", _("This conversation hasn't been held yet."), _("Record its outcome first."))
    if current.is_corrected:
        raise refuse("corrected-already", _("This record has already been corrected."), _("Correct the newer record."))
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say what was wrong with the record."))
    same = {name: getattr(current, name) for name in ("residency", "expectation", "raised_by", "opened_on", "due_on")}
    correction = Conversation.objects.create(
        corrects=current, correction_reason=reason.strip(), held_on=held_on, present=_names(attendees), notes=notes.strip(), outcome=outcome,
        **same,
    )  # fmt: skip
    if clause := ConversationClause.objects.filter(conversation=current).first():
        _record_clause(correction, clause)
    _record_attendees(correction, attendees)
    changes = {
        name: {"from": getattr(current, name), "to": getattr(correction, name)} for name in ("held_on", "present", "notes", "outcome")
    }
    facts = {
        "record": correction._meta.label_lower,
        "id": correction.pk,
        "corrects": current.pk,
        "reason": correction.correction_reason,
        "changes": {name: change for name, change in changes.items() if change["from"] != change["to"]},
    }
    append(current.residency.stream, "conversation-corrected", by=by, facts=facts)
    mail.withdraw_pivot(current)
    mail.pivot_to_decide(correction)
    return correction


@act("residencies.record_conversation")
def link_amendment(conversation: Conversation, *, agreement: str, amendment: int, place: str, by: Actor) -> ConversationAmendment:
    """Record the amendment that was proposed because a conversation ended in one, so that each leads to the other.

    Raises `Refused` (`not-to-be-amended`) if that isn't its outcome.
    """
    current = locked_conversation(conversation)
    if current.is_corrected or current.outcome != Conversation.Outcome.AMENDED:
        message = _("This conversation didn’t end in an amendment.")
        raise refuse("not-to-be-amended", message, _("Propose the change without it."), PLACE)
    link = ConversationAmendment.objects.create(conversation=current, agreement=agreement, amendment=amendment, place=place[:300])
    facts = {"conversation": current.pk, "agreement": agreement, "amendment": amendment, "place": link.place}
    append(current.residency.stream, "conversation-amendment-proposed", by=by, facts=facts)
    return link


# ── Parts ────────────────────────────────────────────────────────────────────────────────────


@part
def locked_conversation(conversation: Conversation) -> Conversation:
    """Return the conversation as it is now, under the lock of its residency, which is under way."""
    residency = Residency.objects.select_for_update(of=("self",)).get(pk=conversation.residency_id)
    refuse_unless_under_way(residency)
    return Conversation.objects.select_related("residency__stream", "corrected_by").get(pk=conversation.pk)


@part
def call_off(meeting: ConversationMeeting, reason: str, *, by: Actor) -> None:
    """Cancel a meeting that is still to come and tell everyone who has it in a calendar; the meeting is locked."""
    meeting.cancelled_at, meeting.cancelled_reason = timezone.now(), reason[:300]
    meeting.revision, meeting.sequence, meeting.changed_at = meeting.revision + 1, meeting.sequence + 1, timezone.now()
    meeting.save(update_fields=["cancelled_at", "cancelled_reason", "revision", "sequence", "changed_at"])
    facts = {"conversation": meeting.conversation_id, "when": meeting.when, "reason": meeting.cancelled_reason}
    append(meeting.conversation.residency.stream, "conversation-cancelled", by=by, facts=facts)
    mail.cancelled(meeting)


def _record_attendees(conversation: Conversation, attendees: Iterable[Expected]) -> None:
    ConversationAttendee.objects.bulk_create(
        ConversationAttendee(conversation=conversation, person=row.person, name=row.person.name, group=row.group)
        for row in _once(attendees)
    )


def _once(attendees: Iterable[Expected]) -> list[Expected]:
    return list({row.person.pk: row for row in attendees}.values())


def _names(attendees: Iterable[Expected]) -> str:
    """Return the attendees as text, a line each; the hash of a record covers it."""
    return "\n".join(f"{row.person.name} ({Group(row.group).label})" for row in _once(attendees))


def _refuse_faults(conversation: Conversation, held_on: datetime.date, attendees: Sequence[Expected]) -> None:
    faults: list[Finding] = []
    if held_on > timezone.localdate():
        faults.append(
            blocking("day-to-come", _("That date is in the future."), _("Record the conversation after it has been held."), PLACE)
        )
    if held_on < conversation.opened_on:
        message = _("That date is before the conversation was opened.")
        faults.append(blocking("day-too-early", message, _("Use a later date."), PLACE))
    if not attendees:
        faults.append(blocking("no-attendees", _("No one is ticked as attending."), _("Tick everyone who was there."), PLACE))
    if faults:
        raise Refused(faults)
