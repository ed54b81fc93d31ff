"""Which findings a change of the roster would open or close, before it is made (EL-42)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from acts.act import rehearsed
from findings import Finding
from residencies.models import Residency
from teams import rules
from teams.gates import role_checks_over


@dataclass(frozen=True)
class Foreseen:
    """What would be different on a day."""

    day: datetime.date
    opened: tuple[Finding, ...]
    closed: tuple[Finding, ...]


def what_if(residency: Residency, act: Callable[[], object], days: Iterable[datetime.date]) -> list[Foreseen]:
    """What `act` would open and close on each of `days`, at least one, tried out and taken back whole. Raises what the act raises.

    Four queries beside the act's, however many days.
    """
    days = sorted(set(days))
    before = role_checks_over(residency, days)
    with rehearsed():
        act()
        after = role_checks_over(residency, days)
    compared = {day: rules.compare(before[day], after[day]) for day in days}
    return [Foreseen(day, comparison.opened, comparison.closed) for day, comparison in compared.items()]
