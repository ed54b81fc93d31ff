"""Experts in residence: asked for, matched, held, called off (EL-48)."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from acts.revisions import Stale
from community.choices import Discipline
from community.experts import actions as experts_actions
from community.experts.calendars import file_of
from community.models import Expert, ExpertSession
from community.queries import sessions_to_come, with_load
from community.todo import unrecorded_sessions, waiting_sessions
from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from residencies.lifecycle.actions import withdraw
from residencies.models import Residency
from teams.roster.actions import end_seat
from tests.community.factories import asked, expert, matched
from tests.factories import account, person
from tests.itip import assert_valid, event_of, moment
from tests.pages import markup
from tests.teams.factories import product_owner, residency, seat

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 3)
MONDAY = datetime.date(2026, 3, 9)
TEN = datetime.time(10)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 3, 20, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def trail(ops, owner):
    return residency(by=ops, kept_by=owner)


def file_in(message, method):
    """The calendar file that goes with a message, valid for its method."""
    [file] = file_of(**message.mint["file:session.ics"][1])
    assert_valid(file.text, method)
    return file.text


def match(session, by, **facts):
    fields = {"on": MONDAY, "at": TEN, "minutes": 60, "place": "Room 2", **facts}
    return experts_actions.match_session(session, **fields, shown_revision=session.revision, by=by)


def refused_for(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


def test_a_team_asks_and_the_lab_sees_it_first_with_the_days_it_waits(client, trail, owner, ops, time_machine):
    """EL-48: on home and in the queue, the longest waiting first."""
    client.force_login(owner)
    page = reverse("session-ask", args=[trail.reference])
    data = {"discipline": "statistics", "question": "How many calls are enough?"}
    assert client.post(page, data).url == reverse("community", args=[trail.reference])
    session = ExpertSession.objects.get()
    assert (session.requested_by, session.question) == (owner, "How many calls are enough?")
    time_machine.move_to(datetime.datetime(2026, 3, 15, 20, tzinfo=datetime.UTC), tick=False)
    asked(residency(by=ops, product="Wells"))
    client.force_login(ops)
    assert [row.residency.product for row in client.get(reverse("sessions")).context["table"].data.data] == [trail.product, "Wells"]
    assert "waiting 12 days" in markup(client.get(reverse("sessions")))
    first, second = waiting_sessions(timezone.localdate())
    assert (first.about.name, first.title) == (trail.product, "Expert requested: Statistics")
    assert [line.is_overdue(timezone.localdate()) for line in (first, second)] == [True, False]
    assert first.url == session.get_absolute_url()
    assert "Expert requested: Statistics" in markup(client.get(reverse("home"), {"who": "everyone"}))


def test_the_lab_finds_an_expert_and_a_time_and_everybody_is_told_with_a_file(
    as_ops, trail, owner, ops, django_capture_on_commit_callbacks
):
    """EL-48: team, keeper and expert; whoever has no address is left out."""
    product_owner(trail, name="Priya Wenlock", email="priya@example.org")
    seat(trail, name="Nobody Writes", email="")
    noor = expert(name="Noor Castellane", email="noor@example.org", availability="Mondays")
    expert(disciplines=[Discipline.DEVOPS])
    session = asked(trail)
    form = reverse("session-match", args=[trail.reference, session.pk])
    shown = as_ops.get(form)
    assert [candidate for candidate, _has in shown.context["experts"]] == [noor]
    assert "Mondays" in markup(shown)
    data = {"expert": noor.pk, "on": "2026-03-09", "at": "10:00", "minutes": "45", "place": "Room 2", "shown_revision": 1}
    assert as_ops.post(form, data).url == session.get_absolute_url()
    session.refresh_from_db()
    assert (session.state, session.expert, session.on, session.at, session.minutes) == ("matched", noor, MONDAY, TEN, 45)
    mails = {mail.to_address: mail for mail in Message.objects.filter(occasion="expert-session")}
    assert set(mails) == {"noor@example.org", "priya@example.org", owner.email}
    assert "Monday 9 March 2026, 10:00 a.m. Pacific, 45 minutes" in mails["noor@example.org"].text
    assert "May parcel numbers be published?" in mails["noor@example.org"].text
    assert "http" not in mails["noor@example.org"].text, "she has no account to sign in with"
    assert session.get_absolute_url() in mails[owner.email].text
    event = event_of(file_in(mails["noor@example.org"], "REQUEST"))
    assert moment(event) == datetime.datetime(2026, 3, 9, 17, tzinfo=datetime.UTC)
    assert (event.status.value, event.sequence.value, event.location.value) == ("CONFIRMED", "1", "Room 2")
    assert event.attendee.value == "mailto:noor@example.org"
    last = Event.objects.filter(stream=trail.stream).last()
    assert (last.act, last.from_state, last.to_state) == ("session-matched", "requested", "matched")


def test_one_expert_is_never_at_two_sessions_at_once(trail, ops):
    """EL-48: overlapping is refused with what is there; back to back is not."""
    noor = expert()
    first = matched(trail, expert=noor, on=MONDAY, at=TEN, minutes=60)
    session = asked(residency(by=ops, product="Wells"))
    for at, minutes in ((TEN, 60), (datetime.time(9, 15), 60), (datetime.time(10, 45), 15), (datetime.time(9), 240)):
        assert refused_for(lambda at=at, minutes=minutes: match(session, ops, expert=noor, at=at, minutes=minutes)) == {"expert-busy"}
    assert ExpertSession.objects.get(pk=session.pk).is_requested
    assert not Message.objects.filter(stream=session.residency.stream).exists()
    with pytest.raises(Refused) as refused:
        match(session, ops, expert=noor)
    assert f"10:00 a.m. to 11:00 a.m.: {first.residency}" in refused.value.findings[0].message
    assert match(session, ops, expert=noor, at=datetime.time(11)).is_matched
    again = match(first, ops, expert=noor, minutes=60, at=datetime.time(9, 30), place="Online")
    assert (again.at, again.sequence) == (datetime.time(9, 30), 2)


def test_a_session_that_moves_says_from_when_to_when_to_all_who_have_it(trail, ops, time_machine):
    """EL-48, K13: also to somebody who has left the team since and still has the entry; another place alone is no move."""
    noor = expert(name="Noor", email="noor@example.org")
    left = seat(trail, name="Kofi", email="kofi@example.org")
    session = match(asked(trail), ops, expert=noor)
    deliver_due()
    end_seat(left, on=datetime.date(2026, 3, 4), shown_revision=1, by=ops)
    time_machine.move_to(datetime.datetime(2026, 3, 5, 20, tzinfo=datetime.UTC), tick=False)
    session = match(session, ops, expert=noor, at=datetime.time(11))
    messages = Message.objects.filter(state="queued")
    assert {message.to_name for message in messages} >= {"Noor", "Kofi"}
    assert {message.subject for message in messages} == {
        "Rescheduled: session with Noor, from Monday 9 March 2026, 10:00 a.m. Pacific to Monday 9 March 2026, 11:00 a.m. Pacific, "
        + str(trail)
    }
    assert {event_of(file_in(message, "REQUEST")).sequence.value for message in messages} == {"2"}
    deliver_due()
    match(session, ops, expert=noor, at=datetime.time(11), place="Room 9")
    assert {message.subject.split(":")[0] for message in Message.objects.filter(state="queued")} == {"Scheduled"}


def test_everything_that_is_wrong_with_a_match_is_said_at_once(trail, ops):
    """EL-48"""
    gone = expert(disciplines=[Discipline.DEVOPS], to_on=TODAY)
    session = asked(trail)
    assert refused_for(lambda: match(session, ops, expert=gone, on=datetime.date(2026, 4, 3), at=datetime.time(5), minutes=5)) == {
        "session-not-working-day", "session-hours", "session-minutes", "expert-other-discipline", "expert-away",
    }  # fmt: skip


def test_a_session_moves_to_another_expert_and_the_first_is_told_that_it_is_theirs_no_more(trail, ops):
    """EL-48"""
    first, second = expert(name="Kofi", email="kofi@example.org"), expert(name="Yuki", email="yuki@example.org")
    session = matched(trail, expert=first, on=MONDAY)
    moved = match(session, ops, expert=second, at=TEN)
    gone = Message.objects.get(occasion="expert-session-off")
    assert gone.to_address == "kofi@example.org"
    assert "status" not in event_of(file_in(gone, "CANCEL")).contents, "the session goes on without them"
    assert Message.objects.filter(occasion="expert-session", to_address="yuki@example.org").count() == 1
    assert match(moved, ops, expert=second, at=TEN).revision == moved.revision  # nothing changed, nobody is told
    with pytest.raises(Stale):
        match(session, ops, expert=first)


def test_the_outcome_is_recorded_after_the_session_and_can_be_corrected(as_ops, trail, ops, time_machine):
    """EL-48"""
    session = matched(trail, on=MONDAY)
    assert refused_for(lambda: experts_actions.hold_session(session, outcome="Yes.", shown_revision=2, by=ops)) == {"session-ahead"}
    assert "Record the outcome" not in markup(as_ops.get(session.get_absolute_url()))
    time_machine.move_to(datetime.datetime(2026, 3, 12, 20, tzinfo=datetime.UTC), tick=False)
    as_ops.force_login(ops)
    waiting = unrecorded_sessions(timezone.localdate())
    assert [item.since for item in waiting] == [MONDAY]
    assert waiting[0].verb == "Record the outcome"
    form = reverse("session-hold", args=[trail.reference, session.pk])
    assert as_ops.post(form, {"outcome": " ", "shown_revision": 2}).status_code == 200
    assert as_ops.post(form, {"outcome": "Publish without owners.", "shown_revision": 2}).status_code == 302
    assert unrecorded_sessions(timezone.localdate()) == []
    corrected = {"outcome": "Publish, without owners.", "shown_revision": 3}
    assert as_ops.post(form, corrected).status_code == 200, "a correction says why"
    assert as_ops.post(form, corrected | {"reason": "A comma was missing."}).status_code == 302
    session.refresh_from_db()
    assert (session.state, session.outcome) == ("held", "Publish, without owners.")
    assert Event.objects.filter(stream=trail.stream, act="session-held").count() == 1
    facts = Event.objects.get(stream=trail.stream, act="session-corrected").facts
    assert facts["reason"] == "A comma was missing."
    assert facts["changes"]["outcome"]["from"] == "Publish without owners."
    assert refused_for(lambda: experts_actions.call_off_session(session, reason="Late", shown_revision=session.revision, by=ops)) == {
        "session-over"
    }
    assert refused_for(lambda: match(session, ops, expert=session.expert)) == {"session-over"}


def test_a_team_calls_its_session_off_and_the_expert_hears_why(client, trail, owner, ops):
    """EL-48"""
    noor = expert(name="Noor", email="noor@example.org")
    session = matched(trail, expert=noor, on=MONDAY)
    client.force_login(owner)
    assert client.get(reverse("session-match", args=[trail.reference, session.pk])).status_code == 403
    form = reverse("session-call-off", args=[trail.reference, session.pk])
    assert client.post(form, {"reason": "We found it out.", "shown_revision": 2}).status_code == 302
    mail = Message.objects.get(occasion="expert-session-off", to_address="noor@example.org")
    assert "Reason: We found it out." in mail.text
    assert event_of(file_in(mail, "CANCEL")).status.value == "CANCELLED"
    other = asked(residency(by=ops, product="Wells"))
    assert match(other, ops, expert=noor).is_matched  # the hour is free again


def test_a_request_is_called_off_without_a_time_and_nothing_is_put_into_calendars(trail, owner, ops):
    """EL-48"""
    session = asked(trail)
    experts_actions.call_off_session(session, reason="Nobody knows this yet.", shown_revision=1, by=ops)
    mail = Message.objects.get(occasion="expert-session-off")
    assert (mail.to_address, mail.mint) == (owner.email, {})


def test_a_residency_that_has_ended_asks_for_nobody_and_waits_no_more(trail, ops):
    """EL-48"""
    asked(trail)
    withdraw(trail, reason="No money this year", by=ops)
    assert refused_for(lambda: asked(trail)) == {"residency-over"}
    assert waiting_sessions(TODAY) == []


def test_the_lab_is_reminded_of_who_waits_and_of_what_nobody_wrote_down(trail, ops, time_machine):
    """EL-48, EL-60: whoever looks after the residency; after five days, and three days after the session."""
    lead = account("lab_lead")
    Residency.objects.filter(pk=trail.pk).update(owner=lead)
    person(user=lead, email=lead.email)
    waits = asked(trail)
    matched(residency(by=ops, product="Wells"), on=datetime.date(2026, 3, 5))
    for day, expected in ((7, set()), (8, {"expert-session-waiting", "expert-session-outcome"})):
        time_machine.move_to(datetime.datetime(2026, 3, day, 20, tzinfo=datetime.UTC), tick=False)
        sweep()
        sent = Message.objects.filter(occasion__in=["expert-session-waiting", "expert-session-outcome"])
        assert {mail.occasion for mail in sent} - expected == set()
    mine = Message.objects.get(occasion="expert-session-waiting")
    assert mine.person.user == lead
    Message.objects.all().delete()
    match(waits, ops, expert=expert())
    time_machine.move_to(datetime.datetime(2026, 3, 13, 20, tzinfo=datetime.UTC), tick=False)
    sweep()
    assert not Message.objects.filter(occasion="expert-session-waiting").exists()


# ── Experts ──────────────────────────────────────────────────────────────────────────────────


def test_operations_keep_the_experts_with_what_they_know_and_their_load(as_ops, trail, ops, time_machine):
    """EL-48"""
    add = reverse("expert-add")
    data = {
        "who": "new",
        "name": "Yuki Penhallow",
        "email": "yuki@example.org",
        "disciplines": ["statistics", "privacy_security"],
        "from_on": "2026-01-05",
    }
    assert as_ops.post(add, data).url == reverse("experts")
    assert as_ops.post(add, data | {"name": "Again"}).status_code == 409  # the same address is the same person
    assert as_ops.post(add, data | {"disciplines": []}).status_code == 200
    yuki = Expert.objects.get()
    matched(trail, expert=yuki, on=MONDAY, minutes=90)
    other = matched(residency(by=ops, product="Wells"), expert=yuki, on=TODAY, at=TEN, minutes=30)
    experts_actions.hold_session(other, outcome="Yes.", shown_revision=2, by=ops)
    row = with_load(Expert.objects.for_list(), TODAY).get()
    assert (row.to_come, row.held, row.held_minutes) == (1, 1, 30)
    shown = markup(as_ops.get(reverse("experts")))
    assert "Privacy and security, Statistics" in shown
    edit = reverse("expert", args=[yuki.pk])
    assert as_ops.post(edit, {"disciplines": ["devops"], "from_on": "2026-01-05", "shown_revision": 1}).status_code == 200
    assert (
        as_ops.post(edit, {"disciplines": ["statistics"], "from_on": "2026-01-05", "to_on": "2026-03-02", "shown_revision": 1}).status_code
        == 302
    )
    assert Expert.objects.get().disciplines == ["statistics"]
    assert "Yuki Penhallow" not in markup(as_ops.get(reverse("experts")))
    assert "Yuki Penhallow" in markup(as_ops.get(reverse("experts"), {"before": "yes"}))
    assert [event.act for event in Event.objects.filter(act__startswith="expert-")] == ["expert-added", "expert-edited"]


def test_an_administrator_keeps_experts_and_desks_through_the_same_acts(client, administrator):
    """EL-48, EL-49"""
    client.force_login(administrator)
    somebody = person(name="Wren Delgado")
    data = {"person": somebody.pk, "disciplines": ["statistics"], "availability": "", "from_on": "2026-01-05", "to_on": ""}
    assert client.post(reverse("admin:community_expert_add"), data).status_code == 302
    expert = Expert.objects.get()
    change = {
        "disciplines": ["statistics", "innovation"],
        "availability": "Mondays",
        "from_on": "2026-01-05",
        "to_on": "",
        "shown_revision": 1,
    }
    assert client.post(reverse("admin:community_expert_change", args=[expert.pk]), change).status_code == 302
    assert Expert.objects.get().disciplines == ["innovation", "statistics"]
    assert client.post(reverse("admin:community_deskcount_add"), {"from_on": "2026-01-05", "desks": "12"}).status_code == 302
    assert set(Event.objects.filter(actor=administrator).values_list("act", flat=True)) == {
        "expert-added",
        "expert-edited",
        "desks-counted",
    }
    for model in ("contribution", "expertsession", "deskallocation", "deskcount", "expert"):
        assert client.get(reverse(f"admin:community_{model}_changelist")).status_code == 200


@pytest.mark.parametrize("view", ["", "list"])
def test_the_calendar_shows_sessions_of_a_month_and_as_a_list(as_ops, trail, ops, view):
    """EL-48"""
    matched(trail, on=MONDAY)
    asked(trail)
    shown = markup(as_ops.get(reverse("sessions-calendar"), {"month": "2026-03", "view": view}))
    assert shown.count(trail.product) == 1
    assert trail.product not in markup(as_ops.get(reverse("sessions-calendar"), {"month": "2026-05", "view": view}))


def test_sessions_are_found_by_state_discipline_and_team_and_leave_as_a_spreadsheet(as_ops, trail, ops):
    """EL-48"""
    matched(trail, on=MONDAY, place="=cmd")
    asked(residency(by=ops, product="Wells"), discipline=Discipline.STATISTICS)
    rows = lambda **asked: len(as_ops.get(reverse("sessions"), asked).context["table"].data.data)
    assert (rows(), rows(state="matched"), rows(state="all"), rows(state="all", q="wells"), rows(discipline="devops")) == (1, 1, 2, 1, 1)
    export = as_ops.get(reverse("sessions-export", args=["csv"]), {"state": "all", "discipline": "privacy_security"})
    assert "2026-03-09,10:00:00,60" in export.content.decode()


def test_a_session_that_has_no_time_has_no_file(as_ops, trail):
    """EL-48"""
    session = asked(trail)
    assert as_ops.get(reverse("session-file", args=[trail.reference, session.pk])).status_code == 404
    held = matched(trail, on=MONDAY)
    assert b"BEGIN:VEVENT" in as_ops.get(reverse("session-file", args=[trail.reference, held.pk])).content


@pytest.mark.parametrize("size", [1, 8])
@pytest.mark.parametrize(("name", "asked_for"), [("sessions", 5), ("experts", 6), ("sessions-calendar", 5), ("session-match", 9)])
def test_more_sessions_cost_no_more_queries(as_ops, trail, ops, name, asked_for, size, django_assert_num_queries):
    """EL-48"""
    for number in range(size):
        of = residency(by=ops, product=f"Product {number}")
        matched(of, by=ops, on=MONDAY)
        last = asked(of, by=ops)
    url = reverse(name, args=[last.residency.reference, last.pk] if name == "session-match" else [])
    as_ops.get(url)
    with django_assert_num_queries(asked_for):
        as_ops.get(url)


# ── On one's own page ────────────────────────────────────────────────────────────────────────


def test_my_lab_shows_an_expert_and_the_team_what_is_to_come(client, trail, ops):
    """EL-44, EL-48: whoever was on the team before that day, or is of another team, is not shown it."""
    knows, works, left, other = (person(user=account(name=name), name=name) for name in ("Ines", "Wale", "Lux", "Otto"))
    seat(trail, person=works)
    seat(trail, person=left, from_on=TODAY, to_on=MONDAY - datetime.timedelta(days=1))
    seat(residency(by=ops), person=other)
    matched(trail, by=ops, expert=expert(person=knows), on=MONDAY)
    shown = {}
    for reader in (knows, works, left, other):
        client.force_login(reader.user)
        shown[reader.name] = markup(client.get(reverse("my-lab")))
    assert "You are the expert" in shown["Ines"]
    assert "May parcel numbers be published?" in shown["Ines"]
    assert "Monday 9 March 2026, 10:00 a.m. Pacific" in shown["Ines"]
    assert "with Ines for" in shown["Wale"]
    assert "You are the expert" not in shown["Wale"]
    assert "9 March" not in shown["Lux"] + shown["Otto"]


def test_what_is_over_or_called_off_is_not_to_come(trail, ops):
    """EL-48"""
    knows = expert()
    off = matched(trail, by=ops, expert=knows, on=MONDAY)
    matched(trail, by=ops, expert=knows, on=MONDAY, at=datetime.time(14))
    experts_actions.call_off_session(off, reason="Fever", shown_revision=off.revision, by=ops)
    assert [met.session.at for met in sessions_to_come(knows.person, MONDAY)] == [datetime.time(14)]
    assert sessions_to_come(knows.person, MONDAY + datetime.timedelta(days=1)) == []
