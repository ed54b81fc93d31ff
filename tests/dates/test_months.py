"""Months of a calendar, forward and back."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dates.months import (
    day_asked,
    fiscal_bounds,
    fiscal_label,
    fiscal_quarter_label,
    fiscal_year_of,
    last_months,
    month_asked,
    months_after,
    weeks_of,
)

TODAY = datetime.date(2026, 2, 28)
days = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-03-31", -13, "2025-02-28"),
        ("2026-05-05", 0, "2026-05-05"),
    ],
)
def test_so_many_months_on_is_the_same_day_or_that_months_last(day, months, after):
    assert months_after(datetime.date.fromisoformat(day), months) == datetime.date.fromisoformat(after)


@given(days, st.integers(-240, 240))
def test_months_on_and_back_lead_to_the_same_month(day, months):
    later = months_after(day, months)
    back = months_after(later, -months)
    assert (back.year, back.month) == (day.year, day.month)
    assert later.day <= day.day


def test_the_last_months_end_with_this_one():
    assert last_months(TODAY, 6) == [datetime.date(2025, month, 1) for month in (9, 10, 11, 12)] + [
        datetime.date(2026, m, 1) for m in (1, 2)
    ]
    assert last_months(TODAY, 1) == [datetime.date(2026, 2, 1)]


@pytest.mark.parametrize("asked", ["2000-1", "2026-12", "2099-12", "2026-01"])
def test_a_month_that_is_asked_for_is_shown(asked):
    year, month = map(int, asked.split("-"))
    assert month_asked(asked, TODAY) == datetime.date(year, month, 1)


@pytest.mark.parametrize("asked", ["", "1999-12", "2100-1", "2026-0", "2026-13", "2026-12-01", "next"])
def test_anything_else_shows_this_month(asked):
    assert month_asked(asked, TODAY) == datetime.date(2026, 2, 1)


def test_weeks_begin_on_monday_and_show_whole_weeks():
    weeks = weeks_of(datetime.date(2026, 4, 1))
    assert weeks[0][0] == datetime.date(2026, 3, 30)
    assert weeks[-1][-1] == datetime.date(2026, 5, 3)
    assert all(len(week) == 7 and week[0].weekday() == 0 for week in weeks)


@given(days)
def test_a_day_is_within_the_bounds_of_its_fiscal_year_and_of_no_other(day):
    year = fiscal_year_of(day)
    first, last = fiscal_bounds(year)
    assert first <= day <= last
    assert (first.month, first.day, last.month, last.day) == (4, 1, 3, 31)
    assert fiscal_bounds(year - 1)[1] + datetime.timedelta(days=1) == first


def test_a_fiscal_year_is_written_as_the_province_writes_it():
    assert [fiscal_label(year) for year in (2026, 1999, 2008)] == ["2026/27", "1999/00", "2008/09"]


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        ("2026-12-04", "2026-12-04"), ("2000-01-01", "2000-01-01"), ("2099-12-31", "2099-12-31"), ("1999-12-31", "2026-02-28"),
        ("2100-01-01", "2026-02-28"), ("2026-02-30", "2026-02-28"), ("20261204", "2026-02-28"), ("", "2026-02-28"), ("soon", "2026-02-28"),
    ],
)  # fmt: skip
def test_a_day_in_an_address_is_taken_if_it_is_one_of_this_century(asked, day):
    assert day_asked(asked, TODAY) == datetime.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("month", "label"), [(4, "Q1 2026/27"), (7, "Q2 2026/27"), (10, "Q3 2026/27"), (1, "Q4 2025/26"), (3, "Q4 2025/26"), (6, "Q1 2026/27")]
)
def test_a_fiscal_quarter_is_called_by_its_number_and_year(month, label):
    assert fiscal_quarter_label(datetime.date(2026, month, 1)) == label
