"""Bodies and their members (EL-73)."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from findings import Refused
from oversight.bodies import actions
from people.models import Body, BodySeat
from tests.factories import person

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def codes(act, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    return refusal.value.codes


def test_a_group_has_members_with_dates_and_who_they_act_for(as_ops, ops):
    """EL-73"""
    body = actions.add_body(name="Steering committee", by=ops)
    fields = {"who": "new", "name": "Ines Okonkwo", "email": "", "role": "Chair", "acting_for": "the deputy minister"}
    as_ops.post(reverse("body-seat-add", args=[body.pk]), fields | {"from_on": timezone.localdate().isoformat()})
    text = as_ops.get(body.get_absolute_url()).content.decode()
    assert "acting for the deputy minister" in text
    assert "Ines Okonkwo" in as_ops.get(reverse("bodies")).content.decode()


def test_a_person_has_one_seat_at_a_time_and_it_ends_once(ops):
    body, member = actions.add_body(name="Working group", by=ops), person()
    seat = actions.add_body_seat(body, person=member, from_on=timezone.localdate() - 9 * DAY, by=ops)
    assert codes(actions.add_body_seat, body, person=member, from_on=timezone.localdate(), by=ops) == {"body-seat-known"}
    assert codes(actions.add_body_seat, body, from_on=timezone.localdate(), by=ops) == {"body-seat-unnamed"}
    assert codes(actions.end_body_seat, seat, to_on=timezone.localdate() - 10 * DAY, by=ops) == {"body-seat-dates"}
    actions.end_body_seat(seat, to_on=timezone.localdate(), by=ops)
    assert codes(actions.end_body_seat, seat, to_on=timezone.localdate(), by=ops) == {"body-seat-ended"}
    assert list(BodySeat.objects.on(timezone.localdate())) == [seat]
    assert list(BodySeat.objects.on(timezone.localdate() + DAY)) == []


def test_a_group_cannot_report_to_itself(ops):
    upper = actions.add_body(name="Committee", by=ops)
    lower = actions.add_body(name="Group", parent=upper, by=ops)
    assert codes(actions.edit_body, upper, parent=lower, shown_revision=1, by=ops) == {"body-circle"}
    assert codes(actions.add_body, name="Group", by=ops) == {"body-known"}
    assert Body.objects.get(pk=upper.pk).parent is None
