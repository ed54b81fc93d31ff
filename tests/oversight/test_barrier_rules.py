"""Rules for where barriers can move, their days at each level, and what delay costs; no database (EL-73, EL-74)."""

from __future__ import annotations

import datetime
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dates.working_days import is_working_day
from oversight.barriers import rules
from oversight.barriers.rules import Alike, RouteTable, Stay, Step
from oversight.choices import BarrierState, Scope, band

DAY = datetime.timedelta(days=1)
TEAM, LAB, GROUP, COMMITTEE, SPONSOR = 1, 2, 3, 4, 5
LEVELS = (TEAM, LAB, GROUP, COMMITTEE, SPONSOR)
UP = [(LEVELS[n], LEVELS[n + 1]) for n in range(4)]
BACK = [(upper, lower) for lower, upper in UP]
ROUTES = RouteTable(
    LEVELS,
    frozenset(
        [Step(Scope.LOCAL, None, TEAM), Step(Scope.SYSTEMIC, None, LAB)]
        + [Step(scope, *pair) for scope in Scope for pair in UP]
        + [Step(Scope.LOCAL, *pair) for pair in BACK]
        + [Step(Scope.SYSTEMIC, *pair) for pair in BACK if TEAM not in pair]
    ),
)
WORDS = {"recommendation": "Name a second signer.", "reason": "The team can't."}


def faults(scope=Scope.LOCAL, start=TEAM, end=LAB, state=BarrierState.DEFINED, **words):
    return {f.code for f in rules.move_faults(ROUTES, state=state, scope=scope, start=start, end=end, **WORDS | words)}


def walk(chance: random.Random) -> tuple[str, list[int]]:
    """Try to move a barrier eight times at random; return its scope and the levels it reached."""
    scope = chance.choice(list(Scope))
    at = ROUTES.entry(scope)
    assert at is not None
    path = [at]
    for _push in range(8):
        wanted = chance.choice((0, *LEVELS))
        state = chance.choice([BarrierState.IDENTIFIED, BarrierState.DEFINED, BarrierState.ROUTED, BarrierState.RESOLVED])
        if not faults(scope, path[-1], wanted, state):
            path.append(wanted)
    return scope, path


def test_five_thousand_random_walks_reach_no_level_out_of_order():
    """EL-73: one level at a time, up or back; a systemic barrier never comes to a team."""
    chance, reached = random.Random(73), set()
    for _number in range(5_000):
        scope, path = walk(chance)
        assert all(abs(later - earlier) == 1 for earlier, later in pairwise(path)), path
        assert path[0] == (TEAM if scope == Scope.LOCAL else LAB)
        assert scope == Scope.LOCAL or TEAM not in path
        reached |= {(scope, level) for level in path}
    assert len(reached) == 9, "the walks come to every level of both routes"


def test_a_move_needs_the_route_a_definition_a_recommendation_and_a_reason():
    """EL-73"""
    assert faults() == set()
    assert faults(end=GROUP) == {"barrier-off-route"}
    assert faults(scope=Scope.SYSTEMIC, start=LAB, end=TEAM) == {"barrier-off-route"}
    assert faults(state=BarrierState.IDENTIFIED) == {"barrier-not-defined"}
    assert faults(state=BarrierState.IDENTIFIED, start=LAB, end=TEAM) == set(), "what goes back is described there"
    assert faults(recommendation=" ", reason="") == {"barrier-no-recommendation", "barrier-no-reason"}
    assert faults(state=BarrierState.RESOLVED) == {"barrier-closed"}


def test_the_next_level_up_is_proposed_and_none_at_the_top():
    """EL-73"""
    assert [ROUTES.proposed(Scope.LOCAL, level) for level in LEVELS] == [LAB, GROUP, COMMITTEE, SPONSOR, None]


def test_a_kind_without_a_route_has_no_entry():
    assert RouteTable((), frozenset()).entry(Scope.LOCAL) is None
    assert not ROUTES.is_on_route(Scope.SYSTEMIC, 99)


