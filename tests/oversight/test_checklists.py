"""Tasks of a residency: made at the start, moved with its days, done with evidence, and required before going live (EL-72)."""

import datetime
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from findings import Refused
from ledger import subjects
from ledger.lifecycle import MoveRefused
from outbox.delivery.sweep import sweep
from outbox.models import Message
from oversight.checklists import actions
from oversight.checklists.library import ADMINISTRATION, LIBRARY, offset_of
from oversight.checklists.rules import Offset, due_on
from oversight.checklists.todo import late_tasks
from oversight.models import Checklist, ChecklistItem, TaskEvidence, TaskState
from people.merging import merge_people
from residencies.lifecycle import actions as lifecycle_actions
from residencies.lifecycle.moves import LIFECYCLE
from residencies.models import Residency
from residencies.models.states import State
from tests.clock import TODAY
from tests.factories import account, person
from tests.oversight.task_rows import LINK, checklist, task, write_plan
from tests.pages import client_of, text
from tests.pdfs import PDF
from tests.residencies.pages import at, codes, links, send
from tests.residencies.rows import qualified, residency
from tests.residencies.walks import Facts, agreement_in_force
from tests.teams.factories import ready_team

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
STARTED = TODAY - 30 * DAY
SEVEN = [item.code for item in ADMINISTRATION.items]


@pytest.fixture
def resident(owner):
    return residency(State.IN_RESIDENCE, started_on=STARTED, kept_by=owner)


def fresh(item):
    return ChecklistItem.objects.select_related("checklist__stream", "owner").get(pk=item.pk)


def history(of):
    return list(of.stream.events.order_by("seq").values_list("act", flat=True))


def complete(item, by, **fields):
    return actions.complete_task(item, **{"done_on": TODAY, "shown_revision": item.revision, "by": by, **fields})


# ── Lists ────────────────────────────────────────────────────────────────────────────────────


def test_the_start_gives_a_residency_its_seven_tasks_once(ops):
    """EL-72: each due from the day it started."""
    ready = qualified()
    ready_team(ready)
    agreement_in_force(ready, ops)
    Residency.objects.filter(pk=ready.pk).update(state=State.AGREEMENT)
    started = lifecycle_actions.start(ready, on=TODAY, by=ops)
    items = ChecklistItem.objects.filter(checklist__stream=started.stream, checklist__code=ADMINISTRATION.code)
    assert [item.code for item in items] == SEVEN
    assert {item.due_on for item in items} == {due_on(offset_of(item), {"start": TODAY}) for item in items}
    assert all(item.due_on > TODAY for item in items)
    assert history(started)[-3:] == ["started", "checklist-made", "plan-checklist-made"]


def test_a_task_keeps_its_text_when_the_library_changes(resident, ops, monkeypatch):
    """EL-72: tasks are matched by code; a new one is added and changes no other."""
    done = complete(task(resident), ops)
    before = list(ChecklistItem.objects.filter(checklist=done.checklist).values())
    reworded = tuple(replace(item, text=f"{item.text}, reworded", anchor="live", blocks="") for item in ADMINISTRATION.items)
    new = replace(ADMINISTRATION.items[0], code="insurance", text="Arrange insurance")
    monkeypatch.setitem(LIBRARY, ADMINISTRATION.code, replace(ADMINISTRATION, items=(*reworded, new)))
    start_again(resident, by=ops)
    assert list(ChecklistItem.objects.filter(checklist=done.checklist).exclude(code="insurance").values()) == before
    assert ChecklistItem.objects.get(code="insurance").text == "Arrange insurance"


def start_again(of, by):
    """Make the list again, as the next start would."""
    from acts.act import act

    act("oversight.keep_tasks")(lambda subject, by: actions.make_checklists(subject, LIBRARY[ADMINISTRATION.code], by=by))(of, by=by)


# ── Due dates ────────────────────────────────────────────────────────────────────────────────


def test_extending_graduation_moves_only_open_tasks_and_says_how_many(lead):
    """EL-83: tasks that are done and dates set by hand don't move."""
    due = TODAY + 90 * DAY
    live = residency(State.LIVE, started_on=STARTED, live_on=TODAY - 20 * DAY, graduation_due_on=due)
    follows = {"anchor": "graduation", "offset_months": 0, "offset_days": -5}
    open_task = task(live, "team-hr", **follows, due_on=due_on(Offset("graduation", days=-5), {"graduation": due}))
    by_hand = task(live, "onboarding", **follows, due_on=TODAY, due_by_hand=True)
    done = task(live, "paying-resources", **follows, due_on=TODAY, state=TaskState.DONE, done_on=TODAY)
    page = client_of(lead).get(at("graduation-extend", live))
    assert "1 open task will move with it." in text(page)
    to = due + 60 * DAY
    response = send(client_of(lead), at("graduation-extend", live), {"to_on": to, "reason": "Elections."}, follow=True)
    assert "1 open task moved with it." in text(response)
    assert fresh(open_task).due_on == due_on(Offset("graduation", days=-5), {"graduation": to})
    assert [fresh(item).due_on for item in (by_hand, done)] == [TODAY, TODAY]
    event = live.stream.events.get(act="tasks-moved")
    assert (event.facts["count"], set(event.facts["due_dates"])) == (1, {"team-hr"})


