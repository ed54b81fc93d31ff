"""The calendar of everything with a date: its kinds, its days, whose they are, and what a calendar program reads (EL-52)."""

import datetime
import re

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from agreements.models import AgreementVersion, Invitation
from metrics.models import Metric
from oversight.models import ChecklistItem, ReportingPlan
from partnerships.models import PartnerMeeting
from people.actions import person_of
from people.todo import DATES, NOBODY, DateKind, Scope, entries, entry_of, plain
from residencies.lifecycle.residency import assign
from residencies.models import Conversation, Membership, Release, Residency, Review
from teams.calendar.actions import make_feed
from teams.models import RoleFinding, Sprint, Team, Training
from teams.pages import asked_period
from teams.sprints.actions import call_off_review
from tests.agreements import factories as agreements
from tests.clock import STATED
from tests.community import factories as community
from tests.factories import account
from tests.itip import assert_valid, event_of, moment
from tests.metrics.factories import metric
from tests.oversight import barriers, status, trusting
from tests.oversight.factories import contract
from tests.oversight.follow_ups import follow_up
from tests.oversight.task_rows import task
from tests.pages import text
from tests.partnerships import factories as partnerships
from tests.residencies.rows import residency as row_at
from tests.teams.factories import champion, checked, course, residency, seat, sprinting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stated_day")]

DAY = datetime.date(2026, 12, 9)
MONTH = (datetime.date(2026, 12, 1), datetime.date(2026, 12, 31))
UTC = datetime.UTC


@pytest.fixture
def trail(ops):
    return checked(residency(by=ops))


def instant(day, hour, minute=0):
    return datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def dates(kind=None, *, user=None, owner=None, period=MONTH):
    return entries(*period, Scope(user, owner), [kind] if kind else DateKind.values)


def days_shown(kind, **about):
    return [(entry.on, entry.title, entry.state) for entry in dates(kind, **about)]


# ── Each kind on its day ─────────────────────────────────────────────────────────────────────────


def review_of(trail):
    sprinting(trail, first_review_on=DAY)


def session_of(trail):
    community.matched(trail, on=DAY)


def desks_of(trail):
    community.desks(trail, from_on=DAY, to_on=datetime.date(2027, 1, 29))


def seat_of(trail):
    seat(trail, name="Kofi Marchbanks", from_on=DAY)


def champion_of(trail):
    champion(trail, name="Anneke Torvald", from_on=DAY)


def role_check_of(trail):
    seat(trail, from_on=datetime.date(2026, 1, 5))
    RoleFinding.objects.all().delete()
    # Half past seven in UTC is half past midnight in British Columbia, which stays seven hours behind: the day before by old zone data.
    facts = {"code": "no-scrum-master", "severity": 3, "remedy": "Add one.", "opened_by": "time"}
    RoleFinding.objects.create(
        team=Team.objects.get_or_create(stream=trail.stream)[0], message="No Scrum master", opened_at=instant(DAY, 7, 30), **facts
    )


def training_of(trail):
    by = account("lab_ops")
    named = champion(trail, name="Anneke Torvald").person
    Training.objects.create(
        team=Team.objects.get_or_create(stream=trail.stream)[0],
        person=named,
        course=course("Agile fundamentals"),
        finished_on=DAY,
        hours=7,
        logged_by=by,
    )


def signature_of(trail):
    version = agreements.circulated()
    asked = instant(DAY - datetime.timedelta(days=version.agreement.template_version.signing_days), 7, 30)
    Invitation.objects.filter(version=version).update(made_at=asked)


def agreement_of(trail):
    version = agreements.circulated()
    AgreementVersion.objects.filter(pk=version.pk).update(state="in_force", in_force_at=instant(DAY, 7, 30))


def intake_of(trail):
    row = row_at("submitted")
    Review.objects.create(residency=row, number=1, opened_at=instant(datetime.date(2026, 11, 25), 18))


def start_of(trail):
    Residency.objects.filter(pk=trail.pk).update(started_on=DAY)


