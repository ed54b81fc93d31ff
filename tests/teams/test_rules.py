"""The role checks as facts about any roster anybody could write down (EL-42)."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings import Severity
from teams.choices import Employer, TeamRole
from teams.facts import Roster, SeatFacts
from teams.roster import rules
from teams.roster.rules import Stay, check

DAY = datetime.date(2026, 3, 3)
LIVE = datetime.date(2025, 12, 1)
A_DAY = datetime.timedelta(days=1)
FIGURES = {"team_most": 9, "team_usual_least": 5, "government_employees": 2, "graduation_nears_days": 90}
NEAR_HOME = Stay(live_on=LIVE, graduation_due_on=DAY + datetime.timedelta(days=60))

OWNER = SeatFacts(TeamRole.PRODUCT_OWNER, Employer.BUSINESS_AREA, LIVE, person=1, name="Priya Wenlock", agile_trained_on=LIVE, band=3)
DEVOPS = SeatFacts(TeamRole.DEVOPS, Employer.IM_BRANCH, LIVE, person=2, name="Kofi Marchbanks", is_senior=True)
DESIGNER = SeatFacts(TeamRole.DESIGNER, Employer.VENDOR, LIVE, person=3, name="Yuki Penhallow", vendor="Saltbox Software")
DEVELOPER = SeatFacts(TeamRole.DEVELOPER, Employer.BUSINESS_AREA, LIVE, person=4, name="Farid Oduya-Clark")
ANALYST = SeatFacts(TeamRole.ANALYST, Employer.OTHER_GOVERNMENT, LIVE, person=5, name="Leilani Strathmore")
READY = (OWNER, DEVOPS, DESIGNER, DEVELOPER, ANALYST)


def codes(*seats, stay=None, on=DAY):
    return {finding.code for finding in check(Roster(seats), on, FIGURES, stay)}


def severity(code, *seats, stay=None):
    return next(f.severity for f in check(Roster(seats), DAY, FIGURES, stay) if f.code == code)


def people(count, **facts):
    return tuple(replace(DEVELOPER, person=100 + n, name=f"Person {n}", **facts) for n in range(count))


def test_a_team_that_has_everything_hears_nothing():
    assert codes(*READY) == set()


def test_nine_people_are_a_team_and_ten_are_not():
    """EL-40"""
    assert "team-too-large" not in codes(*READY, *people(4))
    assert severity("team-too-large", *READY, *people(5)) == Severity.BLOCKS


def test_the_most_is_what_the_programme_says():
    """EL-08, EL-40"""
    assert rules.check(Roster(READY), DAY, FIGURES | {"team_most": 4})[0].code == "team-too-large"


def test_somebody_with_two_roles_is_one_person():
    """EL-40"""
    twice = tuple(replace(seat, role=TeamRole.OTHER) for seat in people(4))
    assert "team-too-large" not in codes(*READY, *people(4), *twice)


def test_planned_seats_are_in_the_plan_and_not_in_the_checks():
    """EL-40, EL-42"""
    planned = tuple(replace(DEVELOPER, person=None, name="") for _ in range(7))
    roster = Roster((*READY, *planned))
    assert (roster.headcount(DAY), roster.planned_size(DAY)) == (5, 12)
    assert check(roster, DAY, FIGURES) == []
    assert "no-devops" in codes(OWNER, replace(DEVOPS, person=None))


def test_a_team_without_a_product_owner_is_blocked():
    """EL-42"""
    assert severity("no-product-owner", *READY[1:]) == Severity.BLOCKS
    assert "no-product-owner" in codes(replace(OWNER, to_on=DAY - datetime.timedelta(days=1)), *READY[1:])
    assert "no-product-owner" in codes(replace(OWNER, from_on=DAY + datetime.timedelta(days=1)), *READY[1:])
    assert "no-product-owner" not in codes(replace(OWNER, to_on=DAY, from_on=DAY), *READY[1:])


@pytest.mark.parametrize("employer", [Employer.IM_BRANCH, Employer.OTHER_GOVERNMENT, Employer.VENDOR])
def test_a_product_owner_from_elsewhere_is_blocked(employer):
    """EL-42"""
    assert severity("product-owner-not-of-area", replace(OWNER, employer=employer), *READY[1:]) == Severity.BLOCKS


def test_one_product_owner_of_the_business_area_is_enough():
    """EL-42"""
    second = replace(OWNER, person=9, employer=Employer.VENDOR, vendor="Saltbox Software", agile_trained_on=None, band=None, share=20)
    assert not codes(second, *READY) & {
        "product-owner-not-of-area",
        "product-owner-untrained",
        "product-owner-band",
        "product-owner-part-time",
    }


def test_a_product_owner_is_trained_in_agile_before_the_start():
    """EL-42"""
    assert severity("product-owner-untrained", replace(OWNER, agile_trained_on=None), *READY[1:]) == Severity.BLOCKS_START
    assert "product-owner-untrained" in codes(replace(OWNER, agile_trained_on=DAY + datetime.timedelta(days=1)), *READY[1:])
    assert "product-owner-untrained" not in codes(replace(OWNER, agile_trained_on=DAY), *READY[1:])


@pytest.mark.parametrize("band", [None, 1, 2, 4])
def test_a_product_owner_who_is_not_a_director_is_worth_attention(band):
    """EL-42"""
    assert severity("product-owner-band", replace(OWNER, band=band), *READY[1:]) == Severity.WARNS


def test_a_product_owner_who_is_not_there_full_time_is_worth_attention():
    """EL-42"""
    assert severity("product-owner-part-time", replace(OWNER, share=99), *READY[1:]) == Severity.WARNS
    assert "not-released" not in codes(replace(OWNER, share=50), *READY[1:])


def test_two_government_employees_of_the_ministry_are_there_by_the_start():
    """EL-42"""
    vendors = (replace(DESIGNER, person=6), replace(DESIGNER, person=7))
    assert severity("too-few-government", OWNER, ANALYST, *vendors) == Severity.BLOCKS_START
    assert "too-few-government" not in codes(OWNER, replace(ANALYST, employer=Employer.IM_BRANCH), *vendors)
    assert "too-few-government" in codes(OWNER, replace(OWNER, role=TeamRole.ANALYST), *vendors), "one person with two roles is one"


def test_somebody_senior_keeps_it_running_before_it_goes_live():
    """EL-42"""
    others = (OWNER, DESIGNER, DEVELOPER, ANALYST)
    assert severity("no-devops", *others) == Severity.BLOCKS_LIVE
    assert severity("no-devops", *others, replace(DEVOPS, is_senior=False)) == Severity.BLOCKS_LIVE
    assert "no-devops" not in codes(*others, DEVOPS)


def test_fewer_than_five_are_worth_attention():
    """EL-42"""
    assert severity("team-small", *READY[:4]) == Severity.WARNS
    assert "team-small" not in codes(*READY)


def test_people_are_released_from_other_duties_while_they_learn():
    """EL-42"""
    halves = (replace(DEVELOPER, share=50), replace(DEVELOPER, share=50, role=TeamRole.ANALYST))
    assert severity("not-released", *READY[:3], ANALYST, replace(DEVELOPER, share=80)) == Severity.WARNS
    assert "not-released" not in codes(*READY[:3], ANALYST, *halves), "two halves of one person are full time"
    assert "not-released" not in codes(*READY[:3], ANALYST, replace(DEVELOPER, share=80), stay=Stay(live_on=DAY))


def test_nobody_gives_more_than_full_time_over_all_roles():
    """EL-41, EL-42"""
    twice = (replace(DEVELOPER, share=60), replace(DEVELOPER, share=50, role=TeamRole.ANALYST))
    assert severity("over-full-time", *READY[:3], *twice) == Severity.WARNS
    assert "over-full-time" not in codes(*READY[:3], *(replace(row, share=50) for row in twice))


def test_vendors_give_less_time_as_graduation_nears():
    """EL-42"""
    assert severity("vendor-share-not-falling", *READY, stay=NEAR_HOME) == Severity.WARNS
    assert "vendor-share-not-falling" not in codes(*READY[:2], replace(DESIGNER, to_on=LIVE), *READY[3:], stay=NEAR_HOME)
    assert "vendor-share-not-falling" not in codes(*READY, stay=replace(NEAR_HOME, graduation_due_on=DAY + datetime.timedelta(days=91)))
    assert "vendor-share-not-falling" not in codes(*READY)


def test_vendors_people_have_named_successors_as_graduation_nears():
    """EL-42"""
    assert severity("no-successor", *READY, stay=NEAR_HOME) == Severity.WARNS
    assert "no-successor" not in codes(*READY[:2], replace(DESIGNER, successor="Noor Castellane"), *READY[3:], stay=NEAR_HOME)
    assert "no-successor" in codes(*READY, stay=replace(NEAR_HOME, graduation_due_on=DAY - datetime.timedelta(days=10)))
    assert "no-successor" not in codes(*READY, stay=Stay(live_on=LIVE, graduation_due_on=DAY + datetime.timedelta(days=91)))


def test_every_finding_says_what_mends_it_and_where():
    """EL-42"""
    everything = [*check(Roster(), DAY, FIGURES), *check(Roster(people(10, share=50, employer=Employer.VENDOR)), DAY, FIGURES, NEAR_HOME)]
    assert len(everything) > 6
    assert all(finding.message and finding.remedy and finding.place in {"team", "seat-edit", "seat-change"} for finding in everything)


days = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 3, 1))
seats = st.builds(
    lambda role, employer, days, person, share: SeatFacts(
        role, employer, min(days[0], days[1] or days[0]), days[1] and max(days[0], days[1]), person, f"Person {person}", share=share
    ),
    st.sampled_from(TeamRole.values),
    st.sampled_from(Employer.values),
    st.tuples(days, st.none() | days),
    st.none() | st.integers(1, 15),
    st.integers(1, 100),
)
rosters = st.lists(seats, max_size=20).map(lambda rows: Roster(tuple(rows)))


@given(rosters, days, st.randoms(use_true_random=False))
def test_findings_are_a_function_of_roster_and_day_alone(roster, on, random):
    """EL-42: in whatever order the seats were written down, and whatever stands on other days."""
    shuffled = list(roster.seats)
    random.shuffle(shuffled)
    findings = {(f.code, f.severity) for f in check(roster, on, FIGURES)}
    assert {(f.code, f.severity) for f in check(Roster(tuple(shuffled)), on, FIGURES)} == findings
    assert {(f.code, f.severity) for f in check(Roster(roster.on(on)), on, FIGURES)} == findings


@given(rosters, days)
def test_employers_have_the_whole_team_and_all_of_its_time(roster, on):
    """EL-41"""
    employed = roster.employed(on)
    assert {name for group in employed for name in group.names} == {seat.name for seat in roster.filled(on)}
    assert sum(group.part for group in employed) == bool(roster.filled(on))
    assert sum(group.part for group in employed if group.employer == Employer.VENDOR) == roster.vendor_share(on)


@given(rosters, rosters)
def test_a_refusal_comes_exactly_when_some_day_would_hold_a_tenth(before, after):
    """EL-40: compared with counting every single day."""
    every_day = [datetime.date(2025, 12, 31) + datetime.timedelta(days=n) for n in range(70)]
    worse = [day for day in every_day if after.headcount(day) > max(9, before.headcount(day))]
    assert bool(rules.overfull(before, after, FIGURES)) == bool(worse)


@given(seats, seats)
def test_two_seats_meet_exactly_when_they_share_a_day(left, right):
    every_day = [datetime.date(2026, 1, 1) + datetime.timedelta(days=n) for n in range(70)]
    assert left.meets(right) == right.meets(left) == any(left.covers(day) and right.covers(day) for day in every_day)


def faults(**facts):
    return {finding.code for finding in rules.seat_faults(replace(DEVELOPER, **facts))}


def test_an_entry_has_its_days_in_order():
    assert faults(from_on=DAY, to_on=DAY) == faults(from_on=DAY, to_on=None) == faults(from_on=DAY, to_on=DAY + A_DAY) == set()
    assert faults(from_on=DAY, to_on=DAY - A_DAY) == {"dates-reversed"}


@pytest.mark.parametrize(("share", "expected"), [(0, {"share-out-of-range"}), (1, set()), (100, set()), (101, {"share-out-of-range"})])
def test_a_share_is_from_one_to_a_hundred_percent(share, expected):
    assert faults(share=share) == expected


def test_a_vendor_has_a_name_and_other_employers_have_none():
    assert faults(employer=Employer.VENDOR, vendor=" ") == {"vendor-unnamed"}
    assert faults(employer=Employer.VENDOR, vendor="Cedar & Tide") == set()
    assert faults(employer=Employer.BUSINESS_AREA, vendor="Cedar & Tide") == {"vendor-not-employer"}


def test_a_person_has_a_role_once_on_any_day():
    seat = replace(DEVELOPER, person=7, from_on=DAY, to_on=DAY)
    same, later = replace(seat), replace(seat, from_on=DAY + A_DAY, to_on=None)
    other_role, other_person = replace(seat, role=TeamRole.OTHER), replace(seat, person=8)
    assert [finding.code for finding in rules.role_twice([same], seat)] == ["role-twice"]
    assert list(rules.role_twice([later, other_role, other_person], seat)) == []
    assert list(rules.role_twice([replace(seat, person=None)], replace(seat, person=None))) == []


def test_one_product_owner_at_band_3_is_enough():
    second = replace(OWNER, person=99, name="Second", band=2)
    assert "product-owner-band" not in codes(*READY, second)
    assert "product-owner-band" in codes(replace(OWNER, band=2), second, *READY[1:])


def test_the_share_of_vendors_is_told_in_percent():
    second = replace(DESIGNER, person=50, name="Second", from_on=DAY)
    (finding,) = [each for each in check(Roster((*READY, second)), DAY, FIGURES, NEAR_HOME) if each.code == "vendor-share-not-falling"]
    assert "is 33%, not below the 20% at going live" in finding.message  # two of six now, one of five then


def test_a_team_that_never_had_vendors_is_not_told_that_their_share_is_not_falling():
    """EL-42"""
    assert "vendor-share-not-falling" not in codes(OWNER, ANALYST, stay=NEAR_HOME)


def test_graduation_is_near_from_the_very_day_on():
    """EL-42: 90 days before it counts as near."""
    assert replace(NEAR_HOME, graduation_due_on=DAY + datetime.timedelta(days=90)).nears_graduation(DAY, 90)


def test_a_roster_that_grows_past_nine_is_refused_with_the_reason():
    """EL-40"""
    seats = tuple(replace(ANALYST, person=number, name=f"Person {number}") for number in range(10))
    assert {finding.code for finding in rules.overfull(Roster(seats[:9]), Roster(seats), FIGURES)}
    assert rules.overfull(Roster(seats), Roster(seats), FIGURES) == []
