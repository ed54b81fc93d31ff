"""A party answers otherwise than by signing: declines, hands over, or says “that is not me” (EL-29, D2.7)."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.invitations import actions as invitations_actions
from agreements.invitations import mail as invitations_mail
from agreements.invitations.reminders import unsigned
from agreements.models import AgreementVersion, Decline, HandOver, InvitationToken, Party, Signature, State, WrongPerson
from agreements.signing import actions as signing_actions
from agreements.signing import delegation, mail
from agreements.todo import answers
from agreements.versions import mail as agreements_mail
from agreements.versions.progress import signing_progress
from findings import Refused
from ledger.models import Event
from ledger.verification import verify
from outbox.models import Message
from outbox.models import State as Sent
from people.models import Person
from tests.agreements.amending import amended, voided
from tests.agreements.factories import as_party, circulated, in_force, intent, read_all, sign, to_sign, token_for, witness
from tests.agreements.test_order import staged
from tests.clock import TODAY
from tests.factories import account, long_standing, person
from tests.residencies.factories import ops
from tests.web.browsing import form_with
from tests.worlds import made_once, mine

pytestmark = pytest.mark.django_db
WHY = "The budget is not confirmed."


begins_with = made_once(circulated)


@pytest.fixture
def version(begins_with):
    return mine(begins_with)


@pytest.fixture
def invitation(version):
    return to_sign(version)[2]


def decline(invitation, reason=WHY):
    return delegation.decline(invitation, reason, by=as_party(invitation))


def propose(invitation, **other):
    facts = {
        "name": "Wren Delgado",
        "email": "wren@example.org",
        "title": "Deputy",
        "organisation": "Ministry of Tests",
        "reason": "I am away.",
    }
    return delegation.propose_hand_over(invitation, **{**facts, **other}, by=as_party(invitation))


def codes_of(act, *given, **facts):
    with pytest.raises(Refused) as refused:
        act(*given, **facts)
    return refused.value.codes


def step_of(invitation):
    return next(row.step for row in signing_progress(invitation.version) if row.role.role_id == invitation.party.role_id)


def recipients(occasion):
    return set(Message.objects.filter(occasion=occasion).values_list("person__name", flat=True))


# ── Declining ────────────────────────────────────────────────────────────────────────────────


def test_whoever_has_signed_and_whoever_prepared_it_hears_of_a_decline(version, invitation):
    """EL-29, signing 3.5: and nobody else; each in words of their own."""
    first, second, *_rest = to_sign(version)
    for signer in (first, second):
        sign(signer)
    decline(invitation)
    managers = {manager.name for manager in agreements_mail.managers(version)}
    assert recipients(mail.DECLINED.key) == {first.party.person.name, second.party.person.name} | managers
    assert version.circulated_by.name in managers
    texts = dict(Message.objects.filter(occasion=mail.DECLINED.key).values_list("person__name", "text"))
    assert all(WHY in text for text in texts.values())
    assert "Your signature stays" in texts[first.party.person.name]
    assert verify().broken is None


def test_a_decline_is_the_party_s_step_and_the_agreement_stays_out_for_signing(version, invitation):
    """EL-29: status and home say so."""
    decline(invitation)
    version.refresh_from_db()
    assert version.state == State.CIRCULATED
    assert step_of(invitation) == "declined"
    assert [WHY in item.title or "declined to sign" in item.title for item in answers(TODAY)] == [True]


def test_a_reason_is_asked_for_by_the_act_and_by_the_database(invitation):
    assert codes_of(decline, invitation, "  ") == {"reason-missing"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Decline.objects.create(invitation=invitation, reason="")


def test_whoever_has_signed_can_not_decline_and_is_told_of_amendments(invitation):
    """EL-29, signing 3.4: signature and date stay."""
    signature = sign(invitation)
    with pytest.raises(Refused) as refused:
        decline(invitation)
    assert refused.value.codes == {"signed-already"}
    assert "for an amendment" in refused.value.findings[0].remedy
    assert Signature.objects.get() == signature


def test_whoever_declined_does_not_sign_until_invited_again(version, invitation):
    """EL-29"""
    read_all(invitation)
    decline(invitation)
    session_witness = witness(invitation)
    assert codes_of(signing_actions.sign, invitation, intent(invitation), session_witness) == {"declined"}
    assert codes_of(decline, invitation) == {"declined"}
    again = invitations_actions.send_new_link(invitation, by=ops())
    assert again.pk != invitation.pk
    assert step_of(again) == "read"
    assert codes_of(signing_actions.sign, invitation, intent(invitation), session_witness) >= {"invitation-ended"}
    assert sign(again)
    assert Decline.objects.count() == 1
    assert answers(TODAY) == []


def test_whoever_is_informed_has_nothing_to_decline():
    version = circulated(informed=True)
    informed = version.invitations.select_related("party__person").filter(purpose="read").first()
    assert codes_of(decline, informed) == {"role-informed"}
    assert codes_of(propose, informed) == {"role-informed"}


def test_an_ended_invitation_answers_nothing(invitation):
    """EL-28"""
    invitations_actions.revoke_invitation(invitation, by=ops())
    assert codes_of(decline, invitation) == {"invitation-ended"}
    assert codes_of(propose, invitation) == {"invitation-ended"}


def test_whoever_declined_is_not_reminded(version, invitation):
    """EL-60: until invited again."""
    assert unsigned().filter(pk=invitation.pk).exists()
    decline(invitation)
    assert not unsigned().filter(pk=invitation.pk).exists()
    assert unsigned().filter(pk=invitations_actions.send_new_link(invitation, by=ops()).pk).exists()


def test_a_decline_is_neither_changed_nor_deleted(invitation):
    """signing 4.4"""
    row = decline(invitation)
    for write in (
        lambda: Decline.objects.filter(pk=row.pk).update(reason="x"),
        lambda: Decline.objects.filter(pk=row.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


# ── Handing over ─────────────────────────────────────────────────────────────────────────────


def test_a_refused_hand_over_keeps_what_was_written_and_one_is_asked_for_once(invitation):
    """EL-29: the form comes back with the reason; whoever has asked is led to where that stands."""
    visitor = Client()
    visitor.post(f"/a/{token_for(invitation)}")
    page = reverse("sign-hand-over", args=[invitation.pk])
    wrote = {"name": "Wren Delgado", "email": invitation.party.person.email, "reason": "I am away."}
    refused = visitor.post(page, form_with(visitor.get(page), "name").fields | wrote)
    assert refused.status_code == 409
    assert form_with(refused, "name").fields["reason"] == "I am away."
    mended = form_with(refused, "name").fields | {"email": "wren@example.org"}
    assert visitor.post(page, mended).url == reverse("sign", args=[invitation.pk])
    assert visitor.get(page).url == reverse("sign", args=[invitation.pk])


def test_a_hand_over_waits_for_lab_operations(version, invitation):
    """EL-29: they hear of it; until they answer the party can sign."""
    proposed = propose(invitation)
    assert recipients(mail.HAND_OVER.key) == {manager.name for manager in agreements_mail.managers(version)}
    assert "/hand-overs/" in Message.objects.filter(occasion=mail.HAND_OVER.key)[0].text
    assert [proposed.name in item.title for item in answers(TODAY)] == [True]
    assert sign(invitation)
    assert codes_of(delegation.confirm_hand_over, proposed, by=ops()) == {"signed-already"}


def test_confirmed_the_delegate_signs_and_the_record_names_who_handed_over(version, invitation):
    """EL-29, signing 3.7: the original is in the evidence, and the words and their hash are the same."""
    before = version.content_sha256
    token, by = token_for(invitation), ops()
    delegate = delegation.confirm_hand_over(propose(invitation), by=by)
    invitation.party.refresh_from_db()
    assert (invitation.party.to_at, delegate.delegated_from, delegate.confirmed_by) == (delegate.from_at, invitation.party, by)
    assert Client().get(reverse("open-invitation", args=[token])).status_code == 404
    fresh = next(row for row in to_sign(version) if row.party == delegate)
    assert Message.objects.filter(person=delegate.person, occasion="agreement-invitation").count() == 1
    assert recipients(mail.HAND_OVER_ANSWER.key) == {invitation.party.person.name}
    record = json.loads(bytes(sign(fresh).evidence).split(b"\n", 1)[1])
    assert record["person"]["name"] == "Wren Delgado"
    assert [(row["from"]["name"], row["confirmed_by"]) for row in record["handed_over"]] == [(invitation.party.person.name, by.name)]
    version.refresh_from_db()
    assert version.content_sha256 == before
    assert verify().broken is None


def test_handed_on_twice_the_record_names_both_from_the_first_to_the_last(version, invitation):
    """signing 3.7"""
    delegation.confirm_hand_over(propose(invitation), by=ops())
    second = to_sign(version)[2]
    delegation.confirm_hand_over(propose(second, name="Amir Castle", email="amir@example.org"), by=ops())
    third = to_sign(version)[2]
    record = json.loads(bytes(sign(third).evidence).split(b"\n", 1)[1])
    assert [entry["from"]["name"] for entry in record["handed_over"]] == [invitation.party.person.name, "Wren Delgado"]


def test_nobody_hands_over_to_themselves_or_back(version, invitation):
    """EL-29"""
    assert codes_of(propose, invitation, email=invitation.party.person.email.upper()) == {"hand-over-to-oneself"}
    delegation.confirm_hand_over(propose(invitation), by=ops())
    second = to_sign(version)[2]
    assert codes_of(propose, second, email=invitation.party.person.email) == {"hand-over-in-a-circle"}


def test_one_proposal_waits_at_a_time(invitation):
    propose(invitation)
    assert codes_of(propose, invitation) == {"hand-over-waits"}


def test_a_delegate_who_is_a_party_already_fills_both_roles_only_knowingly(version, invitation):
    """EL-22"""
    other = to_sign(version)[0].party.person
    proposed = propose(invitation, name=other.name, email=other.email)
    assert codes_of(delegation.confirm_hand_over, proposed, by=ops()) == {"holds-two-roles"}
    delegate = delegation.confirm_hand_over(proposed, acknowledged=True, by=ops())
    assert delegate.person == other
    assert Person.objects.filter(email=other.email).count() == 1


def test_a_refusal_has_a_reason_and_the_party_is_still_asked(invitation):
    """EL-29"""
    proposed = propose(invitation)
    assert codes_of(delegation.refuse_hand_over, proposed, reason=" ", by=ops()) == {"reason-missing"}
    delegation.refuse_hand_over(proposed, reason="She is of another ministry.", by=ops())
    text = Message.objects.get(occasion=mail.HAND_OVER_ANSWER.key).text
    assert "another ministry" in text
    assert "still need your signature" in text
    assert sign(invitation)
    assert codes_of(delegation.confirm_hand_over, proposed, by=ops()) >= {"hand-over-decided"}
    assert codes_of(delegation.refuse_hand_over, proposed, reason="x", by=ops()) == {"hand-over-decided"}


def test_a_waiting_mail_to_the_former_party_is_withdrawn(invitation):
    """EL-28: no link is minted for whoever is asked no more."""
    delegation.confirm_hand_over(propose(invitation), by=ops())
    states = set(Message.objects.filter(person=invitation.party.person, occasion="agreement-invitation").values_list("state", flat=True))
    assert states == {Sent.CANCELLED}


def test_whoever_takes_over_before_their_stage_waits_like_the_former(version):
    """EL-30"""
    version = staged()
    late = version.roles.get(position=1)
    holder = version.agreement.parties.get(role=late.role, to_at=None).person
    replaced(version, late.role, person(name="Nadia Quill"), reason="Left.", instead_of=holder, by=ops())
    assert next(row.step for row in signing_progress(version) if row.role == late) == "staged"


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(turns=st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=4))
def test_no_hand_over_ever_changes_the_hash(circulated_once, turns):
    """EL-26, EL-29, signing 4.11: however often, by whichever way; one holder a role, and history stays."""
    version, by = circulated_once
    with transaction.atomic():
        for n, (place, direct) in enumerate(turns):
            invitation = to_sign(version)[place]
            if direct:
                facts = {"reason": "Left.", "instead_of": invitation.party.person, "by": by}
                replaced(version, invitation.party.role, person(), **facts)
            else:
                delegation.confirm_hand_over(propose(invitation, name=f"Delegate {n}", email=f"delegate{n}@example.org"), by=by)
        now = AgreementVersion.objects.get(pk=version.pk)
        assert (now.content_sha256, bytes(now.canonical)) == (version.content_sha256, bytes(version.canonical))
        assert Party.objects.filter(agreement=version.agreement, to_at=None).count() == len(to_sign(version)) == 7
        assert Party.objects.filter(agreement=version.agreement).count() == 7 + len(turns)
        transaction.set_rollback(True)


@pytest.fixture
def circulated_once():
    by = ops()
    return circulated(by=by), by


def test_a_hand_over_stands_over_to_the_next_version(version, invitation):
    """EL-29, EL-25: it is about the role and not about the words; home, status and the answer go on."""
    proposed = propose(invitation)
    following = amended(version)
    assert ["to sign instead" in item.title for item in answers(TODAY)] == [True]
    assert [row.party for row in signing_progress(following) if row.hand_over == proposed] == [invitation.party]
    delegate = delegation.confirm_hand_over(proposed, by=ops())
    assert sign(next(item for item in to_sign(following) if item.party == delegate))
    assert answers(TODAY) == []
    assert verify().broken is None


def test_a_hand_over_stands_over_to_a_version_that_others_sign_first():
    """EL-29, EL-30: whoever takes over waits like the former."""
    version = staged()
    for invitation in to_sign(version):
        sign(invitation)
    late = to_sign(version)[-1]
    proposed = propose(late)
    following = amended(version)
    delegate = delegation.confirm_hand_over(proposed, by=ops())
    assert next(row.step for row in signing_progress(following) if row.party == delegate) == "staged"


def test_whoever_signed_after_all_has_taken_the_hand_over_back(version, invitation, client):
    """EL-29: nothing is left to decide, on home, on its page or in the next version."""
    proposed = propose(invitation)
    sign(invitation)
    assert answers(TODAY) == []
    assert codes_of(delegation.refuse_hand_over, proposed, reason="No.", by=ops()) == {"signed-already"}
    client.force_login(account("lab_ops"))
    page = client.get(reverse("agreement-hand-over", args=[version.agreement.subject.reference, proposed.pk])).content.decode()
    assert "has already signed" in page
    assert "Send answer" not in page
    following = amended(version)
    assert not any(row.hand_over for row in signing_progress(following))
    assert answers(TODAY) == []


def test_a_void_agreement_leaves_no_hand_over_to_decide(version, invitation, client):
    """EL-29, EL-33: nobody is told that they are still asked."""
    proposed = propose(invitation)
    voided(version)
    assert answers(TODAY) == []
    assert codes_of(delegation.refuse_hand_over, proposed, reason="No.", by=ops()) == {"hand-over-decided"}
    client.force_login(account("lab_ops"))
    page = client.get(reverse("agreement-hand-over", args=[version.agreement.subject.reference, proposed.pk])).content.decode()
    assert str(HandOver.objects.get(pk=proposed.pk).get_state_display()) in page
    assert "Send answer" not in page


# ── Replaced by lab operations ───────────────────────────────────────────────────────────────


def replaced(version, role, new, **facts):
    """What one officer asks for and another confirms (OP-03)."""
    return delegation.confirm_hand_over(delegation.replace_party(version, role, new, **facts), by=long_standing("lab_ops"))


def test_lab_operations_replace_whoever_left_with_two_accounts(version, invitation):
    """EL-29, EL-22, OP-03: their links end, they are told, the new person is invited; nothing before the second account."""
    new, noor = person(name="Nadia Quill"), ops()
    asked = delegation.replace_party(version, invitation.party.role, new, reason="He left.", instead_of=invitation.party.person, by=noor)
    assert to_sign(version)[2] == invitation
    assert [asked.name in item.title for item in answers(TODAY)] == [True]
    assert codes_of(delegation.confirm_hand_over, asked, by=noor) == {"second-account"}
    replacement = delegation.confirm_hand_over(asked, by=long_standing("lab_ops"))
    assert replacement.delegated_from is None
    assert recipients(mail.REPLACED.key) == {invitation.party.person.name}
    assert to_sign(version)[2].party.person == new
    assert sign(to_sign(version)[2])
    assert Event.objects.get(act="party-replacement-asked").facts["reason"] == "He left."


def test_who_is_only_kept_informed_is_replaced_at_once():
    """EL-22: nothing is signed there."""
    version = circulated(informed=True)
    role = version.roles.filter(must_sign=False).first().role
    holder = version.agreement.parties.get(role=role, to_at=None).person
    new = person(name="Nadia Quill")
    delegation.replace_party(version, role, new, reason="He left.", instead_of=holder, by=ops())
    assert version.agreement.parties.get(role=role, to_at=None).person == new
    assert Event.objects.get(act="party-replaced").facts["reason"] == "He left."


def test_a_signature_is_not_replaced_nor_a_role_somebody_else_changed(version, invitation):
    """EL-27"""
    role, holder = invitation.party.role, invitation.party.person
    facts = {"reason": "x", "by": ops()}
    assert codes_of(delegation.replace_party, version, role, person(), instead_of=person(), **facts) == {"party-changed"}
    assert codes_of(delegation.replace_party, version, role, holder, instead_of=holder, **facts) >= {"party-changed"}
    other = to_sign(version)[0].party.person
    assert codes_of(delegation.replace_party, version, role, other, instead_of=holder, **facts) == {"holds-two-roles"}
    assert codes_of(delegation.replace_party, version, role, person(), instead_of=holder, reason="", by=ops()) == {"reason-missing"}
    sign(invitation)
    assert codes_of(delegation.replace_party, version, role, person(), instead_of=holder, **facts) == {"signed-already"}


def test_in_force_nobody_is_replaced():
    version = in_force()
    signed = to_sign(version)[0]
    facts = {"reason": "x", "instead_of": signed.party.person, "by": ops()}
    assert codes_of(delegation.replace_party, version, signed.party.role, person(), **facts) == {"not-open-for-signing", "signed-already"}


# ── That is not me ───────────────────────────────────────────────────────────────────────────


def test_that_is_not_me_tells_lab_operations_once_and_leaves_the_link(client, version, invitation):
    """D2.7: looking tells nobody."""
    token = token_for(invitation)
    page = reverse("not-me", args=[token])
    assert reverse("not-me", args=[token]) in client.get(reverse("open-invitation", args=[token])).content.decode()
    for _ in range(20):
        assert client.get(page).status_code == 200
    assert not WrongPerson.objects.exists()
    for _ in range(3):
        assert client.post(page)["Location"] == reverse("not-me-told")
    wrong_person = WrongPerson.objects.get()
    assert Message.objects.filter(occasion=invitations_mail.WRONG_PERSON.key).count() == len(agreements_mail.managers(version))
    assert client.get(reverse("open-invitation", args=[token])).status_code == 200
    assert ["reached the wrong person" in item.title for item in answers(TODAY)] == [True]
    invitations_actions.settle_wrong_person(wrong_person, end=True, by=ops())
    assert client.get(reverse("open-invitation", args=[token])).status_code == 404
    assert answers(TODAY) == []


def test_lab_operations_can_let_it_go_on(invitation):
    wrong_person = invitations_actions.say_wrong_person(token_for(invitation))
    invitations_actions.settle_wrong_person(wrong_person, end=False, by=ops())
    invitations_actions.settle_wrong_person(wrong_person, end=True, by=ops())
    assert InvitationToken.objects.get(pk=wrong_person.link_id).revoked_at is None
    assert Event.objects.filter(act="wrong-person-settled").count() == 1


def test_whoever_looks_at_it_gets_to_the_address_that_may_be_wrong(client, invitation):
    """D2.7"""
    wrong_person = invitations_actions.say_wrong_person(token_for(invitation))
    client.force_login(account("lab_ops"))
    page = client.get(
        reverse("agreement-wrong-person", args=[invitation.version.agreement.subject.reference, wrong_person.pk])
    ).content.decode()
    assert reverse("person-edit", args=[invitation.party.person_id]) in page


def test_a_link_that_opens_nothing_tells_nobody_anything(client):
    """D2.5"""
    assert client.get(reverse("not-me", args=["z" * 43])).status_code == 404
    assert client.post(reverse("not-me", args=["z" * 43])).status_code == 404
    assert not WrongPerson.objects.exists()


# ── In the browser ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def visitor(invitation):
    client = Client()
    client.post(reverse("open-invitation", args=[token_for(invitation)]))
    return client


def at(name, invitation):
    return reverse(name, args=[invitation.pk])


def test_a_party_declines_on_its_page_and_is_shown_what_it_said(visitor, invitation):
    """EL-29"""
    assert at("sign-decline", invitation) in visitor.get(at("sign", invitation)).content.decode()
    assert visitor.post(at("sign-decline", invitation), {"reason": ""}).status_code == 422
    assert visitor.post(at("sign-decline", invitation), {"reason": WHY})["Location"] == at("sign", invitation)
    page = visitor.get(at("sign", invitation)).content.decode()
    assert "You declined to sign" in page
    assert at("sign-decline", invitation) not in page
    assert visitor.get(at("sign-read", invitation)).status_code == 200
    assert visitor.get(at("sign-sign", invitation))["Location"] == at("sign", invitation)


def test_a_party_proposes_somebody_and_lab_operations_confirm(visitor, invitation, client):
    """EL-29"""
    facts = {"name": "Wren Delgado", "email": "wren@example.org", "reason": "I am away."}
    assert visitor.post(at("sign-hand-over", invitation), facts)["Location"] == at("sign", invitation)
    assert "Wren Delgado" in visitor.get(at("sign", invitation)).content.decode()
    client.force_login(account("lab_ops"))
    reference = invitation.version.agreement.subject.reference
    page = reverse("agreement-hand-over", args=[reference, HandOver.objects.get().pk])
    assert page in client.get(reverse("agreement", args=[reference])).content.decode()
    assert "Give it in a sentence or two" in client.post(page, {"answer": "no", "reason": ""}).content.decode()
    assert client.post(page, {"answer": "yes"}).status_code == 302
    assert "Confirmed" in client.get(page).content.decode()
    assert visitor.get(at("sign", invitation))["Location"] == reverse("sign-closed")
    assert "In place of" in client.get(reverse("agreement", args=[reference])).content.decode()


def test_lab_operations_replace_a_party_on_a_page(client, invitation):
    """EL-29"""
    client.force_login(account("lab_ops"))
    reference = invitation.version.agreement.subject.reference
    page = reverse("agreement-replace", args=[reference, invitation.party.role_id])
    assert client.post(page, {"reason": "Left."}).status_code == 200
    new = {"who": "new", "name": "Nadia Quill", "reason": "Left.", "instead_of": invitation.party.person.pk}
    assert "We send the agreement there" in client.post(page, new).content.decode()
    assert client.post(page, {**new, "email": "nadia@example.org"}).status_code == 302
    asked = HandOver.objects.get()
    answer = reverse("agreement-hand-over", args=[reference, asked.pk])
    assert "You proposed this" in client.get(answer).content.decode()
    assert client.post(answer, {"answer": "yes"}).status_code == 409
    client.force_login(long_standing("lab_lead"))
    assert client.post(answer, {"answer": "yes"}).status_code == 302
    assert to_sign(invitation.version)[2].party.person.name == "Nadia Quill"


def test_somebody_on_record_is_found_by_typing_and_the_present_signer_is_not_offered(client, invitation):
    """EL-29"""
    client.force_login(account("lab_ops"))
    known, holder = person(name="Nadia Quill"), invitation.party.person
    page = reverse("agreement-replace", args=[invitation.version.agreement.subject.reference, invitation.party.role_id])
    as_typed = {"HX-Request": "true", "HX-Target": "person-list"}
    offered_for = lambda words: client.get(page, {"q": words}, headers=as_typed).content.decode()
    assert f'data-person="{known.pk}"' in offered_for("quill")
    assert "data-person" not in offered_for(holder.name)
    facts = {"who": "known", "person": known.pk, "reason": "Left.", "instead_of": holder.pk}
    assert client.post(page, facts).status_code == 302
    assert (HandOver.objects.get().name, HandOver.objects.get().email) == (known.name, known.email)


def test_the_status_page_says_who_declined_and_why(client, invitation):
    """EL-29"""
    decline(invitation)
    client.force_login(account("viewer"))
    page = client.get(reverse("agreement", args=[invitation.version.agreement.subject.reference])).content.decode()
    assert f"{invitation.party.person.name} (" in page
    assert WHY in page


def test_home_costs_the_same_however_many_answers_wait(django_assert_num_queries):
    for _ in range(3):
        decline(to_sign(circulated())[0])
    with django_assert_num_queries(3):
        assert len(answers(TODAY)) == 3