def release_of(trail):
    Release.objects.create(residency=trail, stage="live", released_on=DAY, is_final=True)


def graduation_of(trail):
    row = row_at("live")
    Residency.objects.filter(pk=row.pk).update(graduation_due_on=DAY)


def task_of(trail):
    task(trail, "pia", due_on=DAY)
    ChecklistItem.objects.filter(checklist__stream=trail.stream).exclude(code="pia").update(due_on=None)


def conversation_of(trail):
    opened = {"expectation": "Time", "raised_by": "The lab", "opened_on": datetime.date(2026, 11, 30)}
    Conversation.objects.create(residency=trail, due_on=DAY, **opened)


def meeting_of(trail):
    PartnerMeeting.objects.create(partnership=partnerships.partnership(), on=DAY)


def contract_of(trail):
    contract(trail, to_on=DAY)


def barrier_of(trail):
    with travel(instant(datetime.date(2026, 12, 2), 20)):  # five working days before
        barriers.barrier(trail, text="No one may sign for the data.")


def risk_of(trail):
    barriers.risk(trail, text="The vendor could leave.", next_review_on=DAY)


def report_of(trail):
    ReportingPlan.objects.update_or_create(stream=trail.stream, defaults={"next_due_on": DAY, "due_since": DAY})


def decision_of(trail):
    status.asked(trail, due_on=DAY, text="Agree to a second vendor.")


def openness_of(trail):
    trusting.plan(trail, next_review_on=DAY)


def reading_of(trail):
    metric(trail)
    Metric.objects.filter(stream=trail.stream).update(next_due_on=DAY)


def follow_up_of(trail):
    follow_up(trail, days_ago=(timezone.localdate() - DAY).days)


EACH = {
    "review": (review_of, "Sprint 1 review", "planned"),
    "session": (session_of, "Session with", "planned"),
    "signature": (signature_of, "signatures due", "due"),
    "agreement": (agreement_of, "Agreement in force", "done"),
    "intake": (intake_of, "Application review due", "due"),
    "residency": (start_of, "First day in residence", "done"),
    "release": (release_of, "Final live release", "done"),
    "graduation": (graduation_of, "Graduation due", "due"),
    "task": (task_of, "Due: Privacy impact assessment", "due"),
    "conversation": (conversation_of, "Conversation to hold", "due"),
    "meeting": (meeting_of, "Meeting of the partners", "planned"),
    "team": (seat_of, "First day on the team: Kofi Marchbanks", "planned"),
    "champion": (champion_of, "First day as a champion: Anneke Torvald", "planned"),
    "role-check": (role_check_of, "1 role check not met", "planned"),
    "training": (training_of, "Anneke Torvald finished Agile fundamentals", "done"),
    "desks": (desks_of, "First day of 4 desks", "planned"),
    "barrier": (barrier_of, "No one may sign for the data.", "due"),
    "risk": (risk_of, "The vendor could leave.", "due"),
    "decision": (decision_of, "Agree to a second vendor.", "due"),
    "report": (report_of, "Status report due", "due"),
    "openness": (openness_of, "Openness review: The code that matches health records", "due"),
    "contract": (contract_of, "Last day of the contract with Cedar & Tide Digital", "due"),
    "follow-up": (follow_up_of, "6-month follow-up due", "due"),
    "reading": (reading_of, "Reading due: Median days to a decision", "due"),
}


def test_every_kind_has_a_source_and_an_example():
    assert {kind for kind, _source in DATES.all()} == set(DateKind.values) == set(EACH)


