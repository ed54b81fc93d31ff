"""Pacific time, from the pinned `tzdata` package, whatever zone files the machine has.

British Columbia stopped changing its clocks in 2026 and stays seven hours behind UTC; a machine's own files may not know.
Python reads those first unless it is told not to. So this module is the first that `labportal` imports, in every process:
nothing may ask for a zone before it. The C library (`TZ`, naive local times, formats of log lines) and PostgreSQL have zone
files of their own too: `keep_host_out` gives the one UTC, and dates/database.py leaves the other nothing to decide.
"""

from __future__ import annotations

import datetime
import os
import time
import zoneinfo

zoneinfo.reset_tzpath(to=[])
zoneinfo.ZoneInfo.clear_cache()
os.environ["PYTHONTZPATH"] = ""  # for the Python processes that this one starts

NAME = "America/Vancouver"
PROOF, OFFSET = datetime.datetime(2026, 12, 1, 18, tzinfo=datetime.UTC), datetime.timedelta(hours=-7)
MINUS = "\N{MINUS SIGN}"


REMEDY = "Install the pinned tzdata package: pip install -r requirements/base.txt"


class OldZoneData(Exception):
    """The zone data in this process does not know that British Columbia stopped changing its clocks in 2026."""


try:
    PACIFIC = zoneinfo.ZoneInfo(NAME)
except zoneinfo.ZoneInfoNotFoundError as error:
    raise OldZoneData(f"There is no time zone data. {REMEDY}") from error


def problem() -> str:
    """What is wrong with the zone data, in a sentence; "" when it knows the change of 2026."""
    offset = PROOF.astimezone(PACIFIC).utcoffset()
    if offset == OFFSET:
        return ""
    return f"The time zone data puts {NAME} at {written(offset)} on {PROOF:%Y-%m-%d}; British Columbia is at {written(OFFSET)} since 2026."


def require() -> None:
    """Refuse to go on with old zone data: what is signed and sent would state a time that is an hour off."""
    if fault := problem():
        raise OldZoneData(f"{fault} {REMEDY}")


def keep_host_out() -> None:
    """Let the C library tell UTC, which no zone file changes. Django has just set TZ to a name that it looks up on the machine."""
    os.environ["TZ"] = "UTC"
    time.tzset()


def written(offset: datetime.timedelta | None) -> str:
    """ "UTC−7", "UTC+5:30"."""
    minutes = int((offset or datetime.timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{MINUS if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def offset_at(moment: datetime.datetime) -> str:
    """How far Pacific time is from UTC at `moment`: "UTC−7"."""
    return written(moment.astimezone(PACIFIC).utcoffset())
