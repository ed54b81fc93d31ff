"""Reminders to the side whose release of a showcase page is missing: the product owner, or the lab lead or lab operations (EL-95, EL-60)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, to_tell
from outbox.reminders.schedule import Schedule, Step
from oversight.recipients import to_all, to_lead
from reports.models import ShowcaseVersion
from reports.showcase.mail import RELEASE_MISSING


def waiting() -> QuerySet[ShowcaseVersion]:
    return ShowcaseVersion.objects.waiting()


def waiting_for_lab() -> QuerySet[ShowcaseVersion]:
    return waiting().filter(lab_by=None)


def _of_version(rows: QuerySet[Any], **whom: Any) -> QuerySet[Any]:
    return to_tell(
        rows, stream="stream", part=Concat(Value("showcase:"), Cast("pk", CharField()), Value(":")), anchor=F("proposed_on"),
        since=F("proposed_on"), facts=JSONObject(version=F("pk")), **whom,
    )  # fmt: skip


def to_program_area() -> QuerySet[Any]:
    """Select the accounts of the program area that keep the residency."""
    members = "stream__residency__memberships"
    return _of_version(
        waiting().filter(**{"owner_by": None, f"{members}__to_at": None, f"{members}__isnull": False}), person=f"{members}__user__person"
    )


def letter(message: Message) -> MailParams:
    version = ShowcaseVersion.objects.select_related("lab_by", "owner_by", "stream").get(pk=message.facts["version"])
    facts = {"product": version.product, "number": str(version.number), "day": date_format(version.proposed_on, "j F Y")}
    return MailParams(
        {**facts, "released_by": str(version.lab_by or version.owner_by), "link": address_of("showcase-entry", version.reference)}
    )


RELEASE_DUE = Reminder(
    RELEASE_MISSING,
    schedule=Schedule(steps=(Step(), Step(days=5)), every_days=7, most=5),
    counted=lambda: counted_from(waiting(), stream="stream", anchor="proposed_on"),
    concerned=[to_program_area, *(partial(who, waiting_for_lab, _of_version, "lab_by", "stream") for who in (to_lead, to_all))],
    letter=letter,
    counts_from=_("the day the first side released the page"),
    after_end=True,
)
