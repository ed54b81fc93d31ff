"""Sprints, the calendar and what is reached by a private address, in the browser (EL-50 to EL-52)."""

import datetime
import re
from collections import Counter

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from ledger.history_text import tell
from ledger.models import Stream
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from residencies.models import ProgramArea, Residency
from teams.choices import Answer, Came
from teams.models import CalendarFeed, Champion, Presence, Sprint, Team
from teams.sprints.actions import call_off_review, hold_review
from teams.sprints.attendance import note_presence
from teams.sprints.views import LOOKUPS_A_MINUTE
from tests.actors import ANYONE
from tests.factories import account, person
from tests.itip import assert_valid
from tests.pages import markup, text
from tests.teams.factories import champion, residency, seat, sprinting, sprints_of

pytestmark = pytest.mark.django_db

FIRST = datetime.date(2026, 12, 4)


def now_is(time_machine, day, hour=23):
    time_machine.move_to(datetime.datetime(day.year, day.month, day.day, hour, tzinfo=datetime.UTC), tick=False)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    now_is(time_machine, datetime.date(2026, 11, 23))


@pytest.fixture
def trail(ops, owner):
    return residency(by=ops, kept_by=owner)


def plan(of):
    return sprinting(of, first_review_on=FIRST)


def page(of, name, *args):
    return reverse(name, args=[of.reference, *args])


# ── A team's sprints ─────────────────────────────────────────────────────────────────────────


def test_a_team_without_sprints_is_told_how_to_begin(as_ops, trail):
    shown = markup(as_ops.get(page(trail, "sprints")))
    assert "No reviews planned" in shown
    assert page(trail, "cadence") in shown


def test_sprints_are_planned_moved_and_called_off_on_the_page(as_ops, trail):
    """EL-50"""
    champion(trail, name="Anneke Torvald")
    data = {"weeks": 2, "first_review_on": FIRST, "at": "14:00", "minutes": 60, "place": "Online"}
    assert as_ops.post(page(trail, "cadence"), data).status_code == 302
    shown = markup(as_ops.get(page(trail, "sprints")))
    assert "Friday 4 December 2026, 2:00 p.m. Pacific" in shown
    assert "Each sprint takes 2 weeks." in shown
    first = sprints_of(trail)[0]
    moving = {"review_on": "2026-12-03", "review_at": "09:30", "minutes": 60, "place": "Online", "which": "alone", "shown_revision": 1}
    assert as_ops.post(page(trail, "sprint-move", first.pk), moving).status_code == 302
    assert "Thursday 3 December 2026, 9:30 a.m. Pacific" in markup(as_ops.get(page(trail, "sprint", first.pk)))
    assert as_ops.post(page(trail, "sprint-call-off", first.pk), {"reason": "A storm", "shown_revision": 2}).status_code == 302
    assert "The review is cancelled: A storm" in markup(as_ops.get(page(trail, "sprint", first.pk)))
    back = page(trail, "sprint-reinstate", first.pk)
    assert back in markup(as_ops.get(page(trail, "sprint", first.pk)))
    assert as_ops.post(back, {"shown_revision": 3}).status_code == 302
    shown = markup(as_ops.get(page(trail, "sprint", first.pk)))
    assert "The review is cancelled" not in shown
    assert back not in shown


def test_what_is_refused_is_said_in_the_form_and_what_was_written_stays(as_ops, trail):
    """EL-50"""
    data = {"weeks": 2, "first_review_on": "2026-12-25", "at": "23:00", "minutes": 60, "place": "Online"}
    response = as_ops.post(page(trail, "cadence"), data)
    assert response.status_code == 409
    assert "Friday 25 December 2026 is Christmas Day." in markup(response)
    assert 'value="Online"' in response.content.decode()
    assert not Sprint.objects.exists()


def test_a_pause_is_shown_with_its_reason(as_ops, trail):
    """EL-50"""
    plan(trail)
    data = {"from_on": "2026-12-07", "resume_on": "2027-01-11", "reason": "Winter break"}
    announced = markup(as_ops.get(page(trail, "sprints-pause")))
    assert "If the pause starts today: " in announced, announced
    assert "will get an email" in announced, announced
    assert as_ops.post(page(trail, "sprints-pause"), data).status_code == 302
    assert "Sprints are paused from 7 December 2026 and resume on 11 January 2027: Winter break" in markup(
        as_ops.get(page(trail, "sprints"))
    )


