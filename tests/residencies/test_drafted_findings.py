"""Drafted findings are visible as such, and leadership hears once when it is their turn (K14, EL-12)."""

import pytest
from django.test import Client
from django.urls import reverse

from outbox.models import Message
from people.models import Person
from residencies.intake.queries import drafting_of
from residencies.review.actions import decide_condition
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
    return Message.objects.filter(occasion="findings-drafted", person__in=Person.objects.filter(user__in=accounts)).count()


def test_the_overview_says_how_many_are_drafted_by_whom_and_who_decides(in_review):
    """K14: drafted findings read as “not decided”."""
    noor, dana = account("lab_ops", name="Noor Castellane"), account("lab_ops", name="Dana Lee")
    draft(in_review, [1, 2, 3, 4], by=noor)
    draft(in_review, [5], by=dana)
    assert str(drafting_of(in_review)) == "5 of 6 conditions drafted by Noor Castellane and Dana Lee."
    draft(in_review, [6], by=noor)
    words = "6 of 6 conditions drafted by Noor Castellane and Dana Lee; waiting for leadership to decide."
    browser = Client()
    browser.force_login(account("lab_lead"))
    assert words in browser.get(in_review.get_absolute_url()).content.decode()
    browser.force_login(account("viewer"))
    assert words in browser.get(in_review.get_absolute_url()).content.decode()


def test_the_program_area_reads_nothing_of_drafts(in_review):
    """EL-12: a draft is private to the lab until it is sent."""
    draft(in_review, range(1, 7), by=ops())
    browser = Client()
    owner = account("product_owner")
    in_review.memberships.create(user=owner)
    browser.force_login(owner)
    assert "drafted by" not in browser.get(in_review.get_absolute_url()).content.decode()


def test_leadership_is_told_once_when_the_last_finding_is_drafted(in_review):
    """K14: not before, and not again when a draft is worded anew."""
    leads, by = [account("lab_lead"), account("lab_lead")], ops()
    draft(in_review, range(1, 6), by=by)
    assert mail_count(leads) == 0
    draft(in_review, [6], by=by)
    assert mail_count(leads) == 2
    decide_condition(in_review.conditions.get(number=3), verdict="not_met", reason="On second thought.", by=by)
    assert mail_count(leads) == 2
    assert (
        reverse("review", args=[in_review.reference]) in Message.objects.filter(occasion="findings-drafted").first().facts["said"]["link"]
    )
