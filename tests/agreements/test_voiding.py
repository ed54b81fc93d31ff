"""An agreement ends for good, nothing is deleted, and another is made in its place (EL-33)."""

import datetime

import pytest

from agreements import gates
from agreements.amendments import actions as amendments_actions
from agreements.amendments import voiding
from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending, signing_order, templates
from agreements.models import Agreement, Amendment, Invitation, Signature, State
from agreements.signing import actions as signing_actions
from agreements.todo import amendments_to_decide
from agreements.todo import voided as void_and_not_replaced
from findings import Refused
from ledger.verification import verify
from outbox.models import Message
from residencies.models import Residency
from residencies.models.states import State as Stage
from tests.actors import ANYONE
from tests.agreements.amending import amended, newest, proposed, voided
from tests.agreements.factories import circulated, complete_draft, draft, in_force, intent, read_all, sign, someone_in, to_sign, witness
from tests.residencies.factories import applicant, ops, qualified_residency

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 6, 1)


def codes(findings):
    return {finding.code for finding in findings}


def refused(act, *wanted):
    before = (Agreement.objects.filter(voided_at=None).count(), Message.objects.count())
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.codes == set(wanted)
    assert (Agreement.objects.filter(voided_at=None).count(), Message.objects.count()) == before


def test_voiding_ends_what_was_out_and_deletes_nothing():
    """EL-33: words, signatures and amendments stay; the reason is with the agreement and the version."""
    version = circulated()
    signature = sign(to_sign(version)[0])
    amendment = proposed(version)
    by = ops()
    voided(version, by=by, reason="The ministry was merged.")
    agreement = Agreement.objects.get(pk=version.agreement_id)
    assert (version.state, version.void_reason) == (State.VOID, "The ministry was merged.")
    assert (agreement.void_reason, agreement.voided_by) == ("The ministry was merged.", by)
    assert list(Signature.objects.all()) == [signature]
    assert Amendment.objects.get(pk=amendment.pk).state == "overtaken"
    assert version.agreement.stream.events.filter(act="agreement-voided").count() == 1
    assert verify().broken is None


def test_every_party_is_told_why_and_that_a_signature_stays_on_record():
    """EL-33"""
    version = circulated()
    signed, *others = to_sign(version)
    sign(signed)
    voided(version, reason="Another way was found.")
    texts = {message.person_id: message.text for message in Message.objects.filter(occasion="agreement-voided")}
    assert set(texts) == {invitation.party.person_id for invitation in (signed, *others)}
    assert all("Another way was found." in text for text in texts.values())
    assert "What you signed (version 1) is kept" in texts[signed.party.person_id]
    assert "is kept as it was" not in texts[others[0].party.person_id]


def test_nobody_signs_a_void_agreement_and_its_waiting_mail_is_withdrawn():
    """EL-33, EL-28: the link reads on."""
    version = circulated()
    invitation = read_all(to_sign(version)[0])
    stated_intent, session_witness = intent(invitation), witness(invitation)
    voided(version)
    invitation = Invitation.objects.select_related("version", "party__person").get(pk=invitation.pk)
    assert (invitation.is_live, invitation.may_sign, invitation.may_propose) == (True, False, False)
    with pytest.raises(Refused) as refusal:
        signing_actions.sign(invitation, stated_intent, session_witness)
    assert "not-open-for-signing" in refusal.value.codes
    assert not Message.objects.filter(occasion="agreement-invitation", state="queued").exists()


def test_a_version_in_force_and_its_amendment_both_end():
    """EL-33, EL-34; a version that was replaced before stays replaced."""
    first = in_force()
    second = amended(first, clause="2.1")
    third = amended(second, clause="3.1")
    voided(first)
    assert [newer.state for newer in first.agreement.versions.order_by("number")] == [State.VOID, State.SUPERSEDED, State.VOID]
    assert first.in_force_at is not None
    assert third.agreement.in_force() is None


def test_the_gate_asks_for_a_new_one():
    """EL-33, EL-31"""
    version = in_force()
    subject = version.agreement.subject
    assert gates.in_force([subject], TODAY)[subject.stream_id] == []
    voided(version)
    assert codes(gates.in_force([subject], TODAY)[subject.stream_id]) == {"no-agreement"}


