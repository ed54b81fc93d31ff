"""Practices as a partnership's tasks: never twice, never lost, only ever added (SP-05, PB-32, PB-34)."""

import datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings import Refused
from ledger.lifecycle import MoveRefused
from ledger.models import Event
from oversight.checklists.actions import complete_task, dismiss_task
from oversight.checklists.gates import done_before_start
from oversight.models import ChecklistItem
from partnerships.choices import Leaf
from partnerships.guidance.actions import add_practice, edit_practice
from partnerships.guidance.rules import PracticeFacts, applicable, to_add, with_parents
from partnerships.lifecycle.actions import begin_operating
from partnerships.models import Practice
from partnerships.sites.actions import add_arrangement
from tests.clock import TODAY
from tests.partnerships import factories as make

PARENTS = {leaf: leaf.partition("_")[0] for leaf in Leaf.values}
PARENTS |= {"outreach_targeted": "outreach_mobile", "outreach_rapid": "outreach_mobile", "outreach_mobile": "outreach"}
PRACTICES = [
    *(PracticeFacts(f"G{number:02}") for number in range(1, 15)),
    *(PracticeFacts(f"X{number}", frozenset({"promotion"})) for number in range(1, 6)),
    *(PracticeFacts(f"O{number}", frozenset({"outreach"})) for number in range(1, 32)),
    PracticeFacts("O32", frozenset({"outreach_targeted"})),
    *(PracticeFacts(f"O{number}", frozenset({"outreach"}), "indigenous") for number in range(33, 38)),
    *(PracticeFacts(f"V{number}", frozenset({"outreach_virtual"})) for number in range(1, 7)),
    *(PracticeFacts(f"C{number}", frozenset({"colocation"})) for number in range(1, 60)),
]


def of(*leaves, conditions=()):
    return applicable(PRACTICES, leaves, PARENTS, conditions)


@pytest.mark.parametrize(("first", "second"), list(product(Leaf.values, repeat=2)))
def test_a_second_arrangement_adds_only_what_is_new_and_takes_nothing_away(first, second):
    """Over all pairs of leaves, in both orders, and a leaf with itself."""
    before, after = of(first), of(first, second)
    added = list(to_add(after, before))
    assert len(after) == len(set(after))
    assert set(before) <= set(after) == set(before) | set(of(second))
    assert set(added) == set(of(second)) - set(before)
    assert sorted(after) == sorted(of(second, first))
    assert list(to_add(after, [*before, *added])) == []


@given(st.lists(st.sampled_from(Leaf.values), max_size=8), st.lists(st.sampled_from(Leaf.values), max_size=8))
def test_whatever_order_arrangements_come_in_the_tasks_are_the_same(earlier, later):
    known = set(of(*earlier))
    known |= set(to_add(of(*earlier, *later), known))
    assert known == set(of(*later, *earlier))


@given(st.lists(st.sampled_from(Leaf.values), min_size=1), st.booleans())
def test_practices_for_indigenous_communities_apply_only_with_one(leaves, with_one):
    conditions = ["indigenous"] if with_one else []
    five = {f"O{number}" for number in range(33, 38)} & set(of(*leaves, conditions=conditions))
    outreach = any(leaf.startswith("outreach") for leaf in leaves)
    assert len(five) == (5 if with_one and outreach else 0)


def test_scheduled_outreach_has_all_but_what_is_for_targeted_or_indigenous():
    """PB-34"""
    assert set(of("outreach_scheduled")) == {f"G{n:02}" for n in range(1, 15)} | {f"O{n}" for n in range(1, 32)}
    assert with_parents(["outreach_rapid"], PARENTS) == {"outreach_rapid", "outreach_mobile", "outreach"}
    assert of() == []


# ── With a partnership ──


def codes(partnership):
    return sorted(ChecklistItem.objects.filter(checklist__stream=partnership.stream).values_list("code", flat=True))


def arrange(partnership, leaf, ops, **fields):
    return add_arrangement(partnership, leaf=leaf, from_on=TODAY, reason="It fits.", by=ops, **fields)


