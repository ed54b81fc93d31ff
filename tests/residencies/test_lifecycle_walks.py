"""Thousands of random ways through the lifecycle: none reaches a state without its gates (R15, EL-04, EL-13)."""

from __future__ import annotations

import os

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from findings import Refused
from ledger.models import GENESIS
from residencies.lifecycle import actions as lifecycle_actions
from residencies.lifecycle import moves
from residencies.models import Residency
from residencies.models.states import State
from residencies.review import actions as review_actions
from tests.clock import TODAY
from tests.factories import account
from tests.residencies.walks import FACTS, Facts, walked_residency

WALKS = int(os.environ.get("LIFECYCLE_WALKS", "20"))

# What the requirements say, written down a second time: verb → (from, to, what must hold).
SPEC: dict[str, tuple[set[str], str, set[str]]] = {
    "submit": ({"draft"}, "submitted", {"intake"}),
    "take_up": ({"submitted"}, "in_review", set()),
    "ask_for_more": ({"in_review"}, "draft", {"question"}),
    "qualify": ({"in_review"}, "qualified", {"conditions"}),
    "decline": ({"submitted", "in_review"}, "declined", set()),
    "withdraw": ({"draft", "submitted", "in_review", "qualified", "agreement"}, "withdrawn", set()),
    "prepare_agreement": ({"qualified"}, "agreement", {"conditions"}),
    "start": ({"agreement"}, "in_residence", {"conditions", "in_force", "team"}),
    "go_live": ({"in_residence"}, "live", {"team", "devops", "assessments", "plan", "in_force"}),
    "graduate": ({"live"}, "graduated", {"carried_out", "destinations"}),
    "reopen_review": ({"qualified", "agreement"}, "in_review", set()),
    "pivot": ({"qualified", "agreement", "in_residence", "live"}, "pivoted", {"conversation"}),
}


def attempt(verb: str, residency: Residency, by: object) -> None:
    match verb:
        case "start":
            lifecycle_actions.start(residency, on=TODAY, by=by)
        case "go_live":
            lifecycle_actions.go_live(residency, released_on=TODAY, by=by)
        case "graduate":
            lifecycle_actions.graduate(residency, on=TODAY, reintegrated_into="Home", by=by)
        case "pivot":
            lifecycle_actions.pivot(residency, reason="It came to that.", on=TODAY, by=by)
        case "decline":
            review_actions.decline(residency, reason="Not this time.", referred_to="network", by=by)
        case "reopen_review":  # the move alone: the switches of a walk have a round of their own
            moves.LIFECYCLE.move(verb, residency, reason="A fact was wrong.", by=by)
        case "withdraw":
            lifecycle_actions.withdraw(residency, reason="We changed our mind.", by=by)
        case _:
            moves.LIFECYCLE.move(verb, residency, by=by)


def refusal(verb: str, residency: Residency, by: object) -> Refused | None:
    """Attempt the move; None if it went through."""
    try:
        with transaction.atomic():
            attempt(verb, residency, by)
    except Refused as refused:
        return refused
    return None


def test_the_table_of_moves_is_the_one_that_is_written_down_here():
    """EL-04"""
    assert {m.verb: (set(m.origins), m.target) for m in moves.MOVES} == {v: (o, t) for v, (o, t, _) in SPEC.items()}


FORWARD = {
    "draft": "submit", "submitted": "take_up", "in_review": "qualify", "qualified": "prepare_agreement",
    "agreement": "start", "in_residence": "go_live", "live": "graduate",
}  # fmt: skip
# A walk mostly tries the next step, sometimes any, and meanwhile the facts change.
facts_change = st.tuples(st.sampled_from(FACTS), st.booleans())
steps = st.lists(st.one_of(st.just("forward"), st.just("forward"), facts_change, st.sampled_from(sorted(SPEC))), min_size=5, max_size=30)


@pytest.fixture
def world(db):
    by = account("lab_ops", "lab_lead", "product_owner")
    return walked_residency(by), by


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(20))
@settings(max_examples=WALKS, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(missing=st.sets(st.sampled_from(FACTS), max_size=3), walk=steps)
def test_no_walk_reaches_a_state_without_its_gates(world, shard, missing, walk):
    """R15"""
    residency, by = world
    with transaction.atomic():
        facts = Facts(residency, by)
        held = set(FACTS) - missing
        for fact in missing:
            facts.set(fact, False)
        state, path = "draft", []
        for step in walk:
            if isinstance(step, tuple):
                facts.set(*step)
                (held.add if step[1] else held.discard)(step[0])
                continue
            step = FORWARD.get(state, "submit") if step == "forward" else step
            origins, target, needed = SPEC[step]
            expected = state in origins and needed <= held
            refused = refusal(step, residency, by)
            assert (refused is None) == expected, f"{step} from {state} with {held}: {refused or 'went through'}"
            if refused is None:
                path.append((state, target))
                state = target
                if step == "reopen_review":
                    held.discard("in_force")  # the agreement rests on the review
            else:
                assert refused.findings
            assert Residency.objects.values_list("state", flat=True).get(pk=residency.pk) == state
        events = list(residency.stream.events.order_by("seq"))
        assert [(e.from_state, e.to_state) for e in events if e.from_state in State.values] == path
        digest = GENESIS
        for event in events:
            assert event.prev_hash == digest == event.prev_hash
            assert event.computed_hash() == event.hash
            digest = event.hash
        transaction.set_rollback(True)
