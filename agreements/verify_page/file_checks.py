"""Files that strangers bring, looked at beside the web: few at once on this host, and no web thread waits for them (EL-32).

A check's outcome is kept in the cache for a quarter of an hour under a token that only its page's address holds; of the
file itself nothing is kept.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache

import sandbox
from agreements.versions.canonical_text import sha256
from sealing.keys import KeyUnusable, issuers_pem, timestamp_issuers_pem
from sealing.verification import Trust, Verdict
from sealing.verification.apart import glance, start_check, verdict_of
from sealing.verification.verdict import of_plain
from web.middleware import client_key
from web.token_pages import seconds_to_wait

log = structlog.get_logger(__name__)


KEPT_SECONDS = 900


class Busy(Exception):
    """No file can be looked at now: too many are, or the portal does not know whom to believe."""


class Outcome(Enum):
    """Why a check has no verdict."""

    UNDER_WAY = "under-way"
    UNFINISHED = "unfinished"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class FileCheck:
    """A check that was begun: `ended` is set once its outcome can be had under `token`."""

    token: str
    ended: threading.Event


def look_from_outside(data: bytes) -> Verdict | None:
    """The verdict where it needs no opening of the file. Raises `Busy` when we can't say whom to believe."""
    return glance(data, Trust.of_pem(*_issuers()))


def begin(data: bytes, address: str) -> FileCheck:
    """Open `data` beside the web; returns at once, and `address` is charged for the time. Raises `Busy` when as many are open as may be."""
    issuers = _issuers()
    slot = sandbox.take_slot(Path(settings.VAR_DIR) / "slots", "file-check", settings.FILE_CHECKS_AT_ONCE)
    if slot is None:
        raise Busy
    token = secrets.token_urlsafe(18)
    _keep(token, {"outcome": Outcome.UNDER_WAY.value})
    job = start_check(data, *issuers, slot=slot)
    return FileCheck(token, sandbox.beside(job, lambda job: _see_through(job, data, token, address)))


def _see_through(job: sandbox.Job, data: bytes, token: str, address: str) -> None:
    """Runs in a thread of its own: the cache is all it may touch, never the database."""
    try:
        known: dict[str, Any] = {"verdict": verdict_of(job, data).plain()}
    except sandbox.OutOfTime:
        known = {"outcome": Outcome.UNFINISHED.value}
    finally:
        charge_check(address, job.seconds)  # before the answer can be seen, and the next file given
    _keep(token, known)


def outcome(token: str) -> Verdict | Outcome:
    """The verdict of a check, or why there is none."""
    kept = cache.get(_key(token))
    if kept is None:
        return Outcome.UNKNOWN
    return of_plain(kept["verdict"]) if "verdict" in kept else Outcome(kept["outcome"])


def _keep(token: str, value: dict[str, Any]) -> None:
    cache.set(_key(token), value, timeout=KEPT_SECONDS)


def _key(token: str) -> str:
    return f"file-check:{sha256(token.encode())}"


def _issuers() -> tuple[bytes, bytes]:
    try:
        return issuers_pem(), timestamp_issuers_pem()
    except KeyUnusable as error:
        log.error("issuers_not_readable", error=str(error))
        raise Busy from error


ASKED_A_MINUTE = 600

# A budget of work rather than a count of requests, so no limiter of those fits: what a file costs is known once it was looked at.
CHECKING_WINDOW = 600
CHECKING_SECONDS = 60


def seconds_to_ask(address: str) -> int:
    """0 when a fingerprint may be looked up for `address` now (and counts it), else how many seconds it has to wait."""
    return seconds_to_wait("fingerprints", address, ASKED_A_MINUTE)


def seconds_to_check(address: str) -> int:
    """0 while `address` has time for checking files left in this window, else how many seconds it has to wait."""
    now = time.time()
    if cache.get(_checking(address, now), 0) < CHECKING_SECONDS * 1000:
        return 0
    return CHECKING_WINDOW - int(now % CHECKING_WINDOW)


def charge_check(address: str, seconds: float) -> None:
    """Take `seconds` that a check took from what `address` has."""
    key = _checking(address, time.time())
    cache.add(key, 0, timeout=2 * CHECKING_WINDOW)
    cache.incr(key, int(seconds * 1000))


def _checking(address: str, now: float) -> str:
    return f"checking:{client_key(address)}:{int(now // CHECKING_WINDOW)}"