@pytest.mark.parametrize("kind", EACH)
def test_each_kind_is_on_its_day(trail, kind):
    """EL-42, EL-45, EL-49, EL-52, EL-70, EL-72, EL-80, EL-84: by the clock of British Columbia, which stays on UTC−7 from 2026."""
    make, title, state = EACH[kind]
    make(trail)
    first = dates(kind)[0]
    assert title in first.title
    assert (first.state, entry_of(plain(first))) == (state, first)
    assert first.url.startswith("/")
    if kind == "intake":
        assert MONTH[0] <= first.on <= MONTH[1]
        return
    assert first.on == DAY
    before, after = (
        (DAY - datetime.timedelta(days=9), DAY - datetime.timedelta(days=1)),
        (DAY + datetime.timedelta(days=1), DAY + datetime.timedelta(days=1)),
    )
    assert [entry.on for period in (before, after) for entry in dates(kind, period=period)] == []


@pytest.mark.parametrize("kind", EACH)
def test_each_kind_takes_queries_that_do_not_grow_with_its_rows(trail, kind, django_assert_max_num_queries, ops):
    make, _title, _state = EACH[kind]
    make(trail)
    if kind in ("review", "session", "desks", "team", "champion", "task", "conversation", "release", "residency"):
        make(checked(residency(by=ops)))
    with django_assert_max_num_queries(2):
        assert dates(kind)


def test_what_was_held_cancelled_or_is_late_says_so(trail, ops, client):
    """EL-52"""
    first = sprinting(trail, first_review_on=DAY)[0]
    call_off_review(first, reason="A storm", shown_revision=first.revision, by=ops)
    task_of(trail)
    ChecklistItem.objects.filter(code="pia").update(due_on=datetime.date(2026, 11, 20))
    client.force_login(ops)
    assert "Sprint 1 review Shoreline Permit Renewals Cancelled" in text(client.get(reverse("calendar"), {"month": "2026-12"}))
    assert "Late" in text(client.get(reverse("calendar"), {"month": "2026-11", "kind": "task"})).partition("1 date")[2], "red is for late"


def test_a_change_of_role_within_a_team_is_neither_a_first_nor_a_last_day(trail):
    """EL-41"""
    ends = datetime.date(2026, 12, 10)
    row = seat(trail, name="Kofi Marchbanks", from_on=datetime.date(2026, 1, 5))
    type(row).objects.filter(pk=row.pk).update(to_on=ends)
    assert days_shown("team") == [(ends, "Last day on the team: Kofi Marchbanks", "planned")]
    type(row).objects.create(
        team=row.team, person=row.person, role="designer", employer=row.employer, from_on=ends + datetime.timedelta(days=1), follows=row
    )
    assert days_shown("team") == []


# ── Whose ────────────────────────────────────────────────────────────────────────────────────────


def test_a_program_area_sees_its_own_dates_and_no_reviews_of_applications(trail, owner, ops):
    """D3: what the lists show, and nothing else; every entry leads to a page that opens."""
    others = checked(residency(by=ops, product="Somebody else’s"))
    for make, _title, _state in EACH.values():
        make(trail)
    review_of(others)
    Membership.objects.create(residency=trail, user=owner)
    own = dates(user=owner)
    assert {entry.about.reference for entry in own} == {trail.reference}
    assert {"review", "session", "desks", "team", "champion", "role-check", "training", "task", "conversation"} <= {e.kind for e in own}
    assert "intake" not in {entry.kind for entry in own}
    assert {entry.kind for entry in dates(user=ops)} == set(EACH)
    for user in (owner, ops):
        browser = Client()
        browser.force_login(user)
        assert {entry.url: browser.get(entry.url).status_code for entry in dates(user=user)} == {e.url: 200 for e in dates(user=user)}


def test_owners_are_lab_leads_and_those_who_review(trail, ops):
    """EL-16, EL-52"""
    noor = account("lab_ops", name="Noor Castellane")
    assign(trail, to=noor, by=ops)
    review_of(trail)
    review_of(checked(residency(by=ops)))
    intake_of(trail)
    Review.objects.update(assignee=noor)
    mine = dates(owner=noor.pk)
    assert {entry.about.reference for entry in mine if entry.kind == "review"} == {trail.reference}
    assert [entry.owner_name for entry in mine if entry.kind == "intake"] == ["Noor Castellane"]
    assert {entry.about.owner for entry in dates("review", owner=NOBODY)} == {None}
    assert dates("intake", owner=NOBODY) == []


