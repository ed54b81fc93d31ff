"""Partners meet in a rhythm, and say whether they still share the vision (PB-30)."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from dates.months import months_after
from findings import Refused
from outbox.delivery.compose import letter_to_read
from outbox.delivery.sweep import sweep
from outbox.models import Message
from partnerships.models import PartnerMeeting
from partnerships.todo import of_partnerships
from partnerships.workspace.meetings import actions as meetings
from partnerships.workspace.meetings.queries import vision_warnings
from people.todo import Scope, entries
from tests.partnerships import factories as make

DAY = datetime.timedelta(days=1)
pytestmark = pytest.mark.django_db


def home(today=None):
    return [(line.title, line.about.reference, line.url) for line in of_partnerships(today or timezone.localdate())]


def test_two_months_after_the_last_meeting_the_next_is_overdue_on_home(ops, client):
    """PB-30: every two months, the last one 70 days ago; planning one takes the line away."""
    row = make.partnership(by=ops, lead=ops)
    make.held_meeting(row, ago=70, by=ops)
    assert home() == [], "without a rhythm nothing is due"
    row = meetings.set_rhythm(row, every_months=2, by=ops)
    assert row.meet_by == months_after(timezone.localdate() - 70 * DAY, 2) < timezone.localdate()
    plan = reverse("meeting-plan", args=[row.reference])
    assert home() == [("A meeting of the partners is due", row.reference, plan)]
    client.force_login(ops)
    assert "A meeting of the partners is due" in client.get("/").content.decode()
    assert "Overdue: the next meeting was due by" in client.get(reverse("meetings", args=[row.reference])).content.decode()
    make.planned_meeting(row, by=ops)
    assert home() == []


def test_a_meeting_that_is_over_waits_to_be_recorded_and_sets_the_next(ops, time_machine):
    """PB-30."""
    row = meetings.set_rhythm(make.partnership(by=ops), every_months=3, by=ops)
    meeting = make.planned_meeting(row, by=ops)
    assert [(entry.on, entry.place) for entry in entries(meeting.on, meeting.on, Scope(), ["meeting"])] == [(meeting.on, "Town hall")]
    time_machine.move_to(timezone.now() + 11 * DAY)
    assert [title for title, _about, _url in home()] == ["A meeting of the partners isn’t recorded yet"]
    held = meetings.record_meeting(row, meeting=meeting, on=meeting.on, attended="Both coordinators", decisions="Open on Fridays.", by=ops)
    assert (held.pk, held.state, make.fresh(row).meet_by) == (meeting.pk, "held", months_after(meeting.on, 3))
    assert home() == []
    for act in (
        lambda: meetings.cancel_meeting(meeting, reason="Snow.", by=ops),
        lambda: meetings.record_meeting(row, meeting=meeting, on=meeting.on, attended="x", by=ops),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.codes == {"partner-meeting-over"}


def test_a_no_to_the_vision_is_a_finding_until_a_later_yes(ops, client):
    """PB-30: a no needs its reason."""
    row = make.case(by=ops)
    first, second = row.partners.order_by("pk")
    with pytest.raises(Refused) as refused:
        make.held_meeting(row, answers={first.pk: (False, " ")}, by=ops)
    assert refused.value.codes == {"vision-unexplained"}
    assert not PartnerMeeting.objects.exists()
    make.held_meeting(row, ago=30, answers={first.pk: (False, "New priorities."), second.pk: (True, "")}, by=ops)
    make.held_meeting(row, ago=60, answers={first.pk: (True, "")}, by=ops)
    assert [finding.code for finding in vision_warnings(row)] == ["vision-not-shared"], "an earlier yes changes nothing"
    client.force_login(ops)
    assert "no longer shares the vision: New priorities." in client.get(row.get_absolute_url()).content.decode()
    make.held_meeting(row, answers={first.pk: (True, "")}, by=ops)
    assert list(vision_warnings(row)) == []


def test_rhythm_and_dates_have_bounds(ops):
    row = make.partnership(by=ops)
    for months in (0, 13):
        with pytest.raises(Refused) as refused:
            meetings.set_rhythm(row, every_months=months, by=ops)
        assert refused.value.codes == {"meeting-rhythm"}
    with pytest.raises(Refused) as refused:
        make.planned_meeting(row, days=-1, by=ops)
    assert refused.value.codes == {"partner-meeting-past"}
    with pytest.raises(Refused):
        make.held_meeting(row, ago=-1, by=ops)
    with pytest.raises(Refused) as refused:
        make.held_meeting(row, attended=" ", by=ops)
    assert refused.value.codes == {"meeting-attendance"}


def test_reminders_ask_for_a_date_and_then_tell_of_it(ops, time_machine):
    """PB-30, EL-60."""
    row = meetings.set_rhythm(make.case(by=ops), every_months=1, by=ops)
    due = Message.objects.filter(occasion="partner-meeting-due")
    time_machine.move_to(timezone.now() + (row.meet_by - timezone.localdate()))
    sweep()
    assert due.filter(due_on=row.meet_by).count() == 3, "lab operations, and both coordinators"
    assert "meet every month. The next meeting" in letter_to_read(due.filter(due_on=row.meet_by)[0]).text
    known = due.count()
    meeting = make.planned_meeting(row, by=ops, days=20)
    time_machine.move_to(timezone.now() + 19 * DAY)
    sweep()
    assert due.count() == known
    ahead = Message.objects.filter(occasion="partner-meeting-ahead", due_on=meeting.on - DAY)
    assert ahead.count() == 3


def test_home_says_which_rapid_responses_are_open_and_which_evaluations_are_late(ops, time_machine):
    """PB-12, PB-49: all kinds of lines about partnerships in two queries."""
    row = make.operating(by=ops)
    incident = make.incident(row, by=ops)
    half, _final = make.pilot(row, by=ops)
    assert home() == [("Rapid response open: Picton", row.reference, incident.get_absolute_url())]
    time_machine.move_to(timezone.now() + (half.due_on - timezone.localdate()))
    assert {url for _title, _about, url in home()} >= {incident.get_absolute_url(), half.get_absolute_url()}


def test_home_reads_its_lines_in_two_queries(ops, django_assert_num_queries):
    for _number in range(3):
        row = make.operating(by=ops)
        make.incident(row, by=ops)
        meetings.set_rhythm(row, every_months=1, by=ops)
    with django_assert_num_queries(2):
        assert len(home()) == 3


def test_the_page_takes_the_same_queries_whatever_the_number_of_meetings(ops, client, django_assert_max_num_queries):
    row = make.case(by=ops)
    for ago in range(6):
        make.held_meeting(row, ago=ago, answers={partner.pk: (True, "") for partner in row.partners.all()}, by=ops)
    client.force_login(ops)
    page = reverse("meetings", args=[row.reference])
    client.get(page)
    with django_assert_max_num_queries(15):
        assert client.get(page).status_code == 200