stays_of_a_barrier = st.builds(
    lambda start, spans, gap_at: _stays(start, spans, gap_at),
    st.dates(datetime.date(2024, 1, 1), datetime.date(2028, 12, 31)),
    st.lists(st.tuples(st.sampled_from(["team", "lab", "group"]), st.integers(0, 40), st.integers(0, 60)), min_size=1, max_size=8),
    st.booleans(),
)


def _stays(start, spans, reopened):
    """Return consecutive stays; those in `reopened` follow a gap in which the barrier was accepted."""
    stays = []
    for level, days, gap in spans:
        start += gap * DAY if reopened and stays else 0 * DAY
        stays.append(Stay(level, start, start + days * DAY))
        start += days * DAY
    return stays


def open_again(stays):
    return [*stays[:-1], Stay(stays[-1].level, stays[-1].from_on)]


@given(stays_of_a_barrier, st.booleans(), st.integers(0, 30), st.integers(0, 900_000))
def test_days_at_the_levels_add_up_to_its_age_and_prices_to_its_price(stays, is_open, later, daily):
    """EL-74: however it moved or was reopened; recounted here day by day."""
    today = (stays[-1].to_on or stays[-1].from_on) + later * DAY
    stays = open_again(stays) if is_open else stays
    days = [day for stay in stays for day in _each(stay.from_on, stay.to_on or today)]
    lines = rules.time_at_levels(stays, today, daily)

    assert sum(line.days for line in lines) == rules.age(stays, today) == len(days)
    assert sum(line.working_days for line in lines) == sum(map(is_working_day, days))
    assert sum(line.cents or 0 for line in lines) == rules.price(stays, today, daily) == sum(map(is_working_day, days)) * daily
    assert len({line.level for line in lines}) == len(lines)


def _each(start, end):
    while start < end:
        yield start
        start += DAY


def test_without_a_daily_cost_there_is_no_price():
    """EL-74: the price is None, not zero."""
    stays = [Stay("team", datetime.date(2026, 3, 2), datetime.date(2026, 3, 9))]
    assert rules.price(stays, datetime.date(2026, 4, 1), None) is None
    assert [line.cents for line in rules.time_at_levels(stays, datetime.date(2026, 4, 1), None)] == [None]
    assert rules.age([], datetime.date(2026, 4, 1)) == 0


def test_an_allowance_counts_working_days_of_british_columbia():
    """EL-73: Family Day and the weekend don't count."""
    assert rules.due_on(datetime.date(2026, 2, 12), 2) == datetime.date(2026, 2, 17)
    assert rules.working_days_between(datetime.date(2026, 2, 12), datetime.date(2026, 2, 18)) == 3


@given(st.lists(st.tuples(st.sampled_from([None, 1, 2]), st.sampled_from([None, 7, 8])), max_size=12))
def test_three_of_a_category_at_one_body_suggest_a_systemic_barrier(pairs):
    """EL-73: recounted here; barriers without a category or a body are never included."""
    suggested = rules.patterns(Alike(number, *pair) for number, pair in enumerate(pairs))
    expected = {pair: [n for n, other in enumerate(pairs) if other == pair] for pair in set(pairs) if None not in pair}
    assert {(category, body): keys for category, body, keys in suggested} == {
        pair: keys for pair, keys in expected.items() if len(keys) >= 3
    }


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=30))
def test_every_risk_is_in_the_one_cell_of_its_rating(ratings):
    """EL-73"""
    rows = rules.heat_map((number, *rating) for number, rating in enumerate(ratings))
    cells = {(likelihood, impact): keys for likelihood, row in rows for impact, keys in row}
    assert len(cells) == 25
    assert [likelihood for likelihood, _row in rows] == [5, 4, 3, 2, 1]
    assert {n: place for place, keys in cells.items() for n in keys} == dict(enumerate(ratings))


@pytest.mark.parametrize(
    ("likelihood", "impact", "expected"),
    [(1, 4, "low"), (1, 5, "medium"), (3, 3, "medium"), (2, 5, "high"), (3, 5, "extreme"), (5, 5, "extreme")],
)
def test_a_risks_band_follows_likelihood_times_impact(likelihood, impact, expected):
    assert band(likelihood, impact) == expected