def test_voiding_twice_without_a_reason_or_from_an_old_page_is_refused():
    """EL-33: the form carries which version, in which state, was looked at."""
    version = circulated()
    refused(lambda: voided(version, reason=" "), "reason-missing")
    old = voiding.standing_of(version)
    amended(version)
    refused(lambda: voided(version, shown_state=old), "agreement-changed")
    voided(version)
    refused(lambda: voided(version), "void-already")


def test_what_came_into_force_meanwhile_is_not_made_void_unseen():
    """EL-33: the last signature came first."""
    version = circulated()
    old = voiding.standing_of(version)
    for invitation in to_sign(version):
        sign(invitation)
    refused(lambda: voided(version, shown_state=old), "agreement-changed")


def test_a_draft_can_be_given_up_and_is_edited_no_more():
    """EL-33: nobody was asked, so nobody is told."""
    version, by = complete_draft(), ops()
    voided(version)
    assert version.state == State.DRAFT
    assert not Message.objects.filter(occasion="agreement-voided").exists()
    refused(lambda: sending.circulate(version, shown_revision=version.revision, by=by), "agreement-void")
    refused(lambda: drafting_actions.edit_header(version, {"product": "x"}, shown_revision=version.revision, by=by), "agreement-void")


# ── In its place ─────────────────────────────────────────────────────────────────────────────


def test_a_new_agreement_takes_header_parties_and_conditions_over():
    """EL-33"""
    by = ops()
    version = complete_draft(by=by)
    version = drafting_actions.set_conditions(version, [("Health data", "It stays closed.")], shown_revision=version.revision, by=by)
    version = drafting_actions.edit_header(version, {**version.header, "product": "Well Finder"}, shown_revision=version.revision, by=by)
    version = sending.circulate(version, shown_revision=version.revision, by=by)
    voided(version)
    old = Agreement.objects.get(pk=version.agreement_id)
    anew = drafting_actions.prepare(old.stream, old.template_version, by=by, instead_of=old)
    assert (anew.agreement.number, anew.number, anew.agreement.replaces) == (2, 1, old)
    assert anew.header == version.header
    assert list(anew.clauses.filter(kind="unique").values_list("number", "heading", "text")) == list(
        version.clauses.filter(kind="unique").values_list("number", "heading", "text")
    )
    holders = [set(agreement.parties.filter(to_at=None).values_list("role__label", "person")) for agreement in (old, anew.agreement)]
    assert holders[0] == holders[1]
    assert holders[0]
    sending.circulate(anew, shown_revision=anew.revision, by=by)
    assert newest(anew).content_sha256 != version.content_sha256


def test_a_new_agreement_takes_over_who_signs_when_and_with_a_code():
    """EL-33, EL-30, EL-28"""
    by = ops()
    version = complete_draft(by=by)
    version = signing_order.set_signing_order(
        version, signing_order.side_by_side(version), code_required=True, shown_revision=version.revision, by=by
    )
    version = voided(sending.circulate(version, shown_revision=version.revision, by=by))
    old = Agreement.objects.get(pk=version.agreement_id)
    anew = drafting_actions.prepare(old.stream, old.template_version, by=by, instead_of=old)
    assert anew.asks_for_code
    assert dict(anew.roles.values_list("label", "stage")) == dict(version.roles.values_list("label", "stage"))
    anew = sending.circulate(anew, shown_revision=anew.revision, by=by)
    assert {invitation.party.role.side for invitation in to_sign(anew)} == {"program"}


def test_a_role_that_only_the_new_template_has_signs_at_its_own_stage_without_gaps():
    """EL-33, EL-30"""
    by = ops()
    version = complete_draft(by=by)
    roles = list(version.roles.filter(must_sign=True).order_by("position"))
    stages = {role.role_id: 1 if role == roles[0] else 3 for role in roles}
    version = voided(signing_order.set_signing_order(version, stages, code_required=False, shown_revision=version.revision, by=by))
    old = Agreement.objects.get(pk=version.agreement_id)
    template = templates.make_template_version(old.template_version, by=ANYONE)
    template.roles.filter(label=roles[-1].label).update(label="Somebody new", stage=5)
    template = templates.publish_template_version(template, by=ANYONE)
    anew = drafting_actions.prepare(old.stream, template, by=by, instead_of=old)
    stage_by_label = dict(anew.roles.filter(must_sign=True).values_list("label", "stage"))
    assert (stage_by_label[roles[0].label], stage_by_label[roles[1].label], stage_by_label["Somebody new"]) == (1, 2, 3)


