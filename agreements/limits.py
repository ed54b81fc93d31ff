"""How often one address may look up links or have a PDF printed (ASVS 2.4.1); counted in the cache, a minute at a time."""

from __future__ import annotations

from web.by_link import seconds_to_wait

LOOKUPS_A_MINUTE = 30
PRINTS_A_MINUTE = 10
ASKED_A_MINUTE = 30
CHECKED_A_MINUTE = 6


def seconds_to_print(address: str) -> int:
    """0 when one more PDF may be printed for `address` now (and counts it), else how many seconds it has to wait."""
    return seconds_to_wait("prints", address, PRINTS_A_MINUTE)


def seconds_to_ask(address: str) -> int:
    """0 when a fingerprint may be looked up for `address` now (and counts it), else how many seconds it has to wait."""
    return seconds_to_wait("fingerprints", address, ASKED_A_MINUTE)


def seconds_to_check(address: str) -> int:
    """0 when a file of `address` may be looked at now (and counts it), else how many seconds it has to wait."""
    return seconds_to_wait("files", address, CHECKED_A_MINUTE)
