"""Claim with a lease → fence → check that it is still needed → send → record. In this order nothing is lost, whenever a worker dies.

A message is repeated only if a worker dies between the mail server's OK and the record, and then with the same Message-ID.
A digest is one message, recorded in one transaction with all its parts.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import math
import os
import random
import socket
import time
import uuid
from collections.abc import Iterator
from enum import Enum
from itertools import zip_longest
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from dates.database import adapted, cast
from outbox.catalogue.messages import RenderedMail, stored_params
from outbox.delivery import compose, health
from outbox.delivery.compose import Digest, NoLongerHolds, NotWanted, as_mail, letter_to_send
from outbox.delivery.smtp import describe_error, is_away, is_final, refuses_the_lab, smtp_slot
from outbox.models import Attempt, Message, State
from outbox.queue import nudge
from outbox.reminders.due import asked_together
from outbox.wording import read_once

log = structlog.get_logger(__name__)

BATCH = 50
STRETCH_SECONDS = 30


class Outcome(Enum):
    SENT = "sent"
    LEFT_OUT = "left out"
    PUT_OFF = "put off"
    SERVER_AWAY = "server away"


def lease() -> datetime.timedelta:
    """Return how long a claim lasts without being renewed: at least three times as long as a mail server may take to answer."""
    return datetime.timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


def deliver_stretch() -> int:
    """Send due messages for half a minute, then wake the worker again for the rest, so that its other jobs get a turn."""
    end = time.monotonic() + STRETCH_SECONDS
    sent = deliver_due(end=end)
    if time.monotonic() >= end:
        nudge()
    return sent


def deliver_due(*, worker: str | None = None, end: float = math.inf) -> int:
    """Send everything that is due now, batch by batch; returns how many were sent (EL-61).

    May run in any number of processes at once: as many as there are mail connections send, the others return. Does nothing while
    sending is suspended, or during the pause after a mail server didn't answer. Starts no message after `end`, on the monotonic clock.
    """
    if health.is_suspended():
        return 0
    worker = worker or f"{socket.gethostname()[:20]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
    with smtp_slot() as free:
        resting = health.mail_server_rests()
        if not free or (resting and resting.until and resting.until > timezone.now()):
            return 0
        return _deliver(worker, end, was_away=resting is not None)


def _deliver(worker: str, end: float, *, was_away: bool) -> int:
    sent = 0
    while time.monotonic() < end and (batch := claim(worker, 1 if was_away else BATCH)):
        outcomes = _send_batch(batch, worker, end)
        sent += outcomes.count(Outcome.SENT)
        if was_away and Outcome.SENT in outcomes:
            health.mail_server_answered()
            was_away = False
        if not outcomes or Outcome.SERVER_AWAY in outcomes:
            break
    if sent:
        health.done(health.DELIVERY, timezone.now())  # also flushes to disk what the last batch recorded
    return sent


def claim(worker: str, size: int = BATCH) -> list[Message]:
    """Claim up to `size` due messages for `worker` until the lease ends; no other worker gets them until then."""
    now = timezone.now()
    due = Message.objects.of_use(now).filter(Q(state=State.QUEUED) | Q(state=State.CLAIMED, claimed_until__lt=now), next_try_at__lte=now)
    # What another worker is about to send to the same address goes first; claiming behind it would only block the batch.
    before = Message.objects.filter(state=State.CLAIMED, claimed_until__gte=now, to_address=OuterRef("to_address"), pk__lt=OuterRef("pk"))
    with transaction.atomic():
        # In order of id, whatever the due dates: the first is then never behind another to its address, so some message is always sent.
        rows = due.exclude(Exists(before)).order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        # Read, then update by key: an UPDATE with the condition itself would wait for rows that another worker has locked.
        ids = list(rows.values_list("pk", flat=True)[:size])
        Message.objects.filter(pk__in=ids).update(state=State.CLAIMED, claimed_by=worker, claimed_until=now + lease())
    return list(Message.objects.filter(pk__in=ids).with_contact().order_by("id"))


def _send_batch(batch: list[Message], worker: str, end: float = math.inf) -> list[Outcome]:
    """Send the batch; returns the outcome of each message that was still ours. Those not reached before `end` go back to the queue."""
    mailer = get_connection(fail_silently=False)
    outcomes: list[Outcome] = []
    try:
        # Commits of a batch don't wait for the disk (docs/benchmarks.md): after a power cut, lost ones are sent again as the same message.
        with async_commit(), read_once(), asked_together(batch):
            fenced: bool | None = None
            for message, following in zip_longest(batch, batch[1:]):
                # Fence each message right before it is sent, never the whole batch at once: the lease counts from here.
                is_ours = _fence(message, worker) if fenced is None else fenced
                fenced = None
                if is_ours:
                    sent = _send(message, mailer, worker)
                    outcomes.append(Outcome.SENT if isinstance(sent, RenderedMail) else sent)
                    if isinstance(sent, RenderedMail):
                        fenced = _record(message, sent, worker, following)
                if Outcome.SERVER_AWAY in outcomes or time.monotonic() >= end:
                    break
    finally:
        mailer.close()
        # Only this worker's own: a message whose lease ran out may belong to another by now.
        Message.objects.filter(pk__in=[m.pk for m in batch], claimed_by=worker, state=State.CLAIMED).update(
            state=State.QUEUED, claimed_by="", claimed_until=None
        )
    return outcomes


def _fence(message: Message, worker: str) -> bool:
    """Renew the claim; returns False if the message is no longer ours, because this worker may have been frozen.

    Also False while an earlier message to the same address is unsent, so that people get their messages in order.
    """
    return _changed(FENCE, _to_fence(message, worker)) == 1


def _to_fence(message: Message, worker: str) -> list[Any]:
    moment = timezone.now()
    now = adapted(moment)
    return [adapted(moment + lease()), message.pk, worker, now, now, message.to_address, message.pk, now, now]


# Run for every message, so written as SQL: Django takes longer to build these two than the database to answer.
# A message that was withdrawn or went stale while the mail server was accepting it was still sent, and is recorded as sent.
FENCE = """UPDATE outbox_message SET claimed_until = %s
WHERE id = %s AND claimed_by = %s AND state = 'claimed' AND next_try_at <= %s AND (useful_until IS NULL OR useful_until > %s)
AND NOT EXISTS (SELECT 1 FROM outbox_message earlier WHERE earlier.to_address = %s AND earlier.id < %s
  AND earlier.state IN ('queued', 'claimed') AND earlier.next_try_at <= %s
  AND (earlier.useful_until IS NULL OR earlier.useful_until > %s))"""
RECORD = """UPDATE outbox_message SET {display}state = 'sent', sent_at = %s, attempts = %s, claimed_by = '', claimed_until = NULL, last_error = ''
WHERE id = %s AND (claimed_by = %s OR state IN ('cancelled', 'stale'))"""
AS_SAID = "subject = %s, text = %s, mint = {json}, facts = {json}, "


def _changed(statement: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _send(message: Message, mailer: BaseEmailBackend, worker: str) -> RenderedMail | Outcome:
    """Send a message; returns the letter that the mail server accepted, which is still to be recorded, or else the outcome."""
    ours = Message.objects.filter(pk=message.pk, claimed_by=worker)
    try:
        letter = _digest_to_send(message) if message.is_digest else letter_to_send(message)
        mail = as_mail(message, letter)
    except NoLongerHolds as gone:
        return _leave_out(ours, State.CANCELLED, gone, **_freed(message, gone))
    except NotWanted as why:
        return _leave_out(ours, State.SUPPRESSED, why)
    except Exception as error:  # any recipe may fail in its own way; this message waits, the others are still sent
        return _put_off(message, ours, error)
    try:
        mailer.open()  # stays open for the batch; reopens after an error
    except Exception as error:
        return _server_away(error)
    try:
        mailer.send_messages([mail])
    except Exception as error:  # whatever the mail server says is recorded and tried again
        mailer.close()
        return _put_off(message, ours, error)
    return letter


def _record(message: Message, letter: RenderedMail, worker: str, following: Message | None = None) -> bool | None:
    """Record a message as sent, with its text as it was sent and names in place of secrets; a digest together with all its parts.

    Fences `following` in the same round trip, which saves a commit, and returns whether it is still ours; None if not checked yet.
    """
    at = timezone.now()
    record, values = _to_record(message, letter, at, worker)
    if isinstance(letter, Digest):
        with transaction.atomic():
            if _changed(record, values):
                _record_parts(message, letter, at)
        return None
    if following is None or connection.vendor != "postgresql":  # other databases run one statement at a time
        _changed(record, values)
        return None
    # Two statements in one string are one round trip and one commit; the count that comes back is of the last one, the fence.
    return _changed(f"{record}; {FENCE}", [*values, *_to_fence(following, worker)]) == 1


def _to_record(message: Message, letter: RenderedMail, at: datetime.datetime, worker: str) -> tuple[str, list[Any]]:
    values = [adapted(at), message.attempts + 1, message.pk, worker]
    if letter.text == message.text:
        return RECORD.format(display=""), values
    snapshot = _snapshot(message, letter)
    texts = [snapshot["subject"], snapshot["text"], *(json.dumps(snapshot[name]) for name in ("mint", "facts"))]
    return RECORD.format(display=AS_SAID.format(json=cast("%s", "jsonb"))), [*texts, *values]


def _snapshot(message: Message, letter: RenderedMail) -> dict[str, Any]:
    return {
        "subject": letter.subject,
        "text": letter.text,
        "mint": dict(letter.mint),
        "facts": message.facts | stored_params(letter.params),
    }


def _record_parts(digest: Message, letter: Digest, at: datetime.datetime) -> None:
    """Record the digest's parts as sent; one that was withdrawn at that very moment stays withdrawn."""
    for part in letter.parts:
        if part.letter.text != part.message.text:
            digest.parts.filter(pk=part.message.pk).update(**_snapshot(part.message, part.letter))
    # Only parts still held: someone may have cancelled one while the mail server was accepting the digest.
    went = digest.parts.filter(pk__in=[part.message.pk for part in letter.parts], state=State.HELD)
    went.update(state=State.SENT, sent_at=at, attempts=F("attempts") + 1, last_error="")


