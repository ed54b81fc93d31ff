"""Lists for the first weeks, for leaving, and for after a pivot (EL-49, EL-82, EL-85)."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from acts.act import SYSTEM
from findings import Refused
from outbox.delivery.sweep import sweep
from outbox.models import Message
from oversight.checklists import actions
from oversight.checklists.library import FIRST_WEEKS, LEAVING, TRANSITION
from oversight.checklists.todo import late_tasks
from oversight.models import Checklist, ChecklistItem, TaskState
from residencies.graduation.actions import extend_graduation
from residencies.lifecycle import actions as lifecycle_actions
from residencies.lifecycle.checklists import GRADUATION_PLAN
from residencies.lifecycle.moves import LIFECYCLE
from residencies.models import Residency
from residencies.models.states import State
from tests.clock import NOW, TODAY
from tests.factories import account, person
from tests.oversight.task_rows import task
from tests.residencies.rows import qualified, residency
from tests.residencies.walks import agreement_in_force, conversation
from tests.teams.factories import ready_team

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def live(days_left, **fields):
    days = {"started_on": TODAY - 200 * DAY, "live_on": TODAY - 100 * DAY, "graduation_due_on": TODAY + days_left * DAY}
    return residency(State.LIVE, **days, **fields)


def lists(of):
    return list(of.stream.checklists.order_by("pk").values_list("code", flat=True))


# ── The first weeks ──────────────────────────────────────────────────────────────────────────


def test_the_first_weeks_list_appears_when_the_team_starts(ops):
    """EL-49: due dates are in the order of the list."""
    ready = qualified()
    ready_team(ready)
    agreement_in_force(ready, ops)
    Residency.objects.filter(pk=ready.pk).update(state=State.AGREEMENT)
    started = lifecycle_actions.start(ready, on=TODAY, by=ops)
    assert lists(started) == ["administrative-tasks", FIRST_WEEKS.code, GRADUATION_PLAN.code]
    due = ChecklistItem.objects.filter(checklist__stream=started.stream, checklist__code=FIRST_WEEKS.code).values_list("due_on", flat=True)
    assert TODAY < min(due) <= max(due) <= TODAY + 35 * DAY


# ── Leaving ──────────────────────────────────────────────────────────────────────────────────


def test_the_leaving_list_appears_once_45_days_before_graduation_is_due():
    """EL-82: however often the daily task runs."""
    soon, later = live(45), live(46)
    assert actions.make_leaving_lists(by=SYSTEM) == 1
    assert actions.make_leaving_lists(by=SYSTEM) == 0
    assert (lists(soon), lists(later)) == ([LEAVING.code], [])
    assert [event.act for event in soon.stream.events.all()] == ["checklist-made"]
    with time_machine.travel(NOW + DAY):
        assert actions.make_leaving_lists(by=SYSTEM) == 1
    assert lists(later) == [LEAVING.code]


@pytest.mark.parametrize("days_left", [3, 0, -20])
def test_an_outage_of_the_daily_task_loses_no_leaving_list(days_left):
    of = live(days_left)
    actions.make_leaving_lists(by=SYSTEM)
    assert lists(of) == [LEAVING.code]


def test_extending_graduation_moves_the_leaving_list_and_adds_no_second_one(lead):
    """EL-83"""
    of = live(30)
    actions.make_leaving_lists(by=SYSTEM)
    before = dict(ChecklistItem.objects.values_list("code", "due_on"))
    extend_graduation(of, to_on=TODAY + 120 * DAY, reason="Elections.", by=lead)
    after = dict(ChecklistItem.objects.values_list("code", "due_on"))
    assert all(after[code] > before[code] for code in before)
    assert actions.make_leaving_lists(by=SYSTEM) == 0


def test_only_the_portal_makes_leaving_lists():
    for role in ("lab_ops", "lab_lead", "admin"):
        with pytest.raises(PermissionDenied):
            actions.make_leaving_lists(by=account(role))


def test_a_residency_that_has_ended_or_is_not_live_gets_no_leaving_list():
    residency(State.IN_RESIDENCE, started_on=TODAY)
    ended = live(20)
    Residency.objects.filter(pk=ended.pk).update(state=State.GRADUATED, ended_on=TODAY)
    assert actions.make_leaving_lists(by=SYSTEM) == 0


def test_graduation_requires_the_handover_tasks(ops):
    """EL-82"""
    of = live(10)
    actions.make_leaving_lists(by=SYSTEM)
    required = [item.text for item in ChecklistItem.objects.filter(blocks="graduate")]
    messages = [finding.message for finding in LIFECYCLE.findings_before("graduate", of, TODAY)]
    assert len(required) == 2
    assert all(any(words in message for message in messages) for words in required)
    for item in ChecklistItem.objects.filter(blocks="graduate"):
        actions.complete_task(item, done_on=TODAY, shown_revision=item.revision, by=ops)
    assert "task-not-done" not in {finding.code for finding in LIFECYCLE.findings_before("graduate", of, TODAY)}


# ── After a pivot ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pivoted(lead):
    of = live(60)
    task(of, "team-hr", due_on=TODAY - DAY)
    conversation(of, "pivot")
    return lifecycle_actions.pivot(of, reason="Two agencies deliver this together.", on=TODAY, by=lead)


def test_a_pivot_adds_a_transition_list_that_staff_can_complete_after_the_end(pivoted, ops):
    """EL-85: everything else can't be changed."""
    items = ChecklistItem.objects.filter(checklist__code=TRANSITION.code)
    assert len(items) == len(TRANSITION.items)
    assert all(item.due_on > TODAY for item in items)
    first, second, *_rest = items
    actions.plan_task(first, owner=person(), due_on=None, note="", shown_revision=first.revision, by=ops)
    first.refresh_from_db()
    actions.complete_task(first, done_on=TODAY, shown_revision=first.revision, by=ops)
    actions.dismiss_task(second, reason="There were no accounts.", shown_revision=second.revision, by=ops)
    assert [event.act for event in pivoted.stream.events.order_by("seq")][-4:] == [
        "transition-checklist-made", "transition-task-planned", "transition-task-done", "transition-task-dismissed",
    ]  # fmt: skip
    other = ChecklistItem.objects.get(code="team-hr")
    with pytest.raises(Refused) as refused:
        actions.complete_task(other, done_on=TODAY, shown_revision=other.revision, by=ops)
    assert refused.value.codes == {"ended"}


