"""Reminders about ratings, open rapid responses, meetings, trips that aren't signed off, and clients' comments (PB-12, PB-29, PB-30, PB-40, PB-48, EL-60)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dates.database import LocalDate
from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, place_of, read_on, to_tell
from outbox.reminders.schedule import Leaves, Schedule, Step
from oversight.recipients import to_all, to_lead, to_owner
from partnerships.choices import MeetingState
from partnerships.endings.reminders import concerned, places
from partnerships.models import ClientComment, Incident, Partner, PartnerMeeting, PartnerRating, Partnership, Trip
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


# ── Trips to sites ─────────────────────────────────────────────────────────────────────────────────


def unsigned_trips() -> QuerySet[Trip]:
    """Return the trips that aren't cancelled and have no manager's signature."""
    return Trip.objects.filter(signed_off_at=None, cancelled_at=None)


def to_manager() -> QuerySet[Any]:
    part = Concat(Value("trip:"), Cast("pk", CharField()), Value(":"))
    rows = unsigned_trips().filter(manager__is_active=True, manager__person__isnull=False)
    facts = JSONObject(trip=F("pk"))
    return to_tell(
        rows,
        stream="site__partnership__stream",
        part=part,
        anchor="on",
        since=LocalDate("planned_at"),
        person="manager__person",
        facts=facts,
    )


def trip_letter(message: Message) -> MailParams:
    trip = Trip.objects.select_related("site__partnership").get(pk=message.facts["trip"])
    link = address_of("trip", trip.partnership.reference, trip.site_id, trip.pk)
    return MailParams({"site": f"{trip.site.name}, {trip.site.community}", "day": date_format(trip.on, "j F Y"), "link": link})


TRIP_UNSIGNED = Reminder(
    mail.TRIP_UNSIGNED,
    schedule=Schedule(steps=(Step(days=-1),), counts_down=True),
    counted=lambda: counted_from(unsigned_trips(), stream="site__partnership__stream", anchor="on"),
    concerned=[to_manager],
    letter=trip_letter,
    counts_from=_("the day of the trip"),
    leaves=Leaves.ON_ITS_DAY,
)


# ── Clients’ comments ──────────────────────────────────────────────────────────────────────────────

OF_COMMENT = "site__partnership__stream"


def open_comments() -> QuerySet[ClientComment]:
    return ClientComment.objects.open()


def _of_a_day(rows: QuerySet[Any], **whom: Any) -> QuerySet[Any]:
    # The part names no comment: with the day and the person it makes the key, so that all of a day's comments make one mail.
    return to_tell(
        rows, stream=OF_COMMENT, part=Value("comments:"), anchor="due_on", since="received_on",
        facts=JSONObject(partnership=F("site__partnership")), **whom,
    )  # fmt: skip


def comments_letter(message: Message) -> MailParams:
    """Return how many follow-ups of this person are overdue, and the link to the first; three queries."""
    partnership = Partnership.objects.get(pk=message.facts["partnership"])
    whose = Q(responsible=message.person_id)
    if not _only_coordinates(partnership, message):
        whose |= Q(responsible=None)
    rows = ClientComment.objects.overdue(read_on(message)).filter(whose, site__partnership=partnership)
    overdue = list(rows.order_by("due_on", "pk"))
    if not overdue:  # it was done meanwhile, and won't be sent
        return MailParams({"count": 0, "day": "", "link": address_of("comments", partnership.reference)})
    first = overdue[0]
    link = address_of("site-comment", partnership.reference, first.site_id, first.pk)
    return MailParams({"count": len(overdue), "day": date_format(first.due_on, "j F Y") if first.due_on else "", "link": link})


def _only_coordinates(partnership: Partnership, message: Message) -> bool:
    """Return whether the recipient is a partner's coordinator and not the lead, so that what nobody is responsible for isn't theirs."""
    rows = Partner.objects.filter(partnership=partnership, coordinator=message.person_id, left_on=None)
    return rows.exclude(partnership__lead__person=message.person_id).exists()


FOLLOW_UP_OVERDUE = Reminder(
    mail.FOLLOW_UP_OVERDUE,
    schedule=Schedule(steps=(Step(days=1),), every_days=1, most=20),
    counted=lambda: counted_from(open_comments(), stream=OF_COMMENT, anchor="due_on"),
    concerned=[partial(who, open_comments, _of_a_day, "responsible", OF_COMMENT) for who in (to_owner, to_lead, to_all)],
    letter=comments_letter,
    counts_from=_("the day the follow-up is due"),
)