def test_going_live_sets_due_dates_that_were_waiting_for_it(resident, ops):
    """Until then the task says what its due date is waiting for."""
    waits = task(resident, "team-hr", anchor="live", offset_months=1, offset_days=0, due_on=None)
    assert "Once live" in text(client_of(ops).get(at("tasks", resident)))
    ready_to_go_live(resident, ops)
    lifecycle_actions.go_live(resident, released_on=TODAY, by=ops)
    assert fresh(waits).due_on == due_on(Offset("live", months=1), {"live": TODAY})


def ready_to_go_live(of, by):
    ready_team(of)
    agreement_in_force(of, by)
    write_plan(of)
    Facts(of, by).set("assessments", True)


def test_a_date_set_by_hand_stays_until_it_is_cleared(resident, ops):
    item = task(resident)
    counted, wanted, plan = item.due_on, TODAY + 200 * DAY, {"owner": None, "note": "", "by": ops}
    item = actions.plan_task(item, due_on=wanted, shown_revision=item.revision, **plan)
    assert (item.due_on, item.due_by_hand) == (wanted, True)
    item = actions.plan_task(item, due_on=None, shown_revision=item.revision, **plan)
    assert (item.due_on, item.due_by_hand) == (counted, False)
    item = actions.plan_task(item, due_on=counted, shown_revision=item.revision, **plan)
    assert not item.due_by_hand, "the date that it has anyway is not set by hand"


# ── Carrying out ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", ["pia", "stra"])
def test_an_assessment_needs_evidence_and_cannot_be_marked_as_not_applicable(resident, ops, code):
    """EL-72: a date alone is not enough."""
    item = task(resident, code)
    with pytest.raises(Refused) as without:
        complete(item, ops)
    with pytest.raises(Refused) as aside:
        actions.dismiss_task(item, reason="We have no data.", shown_revision=item.revision, by=ops)
    assert (without.value.codes, aside.value.codes) == ({"no-evidence"}, {"task-required"})
    assert history(resident) == []
    done = complete(item, ops, url=LINK)
    assert (done.state, done.done_on, done.done_by) == (TaskState.DONE, TODAY, ops)
    with pytest.raises(Refused) as last:
        actions.withdraw_evidence(TaskEvidence.objects.select_related("item__checklist__stream").get(), by=ops)
    assert last.value.codes == {"evidence-last"}


def test_a_file_is_checked_by_its_content_and_served_as_a_download(resident, owner):
    """D3"""
    item, client = task(resident, "pia"), client_of(owner)
    form = {"done_on": TODAY, "shown_revision": item.revision}
    page = send(client, at("task-done", resident, item.pk), {**form, "file": SimpleUploadedFile("pia.pdf", b"<html>")})
    assert page.status_code == 409
    assert page.context["form"].errors["file"]
    send(client, at("task-done", resident, item.pk), {**form, "file": SimpleUploadedFile("pia.pdf", PDF)})
    evidence = TaskEvidence.objects.get()
    response = client.get(at("task-evidence", resident, item.pk, evidence.pk))
    assert (b"".join(response.streaming_content), response["Content-Disposition"]) == (PDF, 'attachment; filename="pia.pdf"')
    assert evidence.sha256 in resident.stream.events.get(act="task-done").facts["shown_by"][0]


def test_a_task_that_does_not_apply_needs_a_reason_counts_as_done_and_is_shown_separately(resident, owner):
    item, client = task(resident), client_of(owner)
    refused = send(client, at("task-dismiss", resident, item.pk), {"reason": "", "shown_revision": item.revision})
    assert refused.context["form"].errors["reason"]
    send(client, at("task-dismiss", resident, item.pk), {"reason": "Everyone is a contractor.", "shown_revision": item.revision})
    shown = text(client.get(at("tasks", resident)))
    assert "1 of 7" in shown
    assert "1 not applicable" in shown
    assert "Everyone is a contractor." in shown


