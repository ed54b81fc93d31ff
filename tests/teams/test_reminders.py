"""Role checks that keep the next step waiting are told in time, to those who can mend them (EL-42, EL-43, EL-60)."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from acts.act import SYSTEM
from outbox.delivery import health
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from people.models import RoleGrant
from residencies.models import Membership, Residency
from residencies.models.states import State
from teams.models import RoleFinding, Sprint
from teams.roster.actions import keep_checks
from teams.sprints.reminders import CHECKS_BEFORE_LIVE, CHECKS_BEFORE_START
from tests.factories import account
from tests.residencies.rows import residency
from tests.teams.factories import product_owner, ready_team, sprinting

pytestmark = pytest.mark.django_db
BEGAN = datetime.date(2026, 9, 1)


@pytest.fixture(autouse=True)
def _long_ago(time_machine):
    now_is(time_machine, BEGAN)


def now_is(time_machine, day):
    """Nine in the morning, Pacific, of a day before which nobody looked for reminders for long."""
    time_machine.move_to(datetime.datetime(day.year, day.month, day.day, 16, tzinfo=datetime.UTC), tick=False)
    health.done(health.SWEEP, timezone.now() - datetime.timedelta(days=30))


@pytest.fixture
def trail(ops):
    """Looked after by Noor, kept by Priya, with no team yet."""
    ops.name = "Noor Castellane"
    ops.save()
    row = residency(State.AGREEMENT, owner=ops, kept_by=account("product_owner", name="Priya Wenlock"))
    Residency.objects.filter(pk=row.pk).update(state_since=timezone.now())
    for model in (RoleGrant, Membership):
        model.objects.update(from_at="2026-01-01T12:00Z")
    return row


def reminders(reminder=CHECKS_BEFORE_START):
    rows = Message.objects.filter(occasion=reminder.occasion).order_by("due_on", "to_name")
    return [(str(row.due_on), row.to_name) for row in rows]


def test_those_who_can_mend_it_hear_two_weeks_a_week_and_a_day_before_the_team_means_to_begin(trail, time_machine):
    """EL-60: without sprints, four weeks after the agreement was begun: 29 September."""
    keep_checks(by=SYSTEM)
    for day in (14, 15, 22, 28):
        now_is(time_machine, datetime.date(2026, 9, day))
        sweep()
    both = ("Noor Castellane", "Priya Wenlock")
    assert reminders() == [(f"2026-09-{day}", name) for day in (15, 22, 28) for name in both]
    deliver_due()
    last = mail.outbox[-1]
    assert last.subject.startswith("Before the team can start")
    for finding in RoleFinding.objects.filter(severity__gte=40):
        assert finding.remedy in last.body


def test_it_is_counted_from_the_first_sprint_where_one_is_planned(trail, time_machine):
    sprinting(trail, first_review_on=datetime.date(2026, 11, 13))
    keep_checks(by=SYSTEM)
    first = Sprint.objects.order_by("starts_on").first()
    assert first.starts_on == datetime.date(2026, 10, 31)
    now_is(time_machine, first.starts_on - datetime.timedelta(days=14))
    sweep()
    assert {on for on, _name in reminders()} == {"2026-10-17"}


def test_what_is_mended_or_was_found_late_is_not_told(trail, time_machine):
    """EL-65: a whole team; then somebody leaves after two of the three days have passed."""
    ready_team(trail)
    keep_checks(by=SYSTEM)
    now_is(time_machine, datetime.date(2026, 9, 23))
    sweep()
    assert reminders() == []
    trail.stream.team.seats.filter(role="product_owner").update(to_on=datetime.date(2026, 9, 22))
    keep_checks(by=SYSTEM)
    now_is(time_machine, datetime.date(2026, 9, 28))
    sweep()
    assert {on for on, _name in reminders()} == {"2026-09-28"}


def test_before_going_live_the_teams_product_owner_hears_it_too_by_the_expected_pace(trail, time_machine):
    """EL-42: nobody keeps the product running; six months after the start."""
    Residency.objects.filter(pk=trail.pk).update(state=State.IN_RESIDENCE, started_on=BEGAN)
    product_owner(trail, name="Yuki Penhallow", email="yuki@example.org", from_on=BEGAN)
    keep_checks(by=SYSTEM)
    now_is(time_machine, datetime.date(2027, 2, 28))
    sweep()
    assert reminders(CHECKS_BEFORE_LIVE) == []
    now_is(time_machine, datetime.date(2027, 3, 1))
    sweep()
    assert reminders() == []
    assert reminders(CHECKS_BEFORE_LIVE) == [("2027-03-01", name) for name in ("Noor Castellane", "Priya Wenlock", "Yuki Penhallow")]
