"""Schedules are data that an administrator changes (EL-60)."""

import datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from acts.revisions import Stale
from findings import Refused
from ledger.models import Event
from outbox.delivery import health
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message, ScheduleOverride, State
from outbox.pages.actions import resend_failed, set_schedule
from outbox.pages.forecast import coming
from outbox.reminders.declare import REMINDERS
from outbox.reminders.schedule import Schedule, Step
from residencies.models import Residency
from residencies.reminders import EVERYBODY, GRADUATION, LEAD
from tests.factories import account
from tests.outbox.days import DUE, at, dated_messages
from tests.outbox.factories import message
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db
FORTNIGHT = Schedule((Step(days=-20), Step(to=(EVERYBODY, LEAD))))


@pytest.fixture
def live(live):
    """As it is after the sweep of a month before the day: its people are known and were told."""
    with at("2026-07-31 09:00"):
        sweep()
        deliver_due()
    mail.outbox.clear()
    return live


@pytest.fixture
def admin():
    return account("admin")


def change(schedule, valid_from, by, shown_revision=1):
    return set_schedule(GRADUATION.occasion, schedule, valid_from=valid_from, shown_revision=shown_revision, by=by)


def test_the_sweep_follows_the_schedule_that_was_set_and_then_the_default_again(live, admin):
    """EL-60"""
    with at("2026-08-01 09:00"):
        row = change(FORTNIGHT, datetime.date(2026, 8, 2), admin)
    with at("2026-08-11 09:00"):
        assert sweep() == 2
    with at("2026-08-12 09:00"):
        change(None, datetime.date(2026, 8, 13), admin, shown_revision=row.revision)
    with at("2026-08-17 09:00"):
        assert sweep() == 2
    assert {on for on, _name, _state in dated_messages()} == {"2026-07-31", "2026-08-11", "2026-08-17"}
    events = Event.objects.filter(act="schedule-set").order_by("seq")
    assert [event.facts["default"] for event in events] == [False, True]
    assert "20 days before" in events[0].facts["schedule"]


def test_a_change_neither_repeats_what_went_nor_loses_what_is_to_go(live, admin):
    """EL-60: what went 14 days before is not told again 13 days before; the day itself is told once."""
    with at("2026-08-17 09:00"):
        sweep()
        deliver_due()
    with at("2026-08-20 09:00"):
        change(Schedule((Step(days=-13), Step(to=(EVERYBODY, LEAD)))), datetime.date(2026, 8, 21), admin)
    for day in ("2026-08-21", "2026-08-22", "2026-08-30", "2026-08-31"):
        with at(f"{day} 09:00", after_outage=True):
            sweep()
            deliver_due()
    assert {on for on, _name, state in dated_messages() if state == "sent"} == {"2026-07-31", "2026-08-17", "2026-08-31"}
    assert len(mail.outbox) == 2 + 3


def test_what_waits_and_fits_no_more_is_withdrawn_as_it_leaves(live, admin):
    """EL-60: changed on the day itself, before eight."""
    with at("2026-08-17 07:00"):
        assert sweep() == 2
        change(FORTNIGHT, datetime.date(2026, 8, 17), admin)
    with at("2026-08-17 09:00"):
        assert deliver_due() == 0
        assert sweep() == 0
    assert {state for on, _name, state in dated_messages() if on == "2026-08-17"} == {"cancelled"}


def test_all_schedules_are_read_at_once(live, admin):
    """EL-60"""
    with at("2026-08-10 09:00"):
        for occasion in list(REMINDERS)[:4]:
            ScheduleOverride.objects.create(occasion=occasion)
        with CaptureQueriesContext(connection) as queries:
            sweep()
    assert len([q for q in queries if "outbox_scheduleoverride" in q["sql"]]) == 1


@pytest.mark.parametrize(
    ("schedule", "code"),
    [
        (Schedule((Step(days=-1), Step(days=-1))), "schedule-step-twice"),
        (Schedule((Step(months=-30),)), "schedule-too-far"),
        (Schedule((Step(to=("nobody",)),)), "schedule-to-nobody"),
        (Schedule((Step(),), every_days=400), "schedule-repeats"),
        (Schedule((Step(), Step(days=1)), every_days=2, most=1), "schedule-most"),
        (Schedule((Step(),), most=3), "schedule-no-repeat"),
    ],
)
def test_a_schedule_that_can_not_be_is_refused_with_what_would_be_right(admin, schedule, code):
    """EL-60"""
    with pytest.raises(Refused) as refused:
        change(schedule, timezone.localdate(), admin)
    assert {finding.code for finding in refused.value.findings} == {code}
    assert all(finding.remedy and "%" not in finding.message for finding in refused.value.findings)
    assert not ScheduleOverride.objects.exists()


