"""The programme's rules about days and plans: the last day that is allowed, and the first that is not."""

import datetime

import pytest

from findings import Severity
from ledger.lifecycle import impossible_date
from oversight.checklists.rules import RequiredTask
from residencies.lifecycle.checklists import GRADUATION_PLAN
from residencies.lifecycle.rules import (
    CONDITIONS,
    EARLIER_WORDING,
    MET,
    MORE_NEEDED,
    NOT_MET,
    PLAN_PARTS,
    PlanPart,
    condition_name,
    days_left,
    due_after_correction,
    effective_day,
    extension_faults,
    made_it,
    missing_plan_parts,
    readiness,
    undone_assessments,
    undone_plan_parts,
    unmet_conditions,
)

DAY = datetime.timedelta(days=1)
TODAY = datetime.date(2026, 3, 3)
BEGAN = datetime.date(2026, 1, 5)


def codes(findings):
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("on", "since", "expected"),
    [
        (TODAY, None, []),
        (TODAY + DAY, None, ["day-to-come"]),
        (BEGAN, BEGAN, []),
        (BEGAN - DAY, BEGAN, ["day-too-early"]),
        (BEGAN - DAY, None, []),
        (TODAY, TODAY + DAY, ["day-too-early"]),
    ],
)
def test_a_step_is_on_a_day_that_came_and_not_before_the_step_it_follows(on, since, expected):
    """EL-04"""
    assert codes(impossible_date(on, TODAY, since=since)) == expected


FIRST_DUE, DUE = datetime.date(2026, 6, 30), datetime.date(2026, 9, 30)


@pytest.mark.parametrize(
    ("to_on", "due_on", "acknowledged", "expected"),
    [
        (DUE + DAY, DUE, False, []),
        (DUE, DUE, False, ["not-later"]),
        (DUE, DUE, True, ["not-later"]),
        (FIRST_DUE, DUE, False, []),
        (FIRST_DUE - DAY, DUE, False, ["not-later"]),
        (FIRST_DUE - DAY, FIRST_DUE - 10 * DAY, False, []),
        (datetime.date(2027, 9, 30), DUE, False, []),
        (datetime.date(2027, 10, 1), DUE, False, ["long-extension"]),
        (datetime.date(2027, 10, 1), DUE, True, []),
    ],
)
def test_graduation_moves_on_or_back_to_the_first_day_and_by_a_year_only_when_acknowledged(to_on, due_on, acknowledged, expected):
    """EL-83"""
    assert codes(extension_faults(due_on, to_on, FIRST_DUE, acknowledged=acknowledged)) == expected


@pytest.mark.parametrize(
    ("due_on", "moved_to", "expected"),
    [
        (FIRST_DUE, FIRST_DUE + DAY, FIRST_DUE + DAY),
        (FIRST_DUE, FIRST_DUE - DAY, FIRST_DUE - DAY),
        (DUE, FIRST_DUE + DAY, DUE),
        (DUE, FIRST_DUE - DAY, DUE),
        (DUE, DUE + DAY, DUE + DAY),
    ],
)
def test_a_corrected_final_release_moves_the_first_due_date_and_not_one_that_leadership_set(due_on, moved_to, expected):
    """EL-80, EL-83"""
    assert due_after_correction(due_on, FIRST_DUE, moved_to) == expected


def test_days_left_count_down_and_go_below_zero():
    """EL-83"""
    assert [days_left(TODAY + number * DAY, TODAY) for number in (2, 0, -3)] == [2, 0, -3]


def test_each_condition_that_is_not_met_is_named_with_why():
    """EL-12, EL-13"""
    verdicts = {1: MET, 2: NOT_MET, 3: MORE_NEEDED, 4: EARLIER_WORDING, 6: MET}
    findings = list(unmet_conditions(verdicts))
    assert codes(findings) == [f"condition-{number}-unmet" for number in (2, 3, 4, 5)]
    words = ("is not met", "needs more", "earlier wording", "has not been decided")
    assert all(part in finding.message for part, finding in zip(words, findings, strict=True))
    assert "(a priority)" in findings[0].message
    assert codes(unmet_conditions(dict.fromkeys(CONDITIONS, MET))) == []


