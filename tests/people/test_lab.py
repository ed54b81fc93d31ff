"""Who of the lab hears of something (EL-60)."""

import pytest

from people.actions import set_roles
from people.lab import lab_operations, lab_staff_among
from tests.actors import ANYONE
from tests.factories import account

pytestmark = pytest.mark.django_db


def test_whoever_is_at_the_lab_hears_once_and_all_of_operations_when_nobody_is_left():
    ops, other, lead = account("lab_ops"), account("lab_ops"), account("lab_lead")
    gone, closed, outside = account("viewer"), account("lab_ops", is_active=False), account("product_owner")
    assert lab_staff_among([lead, None, ops, gone, ops]) == [ops, lead]
    assert lab_staff_among([None, gone, closed, outside]) == lab_operations() == [ops, other]


def test_an_officer_who_leaves_the_lab_hears_no_more():
    ops, other = account("lab_ops"), account("lab_ops")
    left = set_roles(ops, ["viewer"], by=ANYONE)
    assert lab_staff_among([left]) == [other]
