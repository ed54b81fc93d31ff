"""Rules for due dates, progress and required tasks (EL-72). No database."""

import datetime
import importlib
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.models.checklists import HABITS
from dates.months import months_after
from dates.working_days import is_working_day, working_days_after, working_days_before
from findings import Severity
from oversight.checklists.library import LIBRARY
from oversight.checklists.rules import (
    DONE,
    GRADUATION,
    LIVE,
    NOT_APPLICABLE,
    OPEN,
    START,
    UNKNOWN,
    Offset,
    RequiredTask,
    due_on,
    link_elsewhere,
    offset_in_words,
    progress,
    unsettled,
)  # fmt: skip
from oversight.models import Anchor, Blocks
from residencies.lifecycle.rules import ASSESSMENTS
from tests.clock import TODAY

DAY = datetime.timedelta(days=1)
ON = TODAY
days = st.dates(datetime.date(2024, 1, 1), datetime.date(2030, 12, 31))
offsets = st.builds(Offset, st.sampled_from([START, LIVE, GRADUATION]), st.integers(-6, 6), st.integers(-30, 30))


@given(offsets, days, st.integers(0, 400))
def test_a_due_date_moves_only_with_its_own_anchor(offset, day, later):
    anchors = {START: None, LIVE: None, GRADUATION: None, offset.anchor: day}
    due = due_on(offset, anchors)
    moved = due_on(offset, {**anchors, offset.anchor: day + later * DAY})
    assert due is not None
    assert moved is not None
    assert moved >= due, "a later anchor never makes anything due earlier"
    others = {name: day + later * DAY for name in anchors if name != offset.anchor}
    assert due_on(offset, {**anchors, **others}) == due


@given(offsets)
def test_without_its_anchor_a_task_has_no_due_date(offset):
    """Never today, and never counted from another day."""
    anchors = dict.fromkeys((START, LIVE, GRADUATION), ON)
    assert due_on(offset, {**anchors, offset.anchor: None}) is None
    assert due_on(offset, {}) is None


@given(days, st.integers(1, 60))
def test_counting_working_days_forward_and_back_ends_on_working_days(day, count):
    """BC's weekends and holidays don't count."""
    after, before = working_days_after(day, count), working_days_before(day, count)
    assert is_working_day(after)
    assert is_working_day(before)
    assert sum(is_working_day(day + n * DAY) for n in range(1, (after - day).days + 1)) == count
    assert sum(is_working_day(day - n * DAY) for n in range(1, (day - before).days + 1)) == count


@given(days, st.integers(1, 6))
def test_an_offset_in_months_ends_on_a_working_day_not_earlier_after_and_not_later_before_the_anchor(day, months):
    due, ahead = due_on(Offset(START, months=months), {START: day}), due_on(Offset(START, months=-months), {START: day})
    assert is_working_day(due)
    assert months_after(day, months) <= due < months_after(day, months) + 7 * DAY
    assert is_working_day(ahead)
    assert months_after(day, -months) - 7 * DAY < ahead <= months_after(day, -months)


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (Offset(START, months=3), "3 months after the start"),
        (Offset(GRADUATION, days=-10), "10 working days before graduation"),
        (Offset(LIVE, days=1), "1 working day after going live"),
        (Offset(GRADUATION), "on the day of graduation"),
        (Offset("date"), ""),
    ],
)
def test_an_offset_in_words(offset, words):
    assert offset_in_words(offset) == words


def test_every_anchor_has_words_for_a_day_that_is_not_known_yet():
    assert set(UNKNOWN) == set(Anchor.values)
    assert str(UNKNOWN[GRADUATION]) == "Once live"


@given(st.lists(st.sampled_from([OPEN, "doing", DONE, NOT_APPLICABLE])))
def test_tasks_that_do_not_apply_count_as_done_and_are_counted_separately(states):
    list_progress = progress(states)
    assert list_progress.settled == list_progress.done + list_progress.not_applicable <= list_progress.total == len(states)
    assert list_progress.not_applicable == states.count(NOT_APPLICABLE)
    assert list_progress.is_complete == all(state in (DONE, NOT_APPLICABLE) for state in states)


def required(**facts):
    return RequiredTask(**{"code": "hr", "text": "Arrange HR", "blocks": "live", **facts})


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (required(), "This task isn’t done: Arrange HR."),
        (required(state="doing"), "This task isn’t done: Arrange HR."),
        (required(state=DONE, done_on=ON + DAY), "This task isn’t done: Arrange HR."),
        (required(state=DONE, done_on=ON, evidence_needed=True), "There is no evidence for this task: Arrange HR."),
        (required(state=DONE, done_on=ON, evidence_needed=True, has_evidence=True), None),
        (required(state=DONE, done_on=ON), None),
        (required(state=NOT_APPLICABLE), None),
        (required(blocks="graduate"), None),
    ],
)
def test_a_step_requires_its_own_tasks_to_be_done_by_that_day_with_evidence(task, message):
    findings = list(unsettled([task], "live", ON))
    assert [finding.message for finding in findings] == ([message] if message else [])
    assert {(finding.code, finding.place) for finding in findings} <= {("task-not-done", "tasks")}


