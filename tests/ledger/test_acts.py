"""How an act asks who calls it (K4)."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection

from acts.act import SYSTEM, SystemActor, act, act_by_token, declaration_of, part

pytestmark = pytest.mark.django_db


class Holder:
    """Someone with one permission on one thing."""

    account = None

    def __init__(self, permission: str, thing: object = None) -> None:
        self.held = permission, thing

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.held == (perm, obj)


class Room:
    """Something that belongs to something else."""

    def __init__(self, house: str) -> None:
        self.house = house


@act("house.paint")
def paint(house: str, *, by: object) -> bool:
    return connection.in_atomic_block


@act("house.paint", on="room.house")
def paint_room(room: Room, *, by: object) -> bool:
    return paint(room.house, by=by)


@act("house.paint", "house.own", on=lambda given: given["rooms"][0].house)
def paint_rooms(rooms: list[Room], *, by: object) -> int:
    return len(rooms)


@act("house.build")
def build(*, by: object) -> str:
    return _dug()


@act(system=SYSTEM)
def sweep(*, by: object) -> str:
    return "swept"


@act_by_token
def ring(token: str) -> str:
    return token


@part
def _dug() -> str:
    return "dug"


def test_an_act_asks_for_its_permission_on_its_first_argument():
    assert paint("mine", by=Holder("house.paint", "mine")) is True
    for by in (Holder("house.paint", "another"), Holder("house.own", "mine"), AnonymousUser(), SYSTEM, "system", None):
        with pytest.raises(PermissionDenied):
            paint("mine", by=by)


def test_an_act_asks_on_what_its_argument_leads_to_and_so_does_the_act_that_it_calls():
    assert paint_room(Room("mine"), by=Holder("house.paint", "mine"))
    with pytest.raises(PermissionDenied):
        paint_room(Room("another"), by=Holder("house.paint", "mine"))


def test_any_one_of_the_permissions_is_enough():
    for permission in ("house.paint", "house.own"):
        assert paint_rooms([Room("mine")], by=Holder(permission, "mine")) == 1
    with pytest.raises(PermissionDenied):
        paint_rooms([Room("mine")], by=Holder("house.sell", "mine"))


def test_an_act_whose_facts_all_come_by_name_asks_for_the_permission_as_such():
    assert build(by=Holder("house.build")) == "dug"


def test_a_part_of_an_act_can_not_be_called_on_its_own():
    with pytest.raises(RuntimeError, match="part of an act"):
        _dug()


def test_the_portal_itself_may_do_the_acts_that_name_it_and_no_others():
    """A fault in a task can't do everything."""
    assert sweep(by=SYSTEM) == "swept"
    for by in (SystemActor("system"), SystemActor("import"), Holder("house.paint"), None):
        with pytest.raises(PermissionDenied):
            sweep(by=by)
    with pytest.raises(PermissionDenied):
        build(by=SYSTEM)


def test_the_portal_bears_the_name_that_its_events_always_bore():
    assert str(SYSTEM) == "system"


def test_an_act_by_link_takes_the_token_and_asks_nobody_else():
    assert ring("token") == "token"
    assert declaration_of(ring).bearer
    assert declaration_of(_dug) is None
