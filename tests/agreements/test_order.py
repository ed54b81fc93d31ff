"""Who signs when: everybody at once, or stage after stage (EL-30), and what a template says of it (EL-22)."""

import json
from itertools import pairwise

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acts.act import SYSTEM
from acts.revisions import Stale
from agreements.drafting import sending, signing_order, templates
from agreements.invitations import actions as invitations_actions
from agreements.models import AgreementVersion, Invitation, PartyRole, State
from agreements.signing import actions as signing_actions
from agreements.versions.canonical_text import canonical, sha256
from agreements.versions.progress import signing_progress
from findings import Refused
from outbox.models import Message
from tests.agreements.factories import circulated, complete_draft, intent, read_all, sign, to_sign, witness
from tests.factories import account
from tests.residencies.factories import ops

pytestmark = pytest.mark.django_db


def staged_draft(**fields):
    version = complete_draft(**fields)
    return signing_order.set_signing_order(
        version, signing_order.side_by_side(version), code_required=False, shown_revision=version.revision, by=ops()
    )


def staged(**fields):
    version = staged_draft(**fields)
    return sending.circulate(version, shown_revision=version.revision, by=ops())


def sides(version):
    return [invitation.party.role.side for invitation in to_sign(version)]


def steps(version):
    return {row.role.side: row.step for row in signing_progress(version) if row.role.must_sign}


