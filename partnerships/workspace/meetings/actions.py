"""Acts on meetings of the partners: their rhythm, planning one, and recording or cancelling it (PB-30)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from acts.revisions import refuse_if_stale
from dates.months import months_after
from dates.plausible import not_happened
from findings import Finding, Refused, blocking, refuse
from ledger import subjects
from ledger.actions import append
from partnerships.choices import MeetingState
from partnerships.models import Partner, PartnerMeeting, Partnership, SharedVision

PLACE = "meetings"
SELDOMEST = 12  # months


@act("partnerships.keep_partnership")
def set_rhythm(partnership: Partnership, *, every_months: int, by: Actor) -> Partnership:
    """Set how often the partners meet: the next meeting is due that many months after the last, or after today.

    Raises `Refused` (`meeting-rhythm`).
    """
    row = subjects.lock(partnership.stream)
    if not 1 <= every_months <= SELDOMEST:
        message = _("Partners meet every 1 to %(most)d months.") % {"most": SELDOMEST}
        raise refuse("meeting-rhythm", message, _("Enter a whole number of months."), PLACE)
    row.meets_every = every_months
    _set_next(row)
    append(row.stream, "rhythm-set", by=by, facts={"every_months": every_months, "meet_by": row.meet_by})
    return row


def _set_next(row: Partnership) -> None:
    """Set when the next meeting is due, by the latest that was held."""
    last = PartnerMeeting.objects.filter(partnership=row, state=MeetingState.HELD).order_by("-on").values_list("on", flat=True).first()
    row.meet_by = months_after(last or timezone.localdate(), row.meets_every) if row.meets_every else None
    row.save(update_fields=["meets_every", "meet_by"])


@act("partnerships.keep_partnership")
def plan_meeting(
    partnership: Partnership, *, on: datetime.date, by: Actor, at: datetime.time | None = None, in_person: bool = False, place: str = ""
) -> PartnerMeeting:
    """Plan a meeting. Raises `Refused` (`partner-meeting-past`)."""
    row = subjects.lock(partnership.stream)
    _refuse_past(on)
    meeting = PartnerMeeting.objects.create(partnership=row, on=on, at=at, in_person=in_person, place=place.strip())
    append(row.stream, "meeting-planned", by=by, facts={"meeting_on": on})
    return meeting


@act("partnerships.keep_partnership", on="meeting.partnership")
def move_meeting(meeting: PartnerMeeting, *, on: datetime.date, shown_revision: int, by: Actor, **details: Any) -> PartnerMeeting:
    """Change when and where a planned meeting is. Raises `Stale`, and `Refused` (`partner-meeting-past`, `partner-meeting-over`)."""
    current = _planned(meeting)
    changes = {"on": on, **details}
    refuse_if_stale(current, shown_revision, changes)
    _refuse_past(on)
    for name, value in changes.items():
        setattr(current, name, value)
    current.revision += 1
    current.save()
    append(current.partnership.stream, "meeting-moved", by=by, facts={"meeting_on": on})
    return current


@act("partnerships.keep_partnership", on="meeting.partnership")
def cancel_meeting(meeting: PartnerMeeting, *, reason: str, by: Actor) -> PartnerMeeting:
    """Cancel a planned meeting. Raises `Refused` (`no-reason`, `partner-meeting-over`)."""
    current = _planned(meeting)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why the meeting doesn’t take place."), PLACE)
    current.state, current.reason = MeetingState.CANCELLED, reason.strip()
    current.revision += 1
    current.save()
    append(current.partnership.stream, "meeting-cancelled", by=by, facts={"meeting_on": current.on, "reason": current.reason})
    return current


@act("partnerships.keep_partnership")
def record_meeting(
    partnership: Partnership,
    *,
    on: datetime.date,
    attended: str,
    by: Actor,
    meeting: PartnerMeeting | None = None,
    answers: Mapping[int, tuple[bool, str]] | None = None,
    **details: Any,
) -> PartnerMeeting:
    """Record a meeting that was held, planned before or not; the next is due by the rhythm.

    `answers` says by a partner's key whether it shares the vision, and if not, why. Raises `Refused`: `partner-meeting-over`,
    `meeting-attendance`, `vision-unexplained`, and for a date ahead.
    """
    row, answers = subjects.lock(partnership.stream), answers or {}
    current = _still_planned(meeting, row) if meeting else PartnerMeeting(partnership=row)
    partners = list(Partner.objects.filter(partnership=row, left_on=None, pk__in=answers).select_related("organization").order_by("pk"))
    if faults := list(_faults(on, attended, partners, answers)):
        raise Refused(faults)
    for name, value in {**details, "on": on, "attended": attended.strip(), "state": MeetingState.HELD}.items():
        setattr(current, name, value)
    current.revision += 1
    current.save()
    for partner in partners:
        shares, note = answers[partner.pk]
        SharedVision.objects.create(meeting=current, partner=partner, shares=shares, note="" if shares else note.strip())
    differing = ", ".join(partner.organization.name for partner in partners if not answers[partner.pk][0])
    append(row.stream, "meeting-held", by=by, facts={"meeting_on": on, **({"vision_not_shared": differing} if differing else {})})
    _set_next(row)
    return current


def _faults(on: datetime.date, attended: str, partners: list[Partner], answers: Mapping[int, tuple[bool, str]]) -> Iterator[Finding]:
    yield from not_happened(on, timezone.localdate(), since=None)
    if not attended.strip():
        yield blocking("meeting-attendance", _("Who took part is missing."), _("Enter their names."), PLACE)
    for partner in partners:
        shares, note = answers[partner.pk]
        if not shares and not note.strip():
            message = _("%(partner)s doesn’t share the vision, and there’s no reason.") % {"partner": partner.organization.name}
            yield blocking("vision-unexplained", message, _("Say in a line why."), PLACE)


def _planned(meeting: PartnerMeeting) -> PartnerMeeting:
    """Lock the partnership, and return the meeting as it is now. Raises `Refused` (`partner-meeting-over`) unless it is planned."""
    return _still_planned(meeting, subjects.lock(meeting.partnership.stream))


def _still_planned(meeting: PartnerMeeting, partnership: Partnership) -> PartnerMeeting:
    """Return the meeting as it is now, under its partnership's lock."""
    current = PartnerMeeting.objects.get(pk=meeting.pk)
    current.partnership = partnership
    if not current.is_planned:
        message = _("This meeting was already recorded or cancelled.")
        raise refuse("partner-meeting-over", message, _("Reload the page to see it, or record another meeting."), PLACE)
    return current


def _refuse_past(on: datetime.date) -> None:
    if on < timezone.localdate():
        raise refuse(
            "partner-meeting-past", _("That date is in the past."), _("Record a meeting that was held, or choose a date ahead."), PLACE
        )
