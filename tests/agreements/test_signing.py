"""Who may sign what and when, and what is kept of it."""

import hashlib
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agreements import gates
from agreements.invitations import actions as invitations_actions
from agreements.models import SectionRead, Signature, State
from agreements.signing import actions as signing_actions
from agreements.versions.progress import signing_progress
from findings import Refused
from ledger.verification import verify
from residencies.models import Residency
from tests.agreements.amending import amended
from tests.agreements.factories import as_party, circulated, draft, in_force, intent, read_all, sign, to_sign, token_for, witness
from tests.factories import account
from tests.residencies.factories import acts_of, ops, qualified_residency

pytestmark = pytest.mark.django_db


def refusal(invitation, stated_intent=None, session_witness=None):
    with pytest.raises(Refused) as refused:
        signing_actions.sign(invitation, stated_intent or intent(invitation), session_witness or witness(invitation))
    assert not Signature.objects.filter(party=invitation.party).exists()
    return refused.value


def test_the_last_required_signature_puts_it_in_force():
    """EL-31: not one sooner; informed roles are not waited for."""
    version = circulated(informed=True)
    invitations = to_sign(version)
    for invitation in invitations[:-1]:
        sign(invitation)
    version.refresh_from_db()
    assert version.state == State.CIRCULATED
    last = sign(invitations[-1])
    version.refresh_from_db()
    assert (version.state, version.in_force_at) == (State.IN_FORCE, last.signed_at)
    acts = [act for act in acts_of(version.agreement.subject) if act != "champion-named"]
    assert acts[-2:] == ["signed", "agreement-in-force"]
    assert verify().broken is None


def test_nobody_signs_before_reading_and_unread_sections_are_named():
    """EL-23, D3-10"""
    invitation = to_sign(circulated())[0]
    invitations_actions.mark_read(invitation, [1, 2], by=as_party(invitation))
    refused = refusal(invitation)
    assert refused.codes == {"sections-unread"}
    assert "3. The team" in refused.findings[0].message
    assert "2. What the team receives" not in refused.findings[0].message


def test_a_section_is_marked_once_and_an_unknown_one_not_at_all():
    """EL-23"""
    invitation = to_sign(circulated())[0]
    assert invitations_actions.mark_read(invitation, [1, 2], by=as_party(invitation)) == 2
    assert invitations_actions.mark_read(invitation, [2, 3], by=as_party(invitation)) == 1
    with pytest.raises(Refused):
        invitations_actions.mark_read(invitation, [4, 99], by=as_party(invitation))
    assert SectionRead.objects.count() == 3


def test_a_refusal_says_everything_at_once():
    """D3-10: unread, wrong words, wrong name, no intent, no consent."""
    invitation = to_sign(circulated())[0]
    refused = refusal(invitation, intent(invitation, sha256="0" * 64, typed_name="Somebody Else", intends=False, consents=False))
    assert refused.codes == {"sections-unread", "words-changed", "name-differs", "intent-missing", "consent-missing"}


def test_nobody_signs_while_a_condition_is_no_longer_met():
    """EL-13, D3-10: the gate is asked again at signing, whatever was true at circulation."""
    version = circulated()
    invitation = read_all(to_sign(version)[0])
    version.agreement.subject.conditions.filter(number__in=[2, 5]).update(revision=9)  # other words than those decided on
    refused = refusal(invitation)
    assert len(refused.findings) == 2


def test_nobody_signs_once_the_residency_has_ended():
    """EL-13"""
    version = circulated()
    invitation = read_all(to_sign(version)[0])
    Residency.objects.filter(stream=version.agreement.stream).update(
        state="withdrawn", ended_on=timezone.localdate(), end_reason="Dissolved."
    )
    assert "not-qualified" in refusal(invitation).codes


def test_a_revoked_invitation_signs_nothing():
    """EL-28"""
    invitation = read_all(to_sign(circulated())[0])
    session_witness = witness(invitation)
    invitations_actions.revoke_invitation(invitation, by=ops())
    assert refusal(invitation, session_witness=session_witness).codes == {"invitation-ended"}


