"""Acts on conversations about expectations that can't be met (EL-84)."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from dates.working_days import working_days_after
from findings import refuse
from ledger.actions import append, revise
from residencies.graduation.actions import refuse_unless_happened, refuse_unless_under_way
from residencies.lifecycle.journey import began_on
from residencies.models import Conversation, Residency
from residencies.reference_data import figure


@act("residencies.hold_conversation")
def open_conversation(
    residency: Residency, *, expectation: str, raised_by: str, by: Actor, on: datetime.date | None = None
) -> Conversation:
    """Open a conversation about an expectation that can't be met; it is due within the programme's working days (EL-84, EL-08)."""
    refuse_unless_under_way(residency)
    on = on or timezone.localdate()
    refuse_unless_happened(on, began_on(residency))
    due_on = working_days_after(on, figure("conversation_working_days", on))
    conversation = Conversation.objects.create(
        residency=residency, expectation=expectation.strip(), raised_by=raised_by.strip(), opened_on=on, due_on=due_on
    )
    append(residency.stream, "conversation-opened", by=by, facts={"conversation": conversation.pk, "raised_by": raised_by, "due": due_on})
    return conversation


@act("residencies.record_conversation")
def hold_conversation(
    conversation: Conversation, *, shown_revision: int, held_on: datetime.date, present: str, notes: str, outcome: str, by: Actor
) -> Conversation:
    """Record that a conversation was held, who was there and its outcome; that is final (EL-84).

    Raises `Stale`, and `Refused` for a day to come or before it was opened, for one that was held (`held-already`:
    `correct_conversation`), and for a residency that has ended.
    """
    current = _locked_conversation(conversation)
    _refuse_impossible_day(current, held_on)
    changes = {"held_on": held_on, "present": present.strip(), "notes": notes.strip(), "outcome": outcome}
    if current.is_held and all(getattr(current, name) == value for name, value in changes.items()):
        return current
    if current.is_held and current.revision == shown_revision:
        raise refuse("held-already", _("The outcome of this conversation has already been recorded."), _("Record a correction instead."))
    return revise(current, shown_revision=shown_revision, changes=changes, act="conversation-held", by=by, stream=current.residency.stream)


@act("residencies.record_conversation")
def correct_conversation(
    conversation: Conversation, *, held_on: datetime.date, present: str, notes: str, outcome: str, reason: str, by: Actor
) -> Conversation:
    """Record what a held conversation should have said, in a new row that names it; the old one stays readable (EL-84).

    Raises `Refused`: `not-held`, `corrected-already` when another row took its place, `no-reason`, or as `hold_conversation`.
    """
    current = _locked_conversation(conversation)
    _refuse_impossible_day(current, held_on)
    if not current.is_held:
        raise refuse("not-held", _("This conversation hasn't been held yet."), _("Record its outcome first."))
    if current.is_corrected:
        raise refuse("corrected-already", _("This record has already been corrected."), _("Correct the newer record."))
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say what was wrong with the record."))
    same = {name: getattr(current, name) for name in ("residency", "expectation", "raised_by", "opened_on", "due_on")}
    correction = Conversation.objects.create(
        corrects=current, correction_reason=reason.strip(), held_on=held_on, present=present.strip(), notes=notes.strip(), outcome=outcome,
        **same,
    )  # fmt: skip
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
    return correction


def _locked_conversation(conversation: Conversation) -> Conversation:
    """The conversation as it stands, under the lock of its residency, which is under way."""
    # The residency, not the conversation: ending a residency locks it too, and no conversation is held after that.
    residency = Residency.objects.select_for_update(of=("self",)).get(pk=conversation.residency_id)
    refuse_unless_under_way(residency)
    return Conversation.objects.select_related("residency__stream", "corrected_by").get(pk=conversation.pk)


def _refuse_impossible_day(conversation: Conversation, held_on: datetime.date) -> None:
    if held_on > timezone.localdate():
        raise refuse("day-to-come", _("That date is in the future."), _("Record the conversation after it has been held."))
    if held_on < conversation.opened_on:
        raise refuse("day-too-early", _("That date is before the conversation was opened."), _("Use a later date."))
