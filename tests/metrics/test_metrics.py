"""Acts on metrics and readings, and what the database holds (EL-90, EL-91)."""

import datetime
import uuid
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from acts.revisions import Stale
from findings import Refused
from ledger.models import Event
from metrics.choices import Goal
from metrics.definition import actions
from metrics.definition.rules import GoalOn
from metrics.models import GoalRevision, Metric, Observation
from metrics.pages.queries import MetricOf
from metrics.readings import actions as readings
from residencies.lifecycle import actions as lifecycle
from residencies.models.states import State
from tests.factories import account, person
from tests.metrics.factories import DAY, FIELDS, RATIO, ago, goal, metric, reading, series
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return residency(State.IN_RESIDENCE, started_on=ago(210))


def history(of):
    return list(Event.objects.filter(stream=of.stream).order_by("seq").values_list("act", flat=True))


def refusal(act, *args, **fields):
    with pytest.raises(Refused) as refused:
        act(*args, **fields)
    return refused.value.codes


# ── Metrics ──────────────────────────────────────────────────────────────────────────────────


def test_a_metric_keeps_its_baseline_target_owner_and_when_the_first_reading_is_due(of, ops):
    """EL-90"""
    owner = person()
    row = metric(of, target="15", owner=owner, is_north_star=True, example="days-to-decision", by=ops)
    row.refresh_from_db()
    assert (row.baseline_value, row.target_value, row.owner, row.is_north_star) == (61, 15, owner, True)
    assert row.next_due_on > timezone.localdate()
    assert [(each.goal, each.value, each.set_on) for each in row.goals.all()] == [("baseline", 61, ago(190)), ("target", 15, ago(190))]
    assert history(of) == ["metric-defined"]


def test_zero_is_a_baseline_a_target_and_a_reading(of):
    """EL-90: no zero is read as empty."""
    row = metric(of, baseline="0", target="40", direction="up", unit="people")
    assert (row.baseline_value, row.baseline_on is None) == (0, False)
    reading(row, "0")
    row.refresh_from_db()
    assert row.last_value == 0
    assert MetricOf(row, timezone.localdate()).message.startswith("0 people → 0 people")
    none_left = metric(of, name="Errors", baseline="12", target="0", unit="errors")
    assert none_left.target_value == 0
    reading(none_left, "0")
    assert MetricOf(none_left, timezone.localdate()).progress.words == "Target reached"


def test_a_residency_has_one_north_star(of, ops):
    """EL-90: choosing another takes it from the first; the database holds it too."""
    first, second = metric(of, is_north_star=True), metric(of, name="Errors", unit="errors")
    actions.choose_north_star(second, by=ops)
    third = metric(of, name="Calls", unit="calls", is_north_star=True)
    assert list(Metric.objects.filter(is_north_star=True)) == [third]
    with pytest.raises(IntegrityError), transaction.atomic():
        Metric.objects.filter(pk=first.pk).update(is_north_star=True)
    other = residency(State.IN_RESIDENCE)
    assert metric(other, is_north_star=True).is_north_star  # of its own


def test_a_name_is_used_once_among_active_metrics(of, ops):
    row = metric(of)
    assert refusal(metric, of, name="median  days to a DECISION") == {"metric-name-taken"}
    retired = actions.retire_metric(row, reason="Measured elsewhere.", shown_revision=row.revision, by=ops)
    again = metric(of)
    assert refusal(actions.restore_metric, retired, shown_revision=retired.revision, by=ops) == {"metric-name-taken"}
    actions.retire_metric(again, reason="Twice.", shown_revision=again.revision, by=ops)
    restored = actions.restore_metric(retired, shown_revision=retired.revision, by=ops)
    assert restored.is_active
    assert restored.next_due_on >= timezone.localdate()


