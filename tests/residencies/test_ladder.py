"""R19: the ladder to graduation, on every live date of a leap year and three common ones, by Pacific dates."""

import datetime
from collections import defaultdict

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from acts.act import SYSTEM
from outbox.delivery import health
from outbox.delivery.sweep import sweep
from outbox.models import Message
from outbox.reminders.due import insert_due
from people.actions import person_of
from people.models import RoleGrant
from residencies.lifecycle.rules import graduation_due
from residencies.models import Residency
from residencies.reminders import GRADUATION, LADDER
from tests.factories import account
from tests.residencies.rows import many

ONE = datetime.timedelta(days=1)
LIVE_DATES = [datetime.date(2024, 1, 1) + number * ONE for number in range(5 * 365 + 2)]
DAYS_IN = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def oracle(due: datetime.date, last: datetime.date) -> list[datetime.date]:
    """The ladder by hand: month by month on a calendar table, days by steps of one. Shares nothing with the product."""

    def months_before(count: int) -> datetime.date:
        year, month = due.year, due.month
        for _ in range(count):
            month -= 1
            if month == 0:
                year, month = year - 1, 12
        leap = month == 2 and (year % 400 == 0 or (year % 4 == 0 and year % 100 != 0))
        return datetime.date(year, month, min(due.day, DAYS_IN[month - 1] + leap))

    days = [months_before(count) for count in (5, 4, 3, 2, 1)]
    day = due
    for _ in range(14):
        day -= ONE
    days.append(day)
    day, number = due, 0
    while day <= last:
        if number % 7 == 0:
            days.append(day)
        day, number = day + ONE, number + 1
    return days


def test_the_last_live_date_is_the_last_of_2028():
    assert (LIVE_DATES[-1], len(LIVE_DATES)) == (datetime.date(2028, 12, 31), 1827)


def test_the_ladder_equals_the_oracle_on_every_live_date():
    """R19, EL-60: five to one months, two weeks, the day, then each week for a year."""
    for live_on in LIVE_DATES:
        due = graduation_due(live_on, 6)
        last = due + 365 * ONE
        due_dates = [reminder.on for reminder in LADDER.between(due, live_on, last)]
        assert due_dates == oracle(due, last), live_on


def test_the_longest_month_before_the_shortest():
    """31 August is due on 28 or 29 February; three months before is the last of November."""
    due_dates = [
        reminder.on for reminder in LADDER.between(datetime.date(2028, 2, 29), datetime.date(2027, 8, 31), datetime.date(2028, 2, 29))
    ]
    months = ["2027-09-29", "2027-10-29", "2027-11-29", "2027-12-29", "2028-01-29"]
    assert [str(day) for day in due_dates] == [*months, "2028-02-15", "2028-02-29"]


@pytest.fixture(scope="module")
def all_live(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield _live_on_every_day()
        transaction.set_rollback(True)


@pytest.fixture
def live_on_every_day(all_live, db):
    return all_live


def _live_on_every_day():
    """A residency live since each day of 2027-06-01 to 2028-06-30, made once; the one account that keeps them all."""
    keeper = account("lab_ops")
    person_of(keeper, by=SYSTEM)
    RoleGrant.objects.update(from_at="2024-01-01T00:00Z")
    days = [datetime.date(2027, 6, 1) + number * ONE for number in range(395)]
    many(len(days))
    rows = list(Residency.objects.order_by("pk"))
    for row, day in zip(rows, days, strict=True):
        row.state, row.live_on, row.graduation_due_on = "live", day, graduation_due(day, 6)
        row.ended_on, row.end_reason, row.owner = None, "", keeper
    Residency.objects.bulk_update(rows, ["state", "live_on", "graduation_due_on", "ended_on", "end_reason", "owner"])
    return {row.stream_id: row for row in rows}


DAYS = ["2028-02-28", "2028-02-29", "2028-03-01", "2028-03-12", "2028-03-31", "2028-06-30", "2028-11-05", "2028-12-31"]


@pytest.mark.parametrize("day", DAYS)
def test_the_database_finds_the_same_days_as_the_oracle(live_on_every_day, day):
    """R19: leap day, ends of months, and the two days on which clocks change."""
    today = datetime.date.fromisoformat(day)
    insert_due(GRADUATION, today, today, timezone.now())
    wanted = {stream for stream, row in live_on_every_day.items() if today >= row.live_on and today in oracle(row.graduation_due_on, today)}
    assert set(Message.objects.values_list("stream", flat=True)) == wanted


@pytest.mark.parametrize(("night", "hours"), [("2028-03-12", 23), ("2028-11-05", 25)])
def test_on_both_nights_of_the_clocks_each_reminder_comes_once_and_leaves_at_eight(live_on_every_day, night, hours):
    """R19: looked for every half hour from the noon before to the noon after."""
    today = datetime.date.fromisoformat(night)
    noon = timezone.make_aware(datetime.datetime.combine(today - ONE, datetime.time(12)))
    health.done(health.SWEEP, noon)
    sweep_counts = defaultdict(int)
    for half in range(2 * (hours + 1)):
        moment = noon + half * datetime.timedelta(minutes=30)
        with time_machine.travel(moment, tick=False):
            health.done(health.SWEEP, moment)
            sweep_counts[timezone.localdate()] += sweep()
    rows = Message.objects.filter(occasion="graduation-due")
    assert {row.due_on for row in rows} == {today - ONE, today}
    for day in (today - ONE, today):
        due = [row for row in rows if row.due_on == day]
        wanted = {s for s, row in live_on_every_day.items() if day >= row.live_on and day in oracle(row.graduation_due_on, day)}
        assert sorted(row.stream_id for row in due) == sorted(wanted)
        assert {timezone.localtime(row.due_at).time() for row in due} == {datetime.time(8)}
        assert sweep_counts[day] >= len(due)
