"""Lists whose items are only ticked: signs of phases, habits, and what is expected of champions (EL-05, EL-44, EL-46)."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from acts.revisions import Stale
from community.models.checklists import HABITS
from findings import Refused
from oversight.checklists.actions import complete_task, reopen_task
from oversight.checklists.library import LIBRARY, TemplateItem
from oversight.checklists.queries import lists_of, ticks_of
from oversight.checklists.todo import dated_tasks
from oversight.models import Checklist, ChecklistItem
from people.todo import Scope
from residencies.lifecycle.phases.checklists import SIGNS
from residencies.models.states import Phase, State
from tests.clock import TODAY
from tests.factories import account
from tests.oversight.task_rows import checklist, tick, to_tick
from tests.residencies.pages import at
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db
DISCOVER = SIGNS[Phase.DISCOVER]
FORMED = "discover-formed"


@pytest.fixture
def resident(owner):
    return residency(State.IN_RESIDENCE, kept_by=owner)


def row_of(subject, template, code):
    [row] = [row for row in ticks_of(subject, template)[template.code].rows if row.item.code == code]
    return row


def reworded(monkeypatch, template, code, text):
    items = tuple(replace(item, text=text) if item.code == code else item for item in template.items)
    monkeypatch.setitem(LIBRARY, template.code, replace(template, items=items))
    return LIBRARY[template.code]


def test_no_item_is_saved_before_it_is_ticked(resident, ops):
    """EL-05: a residency that ticks nothing has no rows, however long the library is."""
    assert len(ticks_of(resident, DISCOVER)[DISCOVER.code].rows) == len(DISCOVER.items)
    assert not Checklist.objects.exists()
    done = tick(resident, DISCOVER, FORMED, note=" At the review. ", by=ops)
    assert (done.text, done.note, done.done_on, done.done_by) == ("The team works as one.", "At the review.", TODAY, ops)
    assert list(ChecklistItem.objects.values_list("code", flat=True)) == [FORMED]


def test_a_ticked_item_keeps_its_words_and_one_that_is_not_gets_the_new_ones(resident, ops, monkeypatch):
    """EL-05: a changed library never alters a tick; ticked again, the item has the words of that day."""
    done = tick(resident, DISCOVER, FORMED, by=ops)
    before = ChecklistItem.objects.values().get()
    template = reworded(monkeypatch, DISCOVER, FORMED, "The team is a team.")
    assert row_of(resident, template, FORMED).item.text == "The team works as one."
    assert ChecklistItem.objects.values().get() == before
    reopen_task(done, reason="Two people left.", shown_revision=done.revision, by=ops)
    assert row_of(resident, template, FORMED).item.text == "The team is a team."
    assert tick(resident, template, FORMED, by=ops).text == "The team is a team."


def test_a_tick_stays_on_the_list_when_the_library_drops_its_item(resident, ops, monkeypatch):
    done = tick(resident, DISCOVER, FORMED, by=ops)
    shorter = replace(DISCOVER, items=tuple(item for item in DISCOVER.items if item.code != FORMED))
    monkeypatch.setitem(LIBRARY, DISCOVER.code, shorter)
    assert row_of(resident, shorter, FORMED).is_ticked
    reopen_task(done, reason="By mistake.", shown_revision=done.revision, by=ops)
    assert FORMED not in {row.item.code for row in ticks_of(resident, shorter)[shorter.code].rows}


def test_history_keeps_what_was_ticked_and_why_it_was_undone(resident, ops):
    done = tick(resident, DISCOVER, FORMED, note="At the review.", by=ops)
    undone = reopen_task(done, reason="Two people left.", shown_revision=done.revision, by=ops)
    assert undone.is_left
    ticked, reopened = resident.stream.events.order_by("seq")
    assert (ticked.act, ticked.facts["task"], ticked.facts["note"]) == ("sign-task-done", "The team works as one.", "At the review.")
    assert (reopened.act, reopened.facts["reason"]) == ("sign-task-reopened", "Two people left.")
    with pytest.raises(Refused) as refused:
        reopen_task(undone, reason="Again.", shown_revision=undone.revision, by=ops)
    assert refused.value.codes == {"task-open"}


def test_a_second_tick_that_did_not_see_the_first_is_stale(resident, ops, lead):
    shown = to_tick(resident, DISCOVER, FORMED)
    tick(resident, DISCOVER, FORMED, note="First.", by=ops)
    with pytest.raises(Stale):
        complete_task(shown, done_on=TODAY, note="Second.", shown_revision=shown.revision, by=ops)
    assert ChecklistItem.objects.get().note == "First."


def test_an_item_that_its_list_does_not_have_cannot_be_ticked(resident, ops):
    unknown = to_tick(resident, DISCOVER, FORMED)
    unknown.code = "discover-gossip"
    with pytest.raises(Refused) as refused:
        complete_task(unknown, done_on=TODAY, shown_revision=1, by=ops)
    assert refused.value.codes == {"not-on-list"}
    assert not Checklist.objects.exists()


@pytest.mark.parametrize(("template", "owner_may"), [(DISCOVER, False), (HABITS, True)], ids=["signs", "habits"])
def test_signs_are_the_labs_to_tick_and_habits_also_the_product_owners(resident, owner, template, owner_may):
    """EL-05: staff tick; EL-46: the team records."""
    code = template.items[0].code
    for user, may in ((owner, owner_may), (account("viewer"), False), (account("product_owner"), False), (account("lab_ops"), True)):
        item = to_tick(resident, template, code)
        if may:
            done = complete_task(item, done_on=TODAY, shown_revision=item.revision, by=user)
            reopen_task(done, reason="Try again.", shown_revision=done.revision, by=user)
        else:
            with pytest.raises(PermissionDenied):
                complete_task(item, done_on=TODAY, shown_revision=item.revision, by=user)


def test_after_the_end_habits_go_on_and_signs_do_not(ops):
    ended = residency(State.WITHDRAWN, ended_on=TODAY)
    assert tick(ended, HABITS, "chat", by=ops).done_on == TODAY
    with pytest.raises(Refused) as refused:
        tick(ended, DISCOVER, FORMED, by=ops)
    assert refused.value.codes == {"ended"}


def test_ticks_are_no_tasks_and_not_in_the_calendar(resident, ops):
    """EL-72: the Tasks page, the calendar and the gates know only tasks."""
    tick(resident, DISCOVER, FORMED, by=ops)
    checklist(resident)
    ChecklistItem.objects.filter(code="team-hr").update(state="done", done_on=TODAY)
    assert [shown.checklist.code for shown in lists_of(resident, TODAY)] == ["administrative-tasks"]
    entries = list(dated_tasks(TODAY, TODAY, Scope()))
    assert [entry.title for entry in entries] == ["Done: Arrange human resources for the team"]


def test_an_items_page_leads_back_to_its_list_and_offers_no_planning(client, resident, ops):
    client.force_login(ops)
    done = tick(resident, DISCOVER, FORMED, note="At the review.", by=ops)
    shown = client.get(at("task", resident, done.pk)).content.decode()
    assert f'href="{at("residency-phases", resident)}#{FORMED}"' in shown
    assert "Undo tick" in shown
    assert "Change owner or due date" not in shown
    for name in ("task-plan", "task-dismiss", "task-done"):
        assert client.get(at(name, resident, done.pk)).status_code == 404
    assert client.get(at("tick", resident, DISCOVER.code, FORMED)).url == at("task", resident, done.pk)
    assert client.get(at("tick", resident, "administrative-tasks", "pia")).status_code == 404


@pytest.mark.parametrize("name", ["task-plan", "task-dismiss", "task-reopen", "task-evidence-add"])
def test_the_forms_of_a_task_open_only_until_its_subject_ends(client, ops, name):
    """EL-72: what sending would refuse isn't offered; what was recorded is shown, with the reason."""
    ended = residency(State.WITHDRAWN, ended_on=TODAY)
    checklist(ended)
    item = ChecklistItem.objects.get(code="team-hr")
    client.force_login(ops)
    response = client.get(at(name, ended, item.pk), follow=True)
    assert response.redirect_chain == [(at("task", ended, item.pk), 302)]
    assert "has ended, so its record can’t be changed." in response.content.decode()
    added = client.get(at("task-add", ended, item.checklist_id), follow=True)
    assert added.redirect_chain == [(at("tasks", ended), 302)]


