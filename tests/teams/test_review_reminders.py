"""Reminders of reviews that an outage swallowed are marked too late and never sent; who has gone hears of none (EL-52, EL-65)."""

import datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbox.catalogue.messages import template_of
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message, State
from outbox.pages.actions import resend, set_schedule
from outbox.pages.preview import real_messages
from outbox.reminders.schedule import Schedule, Step
from teams.models import Champion
from teams.roster.actions import cancel_seat
from teams.sprints.actions import call_off_review, hold_review
from teams.sprints.mail import REVIEW_REMINDER
from teams.sprints.reminders import BOTH
from tests.factories import person
from tests.teams.factories import champion, residency, seat
from tests.teams.test_attendance import FIRST, _monday, anneke, now_is, plan, trail  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def first(trail, anneke, time_machine):  # noqa: F811 - the fixtures
    """The review on 4 December, of which Anneke was told a week before."""
    sprint = plan(trail)[0]
    Message.objects.all().delete()
    now_is(time_machine, FIRST - 7 * DAY)
    sweep()
    deliver_due()
    assert reminders() == [("2026-11-27", State.SENT)]
    mail.outbox.clear()
    return sprint


def reminders():
    return sorted((str(on), state) for on, state in Message.objects.filter(occasion=REVIEW_REMINDER.key).values_list("due_on", "state"))


def test_what_fell_due_in_an_outage_that_outlasted_the_review_is_marked_too_late(first, time_machine):
    """EL-65: down from two days before the review to the day after."""
    now_is(time_machine, FIRST + DAY)
    assert sweep() == 1
    assert sweep() == 0
    assert deliver_due() == 0
    assert reminders() == [("2026-11-27", State.SENT), ("2026-12-03", State.STALE)]


def test_the_same_when_the_review_was_put_on_record_before_anybody_looked(first, ops, time_machine):
    now_is(time_machine, FIRST + DAY)
    hold_review(first, shown_revision=first.revision, by=ops)
    sweep()
    assert reminders()[-1] == ("2026-12-03", State.STALE)


def test_what_waited_through_the_review_is_too_late_and_not_withdrawn(first, time_machine):
    """EL-65: queued in the morning, then the mail server was away."""
    now_is(time_machine, FIRST - DAY, hour=9)
    assert sweep() == 1
    now_is(time_machine, FIRST + DAY)
    assert deliver_due() == 0
    sweep()
    assert reminders()[-1] == ("2026-12-03", State.STALE)


def test_a_review_that_was_called_off_leaves_nothing_that_came_too_late(first, ops, time_machine):
    """EL-52"""
    call_off_review(first, reason="A storm", shown_revision=first.revision, by=ops)
    now_is(time_machine, FIRST + DAY)
    sweep()
    assert reminders() == [("2026-11-27", State.SENT)]


def test_nobody_is_reminded_of_a_review_that_is_over_even_when_somebody_sends_it_again(trail, first, ops, time_machine):  # noqa: F811 - the fixture
    """EL-62: to a champion, and to somebody of the team."""
    seat(trail)
    now_is(time_machine, FIRST + DAY)
    sweep()
    missed = Message.objects.filter(occasion=REVIEW_REMINDER.key, due_on=FIRST - DAY)
    assert [resend(message, by=ops).state for message in missed] == [State.QUEUED, State.QUEUED]
    assert deliver_due() == 0
    assert {message.state for message in missed.all()} == {State.CANCELLED}


def test_a_text_can_be_worded_while_the_newest_of_its_reminders_is_of_a_review_that_is_over(first, time_machine):
    """EL-63: there is no message to look at it with."""
    now_is(time_machine, FIRST + DAY)
    Message.objects.all().delete()
    sweep()
    assert reminders()[-1] == ("2026-12-03", State.STALE)
    assert real_messages(template_of(REVIEW_REMINDER.key, "champion")) == []


def test_a_lab_that_set_other_days_has_what_it_missed_marked_too(first, administrator, time_machine):
    """EL-60, EL-65: and is told nothing after the day of the review."""
    now_is(time_machine, FIRST - 6 * DAY)
    schedule = Schedule((Step(days=-2, to=BOTH), Step(days=3, to=BOTH)))
    set_schedule(REVIEW_REMINDER.key, schedule, valid_from=FIRST - 5 * DAY, shown_revision=1, by=administrator)
    now_is(time_machine, FIRST + 3 * DAY)
    sweep()
    assert reminders()[-1] == ("2026-12-02", State.STALE)


def test_champions_and_team_are_those_of_the_day_of_the_review(trail, ops, time_machine):  # noqa: F811 - the fixture
    """EL-52: nobody who has ended or begins later, and no entry that was struck out."""
    here, gone, later = {"from_on": FIRST - 90 * DAY}, {"from_on": FIRST - 90 * DAY, "to_on": FIRST - DAY}, {"from_on": FIRST + DAY}
    for name, days in (("here", here), ("gone", gone), ("later", later)):
        row = champion(trail, person=person(name=f"Champion {name}"), from_on=days["from_on"])
        Champion.objects.filter(pk=row.pk).update(to_on=days.get("to_on"))
        seat(trail, person=person(name=f"Team {name}"), **days)
    struck = seat(trail, person=person(name="Struck Out"), **here)
    cancel_seat(struck, reason="A slip", shown_revision=struck.revision, by=ops)
    seat(trail, person=None, **here)
    plan(trail)
    now_is(time_machine, FIRST - 7 * DAY)
    sweep()
    names = Message.objects.filter(occasion=REVIEW_REMINDER.key).values_list("to_name", flat=True)
    assert sorted(names) == ["Champion here", "Team here"]


def test_a_sweep_after_an_outage_asks_as_often_for_many_missed_reviews_as_for_one(first, ops, time_machine):
    """EL-61"""
    counts = []
    for number in (1, 3):
        now_is(time_machine, FIRST - 10 * DAY)
        for _ in range(number):
            of = residency(by=ops)
            champion(of, by=ops), plan(of)
        sweep()
        now_is(time_machine, FIRST + DAY)
        with CaptureQueriesContext(connection) as queries:
            sweep()
        counts.append(len(queries))
    assert len(reminders()) == 1 + 1 + 2 * 4
    assert counts[0] == counts[1]
