"""A review is reopened when a finding no longer counts: what rests on it is void, and the residency can qualify again (EL-12, EL-13)."""

import pytest
from django.urls import reverse

from acts.act import SYSTEM
from agreements.drafting import actions as drafting_actions
from agreements.drafting.templates import install_standard_template
from agreements.models import Agreement, State
from findings import Refused
from ledger.lifecycle import MoveRefused
from residencies.intake.queries import drafting_of
from residencies.lifecycle import actions
from residencies.models import Residency
from residencies.review import actions as review_actions
from tests.agreements import factories as agreements
from tests.factories import account
from tests.labportal.test_announced import announced, page_of, told_by
from tests.pages import text
from tests.residencies.factories import qualified_residency
from tests.residencies.pages import at, send

pytestmark = pytest.mark.django_db
REASON = "The money that condition 2 rests on was withdrawn."


@pytest.fixture
def lead():
    return account("lab_lead")


def out_for_signing():
    residency = qualified_residency()
    agreements.circulated(residency=residency)
    return Residency.objects.get(pk=residency.pk)


@pytest.mark.parametrize("make", [agreements.draft, agreements.circulated, agreements.in_force])
def test_the_agreement_is_void_in_whatever_state_and_the_residency_can_qualify_again(make, lead, ops):
    residency = qualified_residency()
    version = make(residency=residency)
    residency = actions.reopen_review(Residency.objects.get(pk=residency.pk), reason=REASON, by=lead)

    version.refresh_from_db()
    assert residency.state == "in_review"
    assert Agreement.objects.get(pk=version.agreement_id).void_reason == REASON
    assert version.state in (State.VOID, State.DRAFT)
    assert residency.reviews.get(closed_at=None).number == 2
    assert drafting_of(residency).met == 6, "findings count until they are decided again"
    review_actions.decide_condition(residency.conditions.get(number=2), verdict="not_met", reason="No money.", by=ops)
    with pytest.raises(MoveRefused):
        review_actions.qualify(residency, by=lead)
    review_actions.decide_condition(residency.conditions.get(number=2), verdict="met", reason="Found again.", by=ops)
    review_actions.qualify(residency, by=lead)
    drafting_actions.prepare(residency.stream, install_standard_template(by=SYSTEM), by=ops)
    assert Residency.objects.get(pk=residency.pk).state == "agreement"


def test_nobody_signs_what_rests_on_a_review_that_is_open_again(lead):
    residency = out_for_signing()
    invitation = agreements.to_sign(residency.stream.agreements.get().latest())[0]
    actions.reopen_review(residency, reason=REASON, by=lead)
    with pytest.raises(Refused):
        agreements.sign(invitation)


def test_leadership_reopens_with_a_reason_and_just_those_are_told_whom_the_page_names(client, lead, ops):
    residency = out_for_signing()
    url = at("residency-move", residency, "reopen_review")
    names = announced(page_of(client, lead, url))
    assert send(client, url, {"reason": ""}).status_code == 422
    recipients = told_by(lambda: send(client, url, {"reason": REASON}))
    assert [recipients] == names
    assert Residency.objects.get(pk=residency.pk).state == "in_review"
    assert " reopened the review" in text(client.get(reverse("residency-history", args=[residency.reference])))
    client.force_login(ops)
    assert client.get(url).status_code == 403
    with pytest.raises(MoveRefused):
        actions.reopen_review(Residency.objects.get(pk=residency.pk), reason=REASON, by=lead)
