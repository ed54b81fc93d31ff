"""Rules for follow-ups: when they are due, and the share of the team that is still together. No database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from dates.months import months_after

MONTHS = {"six_months": 6, "twelve_months": 12}
LINK_DAYS = 90


def due_days(ended_on: datetime.date) -> dict[str, datetime.date]:
    """Return when each follow-up is due: the same day 6 and 12 calendar months later, or that month's last day (EL-56)."""
    return {kind: months_after(ended_on, months) for kind, months in MONTHS.items()}


@dataclass(frozen=True)
class Share:
    """How many of a team are still together, of how many."""

    count: int
    total: int

    @property
    def percent(self) -> int:
        """Return the share in percent, rounded; 0 for an empty team."""
        return round(100 * self.count / self.total) if self.total else 0


def share_together(asked_about: Collection[str], ticked: Collection[str], team: int) -> Share:
    """Return the share of a team of `team` people that is still together. Only names that were asked about count, each once (EL-56)."""
    return Share(len(set(ticked) & set(asked_about)), team)
