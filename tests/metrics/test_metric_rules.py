"""Progress, due days, doubts about readings and how figures are written: rules without tables (EL-90, EL-91)."""

import datetime
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.choices import Cadence, MetricKind
from metrics.definition import rules
from metrics.definition.exemplars import EXEMPLARS, by_kind
from metrics.definition.rules import GoalOn
from metrics.figures import figure, number, read_figure
from metrics.readings import rules as readings
from metrics.readings.rules import Reading
from tests.clock import TODAY
from web.spreadsheets.columns import Unfit

DAY = datetime.timedelta(days=1)
FIGURES = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False)


def goal(value, days=0):
    return GoalOn(D(str(value)), TODAY + days * DAY)


def words(baseline, target, value, direction="down", unit="days"):
    given_goals = (None if each is None else goal(each) for each in (baseline, target))
    return rules.progress(*given_goals, None if value is None else D(str(value)), direction=direction, unit=unit).words


# ── Progress ─────────────────────────────────────────────────────────────────────────────────


@given(FIGURES, FIGURES, FIGURES)
def test_progress_is_the_share_of_the_way_and_the_same_for_both_directions(baseline, target, value):
    """EL-92: (now − base) ÷ (target − base), and undefined only if there is no way to go."""
    share = rules.share(baseline, target, value)
    if baseline == target:
        assert share is None
    else:
        assert share * (target - baseline) == pytest.approx(value - baseline, rel=D("1e-9"), abs=D("1e-9"))
        assert rules.share(-baseline, -target, -value) == share
        assert rules.share(baseline, target, baseline) == 0
        assert rules.share(baseline, target, target) == 1


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ((61, 15, 34), "59% of the way to the target"),
        ((61, 15, 15), "Target reached"),
        ((61, 15, 10), "Past the target: 111% of the way"),
        ((61, 15, 61), "No change from the baseline"),
        ((61, 15, 70), "Further from the target than the baseline"),
        ((0, 40, 10), "25% of the way to the target"),  # zero is a baseline
        ((12, 0, 3), "75% of the way to the target"),  # and a target
        ((12, 0, 0), "Target reached"),  # and a reading
        ((42, 42, 42), "Holding at the target of 42 days, which is also the baseline"),
        ((42, 42, 40), "Better than the target of 42 days, which is also the baseline"),
        ((42, 42, 50), "Short of the target of 42 days, which is also the baseline"),
        ((None, 42, 50), "No baseline yet, so progress can’t be measured"),
        ((42, None, 50), "No target yet"),
        ((42, 10, None), "No reading yet"),
    ],
)
def test_progress_is_said_in_words_in_every_case(case, expected):
    """EL-90, EL-92"""
    assert words(*case) == expected


def test_almost_there_is_not_there():
    assert rules.whole_percent(D("0.9999")) == 99
    assert rules.whole_percent(D("0.0001")) == 1
    assert rules.whole_percent(D("-0.0001")) == -1


def test_a_reading_is_measured_against_the_target_of_its_day():
    """EL-90: a revised target doesn't change what earlier readings were measured against."""
    goals = [(TODAY - 90 * DAY, goal(30)), (TODAY - 30 * DAY, goal(15)), (TODAY - 5 * DAY, None)]
    assert rules.of_its_day(goals, TODAY - 91 * DAY) is None
    assert rules.of_its_day(goals, TODAY - 31 * DAY) == goal(30)
    assert rules.of_its_day(goals, TODAY - 30 * DAY) == goal(15)
    assert rules.of_its_day(goals, TODAY) is None


def test_the_title_of_a_chart_says_what_it_shows():
    """EL-92"""
    assert (
        rules.message(goal(61), GoalOn(D(15), datetime.date(2027, 3, 31)), D(34), "days")
        == "61 days → 34 days; target 15 days by 31 March 2027"
    )
    assert rules.message(goal(61), None, None, "days") == "Baseline 61 days, no readings yet"
    assert rules.message(None, None, D(0), "%") == "Now 0%"


def codes(**goals):
    fields = {"baseline": goal(61), "target": goal(15, 90), "direction": "down", "unit": "days", "set_on": TODAY, "today": TODAY}
    return {finding.code for finding in rules.goal_faults(**{**fields, **goals})}


def test_goals_that_contradict_each_other_are_refused():
    assert codes() == set()
    assert codes(target=goal(61, 90)) == set()  # holding a level is a goal
    assert codes(target=goal(70, 90)) == {"target-direction"}
    assert codes(direction="up") == {"target-direction"}
    assert codes(target=goal(15)) == {"target-before-baseline"}
    assert codes(baseline=goal(61, 1)) == {"day-to-come"}
    assert codes(set_on=TODAY + DAY) == {"day-to-come"}
    assert codes(baseline=goal(10**15)) == {"metric-value"}


