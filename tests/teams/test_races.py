"""Many hands on one roster at one moment; only PostgreSQL's row lock can prove it."""

import pytest

from ledger.models import Event
from teams.models import Seat, Team
from teams.roster.actions import fill_seat
from tests.factories import account, person
from tests.races import HANDS, at_once
from tests.teams.factories import START, residency, seat

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_fifty_who_add_somebody_at_one_moment_leave_exactly_nine():
    """EL-40, R13, D3-12"""
    ops = account("lab_ops")
    trail = residency(by=ops)
    crowd = [person() for _ in range(HANDS)]

    answers = at_once(lambda n: seat(trail, by=ops, person=crowd[n]))

    assert sum(isinstance(answer, Seat) for answer in answers) == 9
    assert [answer for answer in answers if not isinstance(answer, Seat)] == [{"team-too-large"}] * 41
    assert Seat.objects.count() == 9
    assert Team.objects.count() == 1
    assert Event.objects.filter(stream=trail.stream, act="seat-added").count() == 9


def test_fifty_who_fill_open_seats_at_one_moment_leave_exactly_nine():
    """EL-40, R13"""
    ops = account("lab_ops")
    trail = residency(by=ops)
    planned = [seat(trail, by=ops, person=None) for _ in range(HANDS)]
    crowd = [person() for _ in range(HANDS)]

    at_once(lambda n: fill_seat(planned[n], from_on=START, person=crowd[n], shown_revision=1, by=ops))

    assert Seat.objects.of(trail).roster().headcount(START) == 9