# ── The page ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "start", "end", "first", "last"),
    [
        ({"month": "2026-12"}, "2026-12-01", "2026-12-31", "2026-11-30", "2027-01-03"),
        ({"month": "2027-02", "view": "list"}, "2027-02-01", "2027-02-28", "2027-02-01", "2027-02-28"),
        ({"view": "week", "day": "2027-01-01"}, "2026-12-28", "2027-01-03", "2026-12-28", "2027-01-03"),
        ({"view": "week", "day": "2026-02-31"}, "2026-11-23", "2026-11-29", "2026-11-23", "2026-11-29"),
        ({"view": "decade", "month": "2100-01"}, "2026-11-01", "2026-11-30", "2026-10-26", "2026-12-06"),
    ],
)
def test_the_address_asks_for_a_month_or_a_week(query, start, end, first, last):
    asked = QueryDict(mutable=True)
    asked.update(query)
    period = asked_period(asked, datetime.date(2026, 11, 24))
    assert [str(day) for day in (period.start, period.end, period.first, period.last)] == [start, end, first, last]


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_filters_stay_in_every_link_and_an_empty_calendar_says_what_to_do(client, ops, view):
    """EL-52"""
    client.force_login(ops)
    response = client.get(reverse("calendar"), {"view": view, "month": "2027-03", "day": "2027-03-10", "kind": "desks", "owner": "me"})
    shown = text(response)
    for words in ("Kind: Desks", "Owner: Mine", "0 dates", "Nothing matches these filters.", "Remove the filter “Owner: Mine”"):
        assert words in shown
    links = re.findall(r'href="(\?[^"]+)"', response.content.decode().partition('id="results"')[2].partition("filters-on")[0])
    assert len(links) == 3
    assert all("kind=desks&amp;owner=me" in link for link in links)
    bare = text(client.get(reverse("calendar"), {"view": view, "month": "2027-03", "day": "2027-03-10"}))
    assert "Dates appear here when a team plans its sprints" in bare


@pytest.mark.parametrize("query", [{"kind": "parties"}, {"owner": "12345"}, {"kind": "a\x00b"}])
def test_a_filter_that_does_not_exist_shows_nothing_and_says_so(client, ops, trail, query):
    review_of(trail)
    client.force_login(ops)
    shown = text(client.get(reverse("calendar"), {"month": "2026-12", **query}))
    assert "so nothing is shown" in shown
    assert "Sprint 1 review" not in shown


def test_the_month_is_a_table_with_a_caption_and_times(client, ops, trail):
    """WCAG 1.3.1"""
    review_of(trail)
    client.force_login(ops)
    page = client.get(reverse("calendar"), {"month": "2026-12"}).content.decode()
    assert re.search(r"<caption[^>]*>\s*December 2026\s*</caption>", page)
    assert page.count('role="columnheader"') == 7
    assert 'datetime="2026-12-09T14:00:00-07:00"' in page


def test_a_busy_day_leads_to_its_week(client, ops, trail):
    for number in range(5):
        seat(trail, name=f"Somebody {number}", from_on=DAY)
    client.force_login(ops)
    page = client.get(reverse("calendar"), {"month": "2026-12", "kind": "team"}).content.decode()
    assert re.search(r'href="\?view=week&amp;kind=team&amp;day=2026-12-09">and 2 more', page)
    assert text(client.get(reverse("calendar"), {"view": "week", "day": "2026-12-09"})).count("First day on the team") == 5


# ── Files and subscriptions ──────────────────────────────────────────────────────────────────────


