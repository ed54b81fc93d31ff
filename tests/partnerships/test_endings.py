"""Endings are decided, not drifted into (SP-06, PB-27)."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from acts.act import SYSTEM
from findings import Refused
from outbox.models import Message
from partnerships.choices import Comparison, Stage
from partnerships.endings import actions as endings
from partnerships.endings.rules import crossed_on
from partnerships.lifecycle import actions as lifecycle
from partnerships.models import Decision
from tests.metrics.factories import metric, reading
from tests.partnerships import factories as make

DAY = datetime.timedelta(days=1)
db = pytest.mark.django_db


def sweep():
    return endings.raise_decisions(by=SYSTEM)


@db
def test_a_review_date_fires_once_and_a_40_day_outage_loses_none(ops, time_machine):
    """SP-06: what counts is whether the day has come."""
    row = make.operating(by=ops)
    time_machine.move_to(timezone.now() + datetime.timedelta(days=364))
    assert sweep() == 0
    time_machine.move_to(timezone.now() + datetime.timedelta(days=41))
    assert [sweep(), sweep()] == [1, 0]
    decision = Decision.objects.get()
    assert (decision.met_on, decision.due_on) == (row.review_on, timezone.localdate() + 30 * DAY)
    assert make.fresh(row).state == Stage.OPERATING, "nothing ends by itself"
    assert Message.objects.filter(occasion="partnership-decision-due").count() == 3, "lab operations, and both coordinators"


@db
def test_a_date_fires_once_even_after_it_was_decided(ops, time_machine):
    """SP-06."""
    row = make.operating(by=ops)
    make.criterion(row, kind="date", text="The lease ends", on=timezone.localdate() + 10 * DAY, by=ops)
    time_machine.move_to(timezone.now() + datetime.timedelta(days=50))
    assert [sweep(), sweep()] == [1, 0]
    next_review = timezone.localdate() + 300 * DAY
    endings.decide(make.fresh(row), decision=Decision.objects.get(), choice="continue", reason="Renewed.", review_on=next_review, by=ops)
    assert sweep() == 0
    assert make.fresh(row).review_on == next_review


@db
def test_a_measure_fires_on_the_third_low_reading_and_stays_until_decided(ops):
    """SP-06, PB-27: 7, 7, 7 is flagged on the third; 20 afterwards takes nothing back, and three more low ones fire again."""
    row = make.operating(by=ops)
    clients = metric(row, by=ops)
    today = timezone.localdate()
    fields = {"metric": clients, "comparison": "below", "value": Decimal(8), "for_months": 3}
    make.criterion(row, kind="measure", text="Fewer than 8 clients a month for 3 months", by=ops, **fields)
    for ago in (90, 60):
        reading(clients, on=today - ago * DAY, value=Decimal(7), by=ops)
    assert sweep() == 0
    reading(clients, on=today - 30 * DAY, value=Decimal(7), by=ops)
    assert sweep() == 1
    reading(clients, on=today - 20 * DAY, value=Decimal(20), by=ops)
    assert sweep() == 0
    decision = Decision.objects.get()
    assert (decision.is_open, decision.met_on) == (True, today - 30 * DAY)
    endings.decide(make.fresh(row), decision=decision, choice="continue", reason="Winter.", review_on=today + 300 * DAY, by=ops)
    assert sweep() == 0


@db
def test_an_event_is_recorded_by_hand_once(ops):
    """SP-06."""
    criterion = make.criterion(make.operating(by=ops), by=ops)
    endings.record_event(criterion, met_on=timezone.localdate(), by=ops)
    with pytest.raises(Refused) as refused:
        endings.record_event(criterion, met_on=timezone.localdate(), by=ops)
    assert refused.value.codes == {"decision-waits"}


@db
def test_going_on_needs_a_reason_and_a_review_ahead(ops):
    """SP-06, SP-10."""
    row = make.operating(by=ops)
    for fields, code in (({"reason": " "}, "no-reason"), ({"reason": "It works.", "review_on": timezone.localdate()}, "no-next-review")):
        with pytest.raises(Refused) as refused:
            endings.decide(row, choice="continue", by=ops, **fields)
        assert refused.value.codes == {code}


@db
def test_ending_runs_its_winding_up_list(ops):
    """SP-06: decided, wound up, ended; and everything before that is refused with the list."""
    row = make.operating(by=ops)
    endings.decide(row, choice="end", reason="The lease has ended.", by=ops)
    with pytest.raises(Refused) as refused:
        lifecycle.end_partnership(make.fresh(row), on=timezone.localdate(), reason="Over.", by=ops)
    assert len(refused.value.findings) == 4
    make.done(row, "W1", "W2", "W3", "W4", by=ops)
    ended = lifecycle.end_partnership(make.fresh(row), on=timezone.localdate(), reason="Over.", by=ops)
    assert ended.state == Stage.ENDED
    assert Message.objects.filter(occasion="partnership-ended").count() == 2
    assert sweep() == 0


@given(st.lists(st.integers(0, 15), max_size=20), st.integers(1, 5))
def test_a_run_of_readings_is_found_where_it_is_first_complete(values, in_a_row):
    """PB-27: as plain arithmetic says."""
    day = datetime.date(2026, 1, 1)
    readings = [(day + n * DAY, Decimal(value)) for n, value in enumerate(values)]
    low = [all(value < 8 for value in values[n - in_a_row + 1 : n + 1]) and n >= in_a_row - 1 for n in range(len(values))]
    assert crossed_on(readings, Comparison.BELOW, Decimal(8), in_a_row) == (readings[low.index(True)][0] if True in low else None)
