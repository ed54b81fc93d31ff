"""When a place is open, against plain arithmetic over its weekdays, holidays and closures (SP-05, PB-35)."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from partnerships.sites.opening.rules import Closed, Hours, Opening, differing_holidays

DAY = datetime.timedelta(days=1)
FIRST = datetime.date(2026, 1, 1)
AT_WORK = Hours(datetime.time(8, 30), datetime.time(16, 30))
# Ontario's holidays of 2026 on weekdays, by hand.
ONTARIO = {
    datetime.date.fromisoformat(f"2026-{day}") for day in ["01-01", "02-16", "04-03", "05-18", "07-01", "09-07", "10-12", "12-25", "12-28"]
}
days = st.integers(0, 300).map(lambda number: FIRST + number * DAY)
weekdays = st.sets(st.integers(0, 4), min_size=1)
closures = st.lists(st.builds(lambda on, length: Closed(on, on + length * DAY, "Training"), days, st.integers(0, 20)), max_size=4)


def is_open(day, weekdays, closures):
    return day.weekday() in weekdays and day not in ONTARIO and not any(each.from_on <= day <= each.to_on for each in closures)


@given(days, weekdays, closures)
def test_a_day_is_open_on_its_weekdays_without_holidays_and_closures(day, weekdays, closures):
    opening = Opening(dict.fromkeys(weekdays, AT_WORK), "ON", closures)
    assert opening.is_open_on(day) == is_open(day, weekdays, closures)
    assert bool(opening.closed_because(day)) != opening.is_open_on(day)


@given(days.filter(lambda day: day.month < 7), weekdays, closures, st.integers(0, 10))
def test_days_are_counted_on_which_it_is_open(day, weekdays, closures, count):
    opening = Opening(dict.fromkeys(weekdays, AT_WORK), "ON", closures)
    later = (day + number * DAY for number in range(1, 360))
    by_hand = [each for each in later if each.year == 2026 and is_open(each, weekdays, closures)]
    expected = [day, *by_hand][count] if count < len(by_hand) else None
    assert expected is None or opening.days_after(day, count) == expected


def test_a_place_that_never_opens_again_says_so():
    opening = Opening({0: AT_WORK}, "ON", [Closed(FIRST, FIRST + 800 * DAY, "Moved away")])
    assert opening.on_or_after(FIRST) is None
    assert opening.days_after(FIRST, 3) is None


def test_it_is_open_from_the_minute_it_opens_until_the_minute_it_closes():
    monday = datetime.date(2026, 6, 1)
    opening = Opening({0: AT_WORK}, "ON")
    at = lambda *time: opening.is_open_at(monday, datetime.time(*time))
    assert [at(8, 29), at(8, 30), at(16, 29), at(16, 30)] == [False, True, True, False]
    assert not opening.is_open_at(monday + DAY, datetime.time(10))


def test_holidays_that_differ_are_named_with_who_is_open():
    """C50: a federal and an Ontario counter at one site, in the second half of 2026."""
    town, federal = (Opening(dict.fromkeys(range(5), AT_WORK), region) for region in ("ON", "CA"))
    rows = differing_holidays([town, federal], datetime.date(2026, 7, 1), datetime.date(2026, 12, 31))
    assert rows == [
        (datetime.date(2026, 9, 30), ["", "National Day for Truth and Reconciliation"]),
        (datetime.date(2026, 11, 11), ["", "Remembrance Day"]),
    ]
