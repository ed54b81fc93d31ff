"""Claim with a lease → fence → send → record. In this order nothing is lost, whenever a worker dies.

A message repeats only if a worker dies between the mail server's OK and the record, and then with the
same Message-ID.
"""

from __future__ import annotations

import datetime
import os
import random
import smtplib
import socket
import uuid
from email.headerregistry import Address
from enum import Enum

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from outbox.models import PLACEHOLDER, Message, State

log = structlog.get_logger(__name__)

BATCH = 20
LEASE = datetime.timedelta(seconds=60)
PAUSES_MINUTES = (1, 5, 15, 60, 240, 240, 240, 240)


class NoLongerHolds(Exception):
    """Raised by what makes a message's secret when the message has lost its cause; it is withdrawn then (EL-65)."""


class Outcome(Enum):
    SENT = "sent"
    PUT_OFF = "put off"
    SERVER_AWAY = "server away"


def deliver_due(*, worker: str | None = None) -> int:
    """Send everything that is due now, batch by batch; returns how many were sent (EL-61).

    May run in any number of processes at once. Does nothing while `OUTBOX_SUSPENDED`. Ends early when
    the mail server is away, so that an outage costs one wait a round and not one a message.
    """
    if settings.OUTBOX_SUSPENDED:
        return 0
    worker = worker or f"{socket.gethostname()[:20]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
    sent = 0
    while batch := claim(worker):
        outcomes = _send_batch(batch, worker)
        sent += outcomes.count(Outcome.SENT)
        if not outcomes or Outcome.SERVER_AWAY in outcomes:
            break
    return sent


def claim(worker: str, size: int = BATCH) -> list[Message]:
    """Take up to `size` due messages for `worker`, until the lease ends; nobody else has them then."""
    now = timezone.now()
    due = Message.objects.filter(Q(state=State.QUEUED) | Q(state=State.CLAIMED, claimed_until__lt=now), next_try_at__lte=now)
    # What somebody else is about to send to the same address goes first; claiming behind it would only block the batch.
    before = Message.objects.filter(state=State.CLAIMED, claimed_until__gte=now, to_address=OuterRef("to_address"), pk__lt=OuterRef("pk"))
    with transaction.atomic():
        rows = due.exclude(Exists(before)).order_by("next_try_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        ids = list(rows.values_list("pk", flat=True)[:size])
        Message.objects.filter(pk__in=ids).update(state=State.CLAIMED, claimed_by=worker, claimed_until=now + LEASE)
    return list(Message.objects.filter(pk__in=ids).order_by("next_try_at", "id"))


def _send_batch(batch: list[Message], worker: str) -> list[Outcome]:
    """What became of each message that was ours to send; what was not reached goes back to the queue."""
    mailer = get_connection(fail_silently=False)
    outcomes: list[Outcome] = []
    try:
        for message in batch:
            if _fence(message, worker):
                outcomes.append(_send(message, mailer, worker))
            if Outcome.SERVER_AWAY in outcomes:
                break
    finally:
        mailer.close()
        Message.objects.filter(pk__in=[m.pk for m in batch], claimed_by=worker, state=State.CLAIMED).update(
            state=State.QUEUED, claimed_by="", claimed_until=None
        )
    return outcomes


def _fence(message: Message, worker: str) -> bool:
    """Renew the claim; False if it is no longer ours, for this worker may have been frozen meanwhile.

    False too while an earlier message to the same address is still to go: nobody reads news backwards.
    """
    now = timezone.now()
    earlier = Message.objects.waiting().filter(to_address=message.to_address, pk__lt=message.pk, next_try_at__lte=now)
    ours = Message.objects.filter(pk=message.pk, claimed_by=worker, state=State.CLAIMED, next_try_at__lte=now)
    return not earlier.exists() and bool(ours.update(claimed_until=now + LEASE))


def _send(message: Message, mailer: BaseEmailBackend, worker: str) -> Outcome:
    ours = Message.objects.filter(pk=message.pk, claimed_by=worker)
    try:
        mail = as_mail(message)
    except NoLongerHolds as gone:
        ours.update(state=State.CANCELLED, claimed_by="", claimed_until=None, last_error=str(gone)[:2000])
        return Outcome.PUT_OFF
    except Exception as error:  # whatever makes the secret may fail in its own way; this message waits, others go on
        return _put_off(message, ours, error)
    try:
        mailer.open()  # stays open for the batch; opens anew after an error
        mailer.send_messages([mail])
    except Exception as error:  # whatever the mail server says is recorded and tried again
        mailer.close()
        return _put_off(message, ours, error)
    ours.update(
        state=State.SENT, sent_at=timezone.now(), attempts=message.attempts + 1, claimed_by="", claimed_until=None, last_error=""
    )  # fmt: skip
    return Outcome.SENT


def _put_off(message: Message, ours: QuerySet[Message], error: Exception) -> Outcome:
    """Try again after a growing pause, or ask a person; what follows to the same address waits as long."""
    attempts = message.attempts + 1
    again = attempts <= len(PAUSES_MINUTES) and not _is_final(error)
    pause = PAUSES_MINUTES[min(attempts, len(PAUSES_MINUTES)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries, guards nothing
    next_try_at = timezone.now() + datetime.timedelta(minutes=pause)
    ours.update(
        state=State.QUEUED if again else State.FAILED,
        attempts=attempts,
        next_try_at=next_try_at,
        last_error=f"{type(error).__name__}: {error}"[:2000],
        claimed_by="",
        claimed_until=None,
    )
    if again and isinstance(error, OSError):
        followers = Message.objects.waiting().filter(to_address=message.to_address, pk__gt=message.pk, next_try_at__lt=next_try_at)
        followers.update(next_try_at=next_try_at)
    log.warning("message_not_sent", message=message.pk, error=type(error).__name__)
    return Outcome.SERVER_AWAY if _is_away(error) else Outcome.PUT_OFF


def _is_final(error: Exception) -> bool:
    """The mail server says that this message will never be taken."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and 500 <= error.smtp_code < 600


def _is_away(error: Exception) -> bool:
    """The mail server can't be reached or won't talk to us at all: no fault of this message. smtplib's errors are OSErrors too."""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPAuthenticationError))
    return isinstance(error, OSError)


def as_mail(message: Message) -> EmailMessage:
    """The message as it leaves, its secrets minted now (EL-28)."""
    values = {name: import_string(path)(**args) for name, (path, args) in message.mint.items()}
    body = PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), message.text)
    return EmailMessage(
        subject=message.subject,
        body=body,
        to=[_address(message)],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": message.message_id,
            "X-Lab-Message": str(message.pk),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )


def _address(message: Message) -> str:
    name = "".join(c for c in message.to_name if c.isprintable())
    return str(Address(display_name=name, addr_spec=message.to_address)) if name else message.to_address
