"""Role checks over time and over the lab (EL-42): history, what-if, filters."""

import datetime
import random

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis.extra.django import TestCase

from acts.act import SYSTEM
from findings import Refused
from ledger.models import Event, Stream
from residencies.lifecycle.actions import withdraw
from residencies.models import ProgramArea, Residency
from residencies.models.states import State
from residencies.reference_data import all_figures
from teams.choices import TeamRole
from teams.facts import Roster
from teams.lab.tables import CODES
from teams.models import RoleFinding, Seat, Team
from teams.roster import rules
from teams.roster.actions import cancel_seat, edit_seat, end_seat, keep_checks
from teams.roster.gates import role_checks
from teams.roster.queries import what_if
from tests.factories import account, person
from tests.pages import markup
from tests.teams import test_actions
from tests.teams.factories import START, checked, product_owner, ready_team, residency, seat

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 3)


def now_is(time_machine, day):
    time_machine.move_to(datetime.datetime.combine(day, datetime.time(20), tzinfo=datetime.UTC), tick=False)


@pytest.fixture(autouse=True)
def _today(time_machine):
    now_is(time_machine, TODAY)


@pytest.fixture
def trail(ops, owner):
    return checked(residency(by=ops, kept_by=owner))


def open_codes(of):
    return set(RoleFinding.objects.open().filter(team__stream=of.stream_id).values_list("code", flat=True))


def codes_today(of, day=TODAY):
    return {finding.code for finding in role_checks(of, day)}


# ── History ──────────────────────────────────────────────────────────────────────────────────


def test_a_change_of_the_roster_opens_and_resolves_findings_and_says_which_act_it_was(trail, ops):
    """EL-42"""
    owner = product_owner(trail, by=ops)
    assert open_codes(trail) == codes_today(trail)
    assert "no-product-owner" not in open_codes(trail)
    cancel_seat(owner, reason="A mistake", shown_revision=1, by=ops)
    finding = RoleFinding.objects.get(team__stream=trail.stream_id, code="no-product-owner")
    assert (finding.opened_by, finding.resolved_at) == ("seat-struck", None)
    product_owner(trail, by=ops)
    finding.refresh_from_db()
    assert finding.resolved_by == "seat-added"
    assert Event.objects.filter(stream=trail.stream, act="findings-changed").last().facts["resolved"] == ["no-product-owner"]


def test_a_day_that_passes_opens_a_finding_too(trail, ops, time_machine):
    """EL-42"""
    team = ready_team(trail)
    end_seat(team[1], on=TODAY, shown_revision=1, by=ops)
    assert open_codes(trail) == set()
    now_is(time_machine, TODAY + datetime.timedelta(days=1))
    assert keep_checks(by=SYSTEM) == 1
    assert keep_checks(by=SYSTEM) == 0
    assert open_codes(trail) == {"no-devops", "team-small"}
    assert set(RoleFinding.objects.values_list("opened_by", flat=True)) == {"seat-added", "time"}


def test_a_finding_about_somebody_else_is_the_same_finding_in_other_words(trail, ops):
    """EL-42: it is open since the first day on which it was so."""
    owner = product_owner(trail, by=ops, name="Priya Wenlock", share=50)
    first = RoleFinding.objects.get(code="product-owner-part-time")
    edit_seat(owner, person=person(name="Kofi Marchbanks"), shown_revision=1, by=ops)
    first.refresh_from_db()
    assert first.resolved_at is None
    assert "Kofi Marchbanks" in first.message


def test_a_residency_that_ends_has_no_findings_left_and_one_without_a_team_has_some(trail, ops):
    """EL-42"""
    checked(trail, State.AGREEMENT)
    assert keep_checks(by=SYSTEM) == 1
    assert "no-product-owner" in open_codes(trail)
    withdraw(trail, reason="No money this year", by=ops)
    assert open_codes(trail) == set()
    assert set(RoleFinding.objects.values_list("resolved_by", flat=True)) == {"residency-ended"}
    assert keep_checks(by=SYSTEM) == 0