def test_a_retired_metric_keeps_its_readings_and_takes_no_more(of, ops):
    """EL-90: retired, not deleted."""
    row = metric(of, is_north_star=True)
    entered = reading(row)
    assert refusal(actions.retire_metric, row, reason=" ", shown_revision=row.revision, by=ops) == {"no-reason"}
    retired = actions.retire_metric(row, reason="It didn’t tell us anything.", shown_revision=row.revision, by=ops)
    assert (retired.is_north_star, retired.next_due_on) == (False, None)
    assert refusal(reading, retired, on=ago(3)) == {"metric-retired"}
    assert refusal(actions.choose_north_star, retired, by=ops) == {"metric-retired"}
    assert refusal(
        actions.set_goal, retired, goal=Goal.TARGET, value=goal(9, -9), set_on=ago(0), reason="", shown_revision=retired.revision, by=ops
    ) == {"metric-retired"}
    assert Observation.objects.get() == entered


def test_the_unit_is_fixed_once_there_are_figures(of, ops):
    row = metric(of)
    fields = {**FIELDS, "owner": None, "shown_revision": row.revision, "by": ops}
    assert refusal(actions.edit_metric, row, **{**fields, "unit": "hours"}) == {"metric-unit-fixed"}
    assert refusal(actions.edit_metric, row, **{**fields, "numerator_label": "Decided"}) == {"metric-unit-fixed", "metric-ratio"}
    edited = actions.edit_metric(row, **{**fields, "cadence": "weekly", "name": "Days to a decision"})
    assert (edited.name, edited.revision) == ("Days to a decision", row.revision + 1)
    with pytest.raises(Stale):
        actions.edit_metric(row, **fields)


def test_a_direction_that_contradicts_the_target_is_refused(of, ops):
    row = metric(of, target="15")
    fields = {**FIELDS, "owner": None, "shown_revision": row.revision, "by": ops}
    assert refusal(actions.edit_metric, row, **{**fields, "direction": "up"}) == {"target-direction"}


# ── Baseline and target ──────────────────────────────────────────────────────────────────────


def test_a_target_is_revised_and_not_overwritten(of, ops):
    """EL-90: who, when and why stay on record, and each reading is measured against the target of its day."""
    row = metric(of, target="30")
    early, late = reading(row, "50", on=ago(60)), reading(row, "40", on=ago(1))
    change = {"goal": Goal.TARGET, "value": goal("20", -100), "set_on": ago(30), "by": ops}
    assert refusal(actions.set_goal, row, **change, reason="", shown_revision=row.revision) == {"no-reason"}
    revised = actions.set_goal(row, **change, reason="The branch added staff.", shown_revision=row.revision)
    assert [each.value for each in revised.goals.filter(goal="target")] == [30, 20]
    of_metric = MetricOf(revised, timezone.localdate())
    assert of_metric.row(early).progress.percent == 35  # (50 − 61) ÷ (30 − 61)
    assert of_metric.row(late).progress.percent == 51  # (40 − 61) ÷ (20 − 61)
    again = {**change, "value": goal("10", -100), "set_on": ago(31), "reason": "Earlier?"}
    assert refusal(actions.set_goal, revised, **again, shown_revision=revised.revision) == {"goal-earlier"}
    with pytest.raises(Stale):
        actions.set_goal(revised, **{**again, "set_on": ago(0)}, shown_revision=1)
    removed = actions.set_goal(revised, **{**again, "value": None, "set_on": ago(0)}, shown_revision=revised.revision)
    assert (removed.target_value, removed.target_on) == (None, None)
    assert history(of)[-2:] == ["target-changed", "target-removed"]


def test_setting_the_same_goal_again_writes_nothing(of, ops):
    row = metric(of)
    same = GoalOn(row.baseline_value, row.baseline_on)
    actions.set_goal(row, goal=Goal.BASELINE, value=same, set_on=ago(0), reason="", shown_revision=row.revision, by=ops)
    assert GoalRevision.objects.count() == 1
    assert history(of) == ["metric-defined"]


