"""What one address may have us do (ASVS 2.4.1), counted in the cache: links, prints and look-ups by the minute, files by what they cost.

A whole ministry may stand behind one address, so nothing here counts people: a file on record costs nothing, and
any other costs the time that it takes to read, of which each address has a budget.
"""

from __future__ import annotations

import time

from django.core.cache import cache

from web.client_address import client_key
from web.token_pages import seconds_to_wait

LOOKUPS_A_MINUTE = 30
PRINTS_A_MINUTE = 10
ASKED_A_MINUTE = 600
CHECKING_WINDOW = 600
CHECKING_SECONDS = 60


def seconds_to_print(address: str) -> int:
    """0 when one more PDF may be printed for `address` now (and counts it), else how many seconds it has to wait."""
    return seconds_to_wait("prints", address, PRINTS_A_MINUTE)


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