def _digest_to_send(digest: Message) -> Digest:
    """Write the digest at sending. Parts that are no longer needed, not wanted or expired are left out and recorded as such.

    Parts that can't go in a digest are queued to be sent separately. Raises `NoLongerHolds` if nothing is left.
    """
    contents = compose.parts_of(digest)
    for message, why in contents.left_out:
        part = digest.parts.filter(pk=message.pk, state=State.HELD)
        if isinstance(why, NoLongerHolds):
            _leave_out(part, State.CANCELLED, why, **_freed(message, why))
        elif isinstance(why, NotWanted):
            _leave_out(part, State.SUPPRESSED, why)
        elif isinstance(why, compose.TooLate):
            _leave_out(part, State.STALE, why)
        else:
            part.update(state=State.QUEUED, digest=None)
    return compose.render_digest(digest, contents.parts)


def _leave_out(ours: QuerySet[Message], state: State, why: Exception, **more: str) -> Outcome:
    ours.update(state=state, claimed_by="", claimed_until=None, last_error=str(why)[:2000], **more)
    return Outcome.LEFT_OUT


def _freed(message: Message, why: Exception) -> dict[str, str]:
    """Return the new key of a reminder that is no longer needed, so that the old one is free if it is needed again."""
    return {"key": f"{message.key[:170]}|gone-{message.pk}"} if message.due_on and type(why) is NoLongerHolds else {}