GOLDEN = """BEGIN:VEVENT
SUMMARY:Graduation due\\, Home soon
DTSTART;VALUE=DATE:20261209
DTEND;VALUE=DATE:20261210
DTSTAMP:20261124T183000Z
UID:graduation-{pk}@{domain}
SEQUENCE:0
DESCRIPTION:Graduations\\, {reference}
LAST-MODIFIED:20261124T183000Z
STATUS:CONFIRMED
TRANSP:TRANSPARENT
URL:https://portal.example.test/residencies/{reference}/graduation/
END:VEVENT"""


def test_a_deadline_in_a_file_is_a_whole_day_that_keeps_nobody_busy(client, ops, time_machine, settings):
    """EL-52"""
    time_machine.move_to(STATED, tick=False)
    row = row_at("live", product="Home soon")
    Residency.objects.filter(pk=row.pk).update(graduation_due_on=DAY)
    client.force_login(ops)
    answer = client.get(reverse("calendar-download"), {"month": "2026-12", "kind": "graduation"})
    assert answer["Content-Disposition"] == 'attachment; filename="calendar-2026-12.ics"'
    unfolded = answer.content.decode().replace("\r\n ", "").replace("\r\n", "\n")
    assert_valid(answer.content.decode(), "PUBLISH")
    lines = set(unfolded.split("\n"))
    expected = GOLDEN.format(pk=row.pk, reference=row.reference, domain=settings.MESSAGE_ID_DOMAIN)
    assert set(expected.split("\n")) - lines == set()


def test_a_review_in_a_file_is_the_entry_that_was_mailed(client, ops, trail):
    """EL-52: the same identity and sequence, at two in the afternoon on UTC−7 in December."""
    review_of(trail)
    first = Sprint.objects.earliest("review_on")
    client.force_login(ops)
    query = {"view": "week", "day": f"{DAY}", "kind": "review"}
    event = event_of(client.get(reverse("calendar-download"), query).content.decode())
    assert event.uid.value.startswith(f"sprint-review-{first.pk}@")
    assert moment(event) == instant(DAY, 21)
    assert "Wednesday 9 December 2026, 2:00 p.m. Pacific" in event.description.value


def feed_for(user, **query):
    somebody = person_of(user, by=user)
    path = make_feed(somebody, by=user).partition("portal.example.test")[2]
    return Client().get(path, query)


def test_a_subscription_shows_what_the_account_sees_and_no_more(trail, owner, ops):
    """D3, EL-52"""
    Membership.objects.create(residency=trail, user=owner)
    review_of(trail)
    session_of(trail)
    review_of(checked(residency(by=ops, product="Somebody else’s")))
    everything = feed_for(owner, show="all")
    assert_valid(everything.content.decode(), "PUBLISH")
    assert "Somebody" not in everything.content.decode()
    assert b"expert-session-" in everything.content
    assert everything["Cache-Control"] == "no-store"
    filtered = feed_for(ops, show="all", kind="session")
    assert (filtered.content.count(b"BEGIN:VEVENT"), b"expert-session-" in filtered.content) == (1, True)
    assert feed_for(account("lab_lead"), show="all", kind="parties").content.count(b"BEGIN:VEVENT") == 0


def test_a_subscription_to_everything_ends_with_the_role_that_opens_the_calendar(trail, ops):
    """D3: the person's own reviews go on."""
    viewer = account("viewer")
    review_of(trail)
    somebody = person_of(viewer, by=viewer)
    path = make_feed(somebody, by=viewer).partition("portal.example.test")[2]
    assert Client().get(path, {"show": "all"}).status_code == 200
    viewer.role_grants.update(to_at=timezone.now())
    assert (Client().get(path, {"show": "all"}).status_code, Client().get(path).status_code) == (404, 200)


def test_the_page_of_addresses_offers_the_filters_it_came_with(client, ops):
    """EL-52"""
    client.force_login(ops)
    page = client.get(reverse("calendar-address"), {"kind": "session"}).content.decode()
    assert "?show=all&amp;kind=session" in page
    shown = client.post(reverse("calendar-address") + "?kind=session").content.decode()
    assert len(re.findall(r'value="https://portal\.example\.test/c/[^"]+"', shown)) == 3
