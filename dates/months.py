"""Months of a calendar: which one an address asks for, and the days of its weeks."""

from __future__ import annotations

import calendar
import datetime
import re

FIRST_YEAR, LAST_YEAR = 2000, 2099
MONTH_ASKED = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})")


def month_asked(asked: str, today: datetime.date) -> datetime.date:
    """The first day of the month in `asked` ("2026-12"); of this month for anything else."""
    match = MONTH_ASKED.fullmatch(asked)
    if match and FIRST_YEAR <= int(match["year"]) <= LAST_YEAR and 1 <= int(match["month"]) <= 12:
        return datetime.date(int(match["year"]), int(match["month"]), 1)
    return today.replace(day=1)


def month_from(month: datetime.date, count: int) -> datetime.date:
    """The first day of the month so many months on."""
    index = month.year * 12 + month.month - 1 + count
    return datetime.date(index // 12, index % 12 + 1, 1)


def weeks_of(month: datetime.date) -> list[list[datetime.date]]:
    """The weeks of a month, Monday first, with the days of its neighbours that fill them."""
    return calendar.Calendar(firstweekday=0).monthdatescalendar(month.year, month.month)
