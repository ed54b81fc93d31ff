from __future__ import annotations

import datetime
import itertools

from django.utils import timezone

from dates.moments import DUE_AT, moment_of
from ledger.actions import lab_stream
from outbox import digest as batching
from outbox.catalogue.messages import DIGEST, RenderedMail
from outbox.models import Message
from outbox.preferences.actions import choose_mail
from outbox.queue import put
from people.models import Person
from tests.actors import ANYONE
from tests.factories import person

numbers = itertools.count(1)


def message(to: Person | None = None, **facts: object) -> Message:
    """A message in the queue, due now; `facts` are columns to set past the acts."""
    number = next(numbers)
    letter = RenderedMail(
        str(facts.pop("subject", f"Subject {number}")), str(facts.pop("text", f"Text {number}")), facts.pop("mint", None) or {}
    )
    message = put(
        str(facts.pop("occasion", "test")),
        letter,
        to=to or person(),
        about=facts.pop("about", None) or lab_stream(),
        key=str(facts.pop("key", number)),
    )
    if facts:
        Message.objects.filter(pk=message.pk).update(**facts)
        message.refresh_from_db()
    return message


def held(to: Person, **facts: object) -> Message:
    """A message that may wait, to somebody who wants a digest: it came a day ago."""
    choose_mail(to, digest=True, by=ANYONE)
    return message(to, **{"occasion": "qualified", "due_at": timezone.now() - datetime.timedelta(days=1), **facts})


def a_digest(to: Person, parts: int = 2, **facts: object) -> Message:
    """A digest of so many messages, due now, whatever the hour."""
    for _number in range(parts):
        held(to, **facts)
    return digest_of(to)


def digest_of(to: Person) -> Message:
    """The digest of what is held for somebody, due now, whatever the hour."""
    batching.make(moment_of(timezone.localdate(), DUE_AT) + datetime.timedelta(minutes=1))
    digest = Message.objects.filter(occasion=DIGEST, person=to).latest("pk")
    Message.objects.filter(pk=digest.pk).update(next_try_at=timezone.now())
    digest.refresh_from_db()
    return digest


def mint_link(token: str) -> str:
    """A secret, made as the message leaves."""
    return f"https://portal.example.test/a/{token}"
