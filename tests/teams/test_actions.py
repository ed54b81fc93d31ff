"""Keeping a roster (EL-40, EL-41): every verb, what it refuses, and what stays on record."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from acts.revisions import Stale
from findings import Refused
from ledger.models import Event
from people.models import Person
from residencies.lifecycle.actions import withdraw
from residencies.reference_data import set_figure
from teams.choices import Employer, TeamRole
from teams.models import Seat, Team
from teams.roster.actions import add_seat, cancel_seat, change_seat_from, edit_seat, end_seat, fill_seat
from tests.actors import ANYONE
from tests.factories import account, person
from tests.teams.factories import START, residency, seat

pytestmark = pytest.mark.django_db


def days(count):
    return START + datetime.timedelta(days=count)


def names(of, on):
    return sorted(s.name for s in Seat.objects.of(of).roster().filled(on))


def acts(of):
    return list(Event.objects.filter(stream=of.stream).values_list("act", flat=True))[1:]


@pytest.fixture
def trail(ops):
    return residency(by=ops)


def test_a_new_person_gets_a_place_and_is_known_from_then_on(trail, ops):
    """EL-41"""
    row = seat(trail, by=ops, name="Anneke Torvald", email="anneke@example.org")
    assert (row.person.name, row.person.email, row.share) == ("Anneke Torvald", "anneke@example.org", 100)
    event = Event.objects.get(stream=trail.stream, act="seat-added")
    assert event.actor == ops
    assert event.facts["name"] == "Anneke Torvald"


def test_an_address_that_is_known_means_the_person_who_has_it(trail):
    known = person(name="Yuki Penhallow", email="yuki@example.org")
    assert seat(trail, name="Y. Penhallow", email="YUKI@example.org").person == known


def test_a_tenth_member_is_refused_and_told_why(trail):
    """EL-40, R13"""
    for _ in range(9):
        seat(trail)
    with pytest.raises(Refused) as refused:
        seat(trail, name="The Tenth", email="tenth@example.org")
    assert refused.value.codes == {"team-too-large"}
    assert "5 January 2026" in str(refused.value)
    assert Seat.objects.count() == 9
    assert not Person.objects.filter(email="tenth@example.org").exists()
    assert acts(trail) == ["seat-added"] * 9


def test_a_tenth_is_refused_for_a_day_far_ahead_too(trail):
    """EL-40: nine leave and nine come; whoever would bridge both is the tenth."""
    for _ in range(4):
        seat(trail)
    for _ in range(5):
        seat(trail, to_on=days(10))
        seat(trail, from_on=days(100))
    seat(trail, from_on=days(11), to_on=days(99))
    with pytest.raises(Refused) as refused:
        seat(trail, from_on=days(11))
    assert refused.value.codes == {"team-too-large"}


def test_planned_seats_do_not_count_until_they_are_filled(trail, ops):
    """EL-40"""
    for _ in range(9):
        seat(trail)
    planned = seat(trail, person=None)
    with pytest.raises(Refused) as refused:
        fill_seat(planned, from_on=START, shown_revision=1, by=ops, name="Bram Quillfeather")
    assert refused.value.codes == {"team-too-large"}


def test_the_most_is_a_figure_of_the_programme(trail, ops):
    """EL-08, EL-40"""
    set_figure("team_most", 1, valid_from=START, by=ANYONE)
    seat(trail)
    with pytest.raises(Refused):
        seat(trail)


def test_a_team_that_a_new_figure_finds_too_large_can_still_shrink(trail, ops):
    """EL-40"""
    rows = [seat(trail) for _ in range(3)]
    set_figure("team_most", 1, valid_from=START, by=ANYONE)
    end_seat(rows[0], on=days(5), shown_revision=1, by=ops)
    edit_seat(rows[1], share=50, shown_revision=1, by=ops)
    with pytest.raises(Refused):
        end_seat(rows[0], on=days(6), shown_revision=2, by=ops)


def test_the_roster_of_any_day_can_be_told(trail, ops):
    """EL-41"""
    anneke = seat(trail, name="Anneke Torvald")
    seat(trail, name="Kofi Marchbanks", from_on=days(30))
    end_seat(anneke, on=days(30), shown_revision=1, by=ops)
    assert [names(trail, days(n)) for n in (-1, 0, 30, 31)] == [
        [], ["Anneke Torvald"], ["Anneke Torvald", "Kofi Marchbanks"], ["Kofi Marchbanks"],
    ]  # fmt: skip


def test_a_change_from_a_day_leaves_the_days_before_as_they_were(trail, ops):
    """EL-41"""
    before = seat(trail, employer=Employer.VENDOR, vendor="Saltbox Software", to_on=days(90))
    after = change_seat_from(before, on=days(31), employer=Employer.BUSINESS_AREA, vendor="", share=60, shown_revision=1, by=ops)
    before.refresh_from_db()
    assert (before.to_on, before.vendor, before.share) == (days(30), "Saltbox Software", 100)
    assert (after.from_on, after.to_on, after.vendor, after.share, after.follows) == (days(31), days(90), "", 60, before)
    assert acts(trail) == ["seat-added", "seat-changed"]


@pytest.mark.parametrize("on", [START, START - datetime.timedelta(days=1), START + datetime.timedelta(days=91)])
def test_a_change_begins_within_the_entry(trail, ops, on):
    """EL-41"""
    row = seat(trail, to_on=days(90))
    with pytest.raises(Refused) as refused:
        change_seat_from(row, on=on, share=60, shown_revision=1, by=ops)
    assert refused.value.codes == {"change-outside"}


def test_an_open_seat_stays_open_until_somebody_comes(trail, ops):
    """EL-41"""
    planned = seat(trail, person=None, role=TeamRole.DEVOPS)
    came = fill_seat(planned, from_on=days(14), name="Kofi Marchbanks", shown_revision=1, by=ops)
    roster = Seat.objects.of(trail).roster()
    assert came.role == TeamRole.DEVOPS
    assert [(len(roster.open(days(n))), roster.headcount(days(n))) for n in (13, 14)] == [(1, 0), (0, 1)]


def test_somebody_who_comes_earlier_than_planned_takes_the_seat_from_that_day(trail, ops):
    """EL-41"""
    planned = seat(trail, person=None, from_on=days(14))
    assert fill_seat(planned, from_on=START, name="Kofi Marchbanks", shown_revision=1, by=ops).from_on == START
    assert Seat.objects.count() == 1


def test_a_seat_is_filled_once(trail, ops):
    planned = seat(trail, person=None)
    fill_seat(planned, from_on=START, name="Kofi Marchbanks", shown_revision=1, by=ops)
    for name, code in (("Bram Quillfeather", "seat-filled"), ("", "seat-filled")):
        with pytest.raises(Refused) as refused:
            fill_seat(planned, from_on=START, name=name, shown_revision=2, by=ops)
        assert refused.value.codes == {code}


def test_nobody_has_one_role_twice_on_a_day(trail, ops):
    """EL-41"""
    kofi = person()
    first = seat(trail, person=kofi, to_on=days(10))
    seat(trail, person=kofi, role=TeamRole.ANALYST)
    seat(trail, person=kofi, from_on=days(11))
    with pytest.raises(Refused) as refused:
        end_seat(first, on=days(11), shown_revision=1, by=ops)
    assert refused.value.codes == {"role-twice"}


def test_everything_wrong_with_an_entry_is_said_at_once(trail):
    """EL-41"""
    with pytest.raises(Refused) as refused:
        seat(trail, employer=Employer.VENDOR, share=0, to_on=days(-1))
    assert refused.value.codes == {"vendor-unnamed", "share-out-of-range", "dates-reversed"}
    with pytest.raises(Refused) as refused:
        seat(trail, vendor="Saltbox Software", share=101)
    assert refused.value.codes == {"vendor-not-employer", "share-out-of-range"}
    assert not Seat.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"share": 0},
        {"share": 101},
        {"to_on": days(-1)},
        {"vendor": "Saltbox Software"},
        {"employer": "vendor"},
        {"role": "x"},
        {"employer": "x"},
    ],
)
def test_the_database_holds_the_same(trail, facts):
    """EL-41"""
    team = Team.objects.create(stream=trail.stream)
    fields = {"role": TeamRole.OTHER, "employer": Employer.BUSINESS_AREA, "from_on": START, **facts}
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(team=team, **fields)


@pytest.mark.parametrize(
    "act",
    [
        lambda row, ops: edit_seat(row, share=10, shown_revision=1, by=ops),
        lambda row, ops: end_seat(row, on=days(3), shown_revision=1, by=ops),
        lambda row, ops: change_seat_from(row, on=days(3), share=10, shown_revision=1, by=ops),
        lambda row, ops: cancel_seat(row, reason="A mistake", shown_revision=1, by=ops),
    ],
)
def test_an_edit_never_overwrites_what_somebody_else_wrote_unseen(trail, ops, act):
    """R14"""
    row = seat(trail)
    edit_seat(row, share=80, shown_revision=1, by=ops)
    with pytest.raises(Stale):
        act(row, ops)
    row.refresh_from_db()
    assert (row.share, row.to_on, row.struck_at) == (80, None, None)


def test_an_entry_made_by_mistake_counts_on_no_day_and_stays_on_record(trail, ops):
    row = seat(trail)
    with pytest.raises(Refused):
        cancel_seat(row, reason=" ", shown_revision=1, by=ops)
    cancel_seat(row, reason="Entered for the wrong team", shown_revision=1, by=ops)
    assert names(trail, START) == []
    assert Seat.objects.filter(pk=row.pk).exists()
    assert Event.objects.filter(stream=trail.stream).last().facts["reason"] == "Entered for the wrong team"
    with pytest.raises(Refused) as refused:
        edit_seat(row, share=80, shown_revision=2, by=ops)
    assert refused.value.codes == {"seat-struck"}


def test_the_roster_of_a_residency_that_has_ended_is_a_record(trail, ops):
    """EL-41"""
    row = seat(trail)
    withdraw(trail, reason="No money this year", by=ops)
    for act in (
        lambda: add_seat(trail, role=TeamRole.OTHER, employer=Employer.BUSINESS_AREA, from_on=START, by=ops),
        lambda: edit_seat(row, share=10, shown_revision=1, by=ops),
        lambda: cancel_seat(row, reason="x", shown_revision=1, by=ops),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.codes == {"residency-ended"}


spans = st.tuples(st.integers(0, 20), st.none() | st.integers(0, 20))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 11), spans),
        st.tuples(st.just("end"), st.integers(0, 30), spans),
        st.tuples(st.just("change"), st.integers(0, 30), spans),
        st.tuples(st.just("move"), st.integers(0, 30), spans),
        st.tuples(st.just("strike"), st.integers(0, 30), spans),
    ),
    min_size=8,
    max_size=30,
)


@pytest.mark.slow
class AnyOrder(TestCase):
    """Walks over a roster with a limit of three, so that it is met often."""

    @settings(max_examples=60)
    @given(steps)
    def test_no_order_of_acts_leaves_one_too_many_on_any_day(self, steps):
        """EL-40"""
        ops = account("lab_ops")
        trail = residency(by=ops)
        set_figure("team_most", 3, valid_from=START - datetime.timedelta(days=400), by=ANYONE)
        crowd = [person() for _ in range(12)]
        for verb, which, span in steps:
            try:
                with transaction.atomic():
                    self.step(verb, which, span, trail, crowd, ops)
            except Refused:
                continue
        roster = Seat.objects.of(trail).roster()
        assert max((roster.headcount(days(n)) for n in range(-1, 60)), default=0) <= 3

    def step(self, verb, which, span, trail, crowd, ops):
        first, last = days(span[0]), None if span[1] is None else days(span[1])
        seats = list(Seat.objects.of(trail))
        if verb == "add":
            seat(trail, by=ops, person=crowd[which], from_on=first, to_on=last)
            return
        if not seats:
            return
        chosen = seats[which % len(seats)]
        fields = {"shown_revision": chosen.revision, "by": ops}
        match verb:
            case "end":
                end_seat(chosen, on=first, **fields)
            case "change":
                change_seat_from(chosen, on=first, to_on=last, person=crowd[which % 12], **fields)
            case "move":
                edit_seat(chosen, from_on=first, to_on=last, **fields)
            case "strike":
                cancel_seat(chosen, reason="A mistake", **fields)