def test_days_that_passed_stay_as_they_were_and_the_second_of_two_is_told(admin):
    with pytest.raises(Refused, match="passed"):
        change(FORTNIGHT, timezone.localdate() - datetime.timedelta(days=1), admin)
    change(FORTNIGHT, timezone.localdate(), admin)
    with pytest.raises(Stale):
        change(FORTNIGHT, timezone.localdate(), admin)


# ── What will go out ─────────────────────────────────────────────────────────────────────────


def forecast(first="2026-08-10", last="2026-09-20", **more):
    days = (datetime.date.fromisoformat(day) for day in (first, last))
    return [(str(row.day), row.occasion, row.people, row.subjects) for row in coming(*days, **more)]


def test_what_is_foretold_is_what_the_sweep_then_makes(live):
    """EL-60, EL-62: day by day for six weeks, with lab leadership from the day on."""
    with at("2026-08-10 09:00"):
        foretold = forecast()
    actual = []
    for number in range(42):
        day = datetime.date(2026, 8, 10) + datetime.timedelta(days=number)
        with at(f"{day} 07:00"):
            if sweep():
                rows = Message.objects.filter(due_on=day)
                leaves_on = {str(timezone.localdate(row.due_at)) for row in rows}
                actual += [(on, "graduation-due", len({row.to_address for row in rows}), 1) for on in leaves_on]
    assert foretold == actual
    assert actual[2][0] == "2026-09-08", "the day before is Labour Day"
    assert actual[1] == ("2026-08-31", "graduation-due", 3, 1)


def test_what_waits_counts_today_and_once(live):
    with at("2026-08-17 07:00"):
        assert forecast(last="2026-08-17") == [("2026-08-17", "graduation-due", 2, 1)]
        sweep()
        message(due_at=timezone.now(), next_try_at=timezone.now())
        assert forecast(last="2026-08-17") == [("2026-08-17", "graduation-due", 2, 1), ("2026-08-17", "test", 1, 1)]
    with at("2026-08-17 09:00"):
        deliver_due()
        assert forecast(last="2026-08-17") == []


def test_what_is_made_up_for_comes_with_the_next_mornings_sweep(live):
    """EL-65: the two-week reminder fell into an outage; today's look is over."""
    with at("2026-08-20 09:00"):
        assert forecast(last="2026-08-22") == [("2026-08-21", "graduation-due", 2, 1)]
    with at("2026-08-20 09:00", after_outage=True):
        assert forecast(last="2026-08-22") == [("2026-08-20", "graduation-due", 2, 1)]


def test_a_forecast_costs_the_same_for_one_residency_and_for_many(live):
    """EL-62"""
    with at("2026-08-10 09:00"):
        counts = []
        for _ in range(2):  # nobody new: who they are is known
            with CaptureQueriesContext(connection) as queries:
                forecast()
            counts.append(len(queries))
            for number in range(12):
                row = residency("live", owner=live.owner)
                Residency.objects.filter(pk=row.pk).update(live_on="2026-03-01", graduation_due_on=DUE + datetime.timedelta(days=number))
        assert counts[0] == counts[1] <= 6


def test_one_residencys_forecast_leaves_others_out(live):
    other = residency("live", owner=live.owner, live_on="2026-03-01", graduation_due_on=DUE)
    with at("2026-08-10 09:00"):
        assert forecast(stream=live.stream_id)[0] == ("2026-08-17", "graduation-due", 2, 1)
        assert forecast(stream=other.stream_id)[0][2] == 1
        assert health.done_on(health.SWEEP)


# ── All that failed ──────────────────────────────────────────────────────────────────────────


def test_all_that_failed_is_put_back_at_once_and_once(ops):
    """EL-62"""
    for _ in range(3):
        message(state=State.FAILED, attempts=8)
    message(state=State.CANCELLED)
    assert [resend_failed(by=ops), resend_failed(by=ops)] == [3, 0]
    assert Message.objects.filter(state=State.QUEUED, attempts=0).count() == 3
    facts = Event.objects.get(act="messages-resent").facts
    assert (facts["count"], facts["messages"]) == (
        3,
        list(Message.objects.filter(state=State.QUEUED).order_by("pk").values_list("pk", flat=True)),
    )
