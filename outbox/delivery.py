"""Claim with a lease → fence → send → record. In this order nothing is lost, whenever a worker dies.

A message repeats only if a worker dies between the mail server's OK and the record, and then with the
same Message-ID.
"""

from __future__ import annotations

import datetime
import random
import re
import socket
import uuid
from collections import defaultdict
from email.headerregistry import Address

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from outbox.models import Message, State

log = structlog.get_logger(__name__)

BATCH = 20
LEASE = datetime.timedelta(seconds=60)
PAUSES_MINUTES = (1, 5, 15, 60, 240)
PLACEHOLDER = re.compile(r"\{\{ (\w+) \}\}")


def deliver_due(*, worker: str | None = None) -> int:
    """Send everything that is due now, batch by batch; returns how many were sent (EL-61).

    May run in any number of processes at once. Does nothing while `OUTBOX_SUSPENDED`.
    """
    if settings.OUTBOX_SUSPENDED:
        return 0
    worker = worker or f"{socket.gethostname()[:20]}-{uuid.uuid4().hex[:12]}"
    sent = 0
    while batch := claim(worker):
        sent += _send_batch(batch, worker)
    return sent


def claim(worker: str, size: int = BATCH) -> list[Message]:
    """Take up to `size` due messages for `worker`, until the lease ends; nobody else has them then."""
    now = timezone.now()
    due = Message.objects.filter(Q(state=State.QUEUED) | Q(state=State.CLAIMED, claimed_until__lt=now), next_try_at__lte=now)
    with transaction.atomic():
        rows = due.order_by("next_try_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        ids = list(rows.values_list("pk", flat=True)[:size])
        Message.objects.filter(pk__in=ids).update(state=State.CLAIMED, claimed_by=worker, claimed_until=now + LEASE)
    return list(Message.objects.filter(pk__in=ids).order_by("next_try_at", "id"))


def _send_batch(batch: list[Message], worker: str) -> int:
    mailer = get_connection(fail_silently=False)
    held_back: dict[str, bool] = defaultdict(bool)
    sent = 0
    try:
        for message in batch:
            if held_back[message.to_address] or not _fence(message, worker):
                continue
            ok = _send(message, mailer, worker)
            held_back[message.to_address] = not ok
            sent += ok
    finally:
        mailer.close()
        Message.objects.filter(pk__in=[m.pk for m in batch], claimed_by=worker, state=State.CLAIMED).update(
            state=State.QUEUED, claimed_by="", claimed_until=None
        )
    return sent


def _fence(message: Message, worker: str) -> bool:
    """Renew the claim; False if it is no longer ours, for this worker may have been frozen meanwhile."""
    until = timezone.now() + LEASE
    return bool(Message.objects.filter(pk=message.pk, claimed_by=worker, state=State.CLAIMED).update(claimed_until=until))


def _send(message: Message, mailer: BaseEmailBackend, worker: str) -> bool:
    ours = Message.objects.filter(pk=message.pk, claimed_by=worker)
    try:
        mailer.send_messages([as_mail(message)])
    except Exception as error:  # whatever the mail server or a minter raises is recorded and tried again
        ours.update(**_after_failure(message, error))
        mailer.close()
        log.warning("message_not_sent", message=message.pk, error=type(error).__name__)
        return False
    ours.update(
        state=State.SENT, sent_at=timezone.now(), attempts=message.attempts + 1, claimed_by="", claimed_until=None, last_error=""
    )  # fmt: skip
    return True


def _after_failure(message: Message, error: Exception) -> dict[str, object]:
    attempts = message.attempts + 1
    again = attempts <= len(PAUSES_MINUTES)
    pause = PAUSES_MINUTES[min(attempts, len(PAUSES_MINUTES)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries, guards nothing
    return {
        "state": State.QUEUED if again else State.FAILED,
        "attempts": attempts,
        "next_try_at": timezone.now() + datetime.timedelta(minutes=pause),
        "last_error": f"{type(error).__name__}: {error}"[:2000],
        "claimed_by": "",
        "claimed_until": None,
    }


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