def test_a_team_that_is_not_made_up_yet_is_not_checked(ops):
    early = residency(by=ops)
    seat(early, by=ops)
    assert keep_checks(by=SYSTEM) == 0
    assert not RoleFinding.objects.exists()


def test_the_database_holds_one_open_finding_a_code(trail, ops):
    product_owner(trail, by=ops, share=50)
    team = Team.objects.get(stream=trail.stream_id)
    for facts in ({"code": "product-owner-part-time"}, {"code": "x", "resolved_by": "time"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleFinding.objects.create(team=team, severity=20, message="x", remedy="x", opened_by="time", **facts)


@pytest.mark.slow
class AnyHistory(TestCase):
    """EL-42: what is open follows from roster and date alone, whatever order of adds, ends, changes led there."""

    step = test_actions.AnyOrder.step

    @settings(max_examples=40)
    @given(test_actions.steps)
    def test_what_is_open_is_what_the_rules_find_in_the_roster_of_today(self, steps):
        ops = account("lab_ops")
        trail = checked(residency(by=ops))
        crowd = [person() for _ in range(12)]
        for verb, which, span in steps:
            try:
                with transaction.atomic():
                    self.step(verb, which, span, trail, crowd, ops)
            except Refused:
                continue
        today = datetime.date(2026, 3, 3)
        seats = list(Seat.objects.of(trail).roster().seats)
        random.Random(len(seats)).shuffle(seats)
        again = rules.check(Roster(tuple(seats)), today, all_figures(today))
        keep_checks(by=SYSTEM)
        assert open_codes(trail) == {finding.code for finding in again} == codes_today(trail, today)
        assert max(Roster(tuple(seats)).headcount(START + datetime.timedelta(days=n)) for n in range(-1, 60)) <= 9


# ── What if ──────────────────────────────────────────────────────────────────────────────────


def test_what_a_change_would_open_and_close_is_known_before_it_is_made(trail, ops):
    """EL-42: nothing is written by looking."""
    team = ready_team(trail)
    events, later = Event.objects.count(), TODAY + datetime.timedelta(days=30)
    act = lambda: end_seat(team[1], on=later - datetime.timedelta(days=1), shown_revision=1, by=ops)
    now, then = what_if(trail, act, [TODAY, later])
    assert (now.opened, now.closed) == ((), ())
    assert {finding.code for finding in then.opened} == {"no-devops", "team-small"}
    assert Event.objects.count() == events
    assert Seat.objects.get(pk=team[1].pk).to_on is None


def adding(**facts):
    return {
        "who": "new",
        "name": "Anneke Torvald",
        "role": TeamRole.PRODUCT_OWNER,
        "employer": "business_area",
        "share": 100,
        "from_on": TODAY,
        **facts,
    }


def test_the_form_says_what_it_would_change_and_saves_nothing(as_ops, trail):
    """EL-42"""
    page = reverse("team-add", args=[trail.reference])
    shown = markup(as_ops.post(page, adding(**{"look-ahead": "1"})))
    assert "Would resolve: The team has no product owner." in shown
    assert "Would be new: The product owner, Anneke Torvald, has not had Agile training yet." in shown
    assert "Nothing is saved yet." in shown
    assert 'value="Anneke Torvald"' in shown
    assert not Seat.objects.exists()
    assert as_ops.post(page, adding()).status_code == 302


def test_what_cannot_be_done_is_said_by_looking_ahead_too(as_ops, trail):
    """EL-40, EL-42"""
    page = reverse("team-add", args=[trail.reference])
    for _ in range(9):
        seat(trail)
    full = as_ops.post(page, adding(**{"look-ahead": "1"}))
    assert full.status_code == 200
    assert "The limit is 9." in markup(full)
    assert "Role: Choose a role." in markup(as_ops.post(page, adding(role="", **{"look-ahead": "1"})))


def test_a_place_that_ends_says_what_the_day_after_lacks(as_ops, trail, ops):
    """EL-42"""
    devops = ready_team(trail)[1]
    page = reverse("seat-end", args=[trail.reference, devops.pk])
    shown = markup(as_ops.post(page, {"to_on": "2026-03-31", "shown_revision": 1, "look-ahead": "1"}))
    assert "On 1 April 2026" in shown
    assert "Would be new: No one on the team is responsible" in shown


# ── Across the lab ───────────────────────────────────────────────────────────────────────────


def test_the_lab_sees_all_findings_and_narrows_them(as_ops, trail, ops):
    """EL-42"""
    other = checked(residency(by=ops, product="Herring Counts"), State.AGREEMENT)
    ready_team(other)
    product_owner(trail, by=ops, share=50)
    page = reverse("checks")
    assert "Shoreline Permit Renewals" in markup(as_ops.get(page))
    rows = lambda **asked: {row.code for row in as_ops.get(page, asked).context["table"].data.data}
    assert rows() == open_codes(trail) | open_codes(other)
    assert rows(code="product-owner-part-time") == {"product-owner-part-time"}
    assert rows(severity="30") == {"no-devops"}
    assert rows(q="herring") == rows(state="agreement") == open_codes(other)
    assert rows(ministry=str(trail.program_area.ministry_id)) == rows()
    assert rows(history="on", code="no-product-owner") == set()
    assert "No teams have findings that match." in markup(as_ops.get(page, {"q": "nothing like it"}))


def test_what_was_resolved_is_found_with_its_day(as_ops, trail, ops):
    """EL-42"""
    owner = product_owner(trail, by=ops, share=50)
    edit_seat(owner, share=100, shown_revision=1, by=ops)
    assert "resolved 3 March 2026" in markup(as_ops.get(reverse("checks"), {"history": "on"}))
    shown = markup(as_ops.get(reverse("team", args=[trail.reference])))
    assert "Found 3 March 2026, resolved 3 March 2026: an entry was corrected" in shown


def test_every_check_can_be_asked_for():
    """EL-42: the filter names each code that the rules can give."""
    gave = {rule.__name__ for rule in rules.RULES}
    assert len(CODES) == len(gave)


@pytest.mark.slow
@pytest.mark.parametrize("count", [10, 10_000])
def test_checks_and_roster_cost_the_same_queries_at_ten_and_at_ten_thousand(as_ops, trail, count, django_assert_num_queries):
    """EL-41, EL-42"""
    ministry = trail.program_area.ministry
    streams = Stream.objects.bulk_create(Stream(kind="residency") for _ in range(count))
    areas = ProgramArea.objects.bulk_create(ProgramArea(ministry=ministry, name=f"Many {n}") for n in range(count))
    rows = Residency.objects.bulk_create(
        Residency(
            reference=f"XL-2025-{n:05}",
            stream=streams[n],
            program_area=areas[n],
            product=f"Product {n}",
            problem="x",
            state=State.IN_RESIDENCE,
        )
        for n in range(count)
    )
    teams = Team.objects.bulk_create(Team(stream_id=row.stream_id) for row in rows)
    RoleFinding.objects.bulk_create(
        RoleFinding(team=team, code=code, severity=30, message="x", remedy="x", opened_by="time") for team in teams for code in ("a", "b")
    )
    for asked in ({}, {"severity": "30", "state": "in_residence"}):
        with django_assert_num_queries(7):
            response = as_ops.get(reverse("checks"), asked)
        assert len(response.content) < 150_000
    product_owner(trail)
    with django_assert_num_queries(15):
        as_ops.get(reverse("team", args=[trail.reference]))
    with django_assert_num_queries(7):
        as_ops.get(reverse("team", args=[trail.reference]), {"on": "2026-03-01"})


def test_adding_somebody_runs_the_rules_once(client):
    """EL-42: in the act. The page says what the act kept; the rules' figures are read for the act's own limit and for the checks."""
    of = checked(residency())
    keep_checks(by=SYSTEM)
    client.force_login(account("lab_ops"))
    facts = {"who": "new", "name": "Una Petrov", "role": "product_owner", "employer": "business_area", "share": 100, "from_on": START}
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(reverse("team-add", args=[of.reference]), facts)

    assert answer.status_code == 302
    assert sum("residencies_figure" in query["sql"] for query in queries) == 2
    assert "Una Petrov" in markup(client.get(answer.url))
