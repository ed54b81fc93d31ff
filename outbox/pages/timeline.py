"""The life of one message, from the ledger and from what was recorded of its tries (EL-62)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ledger.models import Event
from outbox.models import Message, State

ACTS = ("message-cancelled", "message-resent", "message-sent-again")
ALL_AGAIN = "messages-resent"


@dataclass(frozen=True)
class Moment:
    """Something that happened to a message, as components/timeline.html shows it."""

    what: str
    at: datetime.datetime
    who: str = ""
    detail: str = ""
    tone: str = ""
    url: str = ""


def message_timeline(message: Message) -> list[Moment]:
    """Everything on record about `message`, the newest first; three queries."""
    by_hand = {
        "message-cancelled": _("Withdrawn by hand"),
        "message-resent": _("Put back in the queue by hand"),
        "message-sent-again": _("Sent a second time by hand"),
    }
    moments = [Moment(_("Queued"), message.made_at, detail=_due(message))]
    moments += [Moment(_("A try failed"), failure.at, detail=failure.error, tone="danger") for failure in message.failures.all()]
    stream = {"stream": message.stream_id} if message.stream_id else {"stream__kind": "lab"}
    events = Event.objects.filter(**stream, act__in=ACTS, facts__message=message.pk)
    moments += [Moment(by_hand[event.act], event.at, event.actor_name) for event in events]
    all_again = Event.objects.filter(stream__kind="lab", act=ALL_AGAIN, at__gte=message.made_at)
    moments += [
        Moment(_("Put back in the queue with all that failed"), event.at, event.actor_name)
        for event in all_again
        if message.pk in event.facts.get("messages", ())
    ]
    if message.state == State.CLAIMED and message.claimed_until:
        moments.append(Moment(_("A worker is sending it"), min(timezone.now(), message.claimed_until), message.claimed_by, tone="active"))
    if message.sent_at:
        moments.append(Moment(_("Taken by the mail server"), message.sent_at, tone="success"))
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def _due(message: Message) -> str:
    return _("Due on %(when)s, Pacific.") % {"when": date_format(timezone.localtime(message.due_at), "j F Y, g:i a")}
