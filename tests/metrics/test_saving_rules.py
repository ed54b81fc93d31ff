"""What a saving must have, and that its parts never add up to more than all of it (EL-93, EL-98)."""

import datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from metrics.choices import MOST_SAVED, WHOLE
from metrics.savings import rules
from metrics.savings.rules import Range

DAYS = st.dates(datetime.date(2020, 1, 1), datetime.date(2035, 12, 31))
CENTS = st.integers(0, MOST_SAVED)


def codes(findings):
    return {finding.code for finding in findings}


@given(CENTS, CENTS, CENTS)
def test_amounts_are_taken_in_order_only(low, likely, high):
    """EL-93: low is at most likely, and likely at most high."""
    in_order = low <= likely <= high
    assert (codes(rules.amount_faults("cashable", low, likely, high)) == set()) is in_order


def test_a_saving_that_is_not_money_has_no_amounts_and_one_that_is_has_three():
    """EL-98"""
    assert codes(rules.amount_faults("not-money", None, None, None)) == set()
    assert codes(rules.amount_faults("not-money", None, 0, None)) == {"saving-amounts"}
    assert codes(rules.amount_faults("capacity", 0, None, 5)) == {"saving-amounts"}
    assert codes(rules.amount_faults("capacity", -1, 0, 5)) == {"saving-amounts"}
    assert codes(rules.amount_faults("capacity", 0, 0, 0)) == set()


@given(st.booleans(), st.booleans(), st.booleans())
def test_a_saving_has_exactly_one_source(link, reading, file):
    """EL-93: no figure without its source."""
    faults = codes(rules.source_faults("https://example.org/a" if link else "", has_reading=reading, has_file=file))
    assert (faults == set()) is (link + reading + file == 1)


@given(CENTS, st.lists(st.integers(0, WHOLE), min_size=1, max_size=8), st.integers(1, 4000), st.data())
def test_the_parts_of_a_saving_never_add_up_to_more_than_all_of_it(cents, shares, of_days, data):
    """EL-98: each part is rounded down, by less than a cent."""
    taken = []
    for share in shares:
        if sum(taken) + share <= WHOLE:
            taken.append(share)
    days = data.draw(st.integers(0, of_days))
    parts = [Range(cents, cents, cents).part(share, days, of_days).likely for share in taken]
    exact = [Fraction(cents * share * days, WHOLE * of_days) for share in taken]
    assert sum(parts) <= cents
    assert all(0 <= true - part < 1 for part, true in zip(parts, exact, strict=True))


@given(DAYS, DAYS, DAYS)
def test_only_days_that_have_begun_count(start, end, day):
    """EL-93"""
    first, last = sorted((start, end))
    whole = {first + datetime.timedelta(days=n) for n in range((last - first).days + 1)}
    assert rules.days_by(first, last, day) == len([each for each in whole if each <= day])
    assert rules.length(first, last) == len(whole)


@given(st.integers(0, WHOLE), st.integers(0, WHOLE))
def test_a_part_is_refused_when_it_and_the_others_are_more_than_all(share, others):
    """EL-98"""
    faults = codes(rules.part_faults(share, others, is_reuse=True, is_own=False))
    assert faults == ({"saving-parts"} if share + others > WHOLE else set())
    assert codes(rules.part_faults(share, others, is_reuse=False, is_own=False)) == {"saving-not-shared"}


@given(st.integers(0, WHOLE))
def test_a_part_is_written_as_a_percentage_that_reads_back(share):
    """EL-98"""
    assert Fraction(rules.percent(share).removesuffix("%")) * 100 == share
