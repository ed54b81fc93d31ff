"""When a sunset criterion is met, and when and by which questions a pilot is evaluated (PB-27, PB-49). Plain facts in, days and gaps out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from dates.months import months_after
from partnerships.choices import Comparison

DAYS_TO_DECIDE = datetime.timedelta(days=30)


def crossed_on(readings: Sequence[tuple[datetime.date, Decimal]], comparison: str, value: Decimal, in_a_row: int) -> datetime.date | None:
    """Return the day of the reading that first completes `in_a_row` readings on the wrong side of `value`; None if none does.

    `readings` are ordered by day. A later reading on the right side doesn't take it back: the flag stays until someone decides.
    """
    run = 0
    for on, reading in readings:
        is_across = reading < value if comparison == Comparison.BELOW else reading > value
        run = run + 1 if is_across else 0
        if run >= in_a_row:
            return on
    return None


# ── Pilots ───────────────────────────────────────────────────────────────────────────────────────

SHORTEST, LONGEST = 2, 60  # months
PARTS = ("result", "finding", "evidence")


@dataclass(frozen=True)
class Factor:
    """What an evaluation looks at, and the question that it answers. The code is data: don't change it."""

    code: str
    name: Any
    question: Any


FACTORS = (
    Factor("efficiency", _("Efficiency"), _("Do clients and staff need less time and fewer steps than before? Where is time still lost?")),
    Factor(
        "cost", _("Cost-effectiveness"), _("What does it cost to serve a client, compared with before and with other ways to serve them?")
    ),
    Factor("quality", _("Quality"), _("Do clients get what they came for the first time? What do clients and staff say?")),
    Factor("access", _("Access"), _("Who is served now who wasn’t before, and who still isn’t?")),
)


def evaluation_days(from_on: datetime.date, months: int) -> tuple[datetime.date, datetime.date]:
    """Return when a pilot's half-way and final evaluations are due: after half its months and after all of them.

    Half of an odd number ends two weeks into the next month.
    """
    half = months_after(from_on, months // 2)
    return (half + datetime.timedelta(days=14) if months % 2 else half), months_after(from_on, months)


def open_factors(findings: Mapping[str, Mapping[str, str]]) -> list[Factor]:
    """Return the factors that lack a result, a finding or evidence."""
    return [factor for factor in FACTORS if not all(findings.get(factor.code, {}).get(part, "").strip() for part in PARTS)]
