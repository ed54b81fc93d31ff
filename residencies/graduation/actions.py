"""Releases, the graduation clock, and what is on record of a graduation."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from acts.revisions import refuse_if_stale
from dates.plausible import not_happened
from findings import Refused, refuse
from ledger.actions import append, revise
from ledger.subjects import followed
from oversight.checklists.actions import follow_anchors
from residencies.lifecycle import rules
from residencies.lifecycle.journey import began_on, first_due
from residencies.models import Extension, Graduation, Release, Residency
from residencies.models.states import State

CLOCK_MOVED = "clock_moved"


@act("residencies.edit_intake")
def record_release(residency: Residency, *, stage: str, released_on: datetime.date, note: str, by: Actor) -> Release:
    """Put an alpha, beta or live release on record; only going live marks one as final (EL-80).

    Raises `Refused` for a day to come, one before the residency began, and for a residency that has ended.
    """
    refuse_unless_under_way(residency)
    refuse_unless_happened(released_on, began_on(residency))
    release = Release.objects.create(residency=residency, stage=stage, released_on=released_on, note=note.strip())
    append(residency.stream, "released", by=by, facts={"stage": stage, "on": released_on, "note": release.note})
    return release


@act("residencies.correct_release")
def correct_release(residency: Residency, *, live_on: datetime.date, reason: str, shown_revision: int, by: Actor) -> Residency:
    """Correct the date of the final live release: the clock, and due dates that are counted from it, follow (EL-80).

    A graduation date that leadership set stays, unless it is earlier than the new first one. Raises `Stale`, and `Refused`:
    `no-clock`, `no-reason`, or for a day to come or before the residency began.
    """
    residency = Residency.objects.select_for_update(of=("self",)).select_related("stream").get(pk=residency.pk)
    if residency.state != State.LIVE or residency.graduation_due_on is None or residency.live_on is None:
        raise refuse("no-clock", _("Only a live residency has a final release to correct."))
    refuse_if_stale(residency, shown_revision, {"live_on": live_on})
    refuse_unless_happened(live_on, residency.started_on)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why the date is changing."))
    if live_on == residency.live_on:
        return residency
    before, due_before = residency.live_on, residency.graduation_due_on
    residency.live_on = live_on
    residency.graduation_due_on = rules.due_after_correction(due_before, first_due(before), first_due(live_on))
    residency.revision += 1
    facts = {"from": before, "to": live_on, "due_before": due_before, "due": residency.graduation_due_on, "reason": reason.strip()}
    # One that went live before the portal has no release on record yet.
    release = Release.objects.select_for_update().filter(residency=residency, is_final=True).first() or Release(
        residency=residency, stage=Release.Stage.LIVE, is_final=True
    )
    with followed(CLOCK_MOVED, residency.stream, subject=residency, by=by):
        residency.save(update_fields=["live_on", "graduation_due_on", "revision"])
        release.released_on = live_on
        release.save()
        append(residency.stream, "release-corrected", by=by, facts=facts)
        follow_anchors(residency, by=by)
    return residency


@act("residencies.extend_graduation")
def extend_graduation(residency: Residency, *, to_on: datetime.date, reason: str, by: Actor, acknowledged: bool = False) -> Residency:
    """Give a live residency until `to_on` to graduate (EL-83), or correct a day given by mistake; reminders and tasks follow the new date.

    Raises `Refused`: `no-clock`, `no-reason`, what `rules.extension_faults` finds; `long-extension` unless `acknowledged`.
    """
    residency = Residency.objects.select_for_update(of=("self",)).select_related("stream").get(pk=residency.pk)
    if residency.state != State.LIVE or residency.graduation_due_on is None or residency.live_on is None:
        raise refuse("no-clock", _("Only a live residency has a graduation date to move."))
    faults = list(rules.extension_faults(residency.graduation_due_on, to_on, first_due(residency.live_on), acknowledged=acknowledged))
    if faults:
        raise Refused(faults)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why the date is changing."))
    before, residency.graduation_due_on = residency.graduation_due_on, to_on
    act = "graduation-extended" if to_on > before else "graduation-corrected"
    with followed(CLOCK_MOVED, residency.stream, subject=residency, by=by):
        residency.save(update_fields=["graduation_due_on"])
        Extension.objects.create(residency=residency, from_on=before, to_on=to_on, reason=reason.strip(), by=account_of(by))
        append(residency.stream, act, by=by, facts={"from": before, "to": to_on, "reason": reason.strip()})
        follow_anchors(residency, by=by)
    return residency


@act("residencies.edit_graduation")
def edit_graduation(
    residency: Residency, *, story: str, ceremony_on: datetime.date | None, ceremony_place: str, shown_revision: int, by: Actor
) -> Graduation:
    """Change the story and the ceremony on record, also long after graduation (EL-82). Raises `Stale`, and `Refused` (`story-early`)."""
    residency = Residency.objects.select_for_update(of=("self",)).select_related("stream").get(pk=residency.pk)
    if residency.state != State.GRADUATED:
        raise refuse("story-early", _("This residency hasn’t graduated."), _("Record its graduation first."))
    # A residency that graduated before the portal has no record yet.
    graduation, _new = Graduation.objects.get_or_create(residency=residency)
    changes = {"story": story.strip(), "ceremony_on": ceremony_on, "ceremony_place": ceremony_place.strip()}
    return revise(graduation, shown_revision=shown_revision, changes=changes, act="graduation-edited", by=by, stream=residency.stream)


@part
def refuse_unless_happened(day: datetime.date | None, since: datetime.date | None) -> None:
    """Raise `Refused` for a day on which something can't have happened, `since` the residency began."""
    if faults := list(not_happened(day, timezone.localdate(), since=since)) if day else []:
        raise Refused(faults)


@part
def refuse_unless_under_way(residency: Residency) -> None:
    """Say first that it has ended: the ledger would refuse too, but only after everything else was asked."""
    if not Residency.objects.under_way().filter(pk=residency.pk).exists():
        raise refuse("ended", _("This residency has ended, so its record can’t be changed."))
