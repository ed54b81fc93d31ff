"""Many hands on one roster at one moment; only PostgreSQL's row lock can prove it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from findings import Refused
from ledger.models import Event
from teams.actions import fill_seat
from teams.models import Seat, Team
from tests.factories import account, person
from tests.teams.factories import START, residency, seat

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

HANDS = 50


def at_once(act):
    """What `act(n)` gave in fifty threads that start together: its answer or the codes it was refused for."""
    gate = Barrier(HANDS)

    def hand(n):
        try:
            gate.wait(timeout=30)
            return act(n)
        except Refused as refused:
            return refused.codes
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(hand, range(HANDS)))


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

    at_once(lambda n: fill_seat(planned[n], from_on=START, person=crowd[n], expected=1, by=ops))

    assert Seat.objects.of(trail).roster().headcount(START) == 9
