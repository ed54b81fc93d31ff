"""Reminders of a site's lease end and of its next safety assessment (PB-23, PB-38, EL-60)."""

import datetime

import pytest
from django.utils import timezone

from outbox.delivery.sweep import sweep
from outbox.models import Message
from partnerships.endings.reminders import unassessed_changes
from partnerships.lifecycle.actions import not_pursue
from partnerships.models import Partner, Partnership
from partnerships.sites.actions import decide_site, edit_site
from partnerships.sites.safety import due_at, record_assessment, record_refit
from people.models import RoleGrant
from tests.partnerships import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def row(ops):
    """A partnership that has been going for years, with two coordinators."""
    row = make.case(by=ops)
    Partnership.objects.update(made_at=timezone.now() - 900 * DAY)
    Partner.objects.update(joined_on=timezone.localdate() - 900 * DAY)
    RoleGrant.objects.update(from_at=timezone.now() - 900 * DAY)
    return make.fresh(row)


def recipients(occasion):
    rows = Message.objects.filter(occasion=occasion).order_by("due_on", "person__name")
    return [(str(message.due_on), message.person.name) for message in rows.select_related("person")]


def everyone(row, ops):
    return sorted([ops.name, *row.partners.values_list("coordinator__name", flat=True)])


def test_the_end_of_a_lease_is_told_at_each_step_once_even_after_days_in_which_nothing_ran(row, ops, time_machine):
    """PB-23: 12, 6, 3 and 1 months before, to the coordinators and the lab."""
    site = make.site(row, chosen=True, lease_ends_on=datetime.date(2027, 12, 15), by=ops)
    for day in ("2026-12-18", "2027-06-18", "2027-09-17", "2027-11-18"):
        time_machine.move_to(datetime.datetime.fromisoformat(f"{day}T20:00:00+00:00"))
        sweep(), sweep()
    days = ("2026-12-15", "2027-06-15", "2027-09-15", "2027-11-15")
    assert recipients("partnership-lease-ends") == [(day, name) for day in days for name in everyone(row, ops)]
    edit_site(site, shown_revision=site.revision, lease_ends_on=datetime.date(2030, 1, 1), by=ops)
    time_machine.move_to(datetime.datetime.fromisoformat("2027-12-17T20:00:00+00:00"))
    sweep()
    assert len(recipients("partnership-lease-ends")) == 12


def test_a_site_that_isnt_chosen_or_whose_partnership_ended_reminds_no_one(row, ops):
    lease_ends_on = timezone.localdate() + 20 * DAY
    make.site(row, name="Library", lease_ends_on=lease_ends_on, by=ops)
    decide_site(make.site(row, name="Mall", lease_ends_on=lease_ends_on, by=ops), chosen=False, reason="Too loud.", by=ops)
    sweep()
    assert recipients("partnership-lease-ends") == []
    make.site(row, chosen=True, lease_ends_on=lease_ends_on, by=ops)
    not_pursue(make.fresh(row), reason="No money.", by=ops)
    sweep()
    assert recipients("partnership-lease-ends") == []


def test_a_change_without_an_assessment_is_told_of_until_one_is_recorded(row, ops, time_machine):
    """PB-38: after 7 and 21 days, once for a site however often it changed."""
    site = make.site(row, by=ops)
    record_refit(site, note="New counters.", by=ops)
    record_refit(site, note="A second entrance.", by=ops)
    assert [change.note for change in unassessed_changes()] == ["A second entrance."]
    begun = timezone.now()
    for days, count in ((5, 0), (9, 3), (24, 6)):
        time_machine.move_to(begun + days * DAY)
        sweep(), sweep()
        assert len(recipients("partnership-assessment-due")) == count
    record_assessment(site, on=timezone.localdate(), outcome="safe", note="Two ways out.", by=ops)
    time_machine.move_to(begun + 40 * DAY)
    sweep()
    assert len(recipients("partnership-assessment-due")) == 6


def test_the_reminder_and_the_page_agree_on_what_is_due(row, ops, time_machine):
    """PB-38: an assessment of the day before doesn’t count, and neither does one recorded before the change."""
    site = make.site(row, by=ops)
    steps = (
        lambda: record_assessment(site, on=timezone.localdate(), outcome="safe", note="Two ways out.", by=ops),
        lambda: record_refit(site, note="New counters.", by=ops),
        lambda: record_assessment(site, on=timezone.localdate() - DAY, outcome="safe", note="Before it.", by=ops),
        lambda: record_assessment(site, on=timezone.localdate(), outcome="work", note="A lock is missing.", by=ops),
    )
    answers = []
    for step in steps:
        step()
        assert bool(due_at(row)) is unassessed_changes().exists()
        answers.append(bool(due_at(row)))
        time_machine.move_to(timezone.now() + datetime.timedelta(minutes=1))
    assert answers == [False, True, True, False]
