"""A residency's Community page: habits as a checklist, and what the team gave (EL-46, EL-47)."""

import csv
import datetime
import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from community.choices import Giving
from community.models import Contribution
from community.models.checklists import HABITS
from findings import Refused
from ledger.history_text import tell
from ledger.models import Event
from oversight.models import ChecklistItem
from residencies.importing.actions import add_repository
from residencies.lifecycle.actions import withdraw
from tests.community.factories import REPOSITORY, giving, habit
from tests.factories import account, person
from tests.pages import markup
from tests.residencies.rows import residency as at_state
from tests.teams.factories import checked, residency, seat

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 3, 20, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def trail(ops, owner):
    return residency(by=ops, kept_by=owner)


def page(of):
    return reverse("community", args=[of.reference])


def test_a_team_records_its_public_code_with_a_repository_that_is_known(as_owner, trail, owner):
    """EL-46: day, links and who recorded it."""
    add_repository(trail, REPOSITORY, by=owner)
    form = reverse("tick", args=[trail.reference, HABITS.code, "code"])
    assert REPOSITORY in markup(as_owner.get(form))
    fields = {"done_on": "2026-03-01", "url": f" {REPOSITORY} ", "note": "Since sprint 3", "shown_revision": 1}
    assert as_owner.post(form, fields).url == f"{page(trail)}#code"
    done = ChecklistItem.objects.get()
    assert (done.done_on, done.note, done.done_by) == (datetime.date(2026, 3, 1), "Since sprint 3", owner)
    more = reverse("task-evidence-add", args=[trail.reference, done.pk])
    assert as_owner.post(more, {"url": "https://example.org/"}).status_code == 409
    assert as_owner.post(more, {"url": f"{REPOSITORY}-api"}).status_code == 302
    shown = markup(as_owner.get(page(trail)))
    assert "1 of 5" in shown
    assert f"1 March 2026, recorded by {owner.name}: Since sprint 3" in shown
    assert f'href="{REPOSITORY}-api"' in shown
    assert "recorded a community habit: Code in public GitHub repositories" in tell(trail.stream.events.get(act="habit-task-done")).what


def test_a_link_to_elsewhere_is_refused_with_what_would_be_right_and_nothing_is_lost(as_owner, trail):
    """EL-46"""
    form = reverse("tick", args=[trail.reference, HABITS.code, "data"])
    response = as_owner.post(form, {"done_on": "2026-03-01", "url": "https://example.org/wells", "shown_revision": 1})
    assert response.status_code == 409
    assert "catalogue.data.gov.bc.ca" in markup(response)
    assert 'value="https://example.org/wells"' in markup(response)
    assert not ChecklistItem.objects.exists()
    assert as_owner.get(reverse("tick", args=[trail.reference, HABITS.code, "gossip"])).status_code == 404


def test_a_habit_is_recorded_once_and_undone_with_its_reason_on_record(as_owner, trail, ops):
    """EL-46"""
    done = habit(trail)
    with pytest.raises(Refused) as refused:
        habit(trail)
    assert refused.value.codes == {"task-settled"}
    undo = reverse("task-reopen", args=[trail.reference, done.pk])
    assert as_owner.post(undo, {"reason": "", "shown_revision": done.revision}).status_code == 200
    assert as_owner.post(undo, {"reason": "It went private.", "shown_revision": done.revision}).url == f"{page(trail)}#code"
    assert "0 of 5" in markup(as_owner.get(page(trail)))
    assert Event.objects.filter(stream=trail.stream).last().facts["reason"] == "It went private."
    assert habit(trail).pk == done.pk


def test_the_database_holds_a_workshop_to_a_day(trail):
    """EL-47: also of what came by no act."""
    given = giving(trail, kind=Giving.WORKSHOP)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.filter(pk=given.pk).update(minutes=451)


def logging(somebody, **facts):
    return {"person": somebody.pk, "kind": "workshop", "given_on": "2026-03-03", "hours": "2.25", "what": "Plain words", **facts}


def test_what_was_given_is_logged_from_the_page_and_counted_by_person_and_team(as_owner, trail):
    """EL-47"""
    anneke, kofi = seat(trail, name="Anneke Torvald").person, seat(trail, name="Kofi Marchbanks").person
    url = reverse("giving-note", args=[trail.reference])
    for entry in (logging(anneke), logging(kofi, kind="event", hours="1"), logging(kofi, kind="mentoring", hours="0.5")):
        assert as_owner.post(url, entry).url == page(trail)
    of = as_owner.get(page(trail)).context["of"]
    assert [(row.who, [count for count, _h in row.by_kind], row.count, float(row.hours)) for row in of.by_person] == [
        ("Anneke Torvald", [0, 0, 1], 1, 2.25), ("Kofi Marchbanks", [1, 1, 0], 2, 1.5),
    ]  # fmt: skip
    assert (of.together.count, float(of.together.hours)) == (3, 3.75)


def test_a_workshop_of_more_than_a_day_is_refused_in_one_entry_and_in_two(as_owner, trail):
    """EL-47"""
    anneke = seat(trail).person
    url = reverse("giving-note", args=[trail.reference])
    response = as_owner.post(url, logging(anneke, hours="7.75"))
    assert response.status_code == 409
    assert "A workshop can take at most 7.5 hours of a person’s day." in markup(response)
    assert as_owner.post(url, logging(anneke, hours="5")).status_code == 302
    response = as_owner.post(url, logging(anneke, hours="3"))
    assert "5 hours are already logged for that day." in markup(response)
    assert as_owner.post(url, logging(anneke, hours="2.1")).status_code == 200
    assert Contribution.objects.count() == 1


