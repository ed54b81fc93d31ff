"""What habits, giving, sessions and desks obey (EL-46 to EL-49)."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community import rules
from community.benefits import rules as benefits
from community.choices import Discipline, Giving, MentoringState, SessionState
from community.mentors import rules as mentors
from community.rules import (
    FULL_DAY,
    SESSION_MOVES,
    Booking,
    Count,
    DeskUse,
    ExpertFacts,
    booking_faults,
    clash_faults,
    expert_faults,
    giving_faults,
    move_faults,
    verbs_from,
)

TODAY = datetime.date(2026, 3, 3)
DAY = datetime.timedelta(days=1)


def codes(findings):
    return {finding.code for finding in findings}


# ── Giving ───────────────────────────────────────────────────────────────────────────────────


def faults_of_giving(kind=Giving.WORKSHOP, on=TODAY, minutes=60, before=0, on_team=True):
    return codes(giving_faults(kind, on, minutes, workshops_that_day=before, on_team=on_team, today=TODAY))


def test_a_workshop_asks_at_most_one_full_day_of_a_person():
    """EL-47: in one entry and in all of the day; other kinds may take longer."""
    assert faults_of_giving(minutes=FULL_DAY) == set()
    assert faults_of_giving(minutes=FULL_DAY + 15) == {"giving-too-long"}
    assert faults_of_giving(minutes=240, before=FULL_DAY - 240) == set()
    assert faults_of_giving(minutes=240, before=FULL_DAY - 225) == {"giving-too-long"}
    assert faults_of_giving(Giving.EVENT, minutes=FULL_DAY + 15) == set()


def test_what_is_wrong_with_an_entry_is_said_at_once():
    """EL-47"""
    assert faults_of_giving(on=TODAY + DAY, minutes=20, on_team=False) == {"giving-ahead", "giving-time", "giving-not-on-team"}
    assert faults_of_giving(minutes=0) == {"giving-time"}


@pytest.mark.parametrize(
    ("minutes", "expected"), [(15, set()), (14, {"giving-time"}), (24 * 60, set()), (24 * 60 + 15, {"giving-time"}), (-15, {"giving-time"})]
)
def test_time_is_given_in_quarters_of_an_hour_up_to_a_whole_day(minutes, expected):
    """EL-47"""
    assert faults_of_giving(Giving.EVENT, minutes=minutes) == expected


def test_what_was_noted_of_the_day_before_is_named_with_the_limit():
    """EL-47"""
    alone, beside = (
        next(giving_faults(Giving.WORKSHOP, TODAY, FULL_DAY + 15, workshops_that_day=minutes, on_team=True, today=TODAY)).message
        for minutes in (0, 90)
    )
    assert "7.5 hours" in alone
    assert "already logged" not in alone
    assert "1.5 hours are already logged for that day" in beside


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────


def test_a_session_goes_from_asked_to_matched_to_held_or_is_called_off():
    """EL-48: the whole table, and no way out of the end."""
    assert {state: verbs_from(state) for state in SessionState} == {
        SessionState.REQUESTED: {"match", "call_off"},
        SessionState.MATCHED: {"match", "hold", "call_off"},
        SessionState.HELD: {"hold"},
        SessionState.CALLED_OFF: set(),
    }
    assert {target for _sources, target in SESSION_MOVES.values()} == set(SessionState) - {SessionState.REQUESTED}
    assert codes(move_faults("hold", SessionState.REQUESTED)) == {"session-unmatched"}
    assert codes(move_faults("match", SessionState.CALLED_OFF)) == {"session-over"}


bookings = st.builds(
    Booking, st.dates(TODAY, TODAY + DAY), st.times(datetime.time(7), datetime.time(20)).map(lambda t: t.replace(second=0, microsecond=0)),
    st.integers(15, 480),
)  # fmt: skip


@pytest.mark.parametrize(
    ("at", "minutes", "until"), [((9, 15), 60, (10, 15)), ((22, 0), 90, (23, 30)), ((23, 0), 60, (23, 59)), ((23, 0), 90, (23, 59))]
)
def test_a_session_ends_on_the_clock_and_on_its_day(at, minutes, until):
    """EL-47"""
    assert Booking(TODAY, datetime.time(*at), minutes).until == datetime.time(*until)


def test_a_time_that_begins_as_another_ends_is_free():
    """EL-48"""
    first, second = Booking(TODAY, datetime.time(9), 60), Booking(TODAY, datetime.time(10), 60)
    assert not first.overlaps(second)
    assert not second.overlaps(first)


@given(bookings, bookings)
def test_two_times_overlap_when_some_minute_is_in_both(left, right):
    """EL-48"""

    def minutes(booking):
        return {(booking.on, minute) for minute in range(booking.begins, booking.begins + booking.minutes)}

    assert left.overlaps(right) == right.overlaps(left) == bool(minutes(left) & minutes(right))
    assert codes(clash_faults("Noor", left, [right])) == ({"expert-busy"} if left.overlaps(right) else set())


def test_a_session_is_on_a_working_day_in_the_day():
    """EL-48"""
    assert codes(booking_faults(Booking(TODAY, datetime.time(10), 60))) == set()
    good_friday = datetime.date(2026, 4, 3)
    assert codes(booking_faults(Booking(good_friday, datetime.time(6, 59), 481))) == {
        "session-not-working-day", "session-hours", "session-minutes",
    }  # fmt: skip
    assert codes(booking_faults(Booking(TODAY, datetime.time(20), 241))) == {"session-minutes"}
    assert codes(booking_faults(Booking(TODAY, datetime.time(20), 240))) == set()
    assert codes(booking_faults(Booking(TODAY, datetime.time(20, 1), 60))) == {"session-hours"}
    assert codes(booking_faults(Booking(TODAY, datetime.time(7), 15))) == set()
    assert codes(booking_faults(Booking(TODAY, datetime.time(7), 14))) == {"session-minutes"}
    assert "Good Friday" in next(booking_faults(Booking(good_friday, datetime.time(10), 60))).message
    assert "isn’t a working day" in next(booking_faults(Booking(datetime.date(2026, 3, 7), datetime.time(10), 60))).message


@pytest.mark.parametrize(("at", "minutes", "until"), [((9, 30), 45, (10, 15)), ((23, 0), 60, (23, 59)), ((22, 0), 90, (23, 30))])
def test_a_booking_ends_on_the_clock_of_its_day(at, minutes, until):
    assert Booking(TODAY, datetime.time(*at), minutes).until == datetime.time(*until)


def test_an_expert_holds_what_they_know_while_they_are_one():
    """EL-48"""
    noor = ExpertFacts("Noor", frozenset({Discipline.STATISTICS}), TODAY, TODAY + DAY)
    assert codes(expert_faults(noor, Discipline.STATISTICS, TODAY + DAY)) == set()
    assert codes(expert_faults(noor, Discipline.DEVOPS, TODAY + 2 * DAY)) == {"expert-other-discipline", "expert-away"}
    assert codes(expert_faults(noor, Discipline.STATISTICS, TODAY - DAY)) == {"expert-away"}


# ── Desks ────────────────────────────────────────────────────────────────────────────────────

days = st.integers(0, 40).map(lambda n: TODAY + n * DAY)
counts = st.lists(st.builds(Count, days, st.integers(0, 6)), max_size=4, unique_by=lambda count: count.from_on)
takens = st.lists(st.tuples(days, st.integers(0, 15), st.integers(1, 3)).map(lambda t: DeskUse(t[0], t[0] + t[1] * DAY, t[2])), max_size=5)


@given(counts, takens, days, st.integers(0, 30))
def test_the_first_overfull_day_is_the_one_that_looking_at_every_day_finds(counts, takens, first, length):
    """EL-49: never more desks taken than there are, on any day."""
    last = first + length * DAY
    all_days = [first + n * DAY for n in range(length + 1)]
    over = [day for day in all_days if rules.in_use_on(takens, day) > rules.capacity_on(counts, day)]
    overfull_day = rules.first_overfull(counts, takens, first, last)
    assert (overfull_day.on if overfull_day else None) == (over[0] if over else None)
    assert rules.most_in_use(takens, first, last) == max(rules.in_use_on(takens, day) for day in all_days)
    assert rules.lowest_capacity(counts, first, last) == min(rules.capacity_on(counts, day) for day in all_days)
    free = min(rules.capacity_on(counts, day) - rules.in_use_on(takens, day) for day in all_days)
    assert rules.fewest_free(counts, takens, first, last) == free


# ── Benefits and mentors ─────────────────────────────────────────────────────────────────────


def test_eight_fiscal_quarters_follow_a_graduation_each_due_ten_working_days_after_its_end():
    """EL-86: the first whole quarter after 3 March 2026 is April to June; 15 July is ten working days after 30 June, as 1 July is Canada Day."""
    quarters = benefits.schedule(TODAY)
    assert [quarter.number for quarter in quarters] == list(range(1, 9))
    assert [(quarter.from_on, quarter.to_on, quarter.due_on) for quarter in quarters[:2]] == [
        (datetime.date(2026, 4, 1), datetime.date(2026, 6, 30), datetime.date(2026, 7, 15)),
        (datetime.date(2026, 7, 1), datetime.date(2026, 9, 30), datetime.date(2026, 10, 15)),
    ]
    assert quarters[-1].to_on == datetime.date(2028, 3, 31)


def test_a_late_figure_is_taken_for_one_quarter_after_the_eighth():
    """EL-86"""
    quarters = benefits.schedule(TODAY)
    last_day = datetime.date(2028, 6, 30)
    assert benefits.report_until(quarters) == last_day
    assert benefits.quarter_of(last_day, quarters) == quarters[-1]
    assert benefits.quarter_of(last_day + DAY, quarters) is None


@pytest.mark.parametrize(
    ("day", "first"),
    [((2026, 4, 1), (2026, 4, 1)), ((2026, 4, 2), (2026, 7, 1)), ((2026, 5, 1), (2026, 7, 1)), ((2026, 12, 31), (2027, 1, 1))],
)
def test_no_quarter_covers_time_before_graduation(day, first):
    """EL-86"""
    assert benefits.first_quarter(datetime.date(*day)) == datetime.date(*first)


@pytest.mark.parametrize(("load", "free", "faults"), [(0, 2, set()), (1, 1, set()), (2, 0, {"mentor-full"}), (3, 0, {"mentor-full"})])
def test_a_mentor_takes_on_as_many_teams_as_they_said(load, free, faults):
    """EL-54"""
    mentor = mentors.MentorFacts("Dana Lee", 2, load, frozenset())
    assert mentor.free == free
    assert codes(mentors.match_faults(mentor, on_team=False)) == faults
    assert codes(mentors.match_faults(mentor, on_team=True)) == faults | {"mentor-own-team"}


@pytest.mark.parametrize("state", list(MentoringState))
@pytest.mark.parametrize("verb", ["match", "meet", "finish", "cancel"])
def test_mentoring_is_matched_before_it_meets_and_ends_once(state, verb):
    """EL-54"""
    wanted, matched = MentoringState.REQUESTED, MentoringState.MATCHED
    possible = {wanted: {"match", "cancel"}, matched: {"match", "meet", "finish", "cancel"}}.get(state, set())
    reason = "mentoring-unmatched" if state == wanted else "mentoring-over"
    assert codes(mentors.state_faults(verb, state)) == (set() if verb in possible else {reason})


def test_the_newest_count_of_desks_holds_from_its_first_day():
    """EL-48"""
    counts = [Count(TODAY, 4), Count(TODAY + 2 * DAY, 6)]
    assert [rules.capacity_on(counts, TODAY + number * DAY) for number in (-1, 0, 1, 2, 3)] == [0, 4, 4, 6, 6]


def test_desks_are_in_use_on_both_the_first_and_the_last_day():
    """EL-48"""
    use = DeskUse(TODAY, TODAY + 2 * DAY, 3)
    assert [use.covers(TODAY + number * DAY) for number in (-1, 0, 2, 3)] == [False, True, True, False]
