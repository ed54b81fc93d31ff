"""What the lifecycle hears from the team (EL-43)."""

import datetime

import pytest

from teams.roster.actions import edit_seat, end_seat
from teams.roster.gates import ready_for_live, ready_to_start, role_checks, role_checks_of
from tests.teams.factories import START, ready_team, residency, seat

pytestmark = pytest.mark.django_db


def unmet(gate, trail, on):
    return gate([trail], on)[trail.stream_id]


def codes(findings):
    return {finding.code for finding in findings}


def test_a_residency_without_a_team_may_neither_start_nor_go_live(ops):
    """EL-43"""
    trail = residency(by=ops)
    assert codes(unmet(ready_to_start, trail, START)) == {"no-product-owner", "too-few-government"}
    assert codes(unmet(ready_for_live, trail, START)) == {"no-product-owner", "too-few-government", "no-devops"}


def test_a_full_team_may_start_and_go_live(ops):
    """EL-43"""
    trail = residency(by=ops)
    ready_team(trail)
    assert role_checks(trail, START) == []
    assert unmet(ready_to_start, trail, START) == unmet(ready_for_live, trail, START) == []
    assert codes(unmet(ready_to_start, trail, START - datetime.timedelta(days=1))) == {"no-product-owner", "too-few-government"}


def test_a_missing_devops_specialist_blocks_going_live_and_not_the_start(ops):
    """EL-42, EL-43"""
    trail = residency(by=ops)
    devops = ready_team(trail)[1]
    end_seat(devops, on=START, shown_revision=1, by=ops)
    later = START + datetime.timedelta(days=1)
    assert unmet(ready_to_start, trail, later) == []
    assert codes(unmet(ready_for_live, trail, later)) == {"no-devops"}


def test_an_untrained_product_owner_blocks_the_start_and_warnings_block_nothing(ops):
    """EL-42, EL-43"""
    trail = residency(by=ops)
    owner = ready_team(trail)[0]
    edit_seat(owner, agile_trained_on=None, band=None, share=50, shown_revision=1, by=ops)
    assert codes(unmet(ready_to_start, trail, START)) == codes(unmet(ready_for_live, trail, START)) == {"product-owner-untrained"}
    assert codes(role_checks(trail, START)) == {"product-owner-untrained", "product-owner-band", "product-owner-part-time"}


def test_many_residencies_cost_the_queries_of_one(ops, django_assert_num_queries):
    """EL-42"""
    many = [residency(by=ops) for _ in range(4)]
    ready_team(many[0])
    seat(many[1])
    with django_assert_num_queries(2):
        findings = role_checks_of(many, START)
    assert findings == {r.stream_id: role_checks(r, START) for r in many}
