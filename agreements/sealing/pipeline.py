"""Claim with a lease → print → seal → check → store → record. Whatever dies in between, the next round goes on (EL-31).

Never gives up: in force is in force, and a seal that waits says since when and why.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import socket
import threading
import uuid
from collections.abc import Iterator

import structlog
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from acts.act import SYSTEM
from agreements.models import Seal
from agreements.sealing import actions
from agreements.sealing.making import PrintedDifferently, make

log = structlog.get_logger(__name__)

# A worker that lives renews its claim; one that was killed is followed by another when the claim ends.
LEASE = datetime.timedelta(seconds=45)
RENEWED_EVERY = datetime.timedelta(seconds=15)
A_ROUND = 5


def seal_due(*, most: int = A_ROUND, without_pause: bool = False) -> int:
    """Seal up to `most` versions that wait for it; returns how many were sealed.

    May run in any number of processes at once. `without_pause` is for a person who has mended something: it
    tries those too that wait after a failure, each once.
    """
    worker = f"{socket.gethostname()[:20]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
    began, sealed = timezone.now(), 0
    for _attempt in range(most):
        seal = claim(worker, tried_before=began if without_pause else None)
        if seal is None:
            break
        sealed += attempt(seal, worker)
    return sealed


def claim(worker: str, *, tried_before: datetime.datetime | None = None) -> Seal | None:
    """Take the seal that has been due the longest, until the lease ends; nobody else has it then."""
    now = timezone.now()
    waiting = Seal.objects.due(now)
    if tried_before:
        waiting = Seal.objects.free(now).filter(Q(last_try_at=None) | Q(last_try_at__lt=tried_before))
    for pk in waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:A_ROUND]:
        # Asked again in the UPDATE itself: between reading the list and here another worker may have taken it.
        if Seal.objects.free(now).filter(pk=pk).update(claimed_by=worker, claimed_until=now + LEASE, last_try_at=now):
            return Seal.objects.select_related("version__agreement__stream", "version__agreement__template_version").get(pk=pk)
    return None


def attempt(seal: Seal, worker: str) -> bool:
    """Try once; True when the seal is on record. What went wrong is kept with it, in words."""
    try:
        with renewed(seal, worker):
            sealed_file = make(seal, worker=worker)
        return actions.record_sealed(seal, sealed_file, worker=worker, by=SYSTEM)
    except PrintedDifferently as error:
        _put_off(seal, worker, error, stuck=True)
    except Exception as error:  # whatever a printer, a key, a clock or a disk says is kept and tried again
        _put_off(seal, worker, error)
    return False


@contextlib.contextmanager
def renewed(seal: Seal, worker: str, every: datetime.timedelta = RENEWED_EVERY) -> Iterator[None]:
    """Renew the claim while the work takes its time: printing has no limit, and a time stamping service may be slow.

    A frozen worker renews nothing. When it thaws after its claim has ended, another has it, and what this one made isn't recorded.
    """
    done = threading.Event()

    def renew() -> None:
        while not done.wait(every.total_seconds()):
            try:
                now = timezone.now()
                # Only a claim that still stands: a late renewal must not take it back from whoever has it now.
                mine = Seal.objects.filter(pk=seal.pk, claimed_by=worker, claimed_until__gte=now)
                if not mine.update(claimed_until=now + LEASE):
                    return
            except DatabaseError as error:
                log.warning("claim_not_renewed", seal=seal.pk, error=type(error).__name__)
            finally:
                # This thread's own connection: left open, it would stay the database's until the process ends.
                connection.close()

    thread = threading.Thread(target=renew, name="claim", daemon=True)
    thread.start()
    try:
        yield
    # Joined: no renewal is still under way when the caller records the seal or lets it go.
    finally:
        done.set()
        thread.join()


def _put_off(seal: Seal, worker: str, error: Exception, *, stuck: bool = False) -> None:
    log.warning("not_sealed", seal=seal.pk, attempts=seal.attempts + 1, error=type(error).__name__)
    actions.put_seal_off(seal, worker=worker, reason=_in_words(error), stuck=stuck, by=SYSTEM)


def _in_words(error: Exception) -> str:
    """A fault of our own says what to do; any other is named, so that somebody can look it up."""
    ours = type(error).__module__.startswith(("agreements.", "sealing."))
    return (str(error) if ours else f"{type(error).__name__}: {error}")[:2000]
