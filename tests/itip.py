"""What RFC 5545, 5546 and 6047 ask of a calendar file, as assertions; read with vobject, another library than the one that writes."""

from __future__ import annotations

import datetime
import re
from typing import Any

import vobject

UTC_TIME = re.compile(r"^(DTSTART|DTEND|DTSTAMP|LAST-MODIFIED):\d{8}T\d{6}Z\r$", re.MULTILINE)
REQUIRED = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "ORGANIZER"}


def read(text: str) -> tuple[dict[str, Any], Any]:
    """The entries of a calendar file by their UID, and the file itself."""
    calendar = vobject.readOne(text)
    return {event.uid.value: event for event in calendar.vevent_list}, calendar


def event_of(text: str) -> Any:
    """The only entry of a file."""
    [event] = read(text)[0].values()
    return event


def moment(event: Any) -> datetime.datetime:
    return event.dtstart.value.astimezone(datetime.UTC)


def assert_valid(text: str, method: str) -> None:
    """What every file owes, then what its method does (RFC 5546, 3.2)."""
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n")), "lines fold at 75 octets (RFC 5545, 3.1)"
    assert [line for line in text.split("\r\n") if line.startswith("METHOD:")] == [f"METHOD:{method}"]
    assert "BEGIN:VTIMEZONE" not in text
    assert "TZID" not in text
    entries, calendar = read(text)
    assert calendar.version.value == "2.0"
    assert calendar.prodid.value.startswith("-//")
    whole_days = text.count("DTSTART;VALUE=DATE:")
    assert text.count("DTEND;VALUE=DATE:") == text.count("TRANSP:TRANSPARENT") == whole_days
    assert len(UTC_TIME.findall(text)) == 4 * len(entries) - 2 * whole_days, "every time is UTC"
    for event in entries.values():
        present = {child.name for child in event.getChildren()}
        assert present >= REQUIRED
        assert not present & {"RRULE", "RDATE", "REQUEST-STATUS"}
        assert event.dtend.value > event.dtstart.value
        assert event.organizer.value.startswith("mailto:")
        _owed_by(method, event, present, len(entries))


def _owed_by(method: str, event: Any, present: set[str], count: int) -> None:
    if method == "PUBLISH":
        assert "ATTENDEE" not in present, "RFC 5546, 3.2.1: MUST NOT be present"
        assert event.status.value in ("CONFIRMED", "CANCELLED")
        return
    assert count == 1, "RFC 5546, 3.2.2 and 3.2.5: one UID in a file"
    [attendee] = event.contents["attendee"]
    assert attendee.value.startswith("mailto:")
    if method == "REQUEST":
        assert event.status.value == "CONFIRMED"
        assert attendee.params["RSVP"] == ["FALSE"]
    else:
        assert "status" not in event.contents or event.status.value == "CANCELLED"