def test_six_conditions_have_names_of_their_own():
    assert len({condition_name(number) for number in CONDITIONS}) == len(CONDITIONS) == 6
    assert condition_name(6) == "continuous"


def required(code, done_on=None, *, has_evidence=True):
    state = "done" if done_on else "open"
    return RequiredTask(code, code, "live", state, done_on, evidence_needed=True, has_evidence=has_evidence)


def test_assessments_are_done_by_the_day_of_going_live():
    """EL-72: with evidence, not only a date; one of which there is no task isn't done."""
    done = [required("pia", TODAY), required("stra", TODAY)]
    assert codes(undone_assessments(done, TODAY)) == []
    assert codes(undone_assessments([required("pia", TODAY + DAY), done[1]], TODAY)) == ["no-pia"]
    assert codes(undone_assessments([done[0], required("stra", TODAY, has_evidence=False)], TODAY)) == ["no-stra"]
    findings = list(undone_assessments([required("stra")], TODAY))
    assert codes(findings) == ["no-pia", "no-stra"]
    assert {(finding.severity, finding.place) for finding in findings} == {(Severity.BLOCKS_LIVE, "tasks")}


def test_a_plan_says_each_of_its_parts():
    """EL-81"""
    whole = {code: PlanPart(code, code, is_written=True, has_owner=True) for code in PLAN_PARTS}
    assert codes(missing_plan_parts(whole.values())) == []
    assert codes(missing_plan_parts([*whole.values(), PlanPart("funding", "Funding", has_owner=True)])) == ["plan-no-funding"]
    assert codes(missing_plan_parts([*whole.values(), PlanPart("funding", "Funding", is_written=True)])) == ["plan-no-owner"]
    assert codes(missing_plan_parts([PlanPart("risks", "Risks", state="not_applicable")])) == []
    assert codes(missing_plan_parts(PlanPart(item.code, str(item.text)) for item in GRADUATION_PLAN.items)) == [
        f"plan-no-{code}" for code in PLAN_PARTS
    ]


def test_the_readiness_of_a_plan_is_the_share_of_its_parts_that_are_done():
    """EL-81: a part that isn't applicable counts as done, and one that is to be done on a later day doesn't."""
    parts = [
        PlanPart("home", "Home", True, True, "done", TODAY),
        PlanPart("people", "Staffing", True, True, "done", TODAY + datetime.timedelta(days=1)),
        PlanPart("risks", "Risks", state="not_applicable"),
        PlanPart("funding", "Funding", True, False),
    ]
    shown = readiness(parts, TODAY)
    assert (shown.done, shown.total, shown.percent) == (2, 4, 50)
    assert (shown.ready, shown.not_ready) == (3, ("Funding",))
    assert shown.not_done == ("Staffing", "Funding")
    assert [finding.message.split(": ")[1] for finding in undone_plan_parts(parts, TODAY)] == ["Staffing.", "Funding."]
    assert readiness([], TODAY).percent == 0


@pytest.mark.parametrize(("days", "refused"), [(-1, True), (0, False), (183, False), (184, True)])
def test_a_pivot_takes_effect_from_the_day_of_the_decision_up_to_183_days_later(days, refused):
    """EL-85: both ends included."""
    assert bool(list(effective_day(TODAY + datetime.timedelta(days=days), TODAY))) is refused


@pytest.mark.parametrize(
    ("days", "graduated", "known"),
    [
        (-1, True, (True, -1)),
        (0, True, (True, 0)),
        (1, True, (False, 0)),
        (None, False, (False, 0)),
        (0, False, None),
        (1, False, (False, 0)),
    ],
)
def test_on_the_day_it_is_due_a_residency_still_graduates_in_time(days, graduated, known):
    """EL-80, EL-94: one that ended another way by that day counts neither way; days are counted from the day it was due."""
    ended_on = None if days is None else TODAY + days * DAY
    assert made_it(TODAY, ended_on, graduated=graduated) == (known and (known[0], TODAY + known[1] * DAY))