def test_a_pivot_before_the_start_adds_no_transition_list(lead):
    of = residency(State.QUALIFIED)
    conversation(of, "pivot")
    lifecycle_actions.pivot(of, reason="The aim has moved.", on=TODAY, by=lead)
    assert not Checklist.objects.exists()


def test_overdue_transition_tasks_are_on_home_and_their_owners_get_reminders(pivoted):
    """EL-60: only this list continues; tasks overdue before the end aren't listed."""
    jordan = person(name="Jordan Whitefeather")
    Checklist.objects.update(made_at="2020-01-01T12:00Z")
    rows = ChecklistItem.objects.filter(checklist__code=TRANSITION.code)
    rows.update(due_on=TODAY - DAY, owner=jordan)
    ChecklistItem.objects.filter(code="team-hr").update(owner=jordan)
    assert {line.key for line in late_tasks(TODAY)} == {f"task/{item.pk}" for item in rows}
    sweep()
    assert set(Message.objects.filter(occasion__endswith="task-due").values_list("occasion", flat=True)) == {"transition-task-due"}
    rows.update(state=TaskState.DONE, done_on=TODAY)
    assert late_tasks(TODAY) == []


def test_a_transition_list_can_be_worked_on_after_the_end_on_its_page(pivoted, client, ops):
    client.force_login(ops)
    page = client.get(f"/residencies/{pivoted.reference}/tasks/")
    assert page.context["lists"][0].title == TRANSITION.title, "what is left comes first"
    first = ChecklistItem.objects.filter(checklist__code=TRANSITION.code).first()
    assert client.get(first.get_absolute_url()).context["may_keep"]
    assert not client.get(ChecklistItem.objects.get(code="team-hr").get_absolute_url()).context["may_keep"]