def task(partnership, code):
    return ChecklistItem.objects.select_related("checklist__stream").get(checklist__stream=partnership.stream, code=code)


@pytest.mark.django_db
def test_a_partnership_gets_the_practices_of_its_arrangements_in_lists_by_theme(ops):
    make.guidance()
    row = make.partnership(by=ops)
    steps = codes(row)
    arrange(row, "outreach_scheduled", ops)
    assert codes(row) == sorted({*steps, *of("outreach_scheduled")})
    assert len(codes(row)) == len(set(codes(row))) == 14 + 31
    assert task(row, "O18").checklist.code == "practices-security"
    arrange(row, "outreach_virtual", ops)
    arrange(row, "colocation_space", ops)
    assert codes(row) == sorted(of("outreach_scheduled", "outreach_virtual", "colocation_space"))
    events = Event.objects.filter(stream=row.stream, act="checklist-made").count()
    arrange(row, "colocation_counter", ops)
    assert Event.objects.filter(stream=row.stream, act="checklist-made").count() == events


@pytest.mark.django_db
def test_a_tick_keeps_its_words_and_its_reason_through_changes_of_guidance_and_arrangements(ops):
    make.guidance()
    row = make.partnership(by=ops)
    arrange(row, "outreach_scheduled", ops)
    done, other = task(row, "O2"), task(row, "O4")
    complete_task(done, done_on=TODAY, shown_revision=done.revision, by=ops)
    dismiss_task(other, reason="No remote place.", shown_revision=other.revision, by=ops)
    words = done.text
    practice = Practice.objects.get(code="O2")
    edit_practice(practice, text="Another wording.", theme="finance", retired_on=TODAY, shown_revision=1, by=ops)
    own = add_practice(code="L1", text="Bring water.", theme="services", by=ops)
    arrange(row, "outreach_virtual", ops)
    kept = task(row, "O2")
    assert (kept.text, kept.state, kept.done_on, kept.checklist.code) == (words, "done", TODAY, "practices-accommodation")
    assert (task(row, "O4").state, task(row, "O4").reason) == ("not_applicable", "No remote place.")
    assert task(row, own.code).state == "open"
    with pytest.raises(Refused):
        dismiss_task(task(row, "O5"), reason=" ", shown_revision=1, by=ops)


@pytest.mark.django_db
def test_an_indigenous_partner_brings_five_more_practices_and_loses_none(ops):
    """PB-34"""
    make.guidance()
    row = make.partnership(by=ops)
    arrange(row, "outreach_scheduled", ops)
    before = codes(row)
    make.partner(row, level="indigenous", by=ops)
    assert set(codes(row)) - set(before) == {f"O{number}" for number in range(33, 38)}


@pytest.mark.django_db
def test_virtual_service_does_not_open_before_its_six_questions_are_settled(ops):
    """PB-13: readiness shows six open, then none."""
    make.guidance()
    row = make.prepared(by=ops)
    arrange(row, "outreach_virtual", ops)
    row = make.fresh(row)
    assert len(done_before_start([row], TODAY)[row.stream_id]) == 6
    with pytest.raises(MoveRefused) as refused:
        begin_operating(row, on=TODAY, by=ops)
    assert "task-not-done" in refused.value.codes
    make.done(row, *(f"V{number}" for number in range(1, 7)), by=ops)
    assert done_before_start([make.fresh(row)], TODAY)[row.stream_id] == []


@pytest.mark.django_db
def test_themes_show_how_many_partnerships_follow_each_practice(as_ops, ops):
    """PB-37"""
    make.guidance()
    for number in range(3):
        row = make.partnership(by=ops, name=f"Visits {number}")
        add_arrangement(row, leaf="outreach_scheduled", from_on=TODAY + datetime.timedelta(days=number), reason="It fits.", by=ops)
    item = task(row, "O18")
    complete_task(item, done_on=TODAY, shown_revision=item.revision, by=ops)
    assert "In partnerships: 1 done, 2 open, 0 not applicable" in as_ops.get("/partnerships/guidance/themes/security/").content.decode()