def test_the_lab_is_asked_last_when_one_side_signs_after_the_other():
    """EL-30: each stage as soon as the one before has signed, in the same transaction."""
    version = staged()
    assert set(sides(version)) == {"program"}
    assert steps(version) == {"program": "waiting", "alliance": "staged", "lab": "staged"}
    for invitation in to_sign(version):
        assert set(sides(version)) == {"program"}
        sign(invitation)
    assert sides(version)[-1] == "alliance"
    assert steps(version)["lab"] == "staged"
    for invitation in [i for i in to_sign(version) if i.party.role.side == "alliance"]:
        sign(invitation)
    for invitation in [i for i in to_sign(version) if i.party.role.side == "lab"]:
        sign(invitation)
    version.refresh_from_db()
    assert version.state == State.IN_FORCE
    keys = list(Message.objects.filter(occasion="agreement-invitation").values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == len(to_sign(version))


def test_whoever_is_kept_informed_gets_a_copy_when_it_goes_out():
    """EL-30, signing 3.9: whatever the stage of others; to read only."""
    version = staged(informed=True)
    informed = Invitation.objects.filter(version=version, purpose="read")
    assert informed.count() == version.roles.filter(must_sign=False).count() > 0
    assert not any(invitation.may_sign for invitation in informed)


def test_nobody_signs_before_their_turn():
    """EL-30, D3-10: even with an invitation, however it came about."""
    version = staged()
    late = version.agreement.parties.get(role__position=1)
    invitation = Invitation.objects.create(party=late, version=version, purpose="sign", sent_by=ops())
    read_all(invitation)
    with pytest.raises(Refused) as refused:
        signing_actions.sign(invitation, intent(invitation), witness(invitation))
    assert refused.value.codes == {"stage-not-open"}


def test_a_stage_that_was_ended_for_one_party_is_not_asked_behind_the_lab_s_back():
    """EL-28, EL-30: a revoked invitation is made anew by a person alone."""
    version = staged()
    first, *others = to_sign(version)
    invitations_actions.revoke_invitation(first, by=ops())
    for invitation in others:
        sign(invitation)
    assert set(sides(version)) == {"program"}
    assert Invitation.objects.filter(party=first.party).count() == 1


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(numbers=st.lists(st.integers(1, 9), min_size=7, max_size=7))
def test_stages_are_counted_from_one_without_gaps_and_keep_their_order(draft, numbers):
    """EL-30: so that a stage that nobody is in never keeps the next one waiting."""
    roles = list(draft.roles.filter(must_sign=True).order_by("position"))
    wanted = dict(zip((role.role_id for role in roles), numbers, strict=True))
    version = AgreementVersion.objects.get(pk=draft.pk)
    signing_order.set_signing_order(version, wanted, code_required=False, shown_revision=version.revision, by=ops())
    stages = list(PartyRole.objects.filter(version=draft, must_sign=True).order_by("position").values_list("stage", flat=True))
    assert set(stages) == set(range(1, len(set(numbers)) + 1))
    assert [(a < b) for a, b in pairwise(numbers)] == [(a < b) for a, b in pairwise(stages)]


@pytest.fixture
def draft():
    return complete_draft()


def test_order_and_code_are_part_of_what_is_signed(draft):
    """EL-26, EL-28: neither can be changed behind a signer's back; without a code the words are as they always were."""
    plain = canonical(draft)
    assert b"code_required" not in plain
    version = signing_order.set_signing_order(
        draft, signing_order.at_once(draft), code_required=True, shown_revision=draft.revision, by=ops()
    )
    coded = canonical(version)
    assert json.loads(coded.split(b"\n", 1)[1])["code_required"] is True
    version = signing_order.set_signing_order(
        version, signing_order.side_by_side(version), code_required=True, shown_revision=version.revision, by=ops()
    )
    assert len({sha256(data) for data in (plain, coded, canonical(version))}) == 3


def test_an_agreement_asks_for_a_code_when_its_template_does():
    """EL-28: unless lab operations choose otherwise for it."""
    template = templates.make_template_version(templates.install_standard_template(by=SYSTEM), by=account("admin"))
    templates.edit_template_version(template, changes={"code_required": True}, by=account("admin"))
    templates.publish_template_version(template, by=account("admin"))
    version = complete_draft(whole=True)
    assert version.asks_for_code
    version = signing_order.set_signing_order(
        version, signing_order.at_once(version), code_required=False, shown_revision=version.revision, by=ops()
    )
    assert not AgreementVersion.objects.get(pk=version.pk).asks_for_code


def test_a_new_version_of_a_template_keeps_order_code_and_days():
    """EL-20, EL-30"""
    template = templates.make_template_version(templates.install_standard_template(by=SYSTEM), by=account("admin"))
    template = templates.edit_template_version(template, changes={"code_required": True, "invitation_days": 9}, by=account("admin"))
    template.roles.filter(side="lab").update(stage=2)
    template = templates.publish_template_version(template, by=account("admin"))
    copy = templates.make_template_version(template, by=account("admin"))
    assert (copy.code_required, copy.invitation_days) == (True, 9)
    assert set(copy.roles.filter(side="lab").values_list("stage", flat=True)) == {2}


def test_the_order_of_a_circulated_version_stays():
    """EL-26"""
    version = circulated()
    with pytest.raises(Refused) as refused:
        signing_order.set_signing_order(
            version, signing_order.side_by_side(version), code_required=False, shown_revision=version.revision, by=ops()
        )
    assert refused.value.codes == {"words-frozen"}


def test_the_second_of_two_officers_is_told(draft):
    """R14"""
    signing_order.set_signing_order(draft, signing_order.side_by_side(draft), code_required=False, shown_revision=draft.revision, by=ops())
    with pytest.raises(Stale):
        signing_order.set_signing_order(draft, signing_order.at_once(draft), code_required=True, shown_revision=draft.revision, by=ops())


def test_lab_operations_choose_the_order_on_one_page(client, draft):
    """EL-30: by side with one choice, or role by role."""
    client.force_login(account("lab_ops"))
    page = reverse("agreement-order", args=[draft.agreement.subject.reference])
    roles = list(draft.roles.filter(must_sign=True).order_by("position"))
    data = {
        "shown_revision": draft.revision,
        "order": "side_by_side",
        "code_required": "on",
        **{f"stage_{role.role_id}": 1 for role in roles},
    }
    assert client.post(page, data).status_code == 302
    draft.refresh_from_db()
    assert draft.code_required
    assert {r.side: r.stage for r in draft.roles.filter(must_sign=True)} == {"program": 1, "alliance": 2, "lab": 3}
    assert client.get(page).context["form"]["order"].value() == "side_by_side"
    data = {"shown_revision": draft.revision, "order": "by_role", **{f"stage_{role.role_id}": n for n, role in enumerate(roles, 1)}}
    assert client.post(page, data).status_code == 302
    assert list(draft.roles.filter(must_sign=True).values_list("stage", flat=True)) == list(range(1, len(roles) + 1))
    text = client.get(reverse("agreement", args=[draft.agreement.subject.reference])).content.decode()
    assert "Signing order" in text


def test_before_it_goes_out_the_page_says_who_is_asked_now_and_who_later(client):
    """EL-30"""
    version = staged_draft()
    client.force_login(account("lab_ops"))
    response = client.get(reverse("agreement-circulate", args=[version.agreement.subject.reference]))
    assert {row.role.side for row in response.context["rows"]} == {"program"}
    assert {row.role.side for row in response.context["later"]} == {"alliance", "lab"}
    assert "stage 3" in response.content.decode()
