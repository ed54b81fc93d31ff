"""Claim with a lease → print → seal → check → store → record. Whatever dies in between, the next round goes on (EL-31).

Never gives up: a request that waits says since when and why. Each table of requests has a `SealingQueue`.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import structlog
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from sealing.making import PrintedDifferently, SealedFile
from sealing.models import SealRequest

log = structlog.get_logger(__name__)

# A worker that lives renews its claim; one that was killed is followed by another when the claim ends.
LEASE = datetime.timedelta(seconds=45)
RENEWED_EVERY = datetime.timedelta(seconds=15)
A_ROUND = 5

Request = TypeVar("Request", bound=SealRequest)


class SealingQueue(Generic[Request]):
    """The requests of one table, and how they are sealed. Any number of processes can work on it at once."""

    model: type[Request]
    related: tuple[str, ...] = ()
    own_errors: tuple[str, ...] = ("sealing.", "oversight.documents.", "agreements.")

    def make(self, request: Request, *, worker: str) -> SealedFile:
        """Print, seal and store the document of `request` (sealing/making.py)."""
        raise NotImplementedError

    def record(self, request: Request, sealed_file: SealedFile, *, worker: str) -> bool:
        """Put the sealed file on record; False if this worker's claim is gone."""
        raise NotImplementedError

    def put_off(self, request: Request, *, worker: str, reason: str, stuck: bool) -> None:
        """Record why an attempt failed and when the next one is."""
        raise NotImplementedError

    def seal_due(self, *, most: int = A_ROUND, without_pause: bool = False) -> int:
        """Seal up to `most` documents that wait for it; returns how many were sealed.

        `without_pause` is for a person who has fixed something: it tries those too that wait after a failure, each once.
        """
        worker = f"{socket.gethostname()[:20]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
        began, sealed = timezone.now(), 0
        for _attempt in range(most):
            request = self.claim(worker, tried_before=began if without_pause else None)
            if request is None:
                break
            sealed += self.attempt(request, worker)
        return sealed

    def claim(self, worker: str, *, tried_before: datetime.datetime | None = None) -> Request | None:
        """Take the request that has been due the longest, until the lease ends; no other worker has it then."""
        now = timezone.now()
        rows: Any = self.model._default_manager
        waiting = rows.due(now)
        if tried_before:
            waiting = rows.free(now).filter(Q(last_try_at=None) | Q(last_try_at__lt=tried_before))
        for pk in waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:A_ROUND]:
            # Asked again in the UPDATE itself: between reading the list and here another worker may have taken it.
            if rows.free(now).filter(pk=pk).update(claimed_by=worker, claimed_until=now + LEASE, last_try_at=now):
                claimed: Request = rows.select_related(*self.related).get(pk=pk)
                return claimed
        return None

    def attempt(self, request: Request, worker: str) -> bool:
        """Try once; True when the sealed file is on record. What went wrong is kept with the request, in words."""
        try:
            with renewed(request, worker):
                sealed_file = self.make(request, worker=worker)
            return self.record(request, sealed_file, worker=worker)
        except PrintedDifferently as error:
            self._put_off(request, worker, error, stuck=True)
        except Exception as error:  # whatever a printer, a key, a clock or a disk says is kept and tried again
            self._put_off(request, worker, error)
        return False

    def _put_off(self, request: Request, worker: str, error: Exception, *, stuck: bool = False) -> None:
        log.warning("not_sealed", table=request._meta.label, seal=request.pk, attempts=request.attempts + 1, error=type(error).__name__)
        self.put_off(request, worker=worker, reason=self._in_words(error), stuck=stuck)

    def _in_words(self, error: Exception) -> str:
        """Return an error of our own as its sentence, which says what to do; any other with its name, so that it can be looked up."""
        ours = type(error).__module__.startswith(self.own_errors)
        return (str(error) if ours else f"{type(error).__name__}: {error}")[:2000]


@contextlib.contextmanager
def renewed(request: SealRequest, worker: str, every: datetime.timedelta = RENEWED_EVERY) -> Iterator[None]:
    """Renew the claim while the work takes its time: printing has no limit, and a time stamping service may be slow.

    A frozen worker renews nothing. When it thaws after its claim has ended, another has it, and what this one made isn't recorded.
    """
    done = threading.Event()

    def renew() -> None:
        while not done.wait(every.total_seconds()):
            try:
                now = timezone.now()
                # Only a claim that still stands: a late renewal must not take it back from whoever has it now.
                mine = type(request)._default_manager.filter(pk=request.pk, claimed_by=worker, claimed_until__gte=now)
                if not mine.update(claimed_until=now + LEASE):
                    return
            except DatabaseError as error:
                log.warning("claim_not_renewed", table=request._meta.label, seal=request.pk, error=type(error).__name__)
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
