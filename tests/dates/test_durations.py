"""How long things take while some are still open, against a plain reckoning."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dates.durations import LEAST, Length, usual, within

lengths = st.lists(st.builds(Length, st.integers(0, 60), st.booleans()), max_size=25)
shares = st.sampled_from([0.5, 0.9])


def plain(rows, share):
    """The same estimate in exact fractions, day by day."""
    open_share = Fraction(1)
    for day in range(61):
        at_risk = sum(row.days >= day for row in rows)
        ended = sum(row.days == day and row.finished for row in rows)
        if ended:
            open_share *= Fraction(at_risk - ended, at_risk)
            if open_share <= 1 - Fraction(str(share)):
                return day
    return None


@given(lengths, shares)
def test_days_within_which_a_share_finishes(rows, share):
    """EL-99"""
    assert within(rows, share) == plain(rows, share)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=25), shares)
def test_when_all_have_finished_it_is_the_smallest_day_by_which_that_share_had(days, share):
    rows = [Length(day) for day in days]
    assert within(rows, share) == min(day for day in days if sum(other <= day for other in days) >= share * len(days) - 1e-9)


@given(lengths, shares)
def test_a_longer_wait_never_makes_the_program_look_faster(rows, share):
    """EL-99: open cases are counted for as long as they have lasted."""
    longer = [Length(row.days if row.finished else row.days + 100, row.finished) for row in rows]
    before, after = within(rows, share), within(longer, share)
    assert after is None or (before is not None and after >= before)


def test_fewer_than_five_cases_say_nothing():
    """EL-99"""
    assert usual([Length(3)] * (LEAST - 1)) is None


def test_five_cases_say_what_is_usual_and_how_many_are_open():
    spread = usual([Length(2), Length(4), Length(6), Length(8), Length(5, finished=False)])
    assert spread is not None
    assert (spread.half, spread.nine_in_ten, spread.count, spread.still_open) == (6, 8, 5, 1)
