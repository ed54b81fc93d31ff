"""A quiet alarm: when it speaks, and when it does not (EL-61)."""

import datetime

import pytest
from django.utils import timezone

from outbox.delivery import health
from outbox.delivery.health import complaints, mail_health
from outbox.models import State
from tests.outbox.factories import message

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(time_machine):
    time_machine.move_to("2026-09-01T16:00Z", tick=False)
    return timezone.now()


@pytest.mark.parametrize("period", [60, 600])
@pytest.mark.parametrize(("periods", "late"), [(1.9, 0), (2, 0), (2.1, 1)])
def test_it_speaks_once_the_sweep_has_been_away_for_twice_its_period_and_not_before(now, settings, period, periods, late):
    settings.OUTBOX_SWEEP_SECONDS = period
    health.done(health.SWEEP, now - datetime.timedelta(seconds=period * periods))
    assert len(complaints()) == late


@pytest.mark.parametrize(("seconds", "late"), [(-30, 0), (30, 1)])
def test_it_speaks_once_what_should_leave_is_ten_minutes_late(now, seconds, late):
    health.done(health.SWEEP, now)
    message(next_try_at=now - datetime.timedelta(minutes=10, seconds=seconds))
    assert len(complaints()) == late


def test_it_is_quiet_while_an_operator_holds_mail_back_but_says_what_failed(now, settings):
    message(next_try_at=now - datetime.timedelta(minutes=20))
    message(state=State.FAILED)
    for suspended, spoken in ((False, 2), (True, 0)):
        settings.OUTBOX_SUSPENDED = suspended
        assert (len(complaints()), mail_health().failed) == (spoken, 1)
