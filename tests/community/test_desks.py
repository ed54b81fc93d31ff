"""How and where a team works, and the lab's desks (EL-49)."""

import datetime

import pytest
from django.urls import reverse

from acts.revisions import Stale
from community import actions
from community.choices import Mode
from community.models import Colocation, DeskAllocation, DeskCount
from community.queries import DesksOver
from community.todo import desks_to_take_back
from findings import Refused
from ledger.models import Event
from residencies.lifecycle.actions import withdraw
from residencies.models import Residency
from tests.community.factories import desks
from tests.pages import markup
from tests.teams.factories import residency

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 3)
MONDAY = datetime.date(2026, 3, 2)
WEEK = datetime.timedelta(weeks=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 3, 20, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def trail(ops, owner):
    return residency(by=ops, kept_by=owner)


def refused_for(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


def test_a_team_says_how_and_where_it_works_and_what_its_first_weeks_hold(client, trail, owner, ops):
    """EL-49: a line a step; whoever comes second is shown both."""
    client.force_login(owner)
    form = reverse("colocation", args=[trail.reference])
    data = {"mode": "both", "place": "808 Douglas Street", "plan": "Week 1: meet everybody\n\n Week 2: interviews ", "shown_revision": "0"}
    assert client.post(form, data | {"place": ""}).status_code == 409
    assert client.post(form, data).status_code == 302
    colocation = Colocation.objects.get()
    assert (colocation.mode, colocation.steps) == (Mode.BOTH, ["Week 1: meet everybody", "Week 2: interviews"])
    shown = markup(client.get(reverse("community", args=[trail.reference])))
    assert "Some days online, some in one place" in shown
    assert "<li>Week 2: interviews</li>" in shown
    with pytest.raises(Stale):
        actions.set_colocation(trail, mode=Mode.VIRTUAL, place="", plan="", shown_revision=0, by=ops)
    actions.set_colocation(trail, mode=Mode.VIRTUAL, place="", plan="", shown_revision=1, by=ops)
    assert [event.act for event in Event.objects.filter(stream=trail.stream, act__startswith="colocation")] == [
        "colocation-set",
        "colocation-edited",
    ]


def test_desks_are_given_while_there_are_some_on_every_day(as_ops, trail, ops):
    """EL-49: the first day that is full is named; a day after the others leave there is room."""
    other = residency(by=ops, product="Wells")
    assert refused_for(lambda: actions.allocate_desks(trail, desks=1, from_on=TODAY, to_on=TODAY, by=ops)) == {"desks-none"}
    first = desks(other, lab_desks=6, desks=4, from_on=TODAY + WEEK, to_on=TODAY + 3 * WEEK)
    form = reverse("desks-give", args=[trail.reference])
    data = {"desks": "3", "from_on": "2026-03-03", "to_on": "2026-04-30", "where": "Second floor"}
    response = as_ops.post(form, data)
    assert response.status_code == 409
    assert "On 10 March 2026, the lab has 6 desks and 4 are taken, so 3 more can’t be assigned." in markup(response)
    assert as_ops.post(form, data | {"desks": "2"}).status_code == 302
    assert as_ops.post(form, data | {"desks": "4", "from_on": "2026-03-25"}).status_code == 302
    assert as_ops.post(form, data | {"to_on": "2026-03-02", "desks": "1"}).status_code == 409
    assert DeskAllocation.objects.filter(residency=trail).count() == 2
    assert refused_for(lambda: actions.change_desks(first, to_on=TODAY + 4 * WEEK, shown_revision=1, by=ops)) == {"desks-full"}
    assert actions.change_desks(first, desks=2, to_on=first.to_on, shown_revision=1, by=ops).desks == 2


def test_the_number_of_desks_never_falls_below_what_is_given_out(as_ops, trail, ops):
    """EL-49: on the days that it is about, and only those."""
    given = desks(trail, lab_desks=10, desks=8, from_on=TODAY, to_on=TODAY + 2 * WEEK)
    form = reverse("desks-count")
    response = as_ops.post(form, {"from_on": "2026-03-10", "desks": "7"})
    assert response.status_code == 409
    assert "On 10 March 2026, 8 desks are already assigned to teams." in markup(response)
    assert as_ops.post(form, {"from_on": str(given.to_on + DAY), "desks": "7"}).status_code == 302
    assert as_ops.post(form, {"from_on": "2026-03-03", "desks": "8"}).status_code == 302
    assert refused_for(lambda: actions.set_desk_count(from_on=TODAY, desks=501, by=ops)) == {"desks-number"}
    later = given.to_on + WEEK
    assert refused_for(lambda: actions.change_desks(given, to_on=later, shown_revision=1, by=ops)) == {"desks-full"}
    assert DeskCount.objects.count() == 3


def test_desks_that_are_taken_back_are_free_and_stay_on_record(as_ops, trail, ops):
    """EL-49"""
    given = desks(trail, lab_desks=4, desks=4)
    back = reverse("desks-take-back", args=[trail.reference, given.pk])
    assert as_ops.post(back, {"reason": " ", "shown_revision": 1}).status_code == 200
    assert as_ops.post(back, {"reason": "They stay online.", "shown_revision": 1}).status_code == 302
    assert desks(residency(by=ops, product="Wells"), lab_desks=4, desks=4).pk
    assert Event.objects.filter(stream=trail.stream).last().facts["reason"] == "They stay online."
    assert refused_for(lambda: actions.change_desks(given, desks=1, shown_revision=2, by=ops)) == {"desks-back"}


def test_desks_of_a_residency_that_ends_are_free_from_the_day_after(as_ops, trail, ops):
    """EL-49: and those that it would have had later are taken back."""
    given = desks(trail)
    later = desks(trail, from_on=given.to_on + DAY, to_on=given.to_on + WEEK)
    withdraw(trail, reason="No money this year", by=ops)
    for row in (given, later):
        row.refresh_from_db()
    assert (given.to_on, later.struck_at is None) == (TODAY, False)
    assert refused_for(lambda: desks(trail)) == {"residency-over"}


def test_home_says_which_desks_are_kept_by_a_residency_that_has_ended(trail, ops):
    """EL-49: until they are taken back or their last day is over."""
    given = desks(trail, by=ops)
    desks(residency(by=ops), by=ops)
    assert desks_to_take_back(TODAY) == []
    Residency.objects.filter(pk=trail.pk).update(state="withdrawn", ended_on=TODAY, end_reason="No money this year")
    (need,) = desks_to_take_back(TODAY)
    assert (need.about.name, need.title) == (trail.product, "Residency ended, desks reserved until 14 April 2026")
    assert need.url == reverse("community", args=[trail.reference])
    assert desks_to_take_back(given.to_on + DAY) == []
    actions.take_back_desks(given, reason="They are gone", shown_revision=given.revision, by=ops)
    assert desks_to_take_back(TODAY) == []


def test_the_weeks_show_who_has_how_many_and_how_many_are_free(as_ops, trail, ops):
    """EL-49"""
    desks(trail, lab_desks=10, desks=4, from_on=MONDAY + 2 * DAY, to_on=MONDAY + WEEK)
    desks(residency(by=ops, product="Wells"), lab_desks=10, desks=5, from_on=MONDAY + WEEK + DAY, to_on=MONDAY + 2 * WEEK)
    actions.set_desk_count(from_on=MONDAY + 3 * WEEK, desks=6, by=ops)
    over = DesksOver(TODAY)
    assert over.start == MONDAY
    assert [row.weeks[:4] for row in over.rows] == [[4, 4, 0, 0], [0, 5, 5, 0]]
    assert (over.in_use[:4], over.capacity[:4], over.free[:4]) == ([4, 5, 5, 0], [10, 10, 10, 6], [6, 5, 5, 6])
    shown = as_ops.get(reverse("desks"), {"start": "2026-03-18"})
    assert shown.context["over"].start == datetime.date(2026, 3, 16)
    assert as_ops.get(reverse("desks"), {"start": "soon"}).context["over"].start == MONDAY


@pytest.mark.parametrize("size", [1, 9])
def test_more_teams_cost_no_more_queries(as_ops, ops, size, django_assert_num_queries):
    """EL-49"""
    for number in range(size):
        desks(residency(by=ops, product=f"Product {number}"), lab_desks=40, by=ops)
    as_ops.get(reverse("desks"))
    with django_assert_num_queries(6):
        as_ops.get(reverse("desks"))
