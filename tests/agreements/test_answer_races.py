"""Two answers at one moment, on PostgreSQL with real locks (EL-28 to EL-30, R13)."""

from functools import partial

import pytest

from agreements.invitations import codes
from agreements.models import Decline, HandOver, Invitation, Party, Signature, SigningCode
from agreements.signing import actions, delegation
from agreements.signing import codes as signing_codes
from agreements.todo import answers
from ledger.models import Event
from ledger.verification import verify
from outbox.models import Message
from tests.agreements import amending
from tests.agreements.factories import as_party, circulated, coded, intent, read_all, sign, to_sign, witness
from tests.agreements.test_order import staged
from tests.agreements.test_races import at_once
from tests.clock import TODAY
from tests.factories import person
from tests.residencies.factories import ops

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def proposed(invitation, **other):
    facts = {"name": "Wren Delgado", "email": "wren@example.org", "reason": "Away.", **other}
    return delegation.propose_hand_over(invitation, **facts, by=as_party(invitation))


def test_declining_and_signing_at_once_one_comes_first():
    """EL-29: never both."""
    invitation = read_all(to_sign(circulated())[0])
    stated_intent, session_witness, who = intent(invitation), witness(invitation), as_party(invitation)
    ends = at_once(
        *[lambda: actions.sign(invitation, stated_intent, session_witness), lambda: delegation.decline(invitation, "No.", by=who)] * 5
    )
    assert ends["done"] == 1
    assert Signature.objects.count() + Decline.objects.count() == 1
    assert set(ends) - {"done"} <= {"declined", "signed-already"}
    assert verify().broken is None


def test_a_hand_over_confirmed_while_the_party_signs():
    """EL-29: signed by the one, or handed to the other."""
    invitation = read_all(to_sign(circulated())[0])
    stated_intent, session_witness, by = intent(invitation), witness(invitation), ops()
    hand_over = proposed(invitation)
    ends = at_once(lambda: actions.sign(invitation, stated_intent, session_witness), lambda: delegation.confirm_hand_over(hand_over, by=by))
    hand_over.refresh_from_db()
    assert ends["done"] == 1
    assert Signature.objects.count() == (hand_over.state == HandOver.State.PROPOSED)
    assert Party.objects.filter(role=invitation.party.role, to_at=None).count() == 1
    assert verify().broken is None


def test_a_hand_over_confirmed_while_the_words_change():
    """EL-29, EL-25: whichever comes first, it is answered or can be, and whoever fills the role is asked about the new words."""
    version, by = circulated(), ops()
    invitation = to_sign(version)[0]
    hand_over, change = proposed(invitation), amending.proposed(version)
    confirm = partial(delegation.confirm_hand_over, hand_over, by=by)
    ends = at_once(confirm, partial(amending.accepted, change, by=by))
    hand_over.refresh_from_db()
    if hand_over.state == HandOver.State.PROPOSED:
        assert ends == {"done": 1, "not-open-for-signing": 1}
        confirm()
    following = amending.newest(version)
    assert following.number == 2
    assert (
        next(candidate for candidate in to_sign(following) if candidate.party.role == invitation.party.role).party.person.name
        == "Wren Delgado"
    )
    assert answers(TODAY) == []
    assert verify().broken is None


def test_two_officers_answer_one_hand_over():
    """EL-29: confirmed once, or refused once."""
    hand_over, first, second = proposed(to_sign(circulated())[0]), ops(), ops()
    confirm, refuse = (
        partial(delegation.confirm_hand_over, hand_over, by=first),
        partial(delegation.refuse_hand_over, hand_over, reason="x", by=second),
    )
    ends = at_once(*[confirm, refuse] * 4)
    assert ends["done"] == 1
    assert Event.objects.filter(act__in=["hand-over-confirmed", "hand-over-refused"]).count() == 1


def test_eight_proposals_at_once_leave_one():
    invitation = to_sign(circulated())[0]
    ends = at_once(*[partial(proposed, invitation, email=f"wren{n}@example.org") for n in range(8)])
    assert ends == {"done": 1, "hand-over-waits": 7}


def test_two_officers_propose_somebody_else_for_one_role():
    """EL-22: one proposal a role; the other is told."""
    invitation, by = to_sign(circulated())[0], ops()
    facts = {"reason": "Left.", "instead_of": invitation.party.person, "by": by}
    ends = at_once(*[partial(delegation.replace_party, invitation.version, invitation.party.role, person(), **facts) for _ in range(6)])
    assert ends == {"done": 1, "hand-over-waits": 5}
    assert Invitation.objects.filter(party__role=invitation.party.role, revoked_at=None).count() == 1


def test_the_last_two_of_a_stage_at_once_ask_the_next_stage_once():
    """EL-30"""
    version = staged()
    first, *others = to_sign(version)
    sign(first)
    acts = []
    for invitation in others:
        read_all(invitation)
        acts += [partial(actions.sign, invitation, intent(invitation), witness(invitation))] * 4
    ends = at_once(*acts)
    assert ends["done"] == len(others) == 2
    asked = Invitation.objects.filter(version=version, party__role__side="alliance")
    wanted = version.roles.filter(must_sign=True, side="alliance").count()
    assert (
        asked.count() == Message.objects.filter(occasion="agreement-invitation", person__in=asked.values("party__person")).count() == wanted
    )
    assert not Invitation.objects.filter(version=version, party__role__side="lab").exists()


def test_a_code_typed_in_twenty_tabs_is_taken_once():
    """D3-30"""
    invitation = to_sign(coded())[0]
    who = as_party(invitation)
    digits = codes.issue_code(signing_codes.ask_for_code(invitation, "browser", by=who).pk)
    results = []
    at_once(*[lambda: results.append([f.code for f in signing_codes.enter_code(invitation, digits, "browser", by=who)])] * 20)
    assert sorted(results) == [[], *[["code-used"]] * 19]
    assert Event.objects.filter(act="signing-code-entered").count() == 1


def test_fifty_wrong_tries_at_once_count_to_five_and_no_further():
    """D3-30: guessing in parallel gains nothing."""
    invitation = to_sign(coded())[0]
    who = as_party(invitation)
    code = signing_codes.ask_for_code(invitation, "browser", by=who)
    wrong = f"{(int(codes.issue_code(code.pk)) + 1) % 1_000_000:06}"
    results = []
    at_once(*[lambda: results.append([f.code for f in signing_codes.enter_code(invitation, wrong, "browser", by=who)])] * 50)
    assert results.count(["code-wrong"]) == 4
    assert results.count(["code-used-up"]) == 46
    assert SigningCode.objects.get().tries == 5


def test_codes_asked_for_at_once_are_three_and_one_counts():
    """ASVS 2.4.1"""
    invitation = to_sign(coded())[0]
    who = as_party(invitation)
    ends = at_once(*[partial(signing_codes.ask_for_code, invitation, f"browser {n}", by=who) for n in range(10)])
    assert ends == {"done": 3, "codes-too-often": 7}
    assert invitation.codes.filter(ended_at=None).count() == 1
