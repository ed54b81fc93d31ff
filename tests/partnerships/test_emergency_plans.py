"""Emergency plans of sites: six scenarios tested every year, and reminders to who answers for the plan (PB-39)."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from acts.revisions import Stale
from dates.months import months_after
from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.models import Message
from partnerships.choices import Scenario, Stage
from partnerships.models import Partnership
from partnerships.sites import emergencies
from tests.clock import TODAY as START_OF_RUN
from tests.factories import account, person
from tests.pages import text
from tests.partnerships import factories as make

DAY = datetime.timedelta(days=1)
START = datetime.date(2026, 1, 31)
days = st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 12, 31))


@pytest.fixture
def site(ops):
    return make.site(make.operating(by=ops), name="Library", by=ops)


@pytest.fixture
def plan(site, ops):
    return make.emergency_plan(site, by=ops)


def refused(act):
    with pytest.raises(Refused) as refusal:
        act()
    return {finding.code for finding in refusal.value.findings}


def record(plan, scenario, on, ops):
    return emergencies.record_test(plan, scenario=scenario, on=on, learned="One sign was missing.", by=ops)


# ── The rule ─────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.tuples(st.sampled_from(list(Scenario)), days)))
def test_each_scenario_is_due_a_year_after_its_last_test(tests):
    """PB-39: against a plain count; the order in which tests were recorded doesn't matter."""
    rows = emergencies.scenarios_of([(scenario, on, "") for scenario, on in tests], since=START)
    assert [row.scenario for row in rows] == list(Scenario)
    for row in rows:
        on = [day for scenario, day in tests if scenario == row.scenario]
        assert row.last_on == (max(on) if on else None)
        assert row.due_on == months_after(max(on) if on else START, 12)


def test_the_plan_is_due_when_its_first_scenario_is(plan, ops):
    """PB-39: whichever order they were tested in."""
    today = plan.site.today
    assert plan.test_due_on == months_after(today, 12)
    for months, scenario in enumerate(Scenario, start=1):
        record(plan, scenario, months_after(today, -months), ops)
    plan.refresh_from_db()
    assert plan.test_due_on == months_after(months_after(today, -6), 12)
    record(plan, Scenario.OTHER, today, ops)
    plan.refresh_from_db()
    assert plan.test_due_on == months_after(months_after(today, -5), 12)


# ── Acts ─────────────────────────────────────────────────────────────────────────────────────


def test_what_is_missing_is_refused(site, plan, ops):
    """PB-39."""
    keeper = person()
    assert refused(lambda: emergencies.keep_plan(site, url="javascript:alert(1)", person=keeper, by=ops)) == {"unsafe-link"}
    assert refused(lambda: emergencies.keep_plan(site, url="https://example.org/", by=ops)) == {"emergency-keeper"}
    assert refused(lambda: emergencies.keep_plan(site, url="https://example.org/", person=keeper, by=ops)) == {"emergency-plan-known"}
    assert refused(lambda: emergencies.record_test(plan, scenario="fire", on=site.today, learned=" ", by=ops)) == {"no-reason"}
    assert refused(lambda: record(plan, "fire", site.today + DAY, ops)) == {"day-to-come"}
    assert not plan.tests.exists()


def test_two_who_change_a_plan_do_not_overwrite_each_other(site, plan, ops):
    emergencies.keep_plan(site, url="https://example.org/theirs", person=plan.keeper, shown_revision=1, by=ops)
    with pytest.raises(Stale) as stale:
        emergencies.keep_plan(site, url="https://example.org/mine", person=plan.keeper, shown_revision=1, by=ops)
    assert stale.value.differing == {"url": ("https://example.org/theirs", "https://example.org/mine")}


def test_the_lab_keeps_plans_and_no_event_says_who_answers_for_them(site, plan, ops):
    """EL-66: the ledger can't forget a name."""
    for role in ("viewer", "product_owner", "admin"):
        with pytest.raises(PermissionDenied):
            emergencies.keep_plan(site, url="https://example.org/", person=person(), shown_revision=1, by=account(role))
    new = person(name="Ines Abernathy")
    emergencies.keep_plan(site, url="https://example.org/new", person=new, shown_revision=1, by=ops)
    record(plan, "fire", site.today, ops)
    events = Event.objects.filter(act__startswith="emergency-plan-").order_by("seq")
    assert [event.act for event in events] == ["emergency-plan-recorded", "emergency-plan-changed", "emergency-plan-tested"]
    assert not any(name in str(event.facts) for event in events for name in (new.name, plan.keeper.name))


# ── Pages ────────────────────────────────────────────────────────────────────────────────────