def test_a_new_agreement_need_not_take_anything_over():
    """EL-33, EL-20"""
    version = voided(circulated())
    anew = drafting_actions.prepare(version.agreement.stream, version.agreement.template_version, by=ops())
    assert anew.agreement.replaces is None
    assert not anew.agreement.parties.exists()


# ── What the residency says then ─────────────────────────────────────────────────────────────


def moved_in(version):
    """The residency of `version` in residence: its agreement was in force when the team moved in."""
    Residency.objects.filter(stream=version.agreement.stream).update(state=Stage.IN_RESIDENCE, started_on=TODAY)
    return Residency.objects.get(stream=version.agreement.stream)


def test_a_residency_in_residence_without_an_agreement_is_a_finding_with_a_remedy():
    """EL-33: never a silent inconsistency; home, list and the step to live all say so."""
    version = in_force()
    residency = moved_in(version)
    assert gates.not_void([residency], TODAY)[residency.stream_id] == []
    voided(version)
    [finding] = gates.not_void([residency], TODAY)[residency.stream_id]
    assert finding.code == "agreement-voided"
    assert finding.remedy == "Prepare a new agreement to replace it."
    [need] = void_and_not_replaced(TODAY)
    assert residency.product in need.about.name
    agreement = Agreement.objects.get(pk=version.agreement_id)
    anew = drafting_actions.prepare(residency.stream, agreement.template_version, by=ops(), instead_of=agreement)
    assert void_and_not_replaced(TODAY) == []
    [finding] = gates.not_void([residency], TODAY)[residency.stream_id]
    assert finding.remedy == "Follow up with the parties to the new agreement."
    anew = sending.circulate(anew, shown_revision=anew.revision, by=ops())
    for invitation in to_sign(anew):
        sign(invitation)
    assert gates.not_void([residency], TODAY)[residency.stream_id] == []


def test_going_live_is_refused_while_the_agreement_is_void():
    """EL-33"""
    from residencies.lifecycle.moves import LIFECYCLE

    version = in_force()
    residency = moved_in(version)
    assert "agreement-voided" not in codes(LIFECYCLE.findings_before("go_live", residency, TODAY))
    voided(version)
    assert "agreement-voided" in codes(LIFECYCLE.findings_before("go_live", residency, TODAY))


def test_whoever_keeps_the_residency_is_told_once():
    """EL-33, EL-61: as its keeper, or as a party, not as both."""
    keeper = applicant()
    version = circulated(residency=qualified_residency(by=keeper))
    voided(version)
    assert Message.objects.get(occasion="agreement-void").person.user == keeper
    keeper = applicant()
    version = circulated(residency=qualified_residency(by=keeper))
    owner = someone_in(version, "Product owner")
    type(owner).objects.filter(user=keeper).update(user=None)
    type(owner).objects.filter(pk=owner.pk).update(user=keeper)
    voided(version)
    assert not Message.objects.filter(occasion="agreement-void", stream=version.agreement.stream).exists()
    assert Message.objects.filter(occasion="agreement-voided", person=owner).exists()


# ── What waits for lab operations ────────────────────────────────────────────────────────────


def test_home_says_which_agreements_have_changes_to_decide():
    """EL-25, EL-06"""
    version = circulated()
    assert amendments_to_decide(TODAY) == []
    amendment = proposed(version)
    proposed(version)
    [need] = amendments_to_decide(TODAY)
    assert need.verb == "Decide on 2 changes"
    amendments_actions.reject_amendment(amendment, reason="No.", by=ops())
    [need] = amendments_to_decide(TODAY)
    assert need.verb == "Decide on 1 change"
    voided(version)
    assert amendments_to_decide(TODAY) == []


def test_an_agreement_of_a_draft_has_nothing_in_force():
    """EL-34"""
    assert draft().agreement.in_force() is None
