"""Reviews as calendars read them (EL-52). Written with icalendar, read here with vobject: another library, another reading."""

import datetime
import email
import email.policy
import zoneinfo

import pytest
from django.core import mail

from findings import Refused
from ledger.models import Event
from outbox.calendar_files import Attendee
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.preferences.actions import choose_mail
from people.actions import person_of
from residencies.lifecycle.residency import add_member, assign, end_membership
from teams.calendar import ics
from teams.calendar.actions import make_feed, revoke_feed
from teams.calendar.ics import feed_at
from teams.models import CalendarFeed, Sprint
from teams.roster.actions import end_seat
from teams.sprints import mail as sprints_mail
from teams.sprints.actions import call_off_review, move_review, pause_sprints, reinstate_review
from tests.actors import ANYONE
from tests.factories import person
from tests.itip import assert_valid, event_of, moment, read
from tests.teams.factories import champion, residency, seat, sprinting, sprints_of

pytestmark = pytest.mark.django_db

PACIFIC = zoneinfo.ZoneInfo("America/Vancouver")


@pytest.fixture(autouse=True)
def _winter(time_machine):
    """A Monday in January 2025, before both changes of the clocks of a year that is over and can't be legislated away."""
    time_machine.move_to(datetime.datetime(2025, 1, 13, 20, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def trail(ops):
    return residency(by=ops)


def plan(of, **facts):
    return sprinting(of, **{"first_review_on": datetime.date(2025, 1, 24), "at": datetime.time(10), **facts})


DANA = Attendee("Dana Lee", "dana@example.org")


def file_of(sprint):
    """What `Dana` downloads of a review."""
    return ics.file_for(sprint, DANA, has_account=False)


def feed(sprints):
    file = ics.feed_of(sprints, name="Reviews")
    assert_valid(file.text, "PUBLISH")
    return read(file.text)[0]


@pytest.mark.parametrize(
    ("first", "change"), [(datetime.date(2025, 1, 24), datetime.date(2025, 3, 9)), (datetime.date(2025, 9, 5), datetime.date(2025, 11, 2))]
)
def test_a_review_at_ten_is_at_ten_on_either_side_of_a_change_of_the_clocks(trail, first, change, time_machine):
    """EL-50, EL-52: as an instant it moves by an hour, on the wall it stays."""
    time_machine.move_to(datetime.datetime.combine(first, datetime.time(), tzinfo=datetime.UTC) - datetime.timedelta(days=9), tick=False)
    sprints = plan(trail, first_review_on=first)
    entries = feed(sprints)
    winter, summer = datetime.timedelta(hours=18), datetime.timedelta(hours=17)
    offsets = set()
    for sprint in sprints:
        at = moment(entries[ics.uid(sprint)])
        midnight = datetime.datetime.combine(sprint.review_on, datetime.time(), tzinfo=datetime.UTC)
        offsets.add((sprint.review_on >= change, at - midnight))
        assert at.astimezone(PACIFIC).time() == datetime.time(10)
    before, after = (winter, summer) if change.month == 3 else (summer, winter)
    assert offsets == {(False, before), (True, after)}


def test_a_moved_review_is_the_same_entry_one_step_on(trail, ops):
    """EL-52"""
    first = plan(trail)[0]
    before = event_of(file_of(first).text)
    fields = {"on": datetime.date(2025, 1, 22), "at": datetime.time(9), "minutes": 45, "place": "Online, please"}
    file = file_of(move_review(first, **fields, shown_revision=1, by=ops))
    assert_valid(file.text, "REQUEST")
    after = event_of(file.text)
    assert before.uid.value == after.uid.value
    assert (int(before.sequence.value), int(after.sequence.value)) == (0, 1)
    assert moment(after).astimezone(PACIFIC).replace(tzinfo=None) == datetime.datetime(2025, 1, 22, 9)
    assert after.dtend.value - after.dtstart.value == datetime.timedelta(minutes=45)
    assert after.location.value == "Online, please"


def test_all_that_follow_a_moved_review_are_one_step_on_too(trail, ops):
    """EL-50, EL-52"""
    sprints = plan(trail)
    fields = {"on": datetime.date(2025, 1, 22), "at": datetime.time(9), "minutes": 45, "place": ""}
    move_review(sprints[0], **fields, following=True, shown_revision=1, by=ops)
    entries = feed(sprints_of(trail))
    assert {int(entry.sequence.value) for entry in entries.values()} == {1}
    assert {moment(entry).astimezone(PACIFIC).time() for entry in entries.values()} == {datetime.time(9)}


def test_a_cancelled_review_is_taken_out_by_the_same_entry(trail, ops):
    """EL-52: METHOD:CANCEL, a higher SEQUENCE, STATUS:CANCELLED."""
    first = plan(trail)[0]
    file = file_of(call_off_review(first, reason="A storm; roads are closed", shown_revision=1, by=ops))
    assert_valid(file.text, "CANCEL")
    event = event_of(file.text)
    assert (event.uid.value, event.status.value, int(event.sequence.value)) == (ics.uid(first), "CANCELLED", 1)
    assert "A storm; roads are closed" in event.description.value


def test_what_people_write_cannot_make_another_entry(trail, ops):
    """D3: line ends, commas and colons of a place stay in the place."""
    nasty = "Room 1\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Mine; all, \\ mine"
    event = event_of(file_of(plan(trail, place=nasty)[0]).text)
    assert event.summary.value == "Sprint review: Shoreline Permit Renewals"
    assert "END:VEVENT" in event.location.value


# ── What goes with the mail ──────────────────────────────────────────────────────────────────


def delivered():
    """What is sent now: subject, words and calendar files by recipient and subject."""
    mail.outbox.clear()
    deliver_due()
    return mail.outbox


def files_in(sent):
    """The calendar parts of a mail, by method; each valid for the method that its part names."""
    parts = email.message_from_bytes(sent.message().as_bytes(), policy=email.policy.default).walk()
    files = []
    for part in parts:
        if part.get_content_type() == "text/calendar":
            method, text = part["content-type"].params["method"], part.get_payload(decode=True).decode().replace("\r\n", "\n")
            assert_valid(text.replace("\n", "\r\n"), method)
            files.append((method, event_of(text)))
    return files


@pytest.fixture
def dana(trail):
    return champion(trail, name="Dana Lee", email="dana@example.org").person


def test_planning_invites_each_person_with_one_file_for_each_review(trail, dana):
    """EL-52: one meeting in a file, and nobody but the reader named in it."""
    seat(trail, name="Kofi Marchbanks", email="kofi@example.org", from_on=datetime.date(2025, 1, 6))
    sprints = plan(trail)
    by_address = {sent.to[0]: sent for sent in delivered()}
    assert set(by_address) == {"Dana Lee <dana@example.org>", "Kofi Marchbanks <kofi@example.org>"}
    for address, sent in by_address.items():
        files = files_in(sent)
        assert [method for method, _event in files] == ["REQUEST"] * len(sprints)
        assert {event.attendee.value for _method, event in files} == {f"mailto:{address.split('<')[1][:-1]}"}
        assert sent.subject.startswith(f"Planned: {len(sprints)} sprint reviews, 24 January 2025 to")
        assert sent.subject.endswith(trail.product)


def test_planning_again_cancels_in_one_mail_and_invites_in_another(trail, dana, ops):
    """EL-52, K13: cases/D07; a mail has one verb, so no program reads a cancellation as news to keep."""
    before = plan(trail)
    delivered()
    after = plan(trail, weeks=3, first_review_on=datetime.date(2025, 1, 31))
    off, on = delivered()
    assert off.subject.startswith(f"Cancelled: {len(before)} sprint reviews")
    assert on.subject.startswith(f"Planned: {len(after)} sprint reviews")
    assert [(method, event.uid.value) for method, event in files_in(off)] == [("CANCEL", ics.uid(s)) for s in before]
    assert [(method, event.uid.value) for method, event in files_in(on)] == [("REQUEST", ics.uid(s)) for s in after]


def test_more_reviews_than_one_mail_holds_are_all_cancelled(trail, dana, ops, monkeypatch):
    """EL-52: none is left in a calendar for want of room in a mail."""
    sprints = plan(trail)
    delivered()
    monkeypatch.setattr(sprints_mail, "A_MAIL", 5)
    pause_sprints(trail, from_on=datetime.date(2025, 1, 13), reason="Budget", by=ops)
    files = [file for sent in delivered() for file in files_in(sent)]
    assert [(method, event.uid.value) for method, event in files] == [("CANCEL", ics.uid(s)) for s in sprints]


def test_a_move_says_from_when_to_when_and_is_alone_in_its_mail(trail, dana, ops):
    """EL-52: the lone file is an alternative of the text, which Outlook and Gmail act on by themselves."""
    first = plan(trail)[0]
    delivered()
    move_review(first, on=datetime.date(2025, 1, 23), at=datetime.time(14), minutes=60, place="Room 2", shown_revision=1, by=ops)
    [sent] = delivered()
    sentence = "Sprint 1 review, from Friday 24 January 2025, 10:00 a.m. Pacific to Thursday 23 January 2025, 2:00 p.m. Pacific"
    assert sent.subject == f"Moved: {sentence}, {trail}"
    assert f"- {sentence}, Room 2" in sent.body
    [(method, event)] = files_in(sent)
    assert (method, int(event.sequence.value)) == ("REQUEST", 1)


@pytest.mark.parametrize(
    ("change", "words"), [({"place": "Room 9"}, "at a new place"), ({"minutes": 90}, "now 90 minutes")]
)  # fmt: skip
def test_a_review_that_stays_at_its_time_says_what_is_different(trail, dana, ops, change, words):
    """EL-52"""
    first = plan(trail, place="Room 2")[0]
    delivered()
    as_before = {"on": first.review_on, "at": first.review_at, "minutes": 60, "place": "Room 2"}
    move_review(first, **{**as_before, **change}, shown_revision=1, by=ops)
    [sent] = delivered()
    assert sent.subject == f"Moved: Sprint 1 review on Friday 24 January 2025, 10:00 a.m. Pacific, {words}, {trail}"


def test_whoever_has_the_entry_hears_of_its_end_whatever_mail_they_stopped(trail, dana, ops):
    """EL-52, EL-64: not even leaving the team leaves a dead review in a calendar; who never had it is spared."""
    left = seat(trail, name="Kofi Marchbanks", email="kofi@example.org", from_on=datetime.date(2025, 1, 6))
    never = champion(trail, name="Yuki Penhallow", email="yuki@example.org").person
    choose_mail(never, optional=False, by=ANYONE)
    first = plan(trail)[0]
    assert len(delivered()) == 2
    choose_mail(dana, optional=False, by=ANYONE)
    choose_mail(left.person, stopped=["review-dates"], by=ANYONE)
    end_seat(left, on=datetime.date(2025, 1, 14), shown_revision=1, by=ops)
    off = call_off_review(first, reason="A storm", shown_revision=1, by=ops)
    assert {sent.to[0].split(" <")[0] for sent in delivered()} == {"Dana Lee", "Kofi Marchbanks"}
    reinstate_review(off, shown_revision=off.revision, by=ops)
    assert {sent.to[0].split(" <")[0] for sent in delivered()} == {"Dana Lee", "Kofi Marchbanks"}


def test_a_reminder_counts_as_having_the_entry(trail, ops, time_machine):
    """EL-52: it carries the same file, so its reader hears of a cancellation too."""
    first = plan(trail)[0]
    late = champion(trail, name="Dana Lee", email="dana@example.org").person
    time_machine.move_to(datetime.datetime(2025, 1, 17, 20, tzinfo=datetime.UTC), tick=False)
    sweep()
    [sent] = delivered()
    assert [method for method, _event in files_in(sent)] == ["REQUEST"]
    choose_mail(late, optional=False, by=ANYONE)
    call_off_review(first, reason="A storm", shown_revision=1, by=ops)
    [sent] = delivered()
    assert sent.subject == f"Cancelled: Sprint 1 review on Friday 24 January 2025, 10:00 a.m. Pacific, {trail}"


def test_the_file_in_a_mail_is_as_the_review_is_when_the_mail_leaves(trail, dana, ops):
    """EL-52: a mail that waited does not bring back what was cancelled meanwhile."""
    first = plan(trail)[0]
    call_off_review(first, reason="A storm", shown_revision=1, by=ops)
    waited, _cancelled = delivered()
    assert files_in(waited)[0][0] == "CANCEL"


def test_a_cancelled_review_can_be_reinstated_and_calendars_take_it_back(trail, dana, ops):
    """EL-52, K16: the same entry, one step on again."""
    first = plan(trail)[0]
    off = call_off_review(first, reason="A storm", shown_revision=1, by=ops)
    delivered()
    back = reinstate_review(off, shown_revision=off.revision, by=ops)
    assert (back.is_planned, back.sequence, back.called_off_reason) == (True, 2, "")
    [sent] = delivered()
    assert sent.subject.startswith("Back on: Sprint 1 review on Friday 24 January 2025")
    [(method, event)] = files_in(sent)
    assert (method, event.uid.value, event.status.value, int(event.sequence.value)) == ("REQUEST", ics.uid(first), "CONFIRMED", 2)
    assert list(Event.objects.values_list("act", flat=True).order_by("-pk")[:1]) == ["review-reinstated"]


def test_only_a_cancelled_review_to_come_that_still_fits_is_reinstated(trail, ops, time_machine):
    """EL-52, EL-50"""
    sprints = plan(trail)
    codes = lambda sprint: refused_codes(lambda: reinstate_review(sprint, shown_revision=Sprint.objects.get(pk=sprint.pk).revision, by=ops))
    assert codes(sprints[0]) == {"review-not-cancelled"}
    off = call_off_review(sprints[1], reason="A storm", shown_revision=1, by=ops)
    fields = {"at": datetime.time(10), "minutes": 60, "place": ""}
    move_review(sprints[0], on=sprints[1].review_on + datetime.timedelta(days=3), **fields, shown_revision=1, by=ops)
    assert codes(off) == {"review-out-of-order"}
    time_machine.move_to(datetime.datetime(2025, 2, 12, 20, tzinfo=datetime.UTC), tick=False)
    assert codes(off) == {"review-past"}
    pause_sprints(trail, from_on=datetime.date(2025, 2, 12), reason="Budget", by=ops)
    assert codes(sprints[5]) == {"review-not-cancelled"}, "what a pause took back comes back by planning"


def refused_codes(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


# ── Whose reviews ────────────────────────────────────────────────────────────────────────────


def reviews(somebody, today=datetime.date(2025, 1, 13)):
    return [sprint.review_on for sprint in ics.reviews_of(somebody, today)]


def test_a_person_has_the_reviews_of_their_own_days_on_a_team(trail, ops):
    """EL-52"""
    row = seat(trail, from_on=datetime.date(2025, 2, 1), by=ops)
    sprints = plan(trail)
    end_seat(row, on=datetime.date(2025, 3, 31), shown_revision=1, by=ops)
    assert reviews(row.person) == [s.review_on for s in sprints if datetime.date(2025, 2, 1) <= s.review_on <= datetime.date(2025, 3, 31)]
    assert reviews(person()) == []


def test_champions_keepers_and_whoever_looks_after_it_have_them_all(trail, ops, owner):
    """EL-52"""
    plan(trail)
    add_member(trail, owner, by=ops)
    assign(trail, to=ops, by=ops)
    for somebody in (champion(trail).person, person_of(owner, by=ops), person_of(ops, by=ops)):
        assert len(reviews(somebody)) == len(sprints_of(trail))
    end_membership(trail.memberships.get(user=owner), by=ops)
    assert reviews(person_of(owner, by=ops)) == []


def test_what_a_pause_took_back_stays_in_the_calendar_as_cancelled(trail, ops):
    """EL-50, EL-52: an entry that vanished from a feed would stay in some calendars for ever."""
    expected = champion(trail)
    sprints = plan(trail)
    pause_sprints(trail, from_on=datetime.date(2025, 2, 1), reason="Budget", by=ops)
    entries = feed(ics.reviews_of(expected.person, datetime.date(2025, 1, 13)))
    assert len(entries) == len(sprints)
    assert {entries[ics.uid(s)].status.value for s in sprints[1:]} == {"CANCELLED"}


def test_a_calendar_costs_the_same_with_many_teams(trail, ops, django_assert_num_queries):
    """EL-52"""
    expected = champion(trail).person
    plan(trail)
    for _ in range(3):
        other = residency(by=ops)
        champion(other, person=expected)
        plan(other)
    with django_assert_num_queries(1):
        entries = feed(ics.reviews_of(expected, datetime.date(2025, 1, 13)))
    assert len(entries) == Sprint.objects.count()


# ── The private address ──────────────────────────────────────────────────────────────────────


def test_an_address_is_known_by_its_hash_and_the_newest_alone_answers(ops):
    """EL-52"""
    somebody = person()
    first, second = (make_feed(somebody, by=ANYONE).split("/c/")[1].split("/")[0] for _ in range(2))
    assert len(second) == 43
    assert second not in str(list(CalendarFeed.objects.values()))
    assert feed_at(first) is None
    assert feed_at(second).person == somebody
    assert revoke_feed(somebody, by=ANYONE)
    assert feed_at(second) is None
    assert not revoke_feed(somebody, by=ANYONE)
