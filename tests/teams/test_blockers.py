"""What the list of residencies hears from teams (EL-06, EL-43)."""

import pytest
from django.utils import timezone

from findings.gates import ask_each
from residencies.lifecycle.blockers import blockers, gates_ahead
from residencies.models import Residency
from residencies.models.states import State
from tests.clock import TODAY
from tests.residencies import rows
from tests.teams.factories import ready_team, seat

pytestmark = pytest.mark.django_db


def of_team(residencies):
    """What lists hear from teams: the answers of the gates of teams among those ahead."""
    asked = [(residency, [path for path in gates_ahead(residency) if path.startswith("teams.")]) for residency in residencies]
    return ask_each(asked, TODAY)


def codes(residency):
    return {finding.code for answer in of_team([residency])[residency.stream_id] for finding in answer.findings}


def test_before_the_start_only_what_blocks_the_start_is_said():
    waiting = rows.residency(State.AGREEMENT)
    assert codes(waiting) == {"no-product-owner", "too-few-government"}


def test_in_residence_what_blocks_going_live_is_said_too():
    resident = rows.residency(State.IN_RESIDENCE)
    assert codes(resident) == {"no-product-owner", "too-few-government", "no-devops"}


def test_a_team_that_is_ready_has_nothing_said_of_it():
    ready = rows.residency(State.AGREEMENT)
    ready_team(ready)
    assert codes(ready) == set()


def test_a_warning_is_no_blocker():
    small = rows.residency(State.IN_RESIDENCE)
    for place in ready_team(small)[2:]:
        type(place).objects.filter(pk=place.pk).update(struck_at=timezone.now())
    assert codes(small) == set()


@pytest.mark.parametrize("state", [State.DRAFT, State.QUALIFIED, State.LIVE, State.GRADUATED])
def test_teams_are_not_asked_about_at_another_state(state):
    other = rows.residency(state)
    of_all = blockers([other], TODAY)
    assert other.stream_id not in of_all or "product owner" not in of_all[other.stream_id].message


def test_many_teams_cost_the_queries_of_one(django_assert_num_queries):
    for state in (State.AGREEMENT, State.IN_RESIDENCE) * 6:
        seat(rows.residency(state))
    residencies = list(Residency.objects.all())
    with django_assert_num_queries(2):
        of_team(residencies)
