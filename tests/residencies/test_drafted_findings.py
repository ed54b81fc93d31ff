"""Drafted findings are visible as such, and leadership hears of them when they are handed over (K14, EL-12)."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from findings import Refused
from outbox.models import Message
from people.models import Person
from residencies.intake.queries import drafting_of
from residencies.review.actions import decide_condition, decline, hand_over
from tests.factories import account
from tests.residencies.factories import ops
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_review():
    row = residency("in_review")
    row.reviews.get_or_create(number=1)
    return row


def draft(residency, numbers, *, by):
    for condition in residency.conditions.filter(number__in=numbers):
        decide_condition(condition, verdict="met", reason="Seen in the figures.", by=by)


def mail_count(accounts):
    return Message.objects.filter(occasion="review-handed-over", person__in=Person.objects.filter(user__in=accounts)).count()


def test_staff_read_how_many_are_met_by_whom_and_whose_turn_it_is(in_review):
    """K14, EL-12: drafted findings read as “not decided”."""
    noor, dana = account("lab_ops", name="Noor Castellane"), account("lab_ops", name="Dana Lee")
    draft(in_review, [1, 2, 3, 4], by=noor)
    draft(in_review, [5], by=dana)
    assert str(drafting_of(in_review)) == "5 of 6 conditions drafted by Noor Castellane and Dana Lee."
    decide_condition(in_review.conditions.get(number=6), verdict="not_met", reason="Nobody stays.", by=noor)
    assert str(drafting_of(in_review)).endswith("not handed over to leadership yet.")
    hand_over(in_review, by=noor)
    words = "5 of 6 met, drafted by Noor Castellane and Dana Lee; waiting for leadership to decide."
    for role in ("lab_lead", "viewer"):
        browser = Client()
        browser.force_login(account(role))
        assert words in browser.get(in_review.get_absolute_url()).content.decode()
        assert words in browser.get(reverse("review", args=[in_review.reference])).content.decode()


def test_the_program_area_reads_nothing_of_drafts(in_review):
    """EL-12: a draft is private to the lab until it is sent."""
    draft(in_review, range(1, 7), by=ops())
    browser = Client()
    owner = account("product_owner")
    in_review.memberships.create(user=owner)
    browser.force_login(owner)
    assert "drafted by" not in browser.get(in_review.get_absolute_url()).content.decode()


def test_leadership_is_told_when_a_review_is_handed_over_and_no_longer_once_it_is_decided(in_review):
    """EL-12: not before all six have a finding, not twice for the same findings, and again when they changed."""
    leads, by = [account("lab_lead"), account("lab_lead")], ops()
    draft(in_review, range(1, 6), by=by)
    with pytest.raises(Refused, match="6"):
        hand_over(in_review, by=by)
    draft(in_review, [6], by=by)
    assert mail_count(leads) == 0
    hand_over(in_review, by=by, note="Condition 4 is close.")
    message = Message.objects.filter(occasion="review-handed-over").first()
    assert mail_count(leads) == 2
    assert reverse("review", args=[in_review.reference]) in message.facts["said"]["link"]
    assert "Condition 4 is close." in message.text
    with pytest.raises(Refused, match="already"):
        hand_over(in_review, by=by)

    decide_condition(in_review.conditions.get(number=3), verdict="not_met", reason="On second thought.", by=by)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=5)):
        hand_over(in_review, by=by)
    waiting = Message.objects.waiting().filter(occasion="review-handed-over")
    assert [waiting.count(), "5 of 6 conditions are met" in waiting.first().text] == [2, True]

    decline(in_review, reason="Too early.", referred_to="network", by=leads[0])
    assert not waiting.exists()
