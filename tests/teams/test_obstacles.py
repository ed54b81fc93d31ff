"""What the list of residencies hears from teams (EL-06, EL-43)."""

import pytest
from django.utils import timezone

from residencies.listing.obstacles import obstacles
from residencies.models import Residency
from residencies.models.states import State
from teams.roster.gates import in_the_way
from tests.clock import TODAY
from tests.residencies import rows
from tests.teams.factories import ready_team, seat

pytestmark = pytest.mark.django_db


def codes(findings, residency):
    return {finding.code for finding in findings[residency.pk]}


def test_before_the_start_only_what_blocks_the_start_is_said():
    waiting = rows.residency(State.AGREEMENT)
    assert codes(in_the_way([waiting], TODAY), waiting) == {"no-product-owner", "too-few-government"}


def test_in_residence_what_blocks_going_live_is_said_too():
    resident = rows.residency(State.IN_RESIDENCE)
    assert codes(in_the_way([resident], TODAY), resident) == {"no-product-owner", "too-few-government", "no-devops"}


def test_a_team_that_is_ready_has_nothing_said_of_it():
    ready = rows.residency(State.AGREEMENT)
    ready_team(ready)
    assert codes(in_the_way([ready], TODAY), ready) == set()


def test_a_warning_is_not_an_obstacle():
    small = rows.residency(State.IN_RESIDENCE)
    for place in ready_team(small)[2:]:
        type(place).objects.filter(pk=place.pk).update(struck_at=timezone.now())
    assert codes(in_the_way([small], TODAY), small) == set()


@pytest.mark.parametrize("state", [State.DRAFT, State.QUALIFIED, State.LIVE, State.GRADUATED])
def test_teams_are_not_asked_about_at_another_state(state):
    other = rows.residency(state)
    blockers = obstacles([other], TODAY)
    assert other.pk not in blockers or "product owner" not in blockers[other.pk].message


def test_many_teams_cost_the_queries_of_one(django_assert_num_queries):
    for state in (State.AGREEMENT, State.IN_RESIDENCE) * 6:
        seat(rows.residency(state))
    residencies = list(Residency.objects.all())
    with django_assert_num_queries(2):
        in_the_way(residencies, TODAY)
