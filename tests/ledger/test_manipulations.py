"""Whatever somebody alters who can write to the database is found, or said not to be findable (K2, docs/security.md)."""

import pytest
from django.db import transaction

from tests.attack.manipulations import MANIPULATIONS, do, found_by
from tests.attack.world import world as build

pytestmark = pytest.mark.django_db
ALL = {each.number: each for each in MANIPULATIONS}
NOT_FINDABLE = {20, 39}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), build() as ledger_world:
        yield ledger_world


def test_nothing_is_found_where_nothing_was_altered(world):
    assert found_by(world) == ""


@pytest.mark.parametrize("number", sorted(ALL), ids=lambda number: f"{number}: {ALL[number].name}")
def test_a_manipulation_is_found(world, number):
    """EL-07: by verify_ledger, verify_records, or against the last exported heads."""
    with transaction.atomic():
        do(world, ALL[number])
        detection = found_by(world)
        transaction.set_rollback(True)

    assert bool(detection) is (number not in NOT_FINDABLE), detection or "nothing was found"
    assert bool(ALL[number].undetectable) is (number in NOT_FINDABLE)


def test_all_that_are_listed_are_tried():
    assert set(range(1, 39)) <= set(ALL)