def test_each_step_has_its_own_severity():
    levels = {step: next(unsettled([required(blocks=step)], step, ON)).severity for step in Blocks.values}
    assert levels == {"start": Severity.BLOCKS_START, "live": Severity.BLOCKS_LIVE, "graduate": Severity.BLOCKS}


# ── The library ──────────────────────────────────────────────────────────────────────────────


def test_there_are_seven_administrative_tasks_and_both_assessments_are_required_before_going_live():
    """EL-72"""
    items = {item.code: item for item in LIBRARY["administrative-tasks"].items}
    assert list(items) == [
        "contract-management", "paying-resources", "onboarding", "pia", "stra", "software-licences", "team-hr",
    ]  # fmt: skip
    blocking = {code for code, item in items.items() if item.blocks == Blocks.LIVE}
    assert blocking == {code for code, item in items.items() if item.evidence_needed} == set(ASSESSMENTS)


@pytest.mark.parametrize("code", LIBRARY)
def test_a_template_fits_the_tables(code):
    template = LIBRARY[code]
    assert template.code == code
    assert len({item.code for item in template.items}) == len(template.items)
    assert all(len(item.code) <= 40 and len(str(item.text)) <= 200 and (str(item.help) or template.ticked) for item in template.items)


# ── Assessments from before ──────────────────────────────────────────────────────────────────

MOVED = importlib.import_module("residencies.migrations.0005_assessments_to_checklists")


def moved(state, started_on=None, **recorded):
    """Return the tasks that the migration gives a residency, by code, each with its link."""
    empty = {"responsible": "", "due_on": None, "done_on": None, "evidence_url": ""}
    assessments = {code: SimpleNamespace(**{**empty, **facts}) for code, facts in recorded.items()}
    make = lambda **fields: SimpleNamespace(**{"state": "open", "done_on": None, "note": "", "closed": False, **fields})
    row = SimpleNamespace(state=state, started_on=started_on)
    return {item.code: (item, url) for item, url in MOVED._items(row, None, assessments, make)}


def test_the_record_of_an_assessment_moves_to_its_task():
    """EL-72: dates, link and the person responsible; no task is overdue from the start."""
    tasks = moved(
        "in_residence", ON - 200 * DAY, pia={"responsible": "Ivo Brandt", "done_on": ON, "evidence_url": "https://example.org/pia"}
    )
    assert list(tasks) == [item.code for item in LIBRARY["administrative-tasks"].items]
    pia, url = tasks["pia"]
    assert (pia.state, pia.done_on, pia.note, url) == (DONE, ON, "Person responsible: Ivo Brandt", "https://example.org/pia")
    assert {(item.due_on, item.due_by_hand) for item, _url in tasks.values()} == {(None, True)}


def test_an_assessment_keeps_its_record_before_the_start_and_after_the_end():
    ahead = moved("agreement", pia={"due_on": ON})
    assert set(ahead) == set(ASSESSMENTS)
    assert (ahead["pia"][0].due_on, ahead["pia"][0].due_by_hand) == (ON, True)
    assert (ahead["stra"][0].due_on, ahead["stra"][0].due_by_hand) == (None, False)
    ended = moved("graduated", ON, pia={"done_on": ON}, stra={"due_on": ON})
    assert [(item.state, item.closed) for item, _url in ended.values()] == [(DONE, False), (OPEN, True)]


# ── Links ────────────────────────────────────────────────────────────────────────────────────

SITES = {item.code: item.sites for item in HABITS.items}


@pytest.mark.parametrize(
    ("habit", "link"),
    [
        ("code", "https://github.com/bcgov/entity"),
        ("code", "https://www.github.com/bcgov-c/tenant-gitops"),
        ("chat", "https://chat.developer.gov.bc.ca/channel/general"),
        ("devhub", "https://developer.gov.bc.ca/docs/?q=a%20b#top"),
        ("components", "https://bcgov.github.io/common-service-showcase/"),
        ("data", "https://catalogue.data.gov.bc.ca/dataset/wells"),
    ],
)
def test_a_link_to_where_the_item_shows_is_fine(habit, link):
    """EL-46"""
    assert not list(link_elsewhere(link, SITES[habit]))


@pytest.mark.parametrize(
    "link",
    [
        "http://github.com/bcgov/entity",
        "github.com/bcgov/entity",
        "javascript:alert(1)",
        "https://user:secret@github.com/bcgov/entity",
        "https://github.com:8443/bcgov/entity",
        "https://github.com\\@evil.example/bcgov/x",
        "https://[github.com/bcgov/entity",
        "https://github.com/bcgov",
        "https://github.com/bcgovernors/entity",
        "https://github.com.evil.example/bcgov/entity",
    ],
)
def test_a_link_to_elsewhere_is_refused_with_the_sites_that_would_do(link):
    """EL-46: by its form alone; no link is opened."""
    [finding] = link_elsewhere(link, SITES["code"])
    assert (finding.code, "github.com/bcgov" in finding.remedy) == ("link-elsewhere", True)
    assert not list(link_elsewhere(link, ())), "without sites, any link is fine"


@given(st.sampled_from(sorted(SITES)), st.text())
def test_whatever_is_written_as_a_link_gets_an_answer(habit, link):
    """EL-46: only an https address on one of the sites ever passes."""
    if not list(link_elsewhere(link, SITES[habit])):
        assert link.strip().lower().startswith("https://")
