"""Email about a link outside that died, and again if it is still dead two weeks later (EL-95).

It goes to those who can correct it: the program area, and the lab lead or lab operations.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, to_tell
from outbox.reminders.schedule import Schedule, Step
from oversight.recipients import to_all, to_lead
from reports.links.mail import LINK_DEAD
from reports.links.rules import in_words
from reports.models import OutsideLink


def dead() -> QuerySet[OutsideLink]:
    return OutsideLink.objects.dead()


def _of_link(rows: QuerySet[Any], **whom: Any) -> QuerySet[Any]:
    return to_tell(
        rows, stream="stream", part=Concat(Value("link:"), Cast("pk", CharField()), Value(":")), anchor=F("dead_since"),
        since=F("dead_since"), facts=JSONObject(link=F("pk")), **whom,
    )  # fmt: skip


def to_program_area() -> QuerySet[Any]:
    """Select the accounts of the program area that keep the residency."""
    members = "stream__residency__memberships"
    return _of_link(dead().filter(**{f"{members}__to_at": None, f"{members}__isnull": False}), person=f"{members}__user__person")


def letter(message: Message) -> MailParams:
    link = OutsideLink.objects.select_related("stream__residency").get(pk=message.facts["link"])
    residency = link.subject
    return MailParams(
        {
            "product": residency.product,
            "url": link.url,
            "answer": in_words(link.code, link.status),
            "link": address_of("showcase-entry", residency.reference),
        }
    )


LINK_DIED = Reminder(
    LINK_DEAD,
    schedule=Schedule(steps=(Step(), Step(days=14))),
    counted=lambda: counted_from(dead(), stream="stream", anchor="dead_since"),
    concerned=[to_program_area, *(partial(who, dead, _of_link, "", "stream") for who in (to_lead, to_all))],
    letter=letter,
    counts_from=_("the day the link stopped working"),
    after_end=True,
)
