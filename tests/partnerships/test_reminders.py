"""Reminders of the dates on which a partnership may end, and of decisions that wait (SP-06, PB-27, PB-28, EL-60)."""

import datetime

import pytest
from django.utils import timezone

from outbox.delivery.sweep import sweep
from outbox.models import Message
from partnerships.choices import Stage
from partnerships.endings import actions as endings
from partnerships.models import Decision, Partner, Partnership, SunsetCriterion
from people.models import RoleGrant, User
from tests.factories import account
from tests.partnerships import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def operating(by, **fields):
    """A partnership that has operated for years, with the same people, so that all of them get every step."""
    row = make.operating(by=by)
    long_ago = timezone.localdate() - 900 * DAY
    Partnership.objects.filter(pk=row.pk).update(started_on=long_ago, review_on=None, **fields)
    Partner.objects.update(joined_on=long_ago)
    RoleGrant.objects.update(from_at=timezone.now() - 900 * DAY)
    return make.fresh(row)


def sunset(row, on):
    long_ago = timezone.localdate() - 900 * DAY
    return SunsetCriterion.objects.create(partnership=row, kind="date", text="The lease ends", on=on, added_on=long_ago)


def recipients(occasion, due_on):
    return sorted(str(name) for name in Message.objects.filter(occasion=occasion, due_on=due_on).values_list("person__name", flat=True))


def in_days(number):
    return timezone.localdate() + number * DAY


CAUSES = {
    "partnership-sunset-ahead": (sunset, (180, 90, 30)),
    "partnership-agreement-ends": (
        lambda row, on: make.agreement_in_force(row, until=on, by=User.objects.get(name="Noor Castellane")),
        (180, 90, 60, 30),
    ),
    "partnership-review-ahead": (lambda row, on: Partnership.objects.filter(pk=row.pk).update(review_on=on), (30, 7)),
}


@pytest.mark.parametrize("occasion", CAUSES)
def test_each_step_before_the_date_is_told_once_to_the_coordinators_and_the_lab(occasion, ops, time_machine):
    """PB-27, PB-28: and a week in which nothing ran loses none."""
    row = operating(ops)
    cause, steps = CAUSES[occasion]
    last = in_days(200)
    cause(row, last)
    everyone = sorted([ops.name, *row.partners.values_list("coordinator__name", flat=True)])
    for before in steps:
        time_machine.move_to(timezone.now() + (last - timezone.localdate() - before * DAY + 3 * DAY))
        sweep(), sweep()
        assert recipients(occasion, last - before * DAY) == everyone
    assert Message.objects.filter(occasion=occasion).count() == len(everyone) * len(steps)


def test_a_lead_is_told_instead_of_all_of_lab_operations(ops):
    """EL-60"""
    lead = account("lab_ops", name="Aroha Lindqvist")
    row = operating(ops, lead=lead)
    RoleGrant.objects.update(from_at=timezone.now() - 900 * DAY)
    sunset(row, in_days(30))
    sweep()
    assert set(recipients("partnership-sunset-ahead", timezone.localdate())) == {
        lead.name, *row.partners.values_list("coordinator__name", flat=True),
    }  # fmt: skip


def test_a_decision_that_waits_is_told_of_until_it_is_recorded(ops, time_machine):
    """SP-06: a week before it is due, on the day and afterwards."""
    row = operating(ops)
    decision = Decision.objects.create(partnership=row, occasion="Too few clients", met_on=in_days(-23), due_on=in_days(7))
    sweep()
    assert len(recipients("partnership-decision-open", timezone.localdate())) == 3
    time_machine.move_to(timezone.now() + 8 * DAY)
    sweep()
    assert len(recipients("partnership-decision-open", decision.due_on)) == 3
    endings.decide(row, decision=decision, choice="continue", reason="Renewed.", review_on=in_days(300), by=ops)
    time_machine.move_to(timezone.now() + 7 * DAY)
    sweep()
    assert Message.objects.filter(occasion="partnership-decision-open").count() == 6


@pytest.mark.parametrize("spoil", [
    lambda row: Partnership.objects.filter(pk=row.pk).update(state=Stage.PREPARING),
    lambda row: SunsetCriterion.objects.update(removed_on=timezone.localdate()),
    lambda row: Partner.objects.update(left_on=timezone.localdate()),
])  # fmt: skip
def test_nobody_is_told_of_a_partnership_that_does_not_operate_a_removed_criterion_or_one_they_left(spoil, ops):
    """EL-60"""
    row = operating(ops)
    sunset(row, in_days(30))
    coordinators = set(row.partners.values_list("coordinator__name", flat=True))
    spoil(row)
    sweep()
    assert not coordinators & set(recipients("partnership-sunset-ahead", timezone.localdate()))


@pytest.mark.parametrize("words", ["", "until further notice", "2026-12-2"])
def test_an_agreement_whose_last_day_is_no_day_tells_nobody_and_stops_no_sweep(words, ops):
    """PB-28"""
    row = operating(ops)
    make.agreement_in_force(row, until=words, by=ops)
    sweep()
    assert not Message.objects.filter(occasion="partnership-agreement-ends").exists()