@given(st.sampled_from(Cadence), st.dates(datetime.date(2001, 1, 1), datetime.date(2090, 12, 31)))
def test_the_next_reading_is_due_after_the_last(cadence, last_on):
    due_on = rules.next_due(cadence, last_on=last_on, since=last_on)
    assert last_on < due_on <= last_on + 366 * DAY


def test_a_team_that_delivers_is_told_what_it_does_not_measure():
    """EL-90"""
    assert [finding.code for finding in rules.not_measured(False, 0, 0)] == ["no-metric"]
    assert [finding.code for finding in rules.not_measured(False, 0, 2)] == ["no-baseline", "no-north-star"]
    assert list(rules.not_measured(True, 1, 2)) == []


def test_there_are_examples_of_every_kind():
    """EL-90: at least fifteen, with stable codes."""
    assert len(EXEMPLARS) >= 15
    assert len({exemplar.code for exemplar in EXEMPLARS}) == len(EXEMPLARS)
    assert all(len(examples) >= 2 for _kind, examples in by_kind())
    assert [kind for kind, _examples in by_kind()] == [str(kind.label) for kind in MetricKind]
    assert all(bool(exemplar.numerator) == bool(exemplar.denominator) for exemplar in EXEMPLARS)


# ── Figures ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("0", "days", "0 days"), ("1", "days", "1 day"), ("61.50", "days", "61.5 days"), ("-3", "points", "−3 points"), ("42", "%", "42%"),
        ("1250.5", "$", "$1,250.50"), ("-1250", "$", "−$1,250"), ("1234567", "visits", "1,234,567 visits"), ("1", "widgets", "1 widgets"),
    ],
)  # fmt: skip
def test_a_figure_is_written_with_its_unit(value, unit, text):
    assert figure(D(value), unit) == text


@given(FIGURES)
def test_a_figure_that_was_written_is_read_as_the_same(value):
    assert read_figure(number(value)) == value
    assert abs(read_figure(figure(value, "%"), "%") - value) <= D("0.005")  # two decimals are enough to read


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("n/a", ""), ("—", ""), ("1.234,5", ""), ("12 apples", "days"), ("1.2E+11", ""), ("$5", "days"), ("5%", "days"), ("$5", "%"),
        ("1.23456", ""), ("9" * 16, ""), ("", ""), ("2026-04-03", ""), ("five", ""),
    ],
)  # fmt: skip
def test_what_is_no_figure_is_refused(text, unit):
    with pytest.raises(Unfit):
        read_figure(text, unit)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1,234.5", "", "1234.5"),
        ("1 234,5", "", "1234.5"),
        ("$40", "$", "40"),
        ("-$40", "$", "-40"),
        ("61 days", "days", "61"),
        ("−3", "", "-3"),
        ("0", "days", "0"),
    ],
)
def test_figures_are_read_as_people_write_them(text, unit, value):
    assert read_figure(text, unit) == D(value)


# ── Doubts ───────────────────────────────────────────────────────────────────────────────────


def doubts(value, *earlier, baseline_on=None, lowest=0, days=0):
    rows = [Reading(TODAY - 30 * (len(earlier) - number) * DAY, D(str(each))) for number, each in enumerate(earlier)]
    reading = Reading(TODAY + days * DAY, D(str(value)))
    return [each.code for each in readings.doubts(reading, rows, baseline_on=baseline_on, lowest=D(str(lowest)), unit="days")]


def test_a_jump_of_more_than_three_usual_steps_is_asked_about():
    """EL-91"""
    steady = (61, 58, 55, 53)  # the usual step is 3
    assert doubts(44, *steady) == []
    assert doubts(43, *steady) == ["reading-jump"]
    assert doubts(530, *steady) == ["reading-jump"]
    assert doubts(34) == []  # nothing to compare with
    assert doubts(34, 61) == []
    assert doubts(610, 61) == ["reading-jump"]
    assert doubts(5, 0) == []  # a first count after none
    assert doubts(40, 40, 40, 40) == []
    assert doubts(81, 40, 40, 40) == ["reading-jump"]


def test_a_day_before_the_baseline_and_a_first_negative_figure_are_asked_about():
    assert doubts(34, baseline_on=TODAY + DAY) == ["reading-before-baseline"]
    assert doubts(-1) == ["reading-negative"]
    assert doubts(-1, lowest=-5) == []


@given(st.decimals(min_value=0, max_value=10**6, places=0), st.decimals(min_value=1, max_value=10**6, places=0))
def test_a_ratio_is_the_quotient_of_its_parts(numerator, denominator):
    value = readings.quotient(numerator, denominator, percent=True)
    assert abs(value - numerator / denominator * 100) <= D("0.00005")


def test_a_ratio_of_nothing_is_not_zero():
    assert [each.code for each in readings.ratio_faults(D(0), D(0))] == ["ratio-of-none"]
    assert [each.code for each in readings.ratio_faults(D(0), None)] == ["metric-ratio"]
    assert list(readings.ratio_faults(D(0), D(5))) == []