def test_one_tap_a_person_notes_who_came_and_closing_shows_who_missed_it(as_ops, trail, ops, time_machine):
    """EL-51"""
    anneke = champion(trail, name="Anneke Torvald").person
    kofi = seat(trail, name="Kofi Marchbanks").person
    first = plan(trail)[0]
    assert 'value="came"' not in markup(as_ops.get(page(trail, "sprint", first.pk)))
    now_is(time_machine, FIRST)
    as_ops.force_login(ops)
    assert markup(as_ops.get(page(trail, "sprint", first.pk))).count('name="came"') == 6
    response = as_ops.post(page(trail, "presence", first.pk, kofi.pk), {"came": Came.CAME})
    assert response.url == f"{page(trail, 'sprint', first.pk)}#person-{kofi.pk}"
    assert Presence.objects.get().came == Came.CAME
    assert as_ops.post(page(trail, "sprint-hold", first.pk), {"shown_revision": 1}).status_code == 302
    assert markup(as_ops.get(page(trail, "sprints"))).count('class="came-missed"') == 1
    stranger = as_ops.post(page(trail, "presence", first.pk, person(name="Yuki Penhallow").pk), {"came": "came"}, follow=True)
    assert "Yuki Penhallow isn’t expected at this review." in markup(stranger)
    as_ops.post(page(trail, "presence", first.pk, anneke.pk), {"came": "nonsense"})
    assert Presence.objects.count() == 1


def test_everyone_attended_is_one_press_and_an_exception_another(as_ops, trail, ops, time_machine):
    """EL-51: nine people with one absent take two presses, and one event says who was recorded."""
    idris = champion(trail, name="Idris Vale").person
    for _ in range(8):
        seat(trail)
    first = plan(trail)[0]
    everyone = page(trail, "everyone-attended", first.pk)
    assert "This review hasn’t started yet." in markup(as_ops.post(everyone))
    assert not Presence.objects.exists(), "the review is still to come"
    now_is(time_machine, FIRST)
    as_ops.force_login(ops)
    assert "Everyone attended" in markup(as_ops.get(page(trail, "sprint", first.pk)))
    as_ops.post(page(trail, "presence", first.pk, idris.pk), {"came": Came.MISSED})
    done = markup(as_ops.post(everyone, follow=True))

    assert Counter(Presence.objects.values_list("came", flat=True)) == {Came.CAME: 8, Came.MISSED: 1}
    assert "Recorded as attended: Person" in done
    assert "Everyone attended" not in done
    assert "Everyone else attended" not in done
    event = trail.stream.events.latest("seq")
    line = tell(event)
    assert "8 of 9 people attended the" in line.what
    assert "Absent: Idris Vale" in line.detail
    assert line.who == "Noor Castellane"
    as_ops.post(everyone)
    assert trail.stream.events.latest("seq") == event, "there was nothing left to record"


@pytest.mark.parametrize("role", ["lab_ops", "viewer"])
def test_a_review_that_was_held_says_of_whom_nothing_was_noted(client, trail, time_machine, role):
    """EL-51: the list counts them as missed, so the page says so to whoever can still note it, and to whoever reads."""
    champion(trail, name="Anneke Torvald")
    kofi = seat(trail, name="Kofi Marchbanks").person
    first = plan(trail)[0]
    now_is(time_machine, FIRST)
    client.force_login(account(role))
    assert "Attendance" in markup(client.get(page(trail, "sprint", first.pk)))
    note_presence(first, kofi, came=Came.CAME, by=account("lab_ops"))
    hold_review(first, shown_revision=first.revision, by=account("lab_ops"))
    now_is(time_machine, FIRST + datetime.timedelta(days=3))
    client.force_login(account(role))
    shown = text(client.get(page(trail, "sprint", first.pk)))
    assert "Attendance" in shown
    assert shown.count("Not recorded: counts as missed") == 1
    assert "Not recorded" in shown[shown.index("Anneke Torvald") :].split("Kofi Marchbanks")[0]


def test_goal_demo_and_decisions_are_written_on_the_page(as_ops, trail):
    """EL-51"""
    first = plan(trail)[0]
    as_ops.post(
        page(trail, "sprint-write", first.pk), {"goal": "A first form", "demo": "It\nworks", "decisions": "Ask less", "shown_revision": 1}
    )
    shown = markup(as_ops.get(page(trail, "sprint", first.pk)))
    for words in ("A first form", "It<br>works", "Ask less"):
        assert words in shown


def test_champions_are_named_changed_and_ended(as_ops, trail):
    """EL-44"""
    data = {"who": "new", "name": "Anneke Torvald", "email": "anneke@example.org", "role": "adm", "is_lead": "on", "from_on": "2026-01-05"}
    assert as_ops.post(page(trail, "champion-add"), data).status_code == 302
    row = Champion.objects.get()
    assert "Assistant deputy minister, leads the alliance team" in markup(as_ops.get(page(trail, "sprints")))
    as_ops.post(page(trail, "champion-edit", row.pk), {"role": "ed", "shown_revision": 1})
    as_ops.post(page(trail, "champion-end", row.pk), {"to_on": "2026-11-01", "shown_revision": 2})
    row.refresh_from_db()
    assert (row.role, row.is_lead, row.to_on) == ("ed", False, datetime.date(2026, 11, 1))
    assert "No champions yet" in markup(as_ops.get(page(trail, "sprints")))


