"""Reminders that follow-ups of clients' comments are overdue (PB-48, EL-60): one mail a day at most, however many there are."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, read_on, to_tell
from outbox.reminders.schedule import Schedule, Step
from oversight.recipients import to_all, to_lead, to_owner
from partnerships.models import ClientComment, Partner, Partnership
from partnerships.sites.comments import mail

STREAM = "site__partnership__stream"


def open_comments() -> QuerySet[ClientComment]:
    return ClientComment.objects.open()


def _to_tell(rows: QuerySet[Any], **whom: Any) -> QuerySet[Any]:
    # The part names no comment: with the day and the person it makes the key, so that all of a day's comments make one mail.
    return to_tell(
        rows, stream=STREAM, part=Value("comments:"), anchor="due_on", since="received_on",
        facts=JSONObject(partnership=F("site__partnership")), **whom,
    )  # fmt: skip


def letter(message: Message) -> MailParams:
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
    counted=lambda: counted_from(open_comments(), stream=STREAM, anchor="due_on"),
    concerned=[partial(who, open_comments, _to_tell, "responsible", STREAM) for who in (to_owner, to_lead, to_all)],
    letter=letter,
    counts_from=_("the day the follow-up is due"),
)
