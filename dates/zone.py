"""Pacific time from the pinned `tzdata` package, whatever zone files the machine has.

British Columbia stopped changing its clocks in 2026 and stays seven hours behind UTC; the machine's own files may not know that.
Python reads those first unless told not to. So this is the first module that `labportal` imports, in every process: nothing may
load a time zone before it. The C library (`TZ`, naive local times, timestamps in logs) and PostgreSQL have their own zone files:
`keep_host_out` sets the C library to UTC, and dates/database.py never relies on PostgreSQL's.
"""

from __future__ import annotations

import datetime
import os
import time
import zoneinfo

zoneinfo.reset_tzpath(to=[])
zoneinfo.ZoneInfo.clear_cache()
os.environ["PYTHONTZPATH"] = ""  # for Python processes started by this one

NAME = "America/Vancouver"
PROOF, OFFSET = datetime.datetime(2026, 12, 1, 18, tzinfo=datetime.UTC), datetime.timedelta(hours=-7)
MINUS = "\N{MINUS SIGN}"


REMEDY = "Install the pinned tzdata package: pip install -r requirements/base.txt"


class OldZoneData(Exception):
    """Raised if this process's zone data doesn't know that British Columbia stopped changing its clocks in 2026."""


try:
    PACIFIC = zoneinfo.ZoneInfo(NAME)
except zoneinfo.ZoneInfoNotFoundError as error:
    raise OldZoneData(f"There is no time zone data. {REMEDY}") from error


def problem() -> str:
    """Describe what is wrong with the zone data in a sentence; "" if it has the change of 2026."""
    offset = PROOF.astimezone(PACIFIC).utcoffset()
    if offset == OFFSET:
        return ""
    return f"The time zone data puts {NAME} at {written(offset)} on {PROOF:%Y-%m-%d}; British Columbia has been at {written(OFFSET)} since 2026."


def require() -> None:
    """Raise OldZoneData if the zone data is old, because signatures and mail would state times that are an hour off."""
    if fault := problem():
        raise OldZoneData(f"{fault} {REMEDY}")


def keep_host_out() -> None:
    """Set the C library to UTC, which is the same in every zone file. Django has just set TZ to a name that is looked up on the machine."""
    os.environ["TZ"] = "UTC"
    time.tzset()


def written(offset: datetime.timedelta | None) -> str:
    """Write an offset such as "UTC−7" or "UTC+5:30"."""
    minutes = int((offset or datetime.timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{MINUS if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def offset_at(moment: datetime.datetime) -> str:
    """Return the Pacific offset from UTC at `moment`, such as "UTC−7"."""
    return written(moment.astimezone(PACIFIC).utcoffset())
