"""Calendar months: moving by months, the month in a query string, and the days of its weeks."""

from __future__ import annotations

import calendar
import datetime
import re

FIRST_YEAR, LAST_YEAR = 2000, 2099
DAY_ASKED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MONTH_ASKED = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})")


def month_asked(asked: str, today: datetime.date) -> datetime.date:
    """Return the first day of the month in `asked` ("2026-12"), or of this month for anything else."""
    match = MONTH_ASKED.fullmatch(asked)
    if match and FIRST_YEAR <= int(match["year"]) <= LAST_YEAR and 1 <= int(match["month"]) <= 12:
        return datetime.date(int(match["year"]), int(match["month"]), 1)
    return today.replace(day=1)


def day_asked(asked: str, today: datetime.date) -> datetime.date:
    """Return the day in `asked` ("2026-12-04"), or `today` for anything else."""
    try:
        day = datetime.date.fromisoformat(asked) if DAY_ASKED.fullmatch(asked) else today
    except ValueError:
        return today
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else today


def months_after(day: datetime.date, months: int) -> datetime.date:
    """Return the same day `months` calendar months later, or that month's last day (31 August + 6 = 28 or 29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_months(today: datetime.date, count: int) -> list[datetime.date]:
    """Return the first days of the last `count` months, oldest first, ending with this month."""
    first = today.replace(day=1)
    return [months_after(first, back - count + 1) for back in range(count)]


def weeks_of(month: datetime.date) -> list[list[datetime.date]]:
    """Return the weeks of a month, Monday first, filled up with days of the months around it."""
    return calendar.Calendar(firstweekday=0).monthdatescalendar(month.year, month.month)


# ── Fiscal years ─────────────────────────────────────────────────────────────────────────────

FISCAL_MONTH = 4  # British Columbia's fiscal year starts on 1 April


def fiscal_year_of(day: datetime.date) -> int:
    """Return the fiscal year of `day`, as the calendar year in which it starts: 2026 from 1 April 2026 to 31 March 2027."""
    return day.year if day.month >= FISCAL_MONTH else day.year - 1


def fiscal_bounds(year: int) -> tuple[datetime.date, datetime.date]:
    """Return the first and last days of the fiscal year that starts in `year`."""
    return datetime.date(year, FISCAL_MONTH, 1), datetime.date(year + 1, FISCAL_MONTH, 1) - datetime.timedelta(days=1)


def fiscal_label(year: int) -> str:
    """Return a fiscal year as the province writes it: "2026/27"."""
    return f"{year}/{(year + 1) % 100:02d}"


def fiscal_quarter_label(from_on: datetime.date) -> str:
    """Return the label of the fiscal quarter that begins on a day, such as "Q1 2026/27" for April to June 2026."""
    return f"Q{(from_on.month - 4) % 12 // 3 + 1} {fiscal_label(fiscal_year_of(from_on))}"
