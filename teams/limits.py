"""How often one address may look up a private calendar or a link (ASVS 2.4.1); counted in the cache, a minute at a time."""

from __future__ import annotations

import time

from django.core.cache import cache

LOOKUPS_A_MINUTE = 60
MINUTE = 60


def seconds_to_wait(address: str) -> int:
    """0 when `address` may look one more up now (and counts it), else how many seconds it has to wait."""
    now = time.time()
    key = f"calendar-lookups:{address}:{int(now // MINUTE)}"
    cache.add(key, 0, timeout=2 * MINUTE)
    if cache.incr(key) <= LOOKUPS_A_MINUTE:
        return 0
    return MINUTE - int(now % MINUTE)
