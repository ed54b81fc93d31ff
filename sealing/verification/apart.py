"""Look at a file in a process of its own (sandbox/): a PDF that a stranger brings may be made to eat time and memory."""

from __future__ import annotations

import base64
import datetime
import hashlib

import sandbox
from sealing.verification.verdict import Check, Kind, Verdict, gettext_noop, of_plain


def check_apart(data: bytes, roots: bytes, timestamp_roots: bytes = b"", known: str = "") -> Verdict:
    """As `check`, with the issuers as PEM; after ten seconds of work or at 512 MB it says that it gave up."""
    try:
        return verdict_of(start_check(data, roots, timestamp_roots, known), data)
    except sandbox.OutOfTime:
        return _gave_up(data)


def start_check(data: bytes, roots: bytes, timestamp_roots: bytes = b"", known: str = "", *, slot: int | None = None) -> sandbox.Job:
    """Begin to look at `data`, in `slot` if one is given; `verdict_of` waits for the outcome."""
    now = datetime.datetime.now(tz=datetime.UTC).isoformat()  # told, so that the process beside reads no clock of its own
    issuers = {"roots": base64.b64encode(roots).decode(), "timestamp_roots": base64.b64encode(timestamp_roots).decode()}
    return sandbox.start("sealing.verify_child:examine", {**issuers, "known": known, "now": now}, data, slot=slot)


def verdict_of(job: sandbox.Job, data: bytes) -> Verdict:
    """The verdict once `job` is done. Raises `sandbox.OutOfTime` when the machine was too busy to tell."""
    try:
        return of_plain(job.finish())
    except (sandbox.TooMuch, KeyError, TypeError):
        return _gave_up(data)


def _gave_up(data: bytes) -> Verdict:
    text = gettext_noop("The file took too long or too much memory to read, as no agreement of ours does.")
    return Verdict(Kind.FOREIGN, hashlib.sha256(data).hexdigest(), (Check("too-much", False, text),))