def test_a_link_of_another_invitation_signs_nothing():
    """EL-28"""
    mine, theirs = to_sign(circulated())[:2]
    read_all(mine)
    with pytest.raises(PermissionDenied):
        signing_actions.sign(mine, intent(mine), witness(theirs))


def test_an_account_signs_for_nobody_else():
    """EL-27: staff can't sign for a party, not even with its link."""
    invitation = read_all(to_sign(circulated())[0])
    staff = ops()
    link = witness(invitation).link
    for session_witness in (witness(invitation, link=link, user=staff), witness(invitation, link=None, method="account", user=staff)):
        with pytest.raises(PermissionDenied):
            signing_actions.sign(invitation, intent(invitation), session_witness)


def test_a_party_signs_by_its_own_account():
    """EL-27: the evidence says so."""
    invitation = read_all(to_sign(circulated())[0])
    user = account(email=invitation.party.person.email)
    invitation.party.person.user = user
    invitation.party.person.save()
    signature = signing_actions.sign(invitation, intent(invitation), witness(invitation, link=None, method="account", user=user))
    assert json.loads(bytes(signature.evidence).split(b"\n", 1)[1])["identified_by"] == {"method": "account", "account": user.pk}


def test_an_informed_role_does_not_sign():
    """EL-22"""
    version = circulated(informed=True)
    informed = version.invitations.select_related("party__person", "version__agreement__stream").filter(purpose="read").first()
    read_all(informed)
    assert refusal(informed).codes == {"role-informed"}


def test_signing_twice_is_refused_in_words():
    """EL-27"""
    invitation = to_sign(circulated())[0]
    sign(invitation)
    with pytest.raises(Refused) as refused:
        signing_actions.sign(invitation, intent(invitation), witness(invitation))
    assert refused.value.codes == {"signed-already"}
    assert Signature.objects.count() == 1


def test_the_evidence_says_who_signed_what_when_and_how():
    """EL-27: and its hash is on the ledger, so that the chain holds it."""
    invitation = to_sign(circulated())[0]
    signature = sign(invitation, typed_name="  A. Torvald ")
    data = bytes(signature.evidence)
    kind, record = data.split(b"\n", 1)
    evidence = json.loads(record)
    assert kind == b"evidence/3"
    assert hashlib.sha256(data).hexdigest() == signature.evidence_sha256
    assert evidence["version_sha256"] == invitation.version.content_sha256
    assert evidence["person"]["name"] == "Anneke Torvald"
    assert evidence["typed_name"] == "A. Torvald"
    assert evidence["identified_by"]["method"] == "link"
    assert [row["number"] for row in evidence["sections_read"]] == list(range(1, 9))
    assert evidence["signed_at_pacific"].endswith("Pacific time (UTC−7)")
    assert evidence["order"] == 1
    assert "previous_evidence_sha256" not in evidence
    event = invitation.version.agreement.stream.events.get(act="signed")
    assert event.facts["evidence_sha256"] == signature.evidence_sha256
    assert "203.0.113.7" not in json.dumps(event.facts)


def test_address_and_browser_are_in_an_annex_that_the_evidence_names_by_hash():
    """EL-27: copies of the evidence go round without them, and its hash still holds them; salted, so that nobody tries them all."""
    first, second = [sign(invitation) for invitation in to_sign(circulated())[:2]]
    kind, record = bytes(first.annex).split(b"\n", 1)
    annex = json.loads(record)
    assert kind == b"evidence-annex/2"
    assert (annex["address"], annex["user_agent"], annex["behind_trusted_proxy"]) == ("203.0.113.7", "Phone", False)
    assert json.loads(bytes(first.evidence).split(b"\n", 1)[1])["annex_sha256"] == hashlib.sha256(bytes(first.annex)).hexdigest()
    assert b"203.0.113.7" not in bytes(first.evidence) + bytes(second.evidence)
    assert b"Phone" not in bytes(first.evidence) + bytes(second.evidence)
    assert len(bytes.fromhex(annex["salt"])) == 32
    assert bytes(first.annex) != bytes(second.annex)


