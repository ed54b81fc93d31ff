"""Reminders about ratings, rapid responses that are still open, and meetings of the partners (PB-12, PB-29, PB-30, EL-60)."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dates.database import LocalDate
from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, place_of, read_on, to_tell
from outbox.reminders.schedule import Schedule, Step
from partnerships.choices import MeetingState
from partnerships.endings.reminders import concerned, places
from partnerships.models import Incident, PartnerMeeting, PartnerRating, Partnership
from partnerships.workspace import mail
from partnerships.workspace.mail import STILL_OPEN
from partnerships.workspace.meetings.queries import without_planned


def missing_ratings() -> QuerySet[PartnerRating]:
    """Return the ratings that partners of today owe to an open round."""
    return PartnerRating.objects.filter(given_on=None, round__ended_on=None, partner__left_on=None, partner__coordinator__isnull=False)


def to_coordinators() -> QuerySet[Any]:
    return to_tell(
        missing_ratings(),
        stream="round__partnership__stream",
        part=Concat(Value("rating:"), Cast("pk", CharField()), Value(":")),
        anchor="round__due_on",
        since="round__opened_on",
        person="partner__coordinator",
        facts=JSONObject(rating=F("pk")),
        place=place_of("partner__organization__time_zone", "partner__organization__holidays"),
    )


def letter(message: Message) -> MailParams:
    rating = PartnerRating.objects.select_related("round", "partner__organization").get(pk=message.facts["rating"])
    assert message.person_id is not None  # noqa: S101 - a reminder has a recipient
    params, mint = mail.rating_params(rating, message.person_id)
    return MailParams(params, "late" if rating.round.due_on < read_on(message) else "ahead", mint)


RATING_DUE = Reminder(
    mail.RATING_DUE,
    schedule=Schedule(steps=(Step(days=-3), Step()), every_days=7, most=8),
    counted=lambda: counted_from(missing_ratings(), stream="round__partnership__stream", anchor="round__due_on"),
    concerned=[to_coordinators],
    letter=letter,
    counts_from=_("the day the ratings are due"),
    places=places,
)


# ── Rapid responses ───────────────────────────────────────────────────────────────────────────────


def open_incidents() -> QuerySet[Incident]:
    return Incident.objects.filter(ended_at=None)


def incident_letter(message: Message) -> MailParams:
    row = Incident.objects.select_related("partnership").get(pk=message.facts["row"])
    day = date_format(timezone.localdate(row.called_at), "j F Y")
    return MailParams({"incident": str(row), "day": day, "link": address_of("incident", row.partnership.reference, row.pk)})


INCIDENT_OPEN = Reminder(
    STILL_OPEN,
    schedule=Schedule(steps=(Step(days=3), Step(days=7)), every_days=7, most=8),
    counted=lambda: counted_from(open_incidents(), stream="partnership__stream", anchor=LocalDate("called_at")),
    concerned=concerned(open_incidents, "partnership__", part="incident", anchor=LocalDate("called_at"), since=LocalDate("called_at")),
    letter=incident_letter,
    counts_from=_("the day of the call"),
    places=places,
)


# ── Meetings ───────────────────────────────────────────────────────────────────────────────────────


def partnerships_to_meet() -> QuerySet[Partnership]:
    return without_planned(timezone.localdate())


def planned_meetings() -> QuerySet[PartnerMeeting]:
    return PartnerMeeting.objects.filter(state=MeetingState.PLANNED)


def to_meet_letter(message: Message) -> MailParams:
    row = Partnership.objects.get(pk=message.facts["row"])
    day = date_format(row.meet_by, "j F Y") if row.meet_by else ""
    rhythm = ngettext("every month", "every %(count)d months", row.meets_every or 1) % {"count": row.meets_every or 1}
    return MailParams({"day": day, "rhythm": rhythm, "link": address_of("meetings", row.reference)})


def meeting_letter(message: Message) -> MailParams:
    row = PartnerMeeting.objects.select_related("partnership").get(pk=message.facts["row"])
    day = date_format(row.on, "j F Y") + (f", {time_format(row.at)}" if row.at else "")
    place = f", {row.place}" if row.place else ""
    return MailParams({"day": day, "place": place, "link": address_of("meetings", row.partnership.reference)})


MEETING_DUE = Reminder(
    mail.MEETING_DUE,
    schedule=Schedule(steps=(Step(days=-14), Step()), every_days=14, most=8),
    counted=lambda: counted_from(partnerships_to_meet(), stream="stream", anchor="meet_by"),
    concerned=concerned(partnerships_to_meet, "", part="to-meet", anchor="meet_by", since=LocalDate("made_at")),
    letter=to_meet_letter,
    counts_from=_("the day the next meeting is due"),
    places=places,
)
MEETING_AHEAD = Reminder(
    mail.MEETING_AHEAD,
    schedule=Schedule(steps=(Step(days=-7), Step(days=-1)), counts_down=True),
    counted=lambda: counted_from(planned_meetings(), stream="partnership__stream", anchor="on"),
    concerned=concerned(planned_meetings, "partnership__", part="meeting", anchor="on", since=LocalDate("partnership__made_at")),
    letter=meeting_letter,
    counts_from=_("the day of the meeting"),
    places=places,
)
