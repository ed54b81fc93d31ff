"""What becomes of a request for a seal: done, put off, or tried again after a person decided (EL-31).

These are the parts that acts on requests have in common. The act locks the row first and writes its own event afterwards.
"""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import part
from findings import refuse
from sealing.models import ASK_AFTER, SealRequest, SealState

PAUSES_MINUTES = (1, 2, 4, 8, 16, 32, 60)


def is_claimed_by(request: SealRequest, worker: str) -> bool:
    """Return whether `worker` still holds the request, whose row is locked: one that thawed after its lease must not write anything."""
    return request.state == SealState.WANTED and request.claimed_by == worker


@part
def close(request: SealRequest) -> None:
    """Mark the request as done."""
    request.state, request.last_error, request.claimed_by, request.claimed_until = SealState.DONE, "", "", None
    request.save(update_fields=["state", "last_error", "claimed_by", "claimed_until"])


@part
def put_off(request: SealRequest, reason: str, *, stuck: bool) -> bool:
    """Keep why an attempt failed and set the next one after a growing pause; returns whether people should be asked now.

    A `stuck` one waits for a person at once, others are tried for ever.
    """
    request.attempts += 1
    pause = datetime.timedelta(minutes=PAUSES_MINUTES[min(request.attempts, len(PAUSES_MINUTES)) - 1])
    request.state = SealState.STUCK if stuck else SealState.WANTED
    request.next_try_at, request.last_error, request.claimed_by, request.claimed_until = timezone.now() + pause, reason, "", None
    request.save(update_fields=["state", "attempts", "next_try_at", "last_error", "claimed_by", "claimed_until"])
    return stuck or request.attempts == ASK_AFTER


@part
def give_up_timestamp(request: SealRequest, reason: str, place: str) -> None:
    """Seal without a time stamp, because a person decided so. Raises `Refused` (`reason-missing`, `no-timestamp-awaited`)."""
    _needs_reason(reason, place)
    if not request.awaits_timestamp:
        raise refuse(
            "no-timestamp-awaited",
            _("This document isn’t waiting for a time stamp."),
            _("Reload the page to see where it is now."),
            place,
        )
    request.without_timestamp = True
    _try_again(request, reason)


@part
def accept_print(request: SealRequest, reason: str, place: str) -> None:
    """Seal the document as it comes out now, because a person decided so. Raises `Refused` (`reason-missing`, `seal-not-stuck`)."""
    _needs_reason(reason, place)
    if request.state != SealState.STUCK:
        raise refuse("seal-not-stuck", _("This document isn’t stuck."), _("Reload the page to see where it is now."), place)
    request.state, request.unsealed_sha256 = SealState.WANTED, ""
    _try_again(request, reason)


def _needs_reason(reason: str, place: str) -> None:
    if not reason.strip():
        raise refuse("reason-missing", _("The reason is missing."), _("Give it in a sentence. We keep it on record."), place)


def _try_again(request: SealRequest, reason: str) -> None:
    request.choice_reason = reason.strip()
    request.attempts, request.next_try_at, request.last_error = 0, timezone.now(), ""
    request.save()
