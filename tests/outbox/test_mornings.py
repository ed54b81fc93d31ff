"""What is made up for leaves in the morning too (EL-63, EL-65)."""

import datetime

import pytest

from dates.moments import moment_of
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from tests.outbox.days import at

pytestmark = pytest.mark.django_db


def test_what_is_made_up_for_at_midnight_leaves_at_eight(live):
    """EL-65: of the seventeenth, looked for in the first minutes of the twentieth."""
    with at("2026-08-20 00:05", after_outage=True):
        assert sweep() == 4
        assert deliver_due() == 0
    leaves = Message.objects.filter(due_on="2026-08-17").values_list("next_try_at", flat=True)
    assert set(leaves) == {moment_of(datetime.date(2026, 8, 20), datetime.time(8))}
    with at("2026-08-20 07:59"):
        assert deliver_due() == 0
    with at("2026-08-20 08:00"):
        assert deliver_due() == 2


def test_what_is_made_up_for_later_in_the_day_leaves_at_once(live):
    with at("2026-08-20 13:00", after_outage=True):
        sweep()
        assert deliver_due() == 2
