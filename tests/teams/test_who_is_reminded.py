"""Who hears of a team's reviews and checks, and who no longer does; what was missed is marked so (EL-52, EL-60, EL-65)."""

import datetime

import pytest

from outbox.models import Message
from outbox.sweeping import sweep
from people.models import RoleGrant
from teams.actions import keep_checks
from teams.models import RoleFinding
from teams.reminders import CHECKS_BEFORE_START
from tests.factories import account
from tests.teams.test_reminders import BEGAN, now_is, trail  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _long_ago(time_machine):
    now_is(time_machine, BEGAN)


def told(reminder) -> list[str]:
    return sorted(set(Message.objects.filter(occasion=reminder.occasion).values_list("to_name", flat=True)))


def test_checks_of_a_team_whose_officer_left_the_lab_are_told_to_all_of_lab_operations(trail, ops, time_machine):  # noqa: F811
    keep_checks()
    account("lab_ops", name="Ines Okonkwo")
    RoleGrant.objects.update(from_at="2026-01-01T12:00Z")
    ops.role_grants.update(to_at="2026-09-10T12:00Z")
    now_is(time_machine, datetime.date(2026, 9, 15))
    sweep()
    assert RoleFinding.objects.exists()
    assert told(CHECKS_BEFORE_START) == ["Ines Okonkwo", "Priya Wenlock"]
