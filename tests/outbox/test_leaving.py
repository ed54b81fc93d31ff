"""Reminders are sent on BC's working days, but for those that are about the day itself (EL-60)."""

import datetime
from collections import Counter
from itertools import pairwise

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from outbox.delivery import health
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from outbox.pages.forecast import coming
from outbox.reminders.declare import REMINDERS
from outbox.reminders.schedule import EffectiveSchedules, Leaves, Schedule, Step, leaving
from people.models import RoleGrant
from residencies.models import Membership, Residency
from tests.dates.test_working_days import works
from tests.factories import account
from tests.residencies.rows import residency

DAY = datetime.timedelta(days=1)
LONG = datetime.timedelta(days=70)
days = st.dates(datetime.date(2026, 3, 1), datetime.date(2028, 8, 31))
audiences = st.sampled_from([("",), ("lead",), ("", "lead")])
steps = st.builds(Step, days=st.integers(-40, 40), to=audiences)
schedules = st.builds(Schedule, steps=st.lists(steps, min_size=1, max_size=6).map(tuple), every_days=st.integers(0, 14), most=st.just(0))


def by_hand(day):
    """The working day on which what falls on `day` leaves, by a table that shares nothing with the product."""
    while not works(day):
        day += DAY
    return day


@given(schedules, days, st.sampled_from(Leaves))
def test_whatever_is_due_leaves_on_a_working_day_or_on_the_day_it_is_about(schedule, anchor, leaves):
    for row in leaving(EffectiveSchedules(schedule), leaves, anchor, anchor - LONG, anchor + LONG, anchor - LONG):
        stays = leaves is Leaves.ON_ITS_DAY or (leaves is Leaves.ON_THE_DAY_ITSELF and row.due_on == anchor)
        assert row.leaves_on == (row.due_on if stays else by_hand(row.due_on))


@given(schedules, days, st.sampled_from(Leaves))
def test_nothing_is_lost_by_waiting_for_a_working_day(schedule, anchor, leaves):
    """Each audience hears of every run of due days: on the day it leaves it is of use still, or a later one for them leaves that day."""
    dues = EffectiveSchedules(schedule).between(anchor, anchor - LONG, anchor + LONG)
    rows = list(leaving(EffectiveSchedules(schedule), leaves, anchor, anchor - LONG, anchor + LONG, anchor - LONG))
    assert [row.due_on for row in rows] == [due.on for due in dues]
    sent = {(audience, row.leaves_on) for row in rows if row.useful_until > row.leaves_on for audience in row.to}
    last = rows[-1] if rows else None  # what follows it is past the end of what was asked for
    assert {(audience, row.leaves_on) for row in rows for audience in row.to if last and row.leaves_on < last.leaves_on} <= sent


@given(schedules, days, st.sampled_from(Leaves))
def test_nobody_is_told_twice_on_a_working_day(schedule, anchor, leaves):
    rows = list(leaving(EffectiveSchedules(schedule), leaves, anchor, anchor - LONG, anchor + LONG, anchor - LONG))
    goes = [row for row in rows if row.useful_until > row.leaves_on]
    for earlier, later in pairwise(goes):
        assert earlier.leaves_on < later.leaves_on or not set(earlier.to) <= set(later.to) or leaves is Leaves.ON_THE_DAY_ITSELF


@given(schedules, days, st.integers(0, 40))
def test_asked_in_pieces_it_is_the_same_as_asked_at_once(schedule, anchor, cut):
    """Each day's sweep asks for its day alone."""
    ask = lambda first, last: list(leaving(EffectiveSchedules(schedule), Leaves.ON_WORKING_DAYS, anchor, first, last, anchor - LONG))
    middle = anchor + cut * DAY
    assert ask(anchor, anchor + LONG) == ask(anchor, middle) + ask(middle + DAY, anchor + LONG)


def test_every_occasion_says_what_it_does_on_a_day_off():
    on_their_day = {name for name, reminder in REMINDERS.items() if reminder.leaves is Leaves.ON_ITS_DAY}
    the_day_itself = {name for name, reminder in REMINDERS.items() if reminder.leaves is Leaves.ON_THE_DAY_ITSELF}
    assert on_their_day == {"review-reminder", "conversation-soon", "trip-unsigned"}
    assert the_day_itself == {"graduation-due"}
    assert all(str(reminder.leaves.label) for reminder in REMINDERS.values())


