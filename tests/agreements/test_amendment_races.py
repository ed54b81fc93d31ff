"""Changing words while others sign, decide and end: threads on PostgreSQL with real locks (R13, signing 4.11)."""

from functools import partial

import pytest

from agreements.amendments import actions as amendments_actions
from agreements.amendments import voiding as amendments_voiding
from agreements.invitations import actions as invitations_actions
from agreements.models import Agreement, AgreementVersion, Amendment, Invitation, Signature, State
from agreements.signing import actions as signing_actions
from ledger.verification import verify
from tests.agreements.amending import change, newest, proposed
from tests.agreements.factories import as_party, circulated, in_force, intent, read_all, sign, to_sign, witness
from tests.races import DONE, together
from tests.residencies.factories import ops

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def accepting(version, *amendments):
    return partial(amendments_actions.accept_amendments, version, amendments, reason="Yes.", shown_sha256=version.content_sha256, by=ops())


def voiding(version):
    return partial(
        amendments_voiding.void_agreement, version.agreement, reason="Over.", shown_state=amendments_voiding.standing_of(version), by=ops()
    )


def signing(invitation):
    read_all(invitation)
    return partial(signing_actions.sign, invitation, intent(invitation), witness(invitation))


def states(version):
    return list(version.agreement.versions.order_by("number").values_list("state", flat=True))


def whole(version):
    """What must hold whoever was first."""
    versions = list(version.agreement.versions.order_by("number"))
    assert [each.number for each in versions] == list(range(1, len(versions) + 1))
    assert [each.previous_id for each in versions] == [None, *(each.pk for each in versions[:-1])]
    assert sum(each.state == State.CIRCULATED for each in versions) <= 1
    assert sum(each.state == State.IN_FORCE for each in versions) <= 1
    assert verify().broken is None


@pytest.mark.parametrize("turn", range(5))
def test_signing_while_an_amendment_is_accepted_signs_what_was_read_or_nothing(turn):
    """EL-25, R13: no signature ever stands on words that the signer did not see."""
    version = circulated()
    invitation = to_sign(version)[turn]
    signed, accepted = together(signing(invitation), accepting(version, proposed(version)))
    assert accepted == DONE
    assert signed == DONE or "not-open-for-signing" in signed
    assert Signature.objects.count() == (signed == DONE)
    assert not newest(version).signatures.exists()
    assert states(version) == [State.SUPERSEDED, State.CIRCULATED]
    whole(version)


@pytest.mark.parametrize("turn", range(3))
def test_the_last_signature_against_an_acceptance(turn):
    """EL-31, EL-34: in force and being amended, or replaced and not signed to the end; never half of both."""
    version = circulated()
    *others, last = to_sign(version)
    for invitation in others:
        sign(invitation)
    signed, accepted = together(signing(last), accepting(version, proposed(version)))
    assert accepted == DONE
    assert states(version) == [State.IN_FORCE if signed == DONE else State.SUPERSEDED, State.CIRCULATED]
    assert version.signatures.count() == len(others) + (signed == DONE)
    whole(version)


def test_two_acceptances_at_once_make_one_next_version():
    """EL-25: the other is told that the words changed."""
    version = circulated()
    first, second = proposed(version, change(version, clause="2.1")), proposed(version, change(version, clause="3.1"))
    ends = together(accepting(version, first), accepting(version, second))
    assert sorted(ends, key=str) == sorted([DONE, {"version-changed"}], key=str)
    assert states(version) == [State.SUPERSEDED, State.CIRCULATED]
    assert Amendment.objects.filter(state="accepted").count() == 1
    assert Amendment.objects.get(state="open").version == newest(version)
    whole(version)


def test_ten_presses_on_accept_make_one_next_version():
    """R12"""
    version = circulated()
    act = accepting(version, proposed(version))
    ends = together(*[act] * 10)
    assert ends.count(DONE) == 1
    assert all(end == DONE or end == {"version-changed", "amendment-decided"} for end in ends)
    assert Invitation.objects.filter(version=newest(version)).count() == Invitation.objects.filter(version=version).count()
    whole(version)


