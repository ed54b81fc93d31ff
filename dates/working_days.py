"""Working days, in British Columbia unless a region is named. No other module decides what one is. No tables, no clock.

A region is a province or territory ("ON"), or `FEDERAL` for the holidays of the Government of Canada.
"""

from __future__ import annotations

import datetime
import tomllib
from functools import cache
from pathlib import Path

import holidays

DAY = datetime.timedelta(days=1)
LONGEST_PAUSE = datetime.timedelta(days=7)  # longer than any run of days off anywhere; tests/dates checks it
BC, FEDERAL = "BC", "CA"
REGIONS = (BC, "AB", "SK", "MB", "ON", "QC", "NB", "NS", "PE", "NL", "YT", "NT", "NU", FEDERAL)


@cache
def extra_days_off() -> dict[datetime.date, str]:
    """Return the days off in addition to statutory holidays, from days_off.toml."""
    kept = tomllib.loads((Path(__file__).parent / "days_off.toml").read_text())["days_off"]
    return {datetime.date.fromisoformat(day): name for day, name in kept.items()}


@cache
def holidays_of(year: int, region: str = BC) -> dict[datetime.date, str]:
    """Return the statutory holidays of a region in a year, with their names."""
    where = {"categories": ("government",)} if region == FEDERAL else {"subdiv": region}
    days = holidays.country_holidays("CA", years=year, language="en_CA", **where)
    return {day: name for day, name in days.items() if day.year == year}


def holiday(day: datetime.date, region: str = BC) -> str:
    """Return the name of a region's statutory holiday or, in British Columbia, other day off on `day`; "" if there is none."""
    return holidays_of(day.year, region).get(day, "") or (extra_days_off().get(day, "") if region == BC else "")


def days_off(first: datetime.date, last: datetime.date) -> dict[datetime.date, str]:
    """Return the weekdays off in British Columbia from `first` through `last`, with their names."""
    days = (first + n * DAY for n in range((last - first).days + 1))
    return {day: name for day in days if day.weekday() < 5 and (name := holiday(day))}


def is_working_day(day: datetime.date, region: str = BC) -> bool:
    """Return whether `day` is a weekday and not a holiday."""
    return day.weekday() < 5 and not holiday(day, region)


def on_or_after(day: datetime.date, region: str = BC) -> datetime.date:
    """Return `day`, or the first working day after it."""
    while not is_working_day(day, region):
        day += DAY
    return day


def on_or_before(day: datetime.date) -> datetime.date:
    """Return `day`, or the last working day before it."""
    while not is_working_day(day):
        day -= DAY
    return day


def working_days_after(day: datetime.date, count: int) -> datetime.date:
    """Return the `count`-th working day after `day`."""
    while count:
        day += DAY
        count -= is_working_day(day)
    return day


def working_days_before(day: datetime.date, count: int) -> datetime.date:
    """Return the `count`-th working day before `day`."""
    while count:
        day -= DAY
        count -= is_working_day(day)
    return day


def waiting_since(day: datetime.date, region: str = BC) -> datetime.date:
    """Return the first day whose work waits for `day`: `day` itself, or the first day off in the run just before it."""
    while not is_working_day(day - DAY, region):
        day -= DAY
    return day


def working_days_from(first: datetime.date, last: datetime.date) -> int:
    """Count the working days from `first` through `last`; 0 if `last` is earlier."""
    return sum(is_working_day(first + n * DAY) for n in range((last - first).days + 1))
