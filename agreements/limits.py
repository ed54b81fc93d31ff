"""How often one address may look up links or have a PDF printed (ASVS 2.4.1); counted in the cache, a minute at a time."""

from __future__ import annotations

import time

from django.core.cache import cache

LOOKUPS_A_MINUTE = 30
PRINTS_A_MINUTE = 10
ASKED_A_MINUTE = 30
CHECKED_A_MINUTE = 6
MINUTE = 60


def seconds_to_wait(address: str) -> int:
    """0 when `address` may look up one more link now (and counts it), else how many seconds it has to wait."""
    return _counted("link-lookups", address, LOOKUPS_A_MINUTE)


def seconds_to_print(address: str) -> int:
    """0 when one more PDF may be printed for `address` now (and counts it), else how many seconds it has to wait."""
    return _counted("prints", address, PRINTS_A_MINUTE)


def seconds_to_ask(address: str) -> int:
    """0 when a fingerprint may be looked up for `address` now (and counts it), else how many seconds it has to wait."""
    return _counted("fingerprints", address, ASKED_A_MINUTE)


def seconds_to_check(address: str) -> int:
    """0 when a file of `address` may be looked at now (and counts it), else how many seconds it has to wait."""
    return _counted("files", address, CHECKED_A_MINUTE)


def _counted(what: str, address: str, most: int) -> int:
    now = time.time()
    key = f"{what}:{address}:{int(now // MINUTE)}"
    cache.add(key, 0, timeout=2 * MINUTE)
    if cache.incr(key) <= most:
        return 0
    return MINUTE - int(now % MINUTE)
