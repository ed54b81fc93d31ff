"""Sums, forecasts and daily costs, recomputed in plain Python on random data; no database (EL-70, EL-74)."""

import datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dates.months import fiscal_bounds, fiscal_label, fiscal_year_of
from dates.working_days import is_working_day, working_days_from
from oversight.money import rules
from oversight.money.rules import Amount, Range, YearSums

DAY = datetime.timedelta(days=1)
days = st.dates(datetime.date(2026, 1, 1), datetime.date(2027, 9, 30))
cents = st.integers(-10_000_000_00, 10_000_000_00).filter(bool)
amounts = st.lists(
    st.builds(Amount, st.sampled_from(("committed", "spent", "forecast")), days, cents, st.sampled_from(("lab", "ministry"))), max_size=40
)


# ── Fiscal years ─────────────────────────────────────────────────────────────────────────────


@given(days)
def test_every_day_is_within_the_bounds_of_its_fiscal_year(day):
    """EL-70: April to March."""
    year = fiscal_year_of(day)
    assert [y for y in range(2018, 2038) if fiscal_bounds(y)[0] <= day <= fiscal_bounds(y)[1]] == [year]
    assert fiscal_bounds(year)[1] + DAY == fiscal_bounds(year + 1)[0]


def test_a_fiscal_year_starts_on_1_april():
    assert [fiscal_year_of(datetime.date(2027, month, day)) for month, day in ((1, 1), (3, 31), (4, 1), (12, 31))] == [
        2026,
        2026,
        2027,
        2027,
    ]
    assert [fiscal_label(year) for year in (2009, 2026, 2099)] == ["2009/10", "2026/27", "2099/00"]


# ── Sums ─────────────────────────────────────────────────────────────────────────────────────


@given(amounts)
def test_totals_match_plain_addition(rows):
    """EL-70: to the cent, in whole numbers."""
    by_hand = {}
    for row in rows:
        by_hand[row.kind] = by_hand.get(row.kind, 0) + row.cents
    assert rules.totals(rows) == by_hand
    by_payer = rules.by_payer(rows)
    assert {kind: sum(sums.get(kind, 0) for sums in by_payer.values()) for kind in by_hand} == by_hand


@given(st.integers(-(10**12), 10**12), st.integers(1, 400))
def test_a_quotient_is_the_nearest_cent(total, by):
    assert abs(Fraction(total, by) - rules.divided(total, by)) <= Fraction(1, 2)
    assert rules.divided(-total, by) == -rules.divided(total, by)


# ── Forecasts ────────────────────────────────────────────────────────────────────────────────


@given(amounts, days)
def test_the_run_rate_continues_spending_at_the_same_rate(rows, today):
    """EL-70: what is spent so far, plus the same amount a day until 31 March."""
    year = fiscal_year_of(today)
    first, last = fiscal_bounds(year)
    spent = [row for row in rows if row.kind == "spent" and first <= row.on <= today]
    rate = rules.run_rate(rows, year, today)
    assert (rate is None) == (not spent)
    if rate is None:
        return
    since = min(row.on for row in spent).replace(day=1)
    so_far = sum(row.cents for row in spent)
    assert rate.days + rate.days_left == (last - since).days + 1
    assert rate.spent == so_far
    assert abs(so_far + Fraction(so_far, rate.days) * rate.days_left - rate.total) <= Fraction(1, 2)


def test_the_run_rate_counts_days_from_the_month_in_which_spending_started():
    rate = rules.run_rate([Amount("spent", datetime.date(2026, 9, 30), 30_000_00)], 2026, datetime.date(2026, 9, 30))
    assert (rate.since, rate.days, rate.per_day) == (datetime.date(2026, 9, 1), 30, 1_000_00)
    assert rate.total == 30_000_00 + 182 * 1_000_00


def test_a_year_that_is_over_has_no_days_left():
    rate = rules.run_rate([Amount("spent", datetime.date(2025, 6, 30), 500)], 2025, datetime.date(2026, 11, 24))
    assert (rate.days_left, rate.total) == (0, 500)
    assert rules.run_rate([Amount("spent", datetime.date(2025, 6, 30), 500)], 2027, datetime.date(2026, 11, 24)) is None


@given(amounts, days)
def test_the_entered_forecast_counts_only_future_days(rows, today):
    """EL-70"""
    year = fiscal_year_of(today)
    within = [row for row in rows if fiscal_year_of(row.on) == year]
    entered = rules.as_entered(rows, year, today)
    assert entered.total == sum(r.cents for r in within if r.kind == "spent" or (r.kind == "forecast" and r.on > today))
    assert entered.forecast + entered.passed == sum(r.cents for r in within if r.kind == "forecast")


# ── What deserves attention ──────────────────────────────────────────────────────────────────

USUAL = Range(800_000_00, 1_300_000_00)
GOOD = {"year": 2026, "team": 1_000_000_00, "confirmed": 1_000_000_00}


def codes(usual=USUAL, **sums):
    return [finding.code for finding in rules.attention(YearSums(**{**GOOD, **sums}), usual)]


def test_a_year_in_order_has_no_warnings():
    assert codes() == []
    assert codes(team=800_000_00, confirmed=800_000_00) == codes(team=1_300_000_00, confirmed=1_300_000_00) == []


def test_a_budget_outside_the_usual_range_warns_and_never_blocks():
    """EL-70, EL-08"""
    assert codes(team=799_999_99) == ["money-outside-range"]
    assert codes(team=1_300_000_01, confirmed=1_300_000_01) == ["money-outside-range"]
    assert codes(team=1, confirmed=1, usual=None) == []
    assert all(finding.severity < 30 for finding in rules.attention(YearSums(2026, team=1, committed=2, spent=2), USUAL))


def test_more_committed_or_spent_than_the_budget_warns():
    """EL-70: even by one cent; other funding counts towards the budget."""
    assert codes(committed=1_000_000_00, spent=1_000_000_00) == []
    assert codes(committed=1_000_000_01) == ["money-over-committed"]
    assert codes(spent=1_000_000_01) == ["money-overspent"]
    assert codes(committed=1_000_000_01, fund=1, confirmed=1_000_000_01) == []


def test_a_budget_that_is_not_confirmed_in_full_warns():
    """EL-70: the program area confirms that it can pay."""
    assert codes(confirmed=None) == codes(confirmed=999_999_99) == ["money-not-confirmed"]
    assert codes(team=None, confirmed=None) == ["money-no-budget"]


# ── The price of a day ───────────────────────────────────────────────────────────────────────


@given(st.integers(0, 2_000_000_00), st.integers(2018, 2034))
def test_a_working_day_costs_the_budget_divided_by_the_years_working_days(budget, year):
    """EL-74"""
    first, last = fiscal_bounds(year)
    count = sum(1 for n in range((last - first).days + 1) if is_working_day(first + n * DAY))
    assert abs(Fraction(budget, count) - rules.daily_cost(budget, year)) <= Fraction(1, 2)
    assert 245 <= count <= 255


@given(days, st.integers(-5, 60))
def test_working_days_include_both_ends(first, length):
    last = first + length * DAY
    assert working_days_from(first, last) == len([n for n in range(length + 1) if is_working_day(first + n * DAY)])
