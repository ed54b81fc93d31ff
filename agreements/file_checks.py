"""Files that strangers bring, looked at beside the web: few at once on this host, and no web thread waits for them (EL-32).

A check's outcome is kept in the cache for a quarter of an hour under a token that only its page's address holds; of the
file itself nothing is kept.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache

import sandbox
from agreements import limits
from agreements.content import sha256
from agreements.sealing.keys import KeyUnusable
from agreements.trust import issuers_pem, timestamp_issuers_pem
from agreements.verification import Trust, Verdict
from agreements.verification.apart import start_check, verdict_of
from agreements.verification.glance import glance
from agreements.verification.verdict import of_plain
from sandbox import slots

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
    slot = slots.take(Path(settings.VAR_DIR) / "slots", "file-check", settings.FILE_CHECKS_AT_ONCE)
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
        limits.charge_check(address, job.seconds)  # before the answer can be seen, and the next file given
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