def test_each_evidence_names_the_one_before():
    """EL-27"""
    first, second = [sign(invitation) for invitation in to_sign(circulated())[:2]]
    assert json.loads(bytes(second.evidence).split(b"\n", 1)[1])["previous_evidence_sha256"] == first.evidence_sha256


def test_where_each_party_stands_is_derived():
    """EL-31"""
    version = circulated(informed=True)
    first, second, third = to_sign(version)[:3]
    sign(first)
    invitations_actions.open_invitation(token_for(second))
    invitations_actions.mark_read(third, [1], by=as_party(third))
    steps = [row.step for row in signing_progress(version)]
    assert steps[:4] == ["signed", "opened", "reading", "waiting"]


def test_standings_cost_the_same_for_any_number_of_parties(django_assert_max_num_queries):
    version = circulated(informed=True)
    for invitation in to_sign(version)[:4]:
        sign(invitation)
    with django_assert_max_num_queries(12):
        signing_progress(version)


def test_the_gate_names_every_missing_party():
    """EL-31, EL-43"""
    version = draft()
    residency = version.agreement.subject
    assert [f.code for f in gates.in_force([residency], None)[residency.stream_id]] == ["agreement-not-circulated"]
    version = circulated()
    residency = version.agreement.subject
    sign(to_sign(version)[0])
    findings = gates.in_force([residency], None)[residency.stream_id]
    assert [f.code for f in findings] == ["not-signed"] * (version.roles.filter(must_sign=True).count() - 1)
    assert all(f.place == "agreement" for f in findings)


def test_the_gate_is_silent_once_in_force_and_speaks_without_an_agreement(django_assert_max_num_queries):
    """EL-31"""
    signed, unsigned = in_force().agreement.subject, qualified_residency()
    with django_assert_max_num_queries(2):
        findings = gates.in_force([signed, unsigned], None)
    assert findings[signed.stream_id] == []
    assert [f.code for f in findings[unsigned.stream_id]] == ["no-agreement"]


def _record(signature):
    return json.loads(bytes(signature.evidence).split(b"\n", 1)[1])


def test_the_evidence_says_whether_sections_were_marked_one_by_one_or_confirmed_together():
    """EL-23: one press for all of them is allowed, and on record; what was marked alone stays so."""
    invitation = to_sign(circulated())[0]
    invitations_actions.mark_read(invitation, [1], by=as_party(invitation))
    invitations_actions.mark_read(invitation, [2], by=as_party(invitation))
    invitations_actions.mark_read(invitation, range(1, 9), by=as_party(invitation))
    how = {row["number"]: row["how"] for row in _record(sign(invitation))["sections_read"]}
    assert how == {1: "one-by-one", 2: "one-by-one", **dict.fromkeys(range(3, 9), "together")}
    events = invitation.version.agreement.stream.events.filter(act="sections-read").order_by("pk")
    assert [event.facts["how"] for event in events] == ["one-by-one", "one-by-one", "together"]


def test_marks_carried_to_the_next_version_keep_how_they_were_made():
    """EL-23, EL-25"""
    version = circulated()
    invitation = to_sign(version)[0]
    invitations_actions.mark_read(invitation, [1], by=as_party(invitation))
    invitations_actions.mark_read(invitation, [7, 8], by=as_party(invitation))
    carried = SectionRead.objects.filter(section__version=amended(version), party=invitation.party)
    assert {7: "together", 8: "together"}.items() <= dict(carried.values_list("section__number", "how")).items()


def test_no_email_address_is_in_the_record_that_circulates():
    """The addresses are in the annex, which the record names by hash."""
    invitation = to_sign(circulated())[0]
    signature = sign(invitation)
    address = invitation.party.person.email
    assert b"@" not in bytes(signature.evidence)
    assert json.loads(bytes(signature.annex).split(b"\n", 1)[1])["email"] == address