def test_codes_of_the_library_never_repeat_and_fit_their_column():
    """EL-05: a tick is found by the code of its list and its own."""
    for template in LIBRARY.values():
        codes = [item.code for item in template.items]
        assert len(codes) == len(set(codes))
        assert max(map(len, [template.code, *codes])) <= 40
    assert {item.code.partition("-")[0] for item in DISCOVER.items} == {"discover"}
    assert TemplateItem("x", "x").anchor == "date", "an item to tick has no due date"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_first_ticks_at_once_make_one_list_and_one_tick():
    resident, by = residency(State.IN_RESIDENCE), account("lab_ops")
    shown = [to_tick(resident, DISCOVER, FORMED) for _ in range(2)]

    def carry_out(item):
        try:
            return complete_task(item, done_on=TODAY, shown_revision=item.revision, by=by).code
        except Stale:
            return "stale"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(carry_out, shown)) == [FORMED, "stale"]
    assert (Checklist.objects.count(), ChecklistItem.objects.count()) == (1, 1)


def test_a_day_to_come_is_refused(resident, ops):
    with pytest.raises(Refused) as refused:
        tick(resident, DISCOVER, FORMED, done_on=TODAY + datetime.timedelta(days=1), by=ops)
    assert refused.value.codes == {"day-to-come"}
