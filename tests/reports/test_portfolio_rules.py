"""The portfolio's figures over random residencies, against sums made here in plain loops (EL-94)."""

import datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from dates.months import fiscal_bounds
from reports.portfolio import rules
from reports.portfolio.rules import Facts, Period, Stay

DAY = datetime.timedelta(days=1)
FIRST = datetime.date(2024, 1, 1)
days = st.integers(0, 1000).map(lambda count: FIRST + count * DAY)
STATES = ["submitted", "in_review", "qualified", "agreement", "in_residence", "live"]
ENDS = ["graduated", "pivoted", "declined", "withdrawn"]


@st.composite
def facts(draw):
    """A residency with its states in order, as far as it came."""
    moves = sorted(draw(st.lists(days, min_size=1, max_size=7)))
    end = draw(st.sampled_from([None, *ENDS])) if len(moves) > 1 else None
    path = [(on, STATES[min(number, len(STATES) - 1)]) for number, on in enumerate(moves[:-1] if end else moves)]
    steps = [*path, *([(moves[-1], end)] if end else [])]
    live_on = next((on for on, state in path if state == "live"), None)
    return Facts(
        pk=draw(st.integers(1, 10**6)), reference="XL-2026-001", product="Permits", url="/", ministry=draw(st.sampled_from("ABC")),
        phase="apply", state=steps[-1][1], stays=tuple(rules.stays_of(steps, {})), submitted_on=moves[0],
        started_on=next((on for on, state in path if state == "in_residence"), None), live_on=live_on,
        due_on=live_on + 182 * DAY if live_on else None, ended_on=moves[-1] if end else None, reason="It was decided." if end else "",
        training_hours=Decimal(draw(st.integers(0, 90))) / 2, minutes_given=draw(st.integers(0, 500)), spent_cents=draw(st.integers(0, 10**7)),
        expected=(expected := draw(st.integers(0, 40))), attended=draw(st.integers(0, expected)),
    )  # fmt: skip


worlds = st.lists(facts(), max_size=6)
periods = st.one_of(
    days.map(Period), st.tuples(st.sampled_from([2023, 2024, 2025]), days).map(lambda it: Period(max(fiscal_bounds(it[0])[0], min(it[1], fiscal_bounds(it[0])[1])), fiscal_bounds(it[0])[0]))
)  # fmt: skip


@settings(max_examples=50)
@given(worlds, periods, st.sampled_from(STATES))
def test_times_in_a_state_are_those_over_in_the_period_and_those_open_on_its_last_day(world, period, state):
    expected = []
    for row in world:
        for stay in row.stays:
            if stay.state != state or stay.from_on > period.last:
                continue
            if stay.to_on and stay.to_on <= period.last:
                if period.first is None or stay.to_on >= period.first:
                    expected.append(((stay.to_on - stay.from_on).days, True))
            else:
                expected.append(((period.last - stay.from_on).days, False))
    assert [(time.length.days, time.length.finished) for time in rules.times_in(state, world, period)] == expected


@settings(max_examples=50)
@given(worlds, periods)
def test_each_sum_is_that_of_its_rows_and_ministries_add_up(world, period):
    whole = rules.sums(world)
    groups = rules.by_ministry(world)
    assert [name for name, _sums in groups] == sorted({row.ministry for row in world})
    for name in ("residencies", "training_hours", "expected", "attended", "minutes_given", "spent_cents", "graduated"):
        assert getattr(whole, name) == sum(getattr(sums, name) for _ministry, sums in groups)
    assert whole.spent_cents == sum(row.spent_cents for row in world)
    assert sum(whole.by_state.values()) == len(world)


@settings(max_examples=50)
@given(worlds, periods)
def test_graduated_in_time_counts_each_once_when_it_is_known(world, period):
    """EL-94: an end for another reason before the due date counts neither way."""
    expected = []
    for row in world:
        if row.due_on is None:
            continue
        known, in_time = row.due_on, False
        if row.ended_on and row.ended_on <= row.due_on:
            if row.state != "graduated":
                continue
            known, in_time = row.ended_on, True
        if known <= period.last and (period.first is None or known >= period.first):
            expected.append((row.pk, in_time))
    assert [(row.facts.pk, row.in_time) for row in rules.due(world, period)] == expected


@settings(max_examples=50)
@given(worlds)
def test_days_in_all_states_are_the_whole_time_on_record(world):
    period = Period(FIRST + 2000 * DAY)
    for row in world:
        end = row.ended_on or period.last
        assert sum(count or 0 for count in rules.days_in(row, STATES, period)) == (end - row.stays[0].from_on).days


def test_a_stated_day_counts_instead_of_the_day_of_the_record():
    """A start that was recorded two days later began on the stated day."""
    day = FIRST
    moves = [(day, "agreement"), (day + 10 * DAY, "in_residence"), (day + 30 * DAY, "graduated")]
    assert rules.stays_of(moves, {"in_residence": day + 8 * DAY}) == [
        Stay("agreement", day, day + 8 * DAY),
        Stay("in_residence", day + 8 * DAY, day + 30 * DAY),
    ]


def test_a_stated_day_before_the_state_before_it_makes_no_time_negative():
    moves = [(FIRST + 5 * DAY, "agreement"), (FIRST + 10 * DAY, "in_residence")]
    assert rules.stays_of(moves, {"in_residence": FIRST}) == [
        Stay("agreement", FIRST + 5 * DAY, FIRST + 5 * DAY),
        Stay("in_residence", FIRST + 5 * DAY),
    ]


def test_one_that_ended_before_the_period_is_left_out():
    ended = Facts(1, "XL-2024-001", "Permits", "/", "A", "apply", "declined", submitted_on=FIRST, ended_on=FIRST + 5 * DAY)
    assert not rules.in_period(ended, Period(FIRST + 20 * DAY, FIRST + 6 * DAY))
    assert rules.in_period(ended, Period(FIRST + 20 * DAY, FIRST + 5 * DAY))
    assert not rules.in_period(ended, Period(FIRST - DAY))
