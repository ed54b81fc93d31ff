"""Reminders of training that is expected and not taken (EL-44, EL-45, EL-60)."""

import datetime
from email.utils import parseaddr

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message, State
from residencies.models import Residency
from teams.choices import ChampionRole
from teams.training.actions import log_training
from tests.teams.factories import champion, checked, course, product_owner, residency

pytestmark = pytest.mark.django_db

BEGAN = datetime.date(2026, 3, 2)
OCCASIONS = ("leader-training", "owner-agile-training")


@pytest.fixture
def trail(ops):
    row = checked(residency(by=ops))
    Residency.objects.filter(pk=row.pk).update(started_on=BEGAN)
    return Residency.objects.select_related("stream").get(pk=row.pk)


def swept(*, days):
    """Looked for what is due, and sent, at nine on a day so many days after the start; its subjects."""
    mail.outbox.clear()
    moment = timezone.make_aware(datetime.datetime.combine(BEGAN + datetime.timedelta(days=days), datetime.time(9)))
    with time_machine.travel(moment, tick=False):
        sweep()
        deliver_due()
    return [(message.subject, parseaddr(message.to[0])[1]) for message in mail.outbox]


def test_a_leader_is_reminded_four_weeks_after_the_start_and_no_more_once_trained(trail, ops):
    """EL-44"""
    anneke = champion(trail, role=ChampionRole.ED).person
    assert swept(days=27) == []
    assert swept(days=28) == [(f"Your lab training: {trail}", anneke.email)]
    assert "For you, that is 7 hours" in mail.outbox[0].body
    assert swept(days=28) == []
    log_training(trail, course=course(), finished_on=BEGAN, people=[anneke], by=ops)
    assert swept(days=56) == [(f"Your lab training: {trail}", anneke.email)]
    assert "you’ve taken 3 hours so far" in mail.outbox[0].body
    log_training(trail, course=course("Agile fundamentals"), finished_on=BEGAN, people=[anneke], by=ops)
    assert swept(days=112) == []


def test_whoever_became_a_champion_later_has_four_weeks_too(trail):
    """EL-44"""
    champion(trail, from_on=BEGAN + datetime.timedelta(days=21))
    assert swept(days=28) == []
    assert len(swept(days=49)) == 1


def test_training_taken_in_the_meantime_withdraws_what_waits(trail, ops):
    """EL-44, EL-65"""
    anneke = champion(trail).person
    at_dawn = timezone.make_aware(datetime.datetime.combine(BEGAN + datetime.timedelta(days=28), datetime.time(1)))
    with time_machine.travel(at_dawn, tick=False):
        assert sweep() == 1
        log_training(trail, course=course(), finished_on=BEGAN, people=[anneke], by=ops)
    assert swept(days=28) == []
    assert Message.objects.get(occasion="leader-training").state == State.CANCELLED


def test_a_product_owner_is_reminded_two_weeks_before_the_first_day_until_trained(trail, ops):
    """EL-45"""
    priya = product_owner(trail, agile_trained_on=None, from_on=BEGAN + datetime.timedelta(days=30)).person
    assert swept(days=15) == []
    assert [to for _subject, to in swept(days=16)] == [priya.email]
    assert "Agile" in mail.outbox[0].subject
    assert len(swept(days=30)) == 1
    assert len(swept(days=44)) == 1
    log_training(trail, course=course("Agile fundamentals"), finished_on=BEGAN, people=[priya], by=ops)
    assert swept(days=58) == []


def test_a_residency_that_ended_reminds_nobody_of_training(trail):
    """EL-44"""
    champion(trail)
    product_owner(trail, agile_trained_on=None)
    Residency.objects.filter(pk=trail.pk).update(state="withdrawn", ended_on=BEGAN, end_reason="No money this year")
    swept(days=28)
    assert not Message.objects.filter(occasion__in=OCCASIONS).exists()