def test_reopening_a_task_needs_a_reason_and_keeps_its_evidence(resident, ops):
    """EL-72"""
    item = complete(task(resident, "pia"), ops, url=LINK)
    with pytest.raises(Refused) as refused:
        actions.reopen_task(item, reason=" ", shown_revision=item.revision, by=ops)
    with pytest.raises(Refused) as settled:
        complete(item, ops)
    assert (refused.value.codes, settled.value.codes) == ({"no-reason"}, {"task-settled"})
    item = actions.reopen_task(item, reason="It was the other product’s.", shown_revision=item.revision, by=ops)
    assert (item.state, item.done_on, item.evidence.count()) == (TaskState.OPEN, None, 1)
    assert history(resident) == ["task-done", "task-reopened"]


def test_completing_a_task_that_someone_else_changed_is_stale_and_keeps_what_was_typed(resident, ops, owner):
    item = task(resident, "pia")
    page = client_of(owner).get(item.get_absolute_url())
    actions.plan_task(item, owner=None, due_on=None, note="Signed on Friday.", shown_revision=item.revision, by=ops)
    form = {"done_on": TODAY, "url": LINK, "shown_revision": page.context["form"].initial.get("shown_revision", item.revision)}
    response = send(client_of(owner), at("task-done", resident, item.pk), form)
    assert response.status_code == 409
    assert LINK in response.content.decode()
    assert fresh(item).state == TaskState.OPEN


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "done"},
        {"state": "not_applicable"},
        {"state": "open", "reason": "Why not"},
        {"done_on": TODAY},
        {"state": "later"},
        {"blocks": "lunch"},
        {"state": "not_applicable", "reason": "No data", "evidence_needed": True},
    ],
)
def test_the_database_refuses_impossible_tasks(resident, fields):
    item = task(resident)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChecklistItem.objects.filter(pk=item.pk).update(**fields)


# ── Going live ───────────────────────────────────────────────────────────────────────────────

EVERYONE = {"lab_ops": True, "lab_lead": False, "product_owner": False, "viewer": False, "admin": False, "": False}


@pytest.mark.parametrize("role", EVERYONE)
def test_no_one_can_go_live_without_evidence_by_page_admin_act_or_shell(resident, role, ops):
    """EL-72: people who can go live see what is missing; everyone else is refused first."""
    ready_to_go_live(resident, ops)
    TaskEvidence.objects.filter(item__code="stra").update(withdrawn_at=resident.made_at)
    user = account(*filter(None, [role]))
    tries = {
        "act": lambda: lifecycle_actions.go_live(resident, released_on=TODAY, by=user),
        "shell": lambda: LIFECYCLE.move("go_live", resident, by=user, on=TODAY),
    }
    for attempt in tries.values():
        with pytest.raises(MoveRefused if EVERYONE[role] else PermissionDenied) as refused:
            attempt()
        assert not EVERYONE[role] or refused.value.codes == {"no-stra"}
    client = client_of(user)
    response = send(client, at("residency-move", resident, "go_live"), {"on": TODAY})
    assert response.status_code in ({409} if EVERYONE[role] else {403, 404})
    if EVERYONE[role]:
        assert codes(response) == {"no-stra"}
        assert f"{at('tasks', resident)}?next={at('residency-move', resident, 'go_live').replace('/', '%2F')}" in links(response)
    item = task(resident, "stra")
    change = reverse("admin:oversight_checklistitem_change", args=[item.pk])
    assert client.post(change, {"state": "done", "done_on": TODAY}).status_code in {302, 403, 404}
    assert Residency.objects.get(pk=resident.pk).state == State.IN_RESIDENCE
    assert (fresh(item).revision, TaskEvidence.objects.filter(withdrawn_at=None).count()) == (item.revision, 1)


@pytest.mark.parametrize(("step", "verb", "start"), [("start", "start", State.AGREEMENT), ("graduate", "graduate", State.LIVE)])
def test_a_required_task_blocks_its_step(ops, step, verb, start):
    of = residency(start)
    item = task(of, blocks=step)
    assert "task-not-done" in {finding.code for finding in LIFECYCLE.findings_before(verb, of, TODAY)}
    ChecklistItem.objects.filter(pk=item.pk).update(state="not_applicable", reason="Contractors only.")
    assert "task-not-done" not in {finding.code for finding in LIFECYCLE.findings_before(verb, of, TODAY)}


def test_gates_run_one_query_for_many_residencies(resident, django_assert_num_queries):
    from oversight.checklists.gates import required_tasks

    others = [residency(State.IN_RESIDENCE) for _ in range(3)]
    for of in (resident, *others[:2]):
        checklist(of)
    with django_assert_num_queries(1):
        tasks = required_tasks([resident, *others], TODAY)
    assert [[each.code for each in tasks[of.stream_id]] for of in (resident, *others)] == [["pia", "stra"]] * 3 + [[]]


