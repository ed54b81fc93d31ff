"""The program's figures: each is a setting with history, and the rule that needs it reads it and nothing else (EL-08).

Every figure is set to two values, so that a rule with a number of its own follows at most one of them.
"""

import datetime

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from dates.months import months_after
from dates.working_days import working_days_after
from ledger.models import Event
from oversight.status.queries import usual_cadence
from residencies.conversations import actions as conversation_actions
from residencies.intake import gates as intake_gates
from residencies.intake import queries
from residencies.lifecycle import actions as lifecycle_actions
from residencies.models.states import State
from residencies.reference_data import FIGURES, all_figures, figure, set_figure
from teams.choices import ChampionRole, Employer
from teams.roster.gates import role_checks
from teams.training.queries import AllianceOf, TrainingOf, leaders, leaders_of_lab
from tests.actors import ANYONE
from tests.acts.residencies import at
from tests.clock import TODAY
from tests.factories import account, person
from tests.residencies import factories
from tests.teams.factories import champion, product_owner, ready_team, residency, seat

pytestmark = pytest.mark.django_db


def team_check(code):
    """Whether a team of five, three of them government employees, is told so."""
    of = residency()
    ready_team(of)
    return lambda: code in {finding.code for finding in role_checks(of, TODAY)}


def intake_check(code):
    """Whether an intake with three government employees and a yearly budget of $1,000,000 is told so."""
    of = factories.complete_draft()
    return lambda: code in {finding.code for finding in intake_gates.readiness(of, TODAY)}


def government_employees():
    team, intake = team_check("too-few-government"), intake_check("few-government-employees")
    return lambda: (team(), intake())


def successor_of_a_vendor():
    """Whether a vendor without a successor is noticed forty days before graduation is due."""
    of = residency()
    product_owner(of)
    seat(of, employer=Employer.VENDOR, vendor="Saltbox Software")
    of.live_on, of.graduation_due_on = TODAY - datetime.timedelta(days=100), TODAY + datetime.timedelta(days=40)
    return lambda: "no-successor" in {finding.code for finding in role_checks(of, TODAY)}


def length_offered_for_a_sprint(client):
    of = residency()
    client.force_login(account("lab_ops"))
    return lambda: client.get(reverse("cadence", args=[of.reference])).context["form"]["weeks"].value()


def graduation_due():
    """In how many months a team that goes live today is due home."""
    of, by = at(State.IN_RESIDENCE)

    def look():
        with transaction.atomic():
            live = lifecycle_actions.go_live(of, released_on=TODAY, by=by)
            transaction.set_rollback(True)
        return next(n for n in range(25) if months_after(TODAY, n) == live.graduation_due_on)

    return look


def answer_due():
    """In how many working days an intake that arrived today is answered."""
    of = factories.submitted_residency()
    arrived = timezone.localdate(of.reviews.get().opened_at)
    return lambda: next(n for n in range(91) if working_days_after(arrived, n) == queries.answer_due(of.reviews.get()))


def conversation_due():
    """In how many working days a conversation that is opened today is held."""
    of, by = at(State.IN_RESIDENCE)

    def look():
        opened = conversation_actions.open_conversation(of, expectation="Full time", raised_by="The lab", by=by)
        return next(n for n in range(91) if working_days_after(TODAY, n) == opened.due_on)

    return look


def training_of(role, *, is_lead=False):
    """Hours expected of a champion on every page that says so."""
    of = residency()
    champion(of, role=role, is_lead=is_lead)

    def look():
        pages = {AllianceOf(of, TODAY).allies[0].expected, TrainingOf(of, TODAY).learners[0].expected}
        [hours] = {*pages, leaders(TODAY, all_figures(TODAY)).get().expected}
        return hours

    return look


def training_of_the_lab():
    of, noor = residency(), person(user=account("lab_lead"))

    def look():
        [learner] = [learner for learner in TrainingOf(of, TODAY, with_lab=True).learners if learner.person == noor]
        [hours] = {learner.expected, leaders_of_lab(all_figures(TODAY)).get(pk=noor.pk).expected}
        return hours

    return look


def cadence_of_reports():
    of = residency()
    return lambda: str(usual_cadence(of, TODAY))


NO, YES = False, True
FOLLOWS = {
    "team_most": (lambda: team_check("team-too-large"), {5: NO, 4: YES}),
    "team_usual_least": (lambda: team_check("team-small"), {6: YES, 4: NO}),
    "government_employees": (government_employees, {3: (NO, NO), 4: (YES, YES)}),
    "cost_least_dollars": (lambda: intake_check("budget-outside-range"), {1_000_000: NO, 1_000_001: YES}),
    "cost_most_dollars": (lambda: intake_check("budget-outside-range"), {1_000_000: NO, 999_999: YES}),
    "sprint_weeks": (length_offered_for_a_sprint, {3: 3, 1: 1}),
    "months_to_graduation": (graduation_due, {4: 4, 9: 9}),
    "review_working_days": (answer_due, {3: 3, 17: 17}),
    "graduation_nears_days": (successor_of_a_vendor, {40: YES, 39: NO}),
    "conversation_working_days": (conversation_due, {4: 4, 15: 15}),
    "report_weeks": (cadence_of_reports, {2: "two-weeks", 13: "quarterly", 0: "none"}),
    "training_hours_lead": (lambda: training_of(ChampionRole.OTHER, is_lead=True), {11: 11, 19: 19}),
    "training_hours_lab": (training_of_the_lab, {5: 5, 12: 12}),
    **{f"training_hours_{role}": (lambda role=role: training_of(role), {5: 5, 12: 12}) for role in ChampionRole.values},
}


@pytest.mark.parametrize("name", FIGURES)
def test_the_rule_follows_its_figure_whatever_it_is_set_to(name, client):
    """EL-08: a figure without an entry above has no rule, or no test of it."""
    prepare, outcomes = FOLLOWS[name]
    look = prepare(client) if prepare is length_offered_for_a_sprint else prepare()
    for value, outcome in outcomes.items():
        assert value != FIGURES[name].default
        set_figure(name, value, valid_from=TODAY, by=ANYONE, reason="To see the rule follow")
        assert look() == outcome, value


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_keeps_its_history(name):
    """EL-08: what held before still holds for the days before, and the lab's ledger has who changed it."""
    known = FIGURES[name]
    value = known.default - 1 if known.default > known.least else known.default + 1
    set_figure(name, value, valid_from=TODAY, by=ANYONE)
    assert (figure(name, TODAY - datetime.timedelta(days=1)), figure(name, TODAY)) == (known.default, value)
    facts = Event.objects.filter(act="figure-set").latest("pk").facts
    assert (facts["name"], facts["from"], facts["to"]) == (name, known.default, value)
