"""What can be said of a file without opening it: a look at its bytes that costs the same whatever is in them."""

from __future__ import annotations

import hashlib
import re

from sealing.verification import seal
from sealing.verification.seal import Trust
from sealing.verification.verdict import Check, Kind, Verdict

HEADER_WITHIN = 1024
RANGE = re.compile(rb"/ByteRange\s{0,9}\[\s{0,9}\d{1,10}\s{1,9}\d{1,10}\s{1,9}(\d{1,10})\s{1,9}(\d{1,10})\s{0,9}\]")


def glance(data: bytes, trust: Trust) -> Verdict | None:
    """The verdict on `data` where a look from outside settles it; None when the file has to be opened.

    Never says "genuine". Settled are: what is no PDF, and what bears our issuer's name but was signed a second time or
    had something added after the seal, as every program does that saves a PDF again.
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
