"""Assessments, releases, the graduation plan and clock, and conversations."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from findings import Refused, refuse
from ledger.actions import append
from ledger.versioned import revise
from residencies import rules
from residencies.figures import figure
from residencies.journey import first_due
from residencies.models import Assessment, Conversation, Extension, GraduationPlan, Release, Residency
from residencies.states import State


def change_assessment(assessment: Assessment, *, expected: int, by: Any, **changes: Any) -> Assessment:
    """Say who is responsible, when it is due, or that it is done (EL-72). Raises `Stale`."""
    return revise(
        assessment, expected=expected, changes=changes, act=f"{assessment.kind}-changed", by=by, stream=assessment.residency.stream
    )


def change_graduation_plan(plan: GraduationPlan, *, expected: int, by: Any, **changes: Any) -> GraduationPlan:
    """Write on the plan to go home (EL-81). Raises `Stale`."""
    return revise(plan, expected=expected, changes=changes, act="graduation-plan-changed", by=by, stream=plan.residency.stream)


@transaction.atomic
def record_release(residency: Residency, *, stage: str, released_on: datetime.date, note: str, by: Any) -> Release:
    """Put an alpha, beta or live release on record; only going live marks one as final (EL-80).

    Raises `Refused` for a day to come and for a residency that has ended.
    """
    _refuse_unless_under_way(residency)
    if released_on > timezone.localdate():
        raise refuse("day-to-come", _("That day has not come yet."), _("Record the release on the day it happens."))
    release = Release.objects.create(residency=residency, stage=stage, released_on=released_on, note=note.strip())
    append(residency.stream, "released", by=by, facts={"stage": stage, "on": released_on, "note": release.note})
    return release


@transaction.atomic
def extend_graduation(residency: Residency, *, to_on: datetime.date, reason: str, by: Any, knowingly: bool = False) -> Residency:
    """Give a live residency until `to_on` to graduate (EL-83), or correct a day given by mistake; reminders follow the new date.

    Raises `Refused`: `no-clock`, `no-reason`, what `rules.extension_faults` finds; `long-extension` not when done `knowingly`.
    """
    residency = Residency.objects.select_for_update(of=("self",)).select_related("stream").get(pk=residency.pk)
    if residency.state != State.LIVE or residency.graduation_due_on is None or residency.live_on is None:
        raise refuse("no-clock", _("Only a live residency has a graduation date to move."))
    faults = list(rules.extension_faults(residency.graduation_due_on, to_on, first_due(residency.live_on), knowingly=knowingly))
    if faults:
        raise Refused(faults)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is needed."), _("Say why the date moves."))
    before, residency.graduation_due_on = residency.graduation_due_on, to_on
    residency.save(update_fields=["graduation_due_on"])
    Extension.objects.create(residency=residency, from_on=before, to_on=to_on, reason=reason.strip(), by=by)
    act = "graduation-extended" if to_on > before else "graduation-corrected"
    append(residency.stream, act, by=by, facts={"from": before, "to": to_on, "reason": reason.strip()})
    return residency


def _refuse_unless_under_way(residency: Residency) -> None:
    """What has ended is a record: nothing is opened or released on it any more."""
    if not Residency.objects.under_way().filter(pk=residency.pk).exists():
        raise refuse("ended", _("This residency has ended; what is on record stays as it is."))


@transaction.atomic
def open_conversation(residency: Residency, *, expectation: str, raised_by: str, by: Any, on: datetime.date | None = None) -> Conversation:
    """Open a conversation about an expectation that can't be met; it is due within ten working days (EL-84)."""
    _refuse_unless_under_way(residency)
    on = on or timezone.localdate()
    due_on = rules.working_days_after(on, figure("conversation_working_days", on))
    conversation = Conversation.objects.create(
        residency=residency, expectation=expectation.strip(), raised_by=raised_by.strip(), opened_on=on, due_on=due_on
    )
    append(residency.stream, "conversation-opened", by=by, facts={"conversation": conversation.pk, "raised_by": raised_by, "due": due_on})
    return conversation


def hold_conversation(
    conversation: Conversation, *, expected: int, held_on: datetime.date, present: str, notes: str, outcome: str, by: Any
) -> Conversation:
    """Record that it was held, who was there and what came of it (EL-84). Raises `Stale`, and `Refused` for a day to come or before it was opened."""
    if held_on > timezone.localdate():
        raise refuse("day-to-come", _("That day has not come yet."), _("Record the conversation once it has been held."))
    if held_on < conversation.opened_on:
        raise refuse("day-too-early", _("That day is before the conversation was opened."), _("Give a later day."))
    changes = {"held_on": held_on, "present": present.strip(), "notes": notes.strip(), "outcome": outcome}
    return revise(conversation, expected=expected, changes=changes, act="conversation-held", by=by, stream=conversation.residency.stream)
