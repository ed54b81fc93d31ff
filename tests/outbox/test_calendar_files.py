"""Calendar files: golden ones for every verb, and the mail that carries them (EL-52; RFC 5545, 5546, 6047)."""

import dataclasses
import datetime
import email
import email.policy
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import given
from hypothesis import strategies as st

from outbox.calendar_files import Attendee, CalendarFile, Entry, attach, feed, invitation
from tests.itip import assert_valid, event_of, read

GOLDEN = Path(__file__).parent / "golden"
DANA = Attendee("Dana Lee", "dana.lee@example.org")
# The first winter after British Columbia stopped changing its clocks: 10:00 on the wall is 17:00 UTC, not 18:00.
TEN = datetime.datetime(2026, 12, 9, 17, tzinfo=datetime.UTC)
CHANGED = datetime.datetime(2026, 11, 28, 13, 42, 46, tzinfo=datetime.UTC)
REVIEW = Entry(
    uid="sprint-review-11@lab-portal.example.test",
    sequence=0,
    changed_at=CHANGED,
    starts_at=TEN,
    minutes=60,
    summary="Sprint review: Cloud Pathfinder",
    description="XL-2026-002, Sprint 11, Wednesday 9 December 2026, 10:00 a.m. Pacific. Goal: people find a slip; rain or shine",
    place="808 Douglas Street, second floor, or online",
    page="https://portal.example.test/residencies/XL-2026-002/sprints/11/",
)
MOVED = dataclasses.replace(REVIEW, sequence=1, starts_at=TEN + datetime.timedelta(days=1, hours=4), place="Room 2")
CANCELLED = dataclasses.replace(MOVED, sequence=2, is_cancelled=True, description="XL-2026-002, Sprint 11. Cancelled: a storm")
REINSTATED = dataclasses.replace(MOVED, sequence=3)

FILES = {
    "1-planned": lambda: invitation(REVIEW, DANA),
    "2-moved": lambda: invitation(MOVED, DANA, has_account=True),
    "3-cancelled": lambda: invitation(CANCELLED, DANA),
    "4-reinstated": lambda: invitation(REINSTATED, DANA),
    "uninvited": lambda: invitation(MOVED, DANA, uninvited=True),
    "feed": lambda: feed([CANCELLED, dataclasses.replace(REVIEW, uid="sprint-review-12@lab-portal.example.test")], name="Dana’s reviews"),
}
METHODS = {"3-cancelled": "CANCEL", "uninvited": "CANCEL", "feed": "PUBLISH"}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 28, 20, tzinfo=datetime.UTC), tick=False)


@pytest.mark.parametrize("name", FILES)
def test_a_calendar_file_is_the_golden_one(name):
    """EL-52: each golden file was read line by line beside RFC 5546, section 3.2; a change here is a change to people's calendars."""
    file = FILES[name]()
    assert file.text.encode() == (GOLDEN / f"{name}.ics").read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_a_calendar_file_owes_its_method_what_the_standard_asks(name):
    """EL-52"""
    file = FILES[name]()
    assert file.method == METHODS.get(name, "REQUEST")
    assert_valid(file.text, file.method)


def test_one_entry_keeps_its_uid_through_its_life_while_its_sequence_grows():
    """EL-52"""
    life = [event_of(FILES[name]().text) for name in ("1-planned", "2-moved", "3-cancelled", "4-reinstated")]
    assert len({event.uid.value for event in life}) == 1
    assert [int(event.sequence.value) for event in life] == [0, 1, 2, 3]
    assert [event.status.value for event in life] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]


def test_a_copy_names_nobody_but_its_recipient_and_links_only_those_who_can_sign_in():
    """EL-52: who else is invited is not for everyone to read, and a link that asks for a password is no help."""
    event = event_of(invitation(REVIEW, DANA).text)
    assert [attendee.value for attendee in event.contents["attendee"]] == ["mailto:dana.lee@example.org"]
    assert "url" not in event.contents
    assert event_of(invitation(REVIEW, DANA, has_account=True).text).url.value == REVIEW.page


def test_an_attendee_who_is_uninvited_does_not_cancel_the_meeting_of_others():
    """EL-52, RFC 5546 3.2.5: no STATUS, or everyone's entry would be cancelled."""
    assert "status" not in event_of(FILES["uninvited"]().text).contents


@given(st.text(max_size=120), st.text(max_size=120), st.text(max_size=60))
def test_what_people_write_never_makes_another_entry_or_line(place, words, name):
    """EL-52: line ends, quotes, colons and emoji stay where they were written, and lines stay short."""
    entry = dataclasses.replace(REVIEW, place=place, description=words, summary=f"Sprint review: {name}")
    file = invitation(entry, Attendee(name, "dana.lee@example.org"))
    entries, _calendar = read(file.text)
    assert list(entries) == [REVIEW.uid]
    assert all(len(line.encode()) <= 75 for line in file.text.split("\r\n"))


# ── The mail ─────────────────────────────────────────────────────────────────────────────────


def sent(files: list[CalendarFile]):
    """The mail as it arrives, read by the standard library."""
    mail = EmailMultiAlternatives("Planned", "Hello", "lab@example.org", ["dana.lee@example.org"])
    mail.attach_alternative("<p>Hello</p>", "text/html")
    attach(mail, files)
    return email.message_from_bytes(mail.message().as_bytes(), policy=email.policy.default)


@pytest.mark.parametrize("name", ["1-planned", "3-cancelled"])
def test_a_lone_file_is_an_alternative_of_the_text_whose_part_names_its_method(name):
    """EL-52, RFC 6047 2.4: Outlook and Gmail act on it without anyone opening a file; Apple Mail has one to open."""
    file = FILES[name]()
    mail = sent([file])
    assert mail.get_content_type() == "multipart/mixed"
    alternative, attachment = mail.iter_parts()
    assert [part.get_content_type() for part in alternative.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
    calendar = list(alternative.iter_parts())[-1]
    assert dict(calendar["content-type"].params) == {"method": file.method, "charset": "utf-8"}
    assert calendar.get_content().replace("\r\n", "\n").rstrip() == file.text.replace("\r\n", "\n").rstrip()
    assert (attachment.get_content_type(), attachment.get_filename()) == ("application/ics", file.name)
    assert attachment.get_content() == file.text.encode()


def test_several_files_are_attached_one_by_one_each_with_its_method():
    """EL-52: one meeting in a part, for a program reads only the first of several."""
    files = [FILES["1-planned"](), FILES["3-cancelled"]()]
    attached = list(sent(files).iter_attachments())
    assert [part["content-type"].params["method"] for part in attached] == ["REQUEST", "CANCEL"]
    assert [part.get_filename() for part in attached] == ["01-meeting-2026-12-09.ics", "02-cancelled-2026-12-10.ics"]
    for part, file in zip(attached, files, strict=True):
        assert_valid(part.get_payload(decode=True).decode(), file.method)