def test_a_goal_on_record_can_not_be_changed(of):
    metric(of, target="15")
    for change in (lambda rows: rows.update(value=7), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(GoalRevision.objects.all())


# ── Readings ─────────────────────────────────────────────────────────────────────────────────


def test_the_latest_reading_and_the_next_due_day_are_kept_in_the_same_act(of, ops):
    """EL-91"""
    row = metric(of)
    reading(row, "34", on=ago(10))
    row.refresh_from_db()
    assert (row.last_value, row.last_on) == (34, ago(10))
    first_due = row.next_due_on
    reading(row, "40", on=ago(40))  # a late one for an earlier day
    row.refresh_from_db()
    assert (row.last_value, row.next_due_on) == (34, first_due)
    last = reading(row, "33")
    readings.remove_observation(last, reason="Wrong metric.", by=ops)
    row.refresh_from_db()
    assert (row.last_value, row.last_on) == (34, ago(10))
    readings.remove_observation(row.observations.current().get(value=34), reason="Wrong too.", by=ops)
    readings.remove_observation(row.observations.current().get(value=40), reason="And this.", by=ops)
    row.refresh_from_db()
    assert (row.last_value, row.last_on) == (None, None)


def test_a_correction_is_a_new_row_that_names_the_old(of, ops):
    """EL-91: the old row keeps every word, and only one row of a day is current."""
    row = metric(of)
    first = reading(row, "43", note="From the dashboard")
    assert refusal(readings.correct_observation, first, value=D(34), reason=" ", by=ops) == {"no-reason"}
    second = readings.correct_observation(first, value=D(34), note="From the dashboard", reason="Digits swapped.", by=ops)
    first.refresh_from_db()
    assert (first.value, first.is_current, second.corrects, second.is_current) == (43, False, first, True)
    assert refusal(readings.correct_observation, first, value=D(35), reason="Again.", by=ops) == {"reading-corrected"}
    same = readings.correct_observation(second, value=D(34), note="From the dashboard", reason="", by=ops)
    assert same == second  # nothing changed, so nothing is written
    third = readings.correct_observation(second, value=D(34), on=ago(2), reason="It was for Friday.", by=ops)
    reading(row, "33")  # its day is free again
    assert refusal(readings.correct_observation, third, value=D(34), on=ago(0), reason="No.", by=ops) == {"reading-that-day"}
    assert history(of) == ["metric-defined", "reading-recorded", "reading-corrected", "reading-corrected", "reading-recorded"]


def test_no_reading_is_ever_changed_in_the_database(of, ops):
    """EL-91: the database refuses it, whoever asks; a row stops being current once, and never starts again."""
    row = metric(of)
    old = reading(row, "43")
    readings.correct_observation(old, value=D(34), reason="Digits swapped.", by=ops)
    changes = (
        lambda rows: rows.update(value=7),
        lambda rows: rows.update(on=ago(9)),
        lambda rows: rows.update(note="Rewritten"),
        lambda rows: rows.filter(pk=old.pk).update(is_current=True),
        lambda rows: rows.delete(),
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change(Observation.objects.all())
    with pytest.raises(IntegrityError), transaction.atomic():
        Observation.objects.create(metric=row, on=timezone.localdate(), value=1)  # a second current row of a day


def test_any_past_day_can_be_shown_as_it_was_known_then(of, ops):
    """EL-91"""
    row = metric(of)
    moments = []

    def now(act):
        result = act()
        moments.append(timezone.now())
        return result

    first = now(lambda: reading(row, "43"))
    second = now(lambda: readings.correct_observation(first, value=D(34), reason="Digits swapped.", by=ops))
    now(lambda: readings.remove_observation(second, reason="Wrong metric.", by=ops))
    now(lambda: reading(row, "50"))
    known = [[each.value for each in row.observations.known_at(moment)] for moment in moments]
    assert known == [[43], [34], [], [50]]
    assert [each.value for each in row.observations.current()] == [50]
    assert list(row.observations.known_at(moments[0] - DAY)) == []


def test_a_second_press_counts_once(of, ops):
    """EL-91: with the same client key, or the same figure of the same day."""
    row, key = metric(of), uuid.uuid4()
    once = reading(row, "34", client_key=key)
    assert reading(row, "99", client_key=key) == once
    assert reading(row, "34") == once
    assert refusal(reading, row, "35") == {"reading-that-day"}
    assert Observation.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"on": ago(-1)}, "day-to-come"),
        ({"on": datetime.date(1999, 1, 1)}, "day-implausible"),
        ({"value": D(10) ** 15}, "metric-value"),
        ({"value": None}, "reading-none"),
        ({"evidence": "javascript:alert(1)"}, "unsafe-link"),
    ],
)
def test_an_impossible_reading_is_refused(of, ops, fields, code):
    row = metric(of)
    values = {"on": timezone.localdate(), "value": D(34), **fields}
    assert code in refusal(readings.record_observation, row, **values, by=ops)
    assert not Observation.objects.exists()