def test_a_custom_task_has_an_owner_and_a_date_that_does_not_move(resident, owner, lead):
    """EL-72: two tasks with the same text have different codes."""
    of, client = checklist(resident), client_of(owner)
    form = {"text": "Renew the hosting contract", "who": "new", "name": "Amara Osei", "email": "", "due_on": TODAY + DAY}
    send(client, at("task-add", resident, of.pk), form)
    page = send(client, at("task-add", resident, of.pk), {**form, "due_on": ""}, follow=True)
    assert "0 of 9" in text(page)
    rows = of.items.filter(anchor="date").order_by("pk")
    assert [(item.code, item.owner.name, item.due_on) for item in rows] == [
        ("own-1", "Amara Osei", TODAY + DAY),
        ("own-2", "Amara Osei", None),
    ]
    assert send(client, at("task-add", resident, of.pk), {**form, "text": " "}).context["form"].errors["text"]
    start_again(resident, by=account("lab_ops"))
    assert of.items.count() == 9


# ── Reminders, home and pages ────────────────────────────────────────────────────────────────


def test_an_owner_gets_each_reminder_once_and_an_outage_loses_none(resident, ops):
    """EL-60: the sweep makes up for days it missed."""
    jordan = person(name="Jordan Whitefeather")
    Checklist.objects.filter(pk=checklist(resident).pk).update(made_at="2020-01-01T12:00Z")
    task(resident, "pia", owner=jordan, due_on=TODAY - 40 * DAY)
    task(resident, "stra", due_on=TODAY)  # no owner yet: it waits on home
    sweep()
    sweep()
    sent = Message.objects.filter(occasion="task-due")
    assert {message.to_name for message in sent} == {jordan.name}
    assert sent.waiting().count() == 1, "one useful message, whatever was missed"
    complete(task(resident, "pia"), ops, url=LINK)
    sweep()
    assert sent.count() == Message.objects.filter(occasion="task-due").count()


def test_an_overdue_task_is_on_home_until_it_is_done_or_its_subject_ends(resident, ops):
    late = task(resident, "pia", due_on=TODAY - DAY)
    task(resident, "stra", due_on=TODAY)
    ChecklistItem.objects.exclude(code__in=("pia", "stra")).update(due_on=None)
    assert [line.key for line in late_tasks(TODAY)] == [f"task/{late.pk}"]
    end(resident, ops)
    assert late_tasks(TODAY) == []
    assert fresh(late).closed
    with pytest.raises(Refused) as refused:
        complete(fresh(late), ops, url=LINK)
    assert refused.value.codes == {"ended"}


def end(of, by):
    """End a residency without its gates."""
    ending = subjects.Ending(state=State.PIVOTED, on=TODAY, by=by, reason="It came to that.", tell=lambda people: list(people))
    with transaction.atomic(), subjects.followed(subjects.ENDED, of.stream, subject=of, ending=ending):
        Residency.objects.filter(pk=of.pk).update(state=State.PIVOTED, ended_on=TODAY, end_reason="It came to that.")
    of.refresh_from_db()


def test_the_pages_run_the_same_queries_however_many_tasks_there_are(resident, viewer, django_assert_max_num_queries):
    """OP-07"""
    checklist(resident)
    client = client_of(viewer)
    client.get(at("tasks", resident))
    with django_assert_max_num_queries(16):
        client.get(at("tasks", resident))
    ChecklistItem.objects.update(owner=person())
    with django_assert_max_num_queries(16):
        response = client.get(at("tasks", resident))
    assert not [link for link in links(response) if "/plan/" in link], "a reader is offered nothing to change"


def test_an_owner_can_be_someone_new_and_follows_a_merge(resident, owner, ops):
    """EL-16"""
    item = task(resident)
    form = {"who": "new", "name": "Amara Osei", "email": "amara@example.org", "note": "", "shown_revision": item.revision}
    response = send(client_of(owner), at("task-plan", resident, item.pk), form, follow=True)
    assert "Amara Osei" in text(response)
    kept = person()
    merge_people(kept, fresh(item).owner, reason="The same person.", by=ops)
    assert fresh(item).owner == kept


def test_a_product_owner_cannot_search_for_strangers(resident, owner):
    """D3"""
    stranger = person(name="Zephyrine Unrelated")
    url = at("task-plan", resident, task(resident).pk)
    assert stranger.name not in text(client_of(owner).get(url, {"q": "Zephyrine"}))
    assert stranger.name in text(client_of(account("lab_ops")).get(url, {"q": "Zephyrine"}))