def test_accepting_and_rejecting_at_once_decides_once():
    """EL-25"""
    version = circulated()
    amendment = proposed(version)
    ends = together(accepting(version, amendment), partial(amendments_actions.reject_amendment, amendment, reason="No.", by=ops()))
    assert ends.count(DONE) == 1
    assert {"amendment-decided"} in ends
    amendment.refresh_from_db()
    assert (amendment.state == "accepted") == (len(states(version)) == 2)
    whole(version)


def test_proposals_made_while_one_is_accepted_are_on_the_newest_words_or_refused():
    """EL-25: none is left behind on a version that was replaced."""
    version = circulated()
    first, by = proposed(version, change(version, clause="2.1")), ops()
    wording = change(version, clause="3.1")
    proposing = partial(amendments_actions.propose_amendment, version, wording, reason="So.", shown_sha256=version.content_sha256, by=by)
    ends = together(accepting(version, first), *[proposing] * 6)
    assert ends[0] == DONE
    assert all(end == DONE or end == {"version-changed"} for end in ends[1:])
    assert Amendment.objects.open().count() == ends[1:].count(DONE)
    assert set(Amendment.objects.open().values_list("version", flat=True)) <= {newest(version).pk}
    whole(version)


@pytest.mark.parametrize("turn", range(3))
def test_voiding_while_somebody_signs_leaves_one_clear_end(turn):
    """EL-33: signed before it was void, or refused because it was."""
    version = circulated()
    signed, voided = together(signing(to_sign(version)[turn]), voiding(version))
    assert voided == DONE
    assert signed == DONE or "not-open-for-signing" in signed
    assert Signature.objects.count() == (signed == DONE)
    assert states(version) == [State.VOID]
    whole(version)


@pytest.mark.parametrize("turn", range(3))
def test_voiding_while_the_last_one_signs(turn):
    """EL-33: what came into force first is not made void unseen."""
    version = circulated()
    *others, last = to_sign(version)
    for invitation in others:
        sign(invitation)
    signed, voided = together(signing(last), voiding(version))
    if signed == DONE:
        assert voided == {"agreement-changed"}
        assert states(version) == [State.IN_FORCE]
    else:
        assert voided == DONE
        assert states(version) == [State.VOID]
    whole(version)


def test_voiding_while_an_amendment_is_accepted_leaves_nothing_open():
    """EL-33: the one that comes second is refused."""
    version = in_force()
    ends = together(voiding(version), accepting(version, proposed(version)))
    assert ends.count(DONE) == 1
    standing = Agreement.objects.filter(pk=version.agreement_id, voided_at=None).exists()
    assert states(version) == ([State.IN_FORCE, State.CIRCULATED] if standing else [State.VOID])
    whole(version)


def test_reading_marks_set_while_it_is_changed_are_kept_with_the_words_they_were_for():
    """EL-23: a mark that comes too late for the next version is asked for again, never put on changed words."""
    version = circulated()
    invitation = to_sign(version)[0]
    reading = partial(
        invitations_actions.mark_read, invitation, list(version.sections.values_list("number", flat=True)), by=as_party(invitation)
    )
    ends = together(reading, accepting(version, proposed(version, change(version, clause="2.1"))))
    assert ends == [DONE, DONE]
    carried = set(invitation.party.reads.filter(section__version=newest(version)).values_list("section__number", flat=True))
    assert 2 not in carried
    whole(version)


def test_the_last_signature_on_the_next_version_while_it_is_changed_again():
    """EL-34: what is in force stands in every case; locks are taken in one order."""
    first = in_force()
    second = amendments_actions.accept_amendments(first, [proposed(first)], reason="Yes.", shown_sha256=first.content_sha256, by=ops())
    *others, last = to_sign(second)
    for invitation in others:
        sign(invitation)
    signed, accepted = together(signing(last), accepting(second, proposed(second, change(second, clause="3.1"))))
    assert accepted == DONE
    if signed == DONE:
        assert states(first) == [State.SUPERSEDED, State.IN_FORCE, State.CIRCULATED]
    else:
        assert states(first) == [State.IN_FORCE, State.SUPERSEDED, State.CIRCULATED]
    assert AgreementVersion.objects.filter(state=State.IN_FORCE).count() == 1
    whole(first)