def test_a_doubtful_reading_is_asked_about_once_and_then_taken(of, ops):
    """EL-91"""
    row = metric(of)
    series(row, 61, 58, 55, 53)
    values = {"on": ago(0), "value": D(530), "by": ops}
    readings.remove_observation(row.observations.current().get(on=ago(0)), reason="To enter it again.", by=ops)
    assert refusal(readings.record_observation, row, **values) == {"reading-jump"}
    assert readings.record_observation(row, **values, acknowledged=True).value == 530
    assert refusal(readings.record_observation, row, on=ago(300), value=D(61), by=ops) == {"reading-before-baseline"}
    assert refusal(readings.record_observation, row, on=ago(15), value=D(-1), by=ops) >= {"reading-negative"}


def test_a_ratio_keeps_its_numerator_and_denominator(of, ops):
    """EL-90: so that periods are added up and percentages never averaged."""
    row = metric(of, **RATIO, baseline="50")
    entered = reading(row, numerator=D(3), denominator=D(8))
    assert (entered.value, entered.numerator, entered.denominator) == (D("37.5"), 3, 8)
    assert refusal(reading, row, on=ago(1), numerator=D(3), denominator=D(0)) == {"ratio-of-none"}
    assert refusal(reading, row, on=ago(1), numerator=D(3)) == {"metric-ratio"}
    assert refusal(metric, of, name="Half", numerator_label="Only this") == {"metric-ratio"}


# ── Who may, and after the end ───────────────────────────────────────────────────────────────


def test_only_the_lab_and_those_who_work_on_it_enter_readings(of):
    from django.core.exceptions import PermissionDenied

    row = metric(of)
    for role in ("viewer", "product_owner", "lab_lead"):
        with pytest.raises(PermissionDenied):
            reading(row, by=account(role))


def test_an_ended_residency_takes_no_readings_but_of_a_benefit_that_is_reported_on(of, ops, lead):
    """EL-86: the home ministry reports one figure a quarter for two years, and nothing else of the record changes."""
    benefit, other = metric(of, is_north_star=True), metric(of, name="Errors", unit="errors")
    entered = reading(other, "4", on=ago(9))
    Metric.objects.filter(pk=benefit.pk).update(after_end_until=ago(-700))
    lifecycle.withdraw(residency_in_agreement(of), reason="Over.", by=ops)
    benefit.refresh_from_db(), other.refresh_from_db()
    benefit, other = Metric.objects.get(pk=benefit.pk), Metric.objects.get(pk=other.pk)
    assert (benefit.next_due_on is None, other.next_due_on) == (False, None)
    assert refusal(reading, other, "5") == {"ended"}
    assert refusal(readings.correct_observation, Observation.objects.get(pk=entered.pk), value=D(5), reason="No.", by=ops) == {"ended"}
    assert refusal(actions.edit_metric, benefit, **FIELDS, owner=None, shown_revision=benefit.revision, by=ops) == {"ended"}
    row = reading(benefit, "33")
    readings.correct_observation(row, value=D(32), reason="Late cases.", by=ops)
    assert history(of)[-2:] == ["benefit-reading-recorded", "benefit-reading-corrected"]
    Metric.objects.filter(pk=benefit.pk).update(after_end_until=ago(1))
    assert refusal(reading, Metric.objects.get(pk=benefit.pk), "31") == {"ended"}


def residency_in_agreement(of):
    """Return the residency in a state from which it can be withdrawn."""
    type(of).objects.filter(pk=of.pk).update(state=State.AGREEMENT)
    of.refresh_from_db()
    return of
