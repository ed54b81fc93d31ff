"""Calendar entries in mail and in feeds, as Outlook, Google and Apple read them (RFC 5545, 5546, 6047; EL-52).

Three rules of those standards shape this module:

- An invitation or a cancellation carries one meeting (RFC 5546, 3.2.2), so each is a file of its own. Outlook and Gmail
  act on a lone file by themselves; of several in one they read the first.
- The method is given in the file and on the MIME part, and the two must agree (RFC 6047, 2.4).
- Each recipient gets a copy that names only them as an attendee, so that no invitation reveals who else is invited.

Times are in UTC rather than local time with a VTIMEZONE. No entry recurs, so an instant is enough; Outlook ignores the rules
in a VTIMEZONE and uses its own zone table, which may not know that British Columbia stopped changing its clocks in 2026.
The description gives the local time.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from email.mime.text import MIMEText

import icalendar
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from people.models import Person, User

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
REFRESH = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Attendee:
    """The person whose calendar the entry goes into."""

    name: str
    address: str


@dataclass(frozen=True)
class Entry:
    """One meeting, or one day, as a calendar shows it.

    `uid` never changes; `sequence` grows with every change of time, place or status. `page` is shown only to people
    who can sign in. A whole-day entry, such as a deadline, starts with its day and doesn't mark anyone as busy.
    """

    uid: str
    sequence: int
    changed_at: datetime.datetime
    starts_at: datetime.datetime
    minutes: int
    summary: str
    description: str
    place: str = ""
    page: str = ""
    is_cancelled: bool = False
    is_whole_day: bool = False


@dataclass(frozen=True)
class CalendarFile:
    """A calendar file, with the method that its MIME part or HTTP response must name."""

    name: str
    method: str
    text: str

    @property
    def content_type(self) -> str:
        return f"text/calendar; charset=utf-8; method={self.method}"


def attendee_from(user: User | AnonymousUser) -> Attendee:
    """Return the signed-in user as an attendee."""
    return Attendee(getattr(user, "name", ""), getattr(user, "email", ""))


def attendee_of(person: Person) -> Attendee:
    return Attendee(person.name, person.email)


def invitation(entry: Entry, attendee: Attendee, *, has_account: bool = False, uninvited: bool = False) -> CalendarFile:
    """Build the file that adds, updates or, if `entry` is cancelled, removes it in one attendee's calendar.

    With `uninvited` it is removed for this attendee only and the meeting goes ahead without them; such a file has no STATUS,
    which would cancel the meeting for everyone (RFC 5546, 3.2.5).
    """
    method = CANCEL if entry.is_cancelled or uninvited else REQUEST
    event = _event(entry, at=timezone.now(), has_account=has_account)
    event.add("attendee", _address(attendee, answered=method == CANCEL), encode=False)
    if uninvited:
        del event["status"]
    day = timezone.localdate(entry.starts_at)
    name = f"{'cancelled' if method == CANCEL else 'meeting'}-{day}.ics"
    return CalendarFile(name, method, _calendar(method, [event]))


def feed(entries: Iterable[Entry], *, name: str) -> CalendarFile:
    """Build the file that a subscribed calendar reads: every current entry, including cancelled ones with their status."""
    events = [_event(entry, at=entry.changed_at, has_account=True) for entry in entries]
    return CalendarFile("calendar.ics", PUBLISH, _calendar(PUBLISH, events, name=name))


def attach(mail: EmailMultiAlternatives, files: list[CalendarFile]) -> None:
    """Attach `files`, each as a part that names its method.

    A single file is also added as an alternative of the text, so that mail programs update the calendar without anyone opening it.
    Its attachment is then `application/ics`, as Google sends it: two parts of `text/calendar` would be two invitations.
    """
    if len(files) == 1:
        [file] = files
        mail.attach_alternative(file.text, f"text/calendar; method={file.method}")
        mail.attach(file.name, file.text.encode(), "application/ics")
        return
    for number, file in enumerate(files, start=1):
        part = MIMEText(file.text, "calendar", "utf-8")
        part.set_param("method", file.method)
        part.add_header("Content-Disposition", "attachment", filename=f"{number:02d}-{file.name}")
        mail.attach(part)


def _calendar(method: str, events: Iterable[icalendar.Event], *, name: str = "") -> str:
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{settings.LAB_NAME}//{settings.PRODUCT_NAME}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")  # what Outlook reads instead of REFRESH-INTERVAL
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical().decode()


def _event(entry: Entry, *, at: datetime.datetime, has_account: bool) -> icalendar.Event:
    starts_at = entry.starts_at.astimezone(datetime.UTC)
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", at.astimezone(datetime.UTC))
    event.add("last-modified", entry.changed_at.astimezone(datetime.UTC))
    if entry.is_whole_day:
        day = timezone.localdate(entry.starts_at)
        event.add("dtstart", day)
        event.add("dtend", day + datetime.timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    else:
        event.add("dtstart", starts_at)
        event.add("dtend", starts_at + datetime.timedelta(minutes=entry.minutes))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    if entry.place:
        event.add("location", entry.place)
    if has_account and entry.page:
        event.add("url", entry.page)
    event.add("organizer", _organizer(), encode=False)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    return event


def _organizer() -> icalendar.vCalAddress:
    organizer = icalendar.vCalAddress(f"mailto:{settings.LAB_EMAIL}")
    organizer.params["CN"] = icalendar.vText(settings.LAB_NAME)
    return organizer


def _address(attendee: Attendee, *, answered: bool) -> icalendar.vCalAddress:
    """Return the attendee. It asks for no reply: that would go to the lab's mailbox, and people answer through a link."""
    address = icalendar.vCalAddress(f"mailto:{attendee.address}")
    name = "".join(c for c in attendee.name if c.isprintable()).replace('"', "'")  # few programs read RFC 6868's quotes
    address.params["CN"] = icalendar.vText(name)
    address.params["CUTYPE"] = icalendar.vText("INDIVIDUAL")
    address.params["ROLE"] = icalendar.vText("REQ-PARTICIPANT")
    if not answered:
        address.params["PARTSTAT"] = icalendar.vText("NEEDS-ACTION")
        address.params["RSVP"] = icalendar.vText("FALSE")
    return address
