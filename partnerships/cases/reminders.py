"""A reminder to partners whose answer about a case study is missing (SP-08, EL-60): after two weeks and after four."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from dates.database import LocalDate
from outbox.catalogue.messages import MailParams
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, place_of, to_tell
from outbox.reminders.schedule import Schedule, Step
from partnerships.cases import mail
from partnerships.cases.links import LASTS
from partnerships.models import CaseConsent

STREAM = "partner__partnership__stream"
PLACE = place_of("partner__organization__time_zone", "partner__organization__holidays")


def unanswered() -> QuerySet[CaseConsent]:
    """Return what partners of today were last asked about a case and haven't answered.

    If the text has changed since, the email is withdrawn as it leaves (partnerships/cases/links.py).
    """
    same = CaseConsent.objects.filter(case=OuterRef("case"), partner=OuterRef("partner")).order_by("-asked_at", "-pk")
    return CaseConsent.objects.filter(answer="", partner__left_on=None, pk=Subquery(same.values("pk")[:1]))


def to_asked() -> QuerySet[Any]:
    return to_tell(
        unanswered(),
        stream=STREAM,
        part=Concat(Value("case:"), Cast("pk", CharField()), Value(":")),
        anchor=LocalDate("asked_at"),
        since=LocalDate("asked_at"),
        person="person",
        facts=JSONObject(consent=F("pk")),
        place=PLACE,
    )


def places() -> set[str]:
    """Return where the partners that were asked work; one query."""
    return set(unanswered().values_list(PLACE, flat=True))


def letter(message: Message) -> MailParams:
    row = CaseConsent.objects.select_related("case", "partner__organization").get(pk=message.facts["consent"])
    params = {
        "title": row.case.title,
        "partner": row.partner.organization.name,
        "asked": date_format(localdate(row.asked_at), "j F Y"),
        "days": LASTS.days,
    }
    return MailParams(params, mint={"case_link": ["partnerships.links.case", {"consent": row.pk, "person": row.person_id}]})


CASE_WAITING = Reminder(
    mail.CASE_WAITING,
    schedule=Schedule(steps=(Step(days=14), Step(days=28))),
    counted=lambda: counted_from(unanswered(), stream=STREAM, anchor=LocalDate("asked_at")),
    concerned=[to_asked],
    letter=letter,
    counts_from=_("the day the partner was asked"),
    places=places,
)
