"""Checking an untrusted file: first a glance at its bytes, then a full check in a separate process (sandbox/).

A PDF can be crafted to use up time and memory; a glance at its bytes costs the same whatever is in them.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import re

import sandbox
from sealing.verification import seal
from sealing.verification.seal import Trust
from sealing.verification.verdict import Check, Kind, Verdict, gettext_noop, of_plain


def check_apart(data: bytes, roots: bytes, timestamp_roots: bytes = b"", known: str = "") -> Verdict:
    """Run `check` in the sandbox, with the issuers as PEM; it gives up after ten seconds of work or at 512 MB."""
    try:
        return verdict_of(start_check(data, roots, timestamp_roots, known), data)
    except sandbox.OutOfTime:
        return _gave_up(data)


def start_check(data: bytes, roots: bytes, timestamp_roots: bytes = b"", known: str = "", *, slot: int | None = None) -> sandbox.Job:
    """Start checking `data`, in `slot` if given; `verdict_of` waits for the result."""
    now = datetime.datetime.now(tz=datetime.UTC).isoformat()  # passed in, so that the separate process doesn't read a clock
    issuers = {"roots": base64.b64encode(roots).decode(), "timestamp_roots": base64.b64encode(timestamp_roots).decode()}
    return sandbox.start("sealing.verify_child:examine", {**issuers, "known": known, "now": now}, data, slot=slot)


def verdict_of(job: sandbox.Job, data: bytes) -> Verdict:
    """Return the verdict once `job` is done. Raises `sandbox.OutOfTime` if the machine was too busy to finish."""
    try:
        return of_plain(job.finish())
    except (sandbox.TooMuch, KeyError, TypeError):
        return _gave_up(data)


def _gave_up(data: bytes) -> Verdict:
    text = gettext_noop("The file took too long or too much memory to read. None of our agreements do.")
    return Verdict(Kind.FOREIGN, hashlib.sha256(data).hexdigest(), (Check("too-much", False, text),))


# ── A glance at the bytes ─────────────────────────────────────────────────────────────────────────────

HEADER_WITHIN = 1024
RANGE = re.compile(rb"/ByteRange\s{0,9}\[\s{0,9}\d{1,10}\s{1,9}\d{1,10}\s{1,9}(\d{1,10})\s{1,9}(\d{1,10})\s{0,9}\]")


def glance(data: bytes, trust: Trust) -> Verdict | None:
    """Return the verdict on `data` if a glance at its bytes is enough; None if the file must be opened.

    Never says "genuine". It recognizes files that aren't PDFs, and files with our issuer's name that were signed a second time
    or had something added after the seal, which happens when a program saves the PDF again.
    """
    if b"%PDF-" not in data[:HEADER_WITHIN]:
        if seal.bears_our_name(data, trust):
            return _verdict(Kind.ALTERED, data, seal.damaged())
        return _verdict(Kind.FOREIGN, data, seal.unreadable())
    if not seal.bears_our_name(data, trust):
        return None
    ranges = RANGE.findall(data)
    if len(ranges) > 1:
        return _verdict(Kind.ALTERED, data, seal.not_one(len(ranges)))
    if len(ranges) == 1 and sum(int(number) for number in ranges[0]) != len(data):
        return _verdict(Kind.ALTERED, data, seal.added())
    return None


def _verdict(kind: Kind, data: bytes, check: Check) -> Verdict:
    return Verdict(kind, hashlib.sha256(data).hexdigest(), (check,))