@pytest.fixture
def home_on_a_saturday(ops):
    """Graduation is due on Saturday 2 January 2027: two weeks before is a Saturday too, and the weeks after are."""
    row = residency("live", owner=ops)
    Residency.objects.filter(pk=row.pk).update(live_on="2026-07-02", graduation_due_on="2027-01-02")
    for model in (RoleGrant, Membership):
        model.objects.update(from_at="2026-01-01T00:00Z")
    return row


def day_by_day(first, last):
    """As `sent_from`, of a portal that swept on the days before."""
    health.done(health.SWEEP, timezone.make_aware(datetime.datetime.combine(first, datetime.time(1))))
    return sent_from(first, last)


def sent_from(first, last):
    """What was sent on which day, when the portal sweeps and sends at nine every morning."""
    sent, day = [], first
    while day <= last:
        with time_machine.travel(timezone.make_aware(datetime.datetime.combine(day, datetime.time(9))), tick=False):
            sweep()
            deliver_due()
            went = Message.objects.filter(state="sent", sent_at=timezone.now(), occasion="graduation-due")
        sent += [(str(day), str(row.due_on), row.to_name) for row in went]
        day += DAY
    return sent


def test_over_christmas_everybody_is_reminded_once_and_on_working_days_but_for_the_day_itself(home_on_a_saturday):
    """EL-60, EL-61"""
    sent = day_by_day(datetime.date(2026, 12, 2), datetime.date(2027, 1, 14))
    assert sent == [
        ("2026-12-02", "2026-12-02", "Noor Castellane"),
        ("2026-12-21", "2026-12-19", "Noor Castellane"),
        ("2027-01-02", "2027-01-02", "Noor Castellane"),
        ("2027-01-11", "2027-01-09", "Noor Castellane"),
    ]
    assert max(Counter(sent).values()) == 1


def test_what_will_go_out_is_shown_on_the_day_it_leaves(home_on_a_saturday):
    """EL-62"""
    with time_machine.travel("2026-12-16T18:00Z", tick=False):
        sweep()
        first, last = datetime.date(2026, 12, 16), datetime.date(2027, 1, 14)
        ahead = [(str(row.day), row.messages) for row in coming(first, last) if row.occasion == "graduation-due"]
        assert ahead == [("2026-12-16", 1), ("2026-12-21", 1), ("2027-01-02", 1), ("2027-01-11", 1)]
        one_day = datetime.date(2026, 12, 21)
        assert [row.messages for row in coming(one_day, one_day) if row.occasion == "graduation-due"] == [1]
    with time_machine.travel("2026-12-19T18:00Z", tick=False):
        sweep()
        assert ("2026-12-21", 1) in [(str(row.day), row.messages) for row in coming(datetime.date(2026, 12, 20), one_day)]


def test_an_outage_over_a_weekend_sends_one_reminder_on_monday(home_on_a_saturday):
    """EL-65"""
    health.done(health.SWEEP, datetime.datetime(2026, 12, 18, 18, tzinfo=datetime.UTC))
    assert sent_from(datetime.date(2026, 12, 21), datetime.date(2026, 12, 22)) == [("2026-12-21", "2026-12-19", "Noor Castellane")]


def test_the_pages_of_reminders_say_what_happens_on_a_day_off(as_ops):
    assert b"Sent on that day, even on a weekend or holiday." in as_ops.get("/outbox/reminders/review-reminder/").content
    assert b"sent on the next working day" in as_ops.get("/outbox/reminders/").content


def test_a_person_with_an_account_is_reminded_like_any_other(home_on_a_saturday):
    account("lab_lead", name="Saoirse Lindqvist-Rao")
    RoleGrant.objects.update(from_at="2026-01-01T00:00Z")
    names = [name for day, _due, name in day_by_day(datetime.date(2027, 1, 1), datetime.date(2027, 1, 4)) if day == "2027-01-02"]
    assert sorted(names) == ["Noor Castellane", "Saoirse Lindqvist-Rao"]
