"""Many hands at one moment: threads that start together against a real PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from findings import Refused
from tests.clock import HUNG

HANDS = 50
DONE = "done"


def at_once(act: Callable[[int], Any], hands: int = HANDS) -> list[Any]:
    """What `act(n)` gave in so many threads that start together: its answer, or the codes it was refused for."""
    gate = Barrier(hands)

    def hand(n: int) -> Any:
        try:
            gate.wait(timeout=HUNG)
            return act(n)
        except Refused as refused:
            return refused.codes
        finally:
            connections.close_all()

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(hand, range(hands)))


def together(*acts: Callable[[], Any]) -> list[Any]:
    """How each of `acts` ended that start together: `DONE`, or the codes it was refused for."""

    def act(n: int) -> str:
        acts[n]()
        return DONE

    return at_once(act, hands=len(acts))
