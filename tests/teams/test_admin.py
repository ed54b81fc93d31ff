"""Rosters in Django admin go through the acts that everybody uses."""

import pytest
from django.urls import reverse

from ledger.models import Event
from teams.models import Seat
from tests.teams.factories import START, residency, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_admin(client, administrator):
    client.force_login(administrator)
    return client


def sent(row, **facts):
    return {
        "role": row.role,
        "employer": row.employer,
        "vendor": "",
        "share": 100,
        "from_on": START,
        "shown_revision": row.revision,
        **facts,
    }


def test_an_administrator_corrects_an_entry_through_the_act(as_admin, ops):
    trail = residency(by=ops)
    row = seat(trail)
    url = reverse("admin:teams_seat_change", args=[row.pk])
    assert as_admin.get(reverse("admin:teams_seat_changelist")).status_code == 200
    assert as_admin.get(url).status_code == 200
    as_admin.post(url, sent(row, share=60))
    row.refresh_from_db()
    assert (row.share, row.revision) == (60, 2)
    assert Event.objects.filter(stream=trail.stream, act="seat-edited").count() == 1


def test_admin_has_no_way_round_what_an_act_refuses(as_admin, ops):
    """EL-40"""
    trail = residency(by=ops)
    nine = [seat(trail) for _ in range(9)]
    later = seat(trail, person=None)
    Seat.objects.filter(pk=nine[0].pk).update(revision=5)
    url = reverse("admin:teams_seat_change", args=[nine[0].pk])
    as_admin.post(url, sent(nine[0], share=60))
    as_admin.post(reverse("admin:teams_seat_change", args=[nine[1].pk]), sent(nine[1], to_on="2025-01-01"))
    assert as_admin.get(reverse("admin:teams_seat_delete", args=[later.pk])).status_code == 403
    assert as_admin.get(reverse("admin:teams_seat_add")).status_code == 403
    assert not Event.objects.filter(stream=trail.stream, act="seat-edited").exists()