def test_only_who_was_on_the_team_that_day_gave_for_it(trail, ops):
    """EL-47"""
    gone = seat(trail, from_on=datetime.date(2026, 1, 5), to_on=datetime.date(2026, 2, 1)).person
    for somebody in (gone, person()):
        with pytest.raises(Refused) as refused:
            giving(trail, person=somebody)
        assert refused.value.codes == {"giving-not-on-team"}
    assert giving(trail, person=gone, given_on=datetime.date(2026, 2, 1)).pk


def test_an_entry_that_was_a_mistake_is_taken_out_and_stays_on_record(as_owner, trail):
    """EL-47"""
    given = giving(trail)
    strike = reverse("giving-strike", args=[trail.reference, given.pk])
    assert as_owner.post(strike, {"reason": "Twice", "shown_revision": 1}).status_code == 302
    assert not Contribution.objects.current().exists()
    assert Event.objects.filter(stream=trail.stream).last().facts["reason"] == "Twice"


def test_habits_and_giving_go_on_after_the_residency(trail, ops):
    """EL-46, EL-47"""
    anneke = seat(trail).person
    withdraw(trail, reason="No money this year", by=ops)
    assert habit(trail).pk
    assert giving(trail, person=anneke).pk


def test_a_reader_sees_all_of_it_and_nothing_to_do(client, trail, viewer):
    habit(trail)
    giving(trail)
    client.force_login(viewer)
    shown = markup(client.get(page(trail)))
    assert "1 of 5" in shown
    for words in (">Record<", "Log contribution", ">Remove<", "Request an expert", "Assign desks"):
        assert words not in shown


# ── Over the lab ─────────────────────────────────────────────────────────────────────────────


def test_the_lab_sees_which_team_lacks_which_habit(as_ops, ops):
    """EL-46"""
    open_one = at_state("live", product="Herring Counts")
    at_state("in_residence", product="Wells")
    at_state("agreement", product="Too early")
    habit(open_one)
    url = reverse("lab-community")
    overview = as_ops.get(url)
    assert overview.context["there"] == 2
    assert {habit.code: count for habit, count in overview.context["counts"]} == {
        "chat": 0,
        "devhub": 0,
        "code": 1,
        "components": 0,
        "data": 0,
    }
    rows = lambda **asked: {row.product for row in as_ops.get(url, asked).context["table"].data.data}
    assert rows() == {"Herring Counts", "Wells"}
    assert rows(lacks="code") == {"Wells"}
    assert rows(lacks="data", state="live") == {"Herring Counts"}
    assert rows(q="herring") == {"Herring Counts"}
    response = as_ops.get(reverse("lab-community-export", args=["csv"]), {"q": "herring"})
    table = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert table[1] == [open_one.reference, "Herring Counts", open_one.ministry.name, "Live", "", "", "2026-03-03", "", "", REPOSITORY]


def test_the_lab_counts_what_was_given_by_team_and_by_person_and_takes_it_along(as_ops, ops):
    """EL-47"""
    wells, herring = residency(by=ops, product="Wells"), residency(by=ops, product="Herring Counts")
    anneke = seat(wells, name="Anneke Torvald").person
    giving(wells, person=anneke, minutes=90, what="=1+1")
    giving(wells, person=anneke, kind=Giving.WORKSHOP, minutes=300, given_on=datetime.date(2026, 1, 15))
    giving(herring, kind=Giving.EVENT, minutes=60)
    url = reverse("lab-given")
    assert [(tally.kind, tally.count, float(tally.hours)) for tally in as_ops.get(url).context["counts"]] == [
        ("mentoring", 1, 1.5), ("event", 1, 1.0), ("workshop", 1, 5.0),
    ]  # fmt: skip
    rows = lambda **asked: list(as_ops.get(url, asked).context["table"].data.data)
    assert [(row["name"], row["count"], row["minutes"], row["workshop"]) for row in rows(by="team")] == [
        ("Wells", 2, 390, 1),
        ("Herring Counts", 1, 60, 0),
    ]
    assert rows(by="person")[0]["name"] == "Anneke Torvald"
    assert len(rows(kind="workshop")) == len(rows(month="2026-01")) == len(rows(q="herring")) == 1
    assert len(rows(who="torvald")) == 2
    response = as_ops.get(reverse("lab-given-export", args=["csv"]), {"kind": "mentoring"})
    table = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert table[1:] == [[wells.reference, "Wells", "2026-03-03", "Anneke Torvald", "Mentoring", "1.50", "'=1+1"]]


@pytest.mark.parametrize("size", [1, 12])
@pytest.mark.parametrize(("name", "asked"), [("community", 12), ("lab-community", 11), ("lab-given", 7)])
def test_more_of_it_costs_no_more_queries(as_ops, trail, ops, name, asked, size, django_assert_num_queries):
    """EL-46, EL-47"""
    for number in range(size):
        of = checked(residency(by=ops, product=f"Product {number}"))
        habit(of, by=ops)
        seat(of, by=ops)
        giving(trail, by=ops, person=seat(trail).person if number == 0 else Contribution.objects.earliest("pk").person)
    url = reverse(name, args=[trail.reference] if name == "community" else [])
    as_ops.get(url)
    with django_assert_num_queries(asked):
        as_ops.get(url)


@pytest.mark.parametrize(("role", "may"), [("lab_ops", True), ("viewer", False)])
def test_lab_operations_may_record_a_habit_too(client, trail, role, may):
    client.force_login(account(role))
    fields = {"done_on": "2026-03-03", "shown_revision": 1}
    response = client.post(reverse("tick", args=[trail.reference, HABITS.code, "chat"]), fields)
    assert response.status_code == (302 if may else 403)