@pytest.mark.parametrize("name", ["sprints", "sprint"])
@pytest.mark.parametrize("size", [1, 9])
def test_a_larger_team_costs_no_more_queries(as_ops, trail, name, size, django_assert_num_queries):
    for _ in range(size):
        champion(trail)
        seat(trail)
    first = plan(trail)[0]
    url = page(trail, name, *([first.pk] if name == "sprint" else []))
    as_ops.get(url)
    with django_assert_num_queries({"sprints": 7, "sprint": 8}[name]):
        as_ops.get(url)


def test_a_sprint_is_found_under_its_own_residency_alone(client, owner, trail, ops):
    """D3"""
    foreign = plan(residency(by=ops))[0]
    client.force_login(owner)
    assert client.get(page(trail, "sprint", foreign.pk)).status_code == 404
    assert client.get(page(foreign.team.subject, "sprint-file", foreign.pk)).status_code == 404


def test_the_file_of_a_review_is_a_calendar(as_ops, trail):
    """EL-52"""
    first = plan(trail)[0]
    response = as_ops.get(page(trail, "sprint-file", first.pk))
    assert response["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert f"{trail.reference}-review-1.ics" in response["Content-Disposition"]
    assert_valid(response.content.decode(), "REQUEST")
    call_off_review(first, reason="A storm", shown_revision=1, by=ANYONE)
    assert_valid(as_ops.get(page(trail, "sprint-file", first.pk)).content.decode(), "CANCEL")


# ── The lab's calendar ───────────────────────────────────────────────────────────────────────


def test_the_calendar_shows_a_month_its_holidays_and_a_list(as_ops, trail):
    """EL-52"""
    plan(trail)
    month = markup(as_ops.get(reverse("calendar"), {"month": "2026-12"}))
    for words in ("December 2026", "Christmas Day", "2:00 p.m.</time> Sprint 1 review", "Shoreline Permit Renewals"):
        assert words in month
    listed = markup(as_ops.get(reverse("calendar"), {"month": "2026-12", "view": "list"}))
    assert "Friday 4 December" in listed
    assert "Sprint 1 review" in listed


def test_a_product_owner_sees_only_the_reviews_of_what_they_keep(client, owner, trail, ops):
    """D3"""
    plan(trail)
    plan(residency(by=ops, product="Somebody else's"))
    client.force_login(owner)
    for view in ("month", "list"):
        shown = markup(client.get(reverse("calendar"), {"month": "2026-12", "view": view}))
        assert "Shoreline Permit Renewals" in shown
        assert "Somebody else" not in shown


@pytest.mark.parametrize("month", ["2026-13", "0000-00", "soon", "2026-12-01", "99999-1", "-1"])
def test_a_month_that_is_none_shows_this_one(as_ops, month):
    assert "November 2026" in markup(as_ops.get(reverse("calendar"), {"month": month}))


def many(count, ops):
    """So many teams with a review each in the same month, in bulk."""
    first = sprints_of(plan_of_one(ops))[0]
    model = Residency.objects.get(stream=first.team.stream_id)
    streams = Stream.objects.bulk_create(Stream(kind="residency") for _ in range(count))
    areas = ProgramArea.objects.bulk_create(ProgramArea(ministry=model.program_area.ministry, name=f"Many {n}") for n in range(count))
    rows = Residency.objects.bulk_create(
        Residency(reference=f"XL-2025-{n:05}", stream=streams[n], program_area=areas[n], product=f"Product {n}", problem="x")
        for n in range(count)
    )
    teams = Team.objects.bulk_create(Team(stream_id=row.stream_id) for row in rows)
    same = {name: getattr(first, name) for name in ("cadence", "review_at", "minutes", "place", "starts_on", "ends_on")}
    Sprint.objects.bulk_create(
        Sprint(team=team, number=1, review_on=FIRST + datetime.timedelta(days=n % 5 + 3), **same) for n, team in enumerate(teams)
    )


def plan_of_one(ops):
    row = residency(by=ops)
    plan(row)
    return row


@pytest.mark.slow
@pytest.mark.parametrize("count", [10, 10_000])
def test_the_calendar_costs_the_same_queries_at_ten_and_at_ten_thousand(as_ops, ops, count, django_assert_num_queries):
    """EL-52"""
    many(count, ops)
    for view in ("month", "week", "list"):
        for name in settings.CACHES:
            caches[name].clear()
        with django_assert_num_queries(29):
            response = as_ops.get(reverse("calendar"), {"month": "2026-12", "day": "2026-12-09", "view": view})
        assert len(response.content) < 150_000


# ── One's own calendar ───────────────────────────────────────────────────────────────────────


def path_of(address):
    return address.removeprefix("https://portal.example.test")


def told_address(response):
    return re.search(r'value="(https://portal\.example\.test/c/[^"]+)"', response.content.decode())[1]


def test_an_address_is_shown_once_answers_a_calendar_and_ends(client, owner, trail):
    """EL-52"""
    plan(trail)
    client.force_login(owner)
    response = client.post(reverse("calendar-address"))
    address = path_of(told_address(response))
    assert response["Cache-Control"] == "no-store"
    assert address not in client.get(reverse("calendar-address")).content.decode()
    program = Client()
    answer = program.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert_valid(answer.content.decode(), "PUBLISH")
    assert answer.content.count(b"BEGIN:VEVENT") == len(sprints_of(trail))
    assert answer["Cache-Control"] == "no-store"
    newer = path_of(told_address(client.post(reverse("calendar-address"))))
    assert (program.get(address).status_code, program.get(newer).status_code) == (404, 200)
    client.post(reverse("calendar-address"), {"end": "1"})
    assert program.get(newer).status_code == 404
    assert not CalendarFeed.objects.filter(revoked_at=None).exists()


def test_looking_at_a_calendar_changes_nothing_and_guessing_is_slowed(client):
    """D3-20, ASVS 2.4.1"""
    address = reverse("calendar-feed", args=["x" * 43])
    answers = [client.get(address).status_code for _ in range(LOOKUPS_A_MINUTE + 1)]
    assert answers == [404] * LOOKUPS_A_MINUTE + [429]


# ── From the mail ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def mailed(trail, time_machine):
    """The link in a champion's reminder, and their review."""
    somebody = champion(trail, name="Anneke Torvald", email="anneke@example.org")
    first = plan(trail)[0]
    Message.objects.all().delete()
    now_is(time_machine, FIRST - datetime.timedelta(days=7))
    sweep()
    deliver_due()
    return re.search(r"/r/[\w-]{43}", mail.outbox[0].body)[0], first, somebody


def test_a_champion_says_from_the_mail_that_somebody_else_comes(mailed):
    """EL-51: looking changes nothing; pressing answers, and can be changed."""
    link, _first, somebody = mailed
    visitor = Client()
    shown = visitor.get(link)
    assert "This page is for Anneke Torvald." in markup(shown)
    assert shown["Referrer-Policy"] == "strict-origin"
    assert not Presence.objects.exists()
    nobody = visitor.post(link, {"answer": Answer.DELEGATE, "delegate": ""})
    assert "Enter the name of your delegate." in markup(nobody)
    sent = visitor.post(link, {"answer": Answer.DELEGATE, "delegate": "Yuki Penhallow"}, follow=True)
    assert "We’ve let the team know that Yuki Penhallow will come in your place." in markup(sent)
    assert (Presence.objects.get().person, Presence.objects.get().answer) == (somebody.person, Answer.DELEGATE)
    visitor.post(link, {"answer": Answer.CANNOT})
    assert "We’ve let the team know that you can’t come." in markup(visitor.get(f"{link}/answered"))
    file = visitor.get(f"{link}/review.ics").content.decode()
    assert_valid(file, "REQUEST")
    assert "/residencies/" not in file, "its reader has no account to open that page with"


def test_whoever_plans_sees_what_was_said(mailed, as_ops, trail):
    """EL-51"""
    link, first, _somebody = mailed
    Client().post(link, {"answer": Answer.DELEGATE, "delegate": "Yuki Penhallow"})
    assert "Answer: sending Yuki Penhallow" in markup(as_ops.get(page(trail, "sprint", first.pk)))


def test_an_answer_that_comes_too_late_is_refused_and_says_so(mailed, ops):
    """EL-51"""
    link, first, _somebody = mailed
    call_off_review(first, reason="A storm", shown_revision=1, by=ops)
    assert "The review is cancelled: A storm" in markup(Client().get(link))
    assert Client().post(link, {"answer": Answer.CANNOT}).status_code == 409
    assert not Presence.objects.exists()


@pytest.mark.parametrize("rest", ["", "/answered", "/review.ics"])
def test_a_link_that_leads_nowhere_says_so(rest):
    assert Client().get(f"/r/{'x' * 43}{rest}").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "lab_lead"])
def test_readers_read_and_change_nothing(client, trail, role):
    first = plan(trail)[0]
    client.force_login(account(role))
    assert "Move the review" not in markup(client.get(page(trail, "sprint", first.pk)))
    for name in ("sprint-move", "sprint-call-off", "sprint-hold", "sprint-write"):
        assert client.post(page(trail, name, first.pk), {"shown_revision": 1}).status_code == 403
