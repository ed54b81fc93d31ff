"""The return, against plain arithmetic on random data, and in words where there is no ratio (EL-93, EL-98)."""

import datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from metrics.choices import SavingKind
from metrics.savings.rules import Range
from reports.value.rules import CostEntry, KindReturn, Return, SavingEntry

ON = datetime.date(2026, 11, 24)
DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2029, 12, 31))


@st.composite
def costs(draw):
    return CostEntry(draw(st.integers(1, 9999)), ON, draw(st.integers(-(10**9), 10**9)), draw(st.sampled_from(("lab", "ministry"))))


@st.composite
def savings(draw):
    low, likely, high = sorted(draw(st.tuples(*[st.integers(0, 10**11)] * 3)))
    from_on, to_on = sorted((draw(DAYS), draw(DAYS)))
    kind = draw(st.sampled_from(SavingKind.values))
    return SavingEntry(1, 1, 1, kind, "Saved", Range(low, likely, high), draw(st.integers(0, 100_00)), from_on, to_on, ON)


@given(st.lists(costs()), st.lists(savings()))
def test_totals_by_kind_equal_plain_arithmetic(spent, saved):
    """EL-93, EL-98: every kind by itself, rounded down row by row; the parts of the cost add up to it."""
    result = Return(ON, tuple(spent), tuple(saved))
    assert result.cost == (sum(entry.cents for entry in spent) if spent else None)
    assert sum(result.by_payer.values()) == (result.cost or 0)
    for group in result.kinds:
        expected = 0
        for row in saved:
            if row.kind == group.kind:
                days = sum(1 for n in range((row.to_on - row.from_on).days + 1) if row.from_on + datetime.timedelta(days=n) <= ON)
                expected += int(Fraction(row.whole.likely * row.share * days, 10_000 * ((row.to_on - row.from_on).days + 1)))
        assert group.total.likely == expected
        assert group.total.low <= group.total.likely <= group.total.high
    assert {group.kind for group in result.kinds} == {row.kind for row in saved}


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_the_ratio_is_the_savings_over_the_cost_to_the_nearest_cent(cost, saved):
    """EL-93"""
    entry = SavingEntry(1, 1, 1, "cashable", "Saved", Range(saved, saved, saved), 100_00, ON, ON, ON)
    ratio = KindReturn(SavingKind.CASHABLE, (entry,), cost).per_dollar
    assert abs(Fraction(saved * 100, cost) - ratio.likely) <= Fraction(1, 2)


def test_a_return_without_a_cost_is_explained_in_words():
    """EL-93: unknown isn't $0, and neither is divided by."""
    entry = SavingEntry(1, 1, 1, "cashable", "Saved", Range(1, 2, 3), 100_00, ON, ON, ON)
    words = [KindReturn(SavingKind.CASHABLE, (entry,), cost).words for cost in (None, 0, -5)]
    assert words == [
        "No spending is on record, so the return can’t be calculated.",
        "The spending on record adds up to $0, so there is nothing to compare with.",
        "Credits exceed the spending on record, so there is nothing to compare with.",
    ]
    assert KindReturn(SavingKind.NOT_MONEY, (entry,), 100).words == "Not money, so there is no return to calculate."


def test_the_arithmetic_is_shown_with_every_term():
    """EL-93"""
    half = ON + datetime.timedelta(days=1)
    entry = SavingEntry(1, 1, 1, "avoided", "Saved", Range(4_000_00, 5_000_00, 6_000_00), 60_00, ON, half, ON)
    group = KindReturn(SavingKind.AVOIDED, (entry,), 10_000_00)
    assert entry.arithmetic == "$5,000 × 60% × 1 ÷ 2 days"
    assert group.arithmetic == "$1,500 ÷ $10,000 = $0.15"
    assert group.words == "$0.15 for each $1 spent, from $0.12 to $0.18."
