"""Reminders to name a benefit owner, to the program area's contacts and the lab lead of a live residency (EL-86, EL-60)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from community.benefits.mail import OWNER_MISSING
from community.models import BenefitOwner
from dates.database import LocalDate
from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, to_tell
from outbox.reminders.schedule import Schedule, Step
from residencies.models import Residency
from residencies.models.states import State
from residencies.reminders import looked_after

PART = Value("benefit-owner:")


def unowned() -> QuerySet[Residency]:
    """Return live residencies for which nobody is named or has accepted."""
    named = BenefitOwner.objects.filter(residency=OuterRef("pk"), ended_on=None)
    return Residency.objects.filter(~Exists(named), state=State.LIVE)


def to_contacts() -> QuerySet[Any]:
    rows = unowned().filter(memberships__to_at=None, memberships__isnull=False)
    since = Greatest(LocalDate("memberships__from_at"), F("live_on"))
    return to_tell(rows, stream="stream", part=PART, anchor=F("graduation_due_on"), since=since, person="memberships__user__person")


def to_lead() -> QuerySet[Any]:
    rows = unowned().filter(looked_after())
    return to_tell(rows, stream="stream", part=PART, anchor=F("graduation_due_on"), since=F("live_on"), person="owner__person")


def letter(message: Message) -> MailParams:
    residency = Residency.objects.get(stream=message.stream_id)
    day = date_format(residency.graduation_due_on or timezone.localdate(), "j F Y")
    return MailParams({"day": day, "link": address_of("benefit-owner-name", residency.reference)})


OWNER_NAMED = Reminder(
    OWNER_MISSING,
    schedule=Schedule(steps=(Step(days=-30), Step(days=-7)), counts_down=True),
    counted=lambda: counted_from(unowned(), stream="stream", anchor=F("graduation_due_on")),
    concerned=[to_contacts, to_lead],
    letter=letter,
    counts_from=_("the day graduation is due"),
)
