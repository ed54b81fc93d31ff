"""Many who begin a residency at one moment; only PostgreSQL's constraints and row locks can prove it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from findings import Refused
from ledger.models import Event
from residencies.actions import start_intake
from residencies.models import Residency
from tests.factories import account
from tests.residencies.factories import program_area

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


def test_fifty_who_begin_at_one_moment_each_get_a_reference_of_their_own():
    """EL-03"""
    ops = account("lab_ops")
    areas = [program_area() for _ in range(HANDS)]

    made = at_once(lambda n: start_intake(program_area=areas[n], product=f"Product {n}", problem="People wait.", by=ops))

    assert len({residency.reference for residency in made}) == HANDS
    assert Residency.objects.count() == HANDS


def test_fifty_who_begin_in_one_program_area_leave_one_under_way_and_are_told_why():
    """EL-02, R13"""
    ops = account("lab_ops")
    area = program_area()

    answers = at_once(lambda n: start_intake(program_area=area, product=f"Product {n}", problem="People wait.", by=ops))

    assert sum(isinstance(answer, Residency) for answer in answers) == 1
    assert [answer for answer in answers if not isinstance(answer, Residency)] == [{"area-busy"}] * (HANDS - 1)
    assert Residency.objects.count() == 1
    assert Event.objects.filter(act="intake-started").count() == 1