def test_the_page_lists_six_scenarios_and_one_tested_13_months_ago_is_overdue(site, as_ops):
    """PB-39: recorded on the pages; the list of sites says so too."""
    reference, today = site.partnership.reference, site.today
    page = reverse("emergency-plan", args=[reference, site.pk])
    assert "No emergency plan yet" in text(as_ops.get(page))
    keeper = person(name="Ines Abernathy")
    sent = {"who": "known", "person": keeper.pk, "url": "https://example.org/plan"}
    assert as_ops.post(reverse("emergency-plan-keep", args=[reference, site.pk]), sent).url == page

    add = reverse("emergency-test", args=[reference, site.pk])
    sites = reverse("sites", args=[reference])
    assert "emergency plan of Library" not in text(as_ops.get(sites))
    for scenario in Scenario:
        on = months_after(today, -13 if scenario == Scenario.FIRE else -2)
        assert as_ops.post(add, {"scenario": scenario, "on": str(on), "learned": "A sign was missing."}).url == page
    shown = text(as_ops.get(page))
    assert all(str(scenario.label) in shown for scenario in Scenario)
    assert "Ines Abernathy answers for the plan" in shown
    assert shown.count("Overdue since") == 1
    assert shown.count("A sign was missing.") == 6
    assert "A test of the emergency plan of Library" in text(as_ops.get(sites))

    as_ops.post(add, {"scenario": "fire", "on": str(today), "learned": "Everyone left."})
    assert "Overdue" not in text(as_ops.get(page))
    assert "A test of the emergency plan" not in text(as_ops.get(sites))


def test_what_was_typed_survives_a_refusal(site, plan, as_ops):
    add = reverse("emergency-test", args=[site.partnership.reference, site.pk])
    answer = as_ops.post(add, {"scenario": "fire", "on": str(site.today + DAY), "learned": "Everyone left in time."})
    assert answer.status_code == 409
    assert "Everyone left in time." in answer.content.decode()


def test_a_test_needs_a_plan_first(site, as_ops):
    assert as_ops.get(reverse("emergency-test", args=[site.partnership.reference, site.pk])).status_code == 404


# ── The reminder ─────────────────────────────────────────────────────────────────────────────


def reminders():
    return Message.objects.filter(occasion="emergency-test-due").order_by("due_on")


def sweep_on(day, time_machine):
    time_machine.move_to(timezone.make_aware(datetime.datetime.combine(day, datetime.time(9))))
    sweep()


def test_a_test_13_months_ago_makes_one_reminder_to_who_answers_for_the_plan(plan, site, ops, time_machine):
    """PB-39, EL-60: as soon as it is recorded, one however often the sweep runs, and another 14 days later."""
    record(plan, "fire", months_after(site.today, -13), ops)
    for ahead, count in ((0, 1), (0, 1), (13, 1), (14, 2), (15, 2), (60, 2)):
        sweep_on(START_OF_RUN + ahead * DAY, time_machine)
        assert reminders().count() == count
    assert {message.person for message in reminders()} == {plan.keeper}


def test_someone_who_takes_an_overdue_plan_over_hears_of_it(plan, site, ops, time_machine):
    """PB-39, EL-60."""
    record(plan, "fire", months_after(site.today, -13), ops)
    sweep_on(START_OF_RUN, time_machine)
    new = person(name="Ines Abernathy")
    time_machine.shift(90 * DAY)
    emergencies.keep_plan(site, url=plan.url, person=new, shown_revision=1, by=ops)
    sweep_on(START_OF_RUN + 90 * DAY, time_machine)
    assert reminders().last().person == new


def test_other_tests_and_edits_make_no_further_reminder_of_an_overdue_one(plan, site, ops, time_machine):
    """PB-39, EL-60: the date that passed is still the same, and so is who answers for the plan."""
    record(plan, "fire", months_after(site.today, -13), ops)
    sweep_on(START_OF_RUN, time_machine)
    for ahead, scenario in ((3, "occupation"), (5, "bomb_threat")):
        time_machine.move_to(timezone.make_aware(datetime.datetime.combine(START_OF_RUN + ahead * DAY, datetime.time(9))))
        record(plan, scenario, START_OF_RUN, ops)
        plans_url = f"https://example.org/{scenario}"
        emergencies.keep_plan(site, url=plans_url, person=plan.keeper, shown_revision=1 if ahead == 3 else 2, by=ops)
        sweep_on(START_OF_RUN + ahead * DAY, time_machine)
        assert reminders().count() == 1


def test_an_outage_of_40_days_loses_no_reminder(plan, time_machine):
    """PB-39, EL-60: from the day before until 39 days after."""
    sweep_on(plan.test_due_on + 39 * DAY, time_machine)
    assert reminders().count() == 1


def test_a_test_starts_the_year_again(plan, ops, time_machine):
    """PB-39, EL-60: 30 days before, on the day and 14 days later, unless it is tested before."""
    due = plan.test_due_on
    for day in (due - 31 * DAY, due - 20 * DAY, due + 4 * DAY):
        sweep_on(day, time_machine)
    assert reminders().count() == 2
    for scenario in Scenario:
        record(plan, scenario, due + 4 * DAY, ops)
    sweep_on(due + 60 * DAY, time_machine)
    assert reminders().count() == 2
    sweep_on(months_after(due + 4 * DAY, 12) - 25 * DAY, time_machine)
    assert reminders().count() == 3


def test_a_partnership_that_ended_gets_no_reminder(plan, time_machine):
    """EL-60."""
    Partnership.objects.filter(pk=plan.site.partnership_id).update(
        state=Stage.ENDED, ended_on=plan.site.today, end_reason="The lease ended."
    )
    sweep_on(plan.test_due_on + DAY, time_machine)
    assert not reminders().exists()