def _server_away(error: Exception) -> Outcome:
    """Pause because the mail server doesn't answer. The message isn't at fault, so it keeps its place and no attempt is counted."""
    health.let_mail_server_rest(describe_error(error) if refuses_the_lab(error) else "")
    log.warning("mail_server_away", error=type(error).__name__)
    return Outcome.SERVER_AWAY


def _put_off(message: Message, ours: QuerySet[Message], error: Exception) -> Outcome:
    """Try again after a growing pause, or mark as failed; later messages to the same address wait as long.

    If the server refuses everything the lab sends, no message is at fault: all of them wait, and the alarm says why.
    """
    if refuses_the_lab(error):
        ours.update(last_error=describe_error(error)[:2000])
        return _server_away(error)
    attempts = message.attempts + 1
    pauses = settings.OUTBOX_PAUSES_MINUTES
    again = attempts <= len(pauses) and not is_final(error)
    pause = pauses[min(attempts, len(pauses)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries, guards nothing
    next_try_at = timezone.now() + datetime.timedelta(minutes=pause)
    error_text = describe_error(error)[:2000]
    if again and isinstance(error, OSError):  # first, while this one is still ahead of them, so that none overtakes it
        followers = Message.objects.leaving().filter(to_address=message.to_address, pk__gt=message.pk, next_try_at__lt=next_try_at)
        followers.update(next_try_at=next_try_at)
    with transaction.atomic():
        Attempt.objects.create(message=message, error=error_text)
        ours.update(
            state=State.QUEUED if again else State.FAILED, attempts=attempts, next_try_at=next_try_at, last_error=error_text,
            claimed_by="", claimed_until=None,
        )  # fmt: skip
    log.warning("message_not_sent", message=message.pk, error=type(error).__name__)
    if not is_away(error):
        return Outcome.PUT_OFF
    health.let_mail_server_rest()
    return Outcome.SERVER_AWAY


@contextlib.contextmanager
def async_commit() -> Iterator[None]:
    """Commit without waiting for the disk within the block; the next commit outside it flushes these too.

    Other connections see the commits right away, and a worker that dies loses nothing. If the PostgreSQL server loses power, the
    last commits of a batch may be lost, always the latest first: those messages are sent again under the same Message-ID. SQLite
    isn't changed.
    """
    if connection.vendor != "postgresql":
        yield
        return
    _set("off")
    try:
        yield
    finally:
        with contextlib.suppress(DatabaseError):  # a connection that is gone needs no setting
            _set("DEFAULT")


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET synchronous_commit TO {value}")
