"""A figure's trend, drawn and said (web/charts/small.py)."""

import datetime
import re

from web.charts.small import HEIGHT, WIDTH, Point, described, month_ends, sparkline


def points(*values):
    return tuple(Point(f"month {n}", value, f"{value} days") for n, value in enumerate(values))


def test_a_sparkline_says_what_it_shows_and_stays_within_its_frame():
    drawn = sparkline(points(61, 38, 34))
    assert described(points(61, 38, 34)) == "From 61 days in month 0 to 34 days in month 2."
    assert f'role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"' in drawn
    assert f'aria-label="{described(points(61, 38, 34))}"' in drawn
    places = [(float(x), float(y)) for x, y in re.findall(r"([0-9.]+),([0-9.]+)", drawn)]
    assert [x for x, _y in places] == sorted(x for x, _y in places)
    assert places[0][1] < places[1][1] < places[2][1], "a greater value stands higher"
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)


def test_one_value_is_no_trend_and_equal_values_are_a_level_line():
    assert sparkline(points(3)) == ""
    assert described(points(3)) == described(()) == "No trend yet."
    assert len(set(re.findall(r",([0-9.]+)", sparkline(points(3, 3)).partition('points="')[2]))) == 1
    assert described(points(3, 5, 3)) == "3 days in month 2, the same as in month 0."


def test_a_trend_has_the_ends_of_five_months_and_today():
    today = datetime.date(2026, 3, 31)
    assert [str(day) for day in month_ends(today)] == ["2025-10-31", "2025-11-30", "2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31"]
