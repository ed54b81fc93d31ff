"""Reviews as calendars read them (EL-52). Written with icalendar, read here with vobject: another library, another reading."""

import datetime
import zoneinfo

import pytest
import vobject

from people.actions import person_of
from residencies.actions import add_member, assign, end_membership
from teams import calendars
from teams.actions import call_off_review, end_seat, make_feed, move_review, pause_sprints, revoke_feed
from teams.links import feed_of
from teams.models import CalendarFeed, Sprint
from tests.factories import person
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


def read(text):
    """The entries of a calendar file by their UID, and the file itself."""
    calendar = vobject.readOne(text)
    return {event.uid.value: event for event in calendar.vevent_list}, calendar


def moment(event):
    return event.dtstart.value.astimezone(datetime.UTC)


@pytest.mark.parametrize(
    ("first", "change"), [(datetime.date(2025, 1, 24), datetime.date(2025, 3, 9)), (datetime.date(2025, 9, 5), datetime.date(2025, 11, 2))]
)
def test_a_review_at_ten_is_at_ten_on_either_side_of_a_change_of_the_clocks(trail, first, change, time_machine):
    """EL-50, EL-52: as an instant it moves by an hour, on the wall it stays."""
    time_machine.move_to(datetime.datetime.combine(first, datetime.time(), tzinfo=datetime.UTC) - datetime.timedelta(days=9), tick=False)
    made = plan(trail, first_review_on=first)
    entries, _calendar = read(calendars.written(made))
    winter, summer = datetime.timedelta(hours=18), datetime.timedelta(hours=17)
    seen = set()
    for sprint in made:
        at = moment(entries[calendars.uid(sprint)])
        midnight = datetime.datetime.combine(sprint.review_on, datetime.time(), tzinfo=datetime.UTC)
        seen.add((sprint.review_on >= change, at - midnight))
        assert at.astimezone(PACIFIC).time() == datetime.time(10)
    before, after = (winter, summer) if change.month == 3 else (summer, winter)
    assert seen == {(False, before), (True, after)}


def test_the_file_carries_the_rules_of_its_zone(trail):
    """EL-52: a calendar that knows no zones can still tell the time."""
    _entries, calendar = read(calendars.written(plan(trail)))
    assert calendar.vtimezone.tzid.value == "America/Vancouver"
    assert {part.name for part in calendar.vtimezone.getChildren() if part.name in ("STANDARD", "DAYLIGHT")} == {"STANDARD", "DAYLIGHT"}


def test_a_moved_review_is_the_same_entry_one_step_on(trail, ops):
    """EL-52"""
    first = plan(trail)[0]
    [before] = read(calendars.written([first]))[0].values()
    told = {"on": datetime.date(2025, 1, 22), "at": datetime.time(9), "minutes": 45, "place": "Online, please"}
    moved = move_review(first, **told, expected=1, by=ops)
    entries, calendar = read(calendars.written([moved]))
    after = entries[before.uid.value]
    assert (int(before.sequence.value), int(after.sequence.value)) == (0, 1)
    assert after.dtstart.value.astimezone(PACIFIC).replace(tzinfo=None) == datetime.datetime(2025, 1, 22, 9)
    assert after.dtend.value - after.dtstart.value == datetime.timedelta(minutes=45)
    assert after.location.value == "Online, please"
    assert (calendar.method.value, after.status.value) == ("PUBLISH", "CONFIRMED")


def test_all_that_follow_a_moved_review_are_one_step_on_too(trail, ops):
    """EL-50, EL-52"""
    made = plan(trail)
    told = {"on": datetime.date(2025, 1, 22), "at": datetime.time(9), "minutes": 45, "place": ""}
    move_review(made[0], **told, following=True, expected=1, by=ops)
    entries, _calendar = read(calendars.written(sprints_of(trail)))
    assert {int(entry.sequence.value) for entry in entries.values()} == {1}
    assert {entry.dtstart.value.astimezone(PACIFIC).time() for entry in entries.values()} == {datetime.time(9)}


def test_a_review_called_off_is_taken_out_by_the_same_entry(trail, ops):
    """EL-52: METHOD:CANCEL, a higher SEQUENCE, STATUS:CANCELLED."""
    first = plan(trail)[0]
    off = call_off_review(first, reason="A storm; roads are closed", expected=1, by=ops)
    entries, calendar = read(calendars.written([off]))
    entry = entries[calendars.uid(first)]
    assert (calendar.method.value, entry.status.value, int(entry.sequence.value)) == ("CANCEL", "CANCELLED", 1)
    assert "A storm; roads are closed" in entry.description.value


def test_the_file_in_a_mail_is_as_the_review_is_when_the_mail_leaves(trail, ops):
    """EL-52"""
    first = plan(trail)[0]
    call_off_review(first, reason="A storm", expected=1, by=ops)
    [entry] = read(calendars.file_of([first.pk]))[0].values()
    assert entry.status.value == "CANCELLED"


def test_what_people_write_cannot_make_another_entry(trail, ops):
    """D3: line ends, commas and colons of a place stay in the place."""
    nasty = "Room 1\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Mine; all, \\ mine"
    made = plan(trail, place=nasty)
    entries, _calendar = read(calendars.written(made[:1]))
    [entry] = entries.values()
    assert entry.summary.value == "Sprint review: Shoreline Permit Renewals"
    assert "END:VEVENT" in entry.location.value


# ── Whose reviews ────────────────────────────────────────────────────────────────────────────


def reviews(somebody, today=datetime.date(2025, 1, 13)):
    return [sprint.review_on for sprint in calendars.reviews_of(somebody, today)]


def test_a_person_has_the_reviews_of_their_own_days_on_a_team(trail, ops):
    """EL-52"""
    one = seat(trail, from_on=datetime.date(2025, 2, 1), by=ops)
    made = plan(trail)
    end_seat(one, on=datetime.date(2025, 3, 31), expected=1, by=ops)
    assert reviews(one.person) == [s.review_on for s in made if datetime.date(2025, 2, 1) <= s.review_on <= datetime.date(2025, 3, 31)]
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
    made = plan(trail)
    pause_sprints(trail, from_on=datetime.date(2025, 2, 1), reason="Budget", by=ops)
    entries, _calendar = read(calendars.written(calendars.reviews_of(expected.person, datetime.date(2025, 1, 13))))
    assert len(entries) == len(made)
    assert {entries[calendars.uid(s)].status.value for s in made[1:]} == {"CANCELLED"}


def test_a_calendar_costs_the_same_with_many_teams(trail, ops, django_assert_num_queries):
    """EL-52"""
    expected = champion(trail).person
    plan(trail)
    for _ in range(3):
        other = residency(by=ops)
        champion(other, person=expected)
        plan(other)
    with django_assert_num_queries(1):
        text = calendars.written(calendars.reviews_of(expected, datetime.date(2025, 1, 13)))
    assert len(read(text)[0]) == Sprint.objects.count()


# ── The private address ──────────────────────────────────────────────────────────────────────


def test_an_address_is_known_by_its_hash_and_the_newest_alone_answers(ops):
    """EL-52"""
    somebody = person()
    first, second = (make_feed(somebody, by=ops).split("/c/")[1].split("/")[0] for _ in range(2))
    assert len(second) == 43
    assert second not in str(list(CalendarFeed.objects.values()))
    assert feed_of(first) is None
    assert feed_of(second).person == somebody
    assert revoke_feed(somebody, by=ops)
    assert feed_of(second) is None
    assert not revoke_feed(somebody, by=ops)
