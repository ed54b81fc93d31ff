"""Who stands behind an agreement hears of its residency, and of nothing once it is void or they have gone (EL-60)."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from agreements.models import Agreement, Party
from outbox.delivery.sweep import sweep
from outbox.models import Message
from residencies.models import Residency
from tests.agreements import factories as make

pytestmark = pytest.mark.django_db


def went_live(version, ops):
    """Its residency went live today and is due home in two weeks; all of its parties are in place for long."""
    today = timezone.localdate()
    fields = {"state": "live", "live_on": today, "graduation_due_on": today + datetime.timedelta(days=14), "owner": ops}
    Residency.objects.filter(stream=version.agreement.stream).update(**fields)
    Party.objects.update(from_at=timezone.now() - datetime.timedelta(days=100))
    return version


def recipients(occasion):
    """Who of the parties is told."""
    return sorted(Message.objects.filter(occasion=occasion, person__in=Party.objects.values("person")).values_list("to_name", flat=True))


def test_those_who_signed_for_the_program_area_are_told_until_they_hand_over_or_it_is_void(ops):
    """EL-60, EL-80, EL-33: that the clock runs, and that graduation is due."""
    went_live(make.in_force(by=ops), ops)
    sponsors = Party.objects.filter(role__side="program").select_related("person").order_by("person__name")
    first, *others = (party.person.name for party in sponsors)
    assert len(others) == 2
    Party.objects.filter(person__name=first).update(to_at=timezone.now())
    sweep()
    assert recipients("graduation-clock") == recipients("graduation-due") == others
    Message.objects.all().delete()
    Agreement.objects.update(voided_at=timezone.now(), void_reason="Over.")
    sweep()
    assert Message.objects.filter(to_name=ops.name).count() == 2
    assert recipients("graduation-clock") == recipients("graduation-due") == []


def test_nobody_is_told_as_the_sponsor_of_an_agreement_that_is_not_in_force_yet(ops):
    went_live(make.circulated(by=ops), ops)
    sweep()
    assert recipients("graduation-clock") == recipients("graduation-due") == []


def test_nobody_is_asked_to_sign_what_is_void(ops):
    """EL-33: though the version itself says nothing of it."""
    out = make.circulated(by=ops)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3)):
        for is_void in (True, False):
            Agreement.objects.update(voided_at=timezone.now() if is_void else None, void_reason="Over.")
            sweep()
            asked = Message.objects.filter(occasion="agreement-unsigned").count()
            assert asked == (0 if is_void else len(make.to_sign(out)))
