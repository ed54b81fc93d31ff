"""What an administrator may let a schedule be: the last that is allowed, and the first that is not (EL-60)."""

import datetime

import pytest

from outbox.reminders.rules import (
    FARTHEST_DAYS,
    FARTHEST_MONTHS,
    LONGEST_REPEAT,
    MOST_STEPS,
    MOST_TIMES,
    faults_in,
    schedule_faults,
    turn_faults,
)
from outbox.reminders.schedule import Schedule, Step

TODAY = datetime.date(2026, 3, 3)
AUDIENCES = ("", "lead")


def codes(schedule):
    return [finding.code for finding in schedule_faults(schedule, AUDIENCES)]


def in_days(count):
    return tuple(Step(days=number) for number in range(count))


@pytest.mark.parametrize(
    ("farthest", "too_far"),
    [
        (Schedule(in_days(MOST_STEPS)), Schedule(in_days(MOST_STEPS + 1))),
        (Schedule((Step(months=FARTHEST_MONTHS),)), Schedule((Step(months=FARTHEST_MONTHS + 1),))),
        (Schedule((Step(months=-FARTHEST_MONTHS),)), Schedule((Step(months=-FARTHEST_MONTHS - 1),))),
        (Schedule((Step(days=FARTHEST_DAYS),)), Schedule((Step(days=FARTHEST_DAYS + 1),))),
        (Schedule((Step(days=-FARTHEST_DAYS),)), Schedule((Step(days=-FARTHEST_DAYS - 1),))),
    ],
)
def test_a_schedule_reaches_so_far_and_no_farther(farthest, too_far):
    assert codes(farthest) == []
    assert codes(too_far) == ["schedule-too-far"]


def test_the_limits_are_twelve_steps_two_years_a_year_of_days_and_ninety_nine_times():
    assert (MOST_STEPS, FARTHEST_MONTHS, FARTHEST_DAYS, LONGEST_REPEAT, MOST_TIMES) == (12, 24, 366, 366, 99)


def test_it_repeats_after_a_year_at_most_and_ninety_nine_times_at_most():
    assert codes(Schedule((Step(),), every_days=LONGEST_REPEAT, most=MOST_TIMES)) == []
    assert codes(Schedule((Step(),), every_days=LONGEST_REPEAT + 1)) == ["schedule-repeats"]
    assert codes(Schedule((Step(),), every_days=1, most=MOST_TIMES + 1)) == ["schedule-repeats"]


def test_there_are_as_many_reminders_as_steps_or_more_if_the_last_repeats():
    steps = (Step(), Step(days=1))
    assert codes(Schedule(steps, most=2)) == []
    assert codes(Schedule(steps, every_days=3, most=2)) == []
    assert codes(Schedule(steps, every_days=3, most=1)) == ["schedule-most"]
    assert codes(Schedule(steps, most=3)) == ["schedule-no-repeat"]
    assert codes(Schedule(steps, every_days=3)) == codes(Schedule(steps)) == []


def test_each_step_is_for_people_that_there_are():
    assert codes(Schedule((Step(to=("", "lead")),))) == []
    assert codes(Schedule((Step(to=()),))) == ["schedule-to-nobody"]
    assert codes(Schedule((Step(to=("lead", "nobody")),))) == ["schedule-to-nobody"]


def test_a_fault_names_its_step_as_people_count_and_the_one_it_repeats():
    steps = (Step(days=1), Step(days=2), Step(days=1))
    (finding,) = schedule_faults(Schedule(steps), AUDIENCES)
    assert finding.message == "Step 3: It’s on the same day as step 1."
    (finding,) = schedule_faults(Schedule((Step(days=1), Step(days=2), Step(days=2))), AUDIENCES)
    assert finding.message == "Step 3: It’s on the same day as step 2."
    (finding,) = schedule_faults(Schedule((Step(to=()), Step(days=2))), AUDIENCES)
    assert finding.message == "Step 1: It has no recipients."
    (fault,) = faults_in(Schedule(steps), AUDIENCES, [4, 7, 9])
    assert (fault.step, fault.field, fault.finding.message) == (2, "count", "It’s on the same day as step 4.")


def test_a_fault_of_the_whole_names_the_field_and_no_step():
    (fault,) = faults_in(Schedule((Step(),), every_days=400), AUDIENCES, [1])
    assert (fault.step, fault.field) == (None, "every_days")
    (finding,) = schedule_faults(Schedule((Step(),), every_days=400), AUDIENCES)
    assert finding.message == fault.finding.message
    (fault,) = faults_in(Schedule((Step(), Step(days=1)), every_days=2, most=1), AUDIENCES, [1, 2])
    assert (fault.step, fault.field) == (None, "most")


def test_a_schedule_may_begin_today_and_not_yesterday():
    assert list(turn_faults(TODAY, TODAY)) == []
    assert [finding.code for finding in turn_faults(TODAY - datetime.timedelta(days=1), TODAY)] == ["schedule-past"]
