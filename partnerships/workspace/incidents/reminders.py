"""Reminders of rapid responses that are still open (PB-12, EL-60)."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from dates.database import LocalDate
from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from
from outbox.reminders.schedule import Schedule, Step
from partnerships.endings.reminders import concerned, places
from partnerships.models import Incident
from partnerships.workspace.incidents.mail import STILL_OPEN


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
