"""Somebody leaves the lab: a colleague takes over all of it in one act (EL-16)."""

import pytest
from django.test import Client
from django.urls import reverse

from agreements.signing.delegation import decline
from findings import Refused
from ledger.models import Event
from outbox.models import Message
from people.leaving import held_by, leave_lab
from people.models import User
from residencies.lifecycle.residency import add_member, assign
from residencies.models import Residency, Review
from tests.agreements.amending import proposed
from tests.agreements.factories import as_party, circulated, to_sign
from tests.factories import account
from tests.residencies.factories import draft_residency, residency_in_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaver(db):
    return account("lab_ops", name="Noor Castellane")


@pytest.fixture
def colleague(db):
    return account("lab_ops", name="Idris Vale")


def test_everything_they_hold_goes_to_a_colleague_and_their_account_is_closed(leaver, colleague, lead):
    led = assign(draft_residency(product="Trail Finder"), to=leaver, by=lead)
    reviewed = residency_in_review(reviewer=leaver, product="Permit Desk")
    kept = draft_residency(product="Kept", area=None)
    add_member(kept, leaver, by=colleague)
    browser = Client()
    browser.force_login(leaver)

    leave_lab(leaver, to=colleague, reason="New job.", by=lead)

    assert Residency.objects.get(pk=led.pk).owner == colleague
    assert Review.objects.get(residency=reviewed, closed_at=None).assignee == colleague
    gone = User.objects.get(pk=leaver.pk)
    assert (gone.is_active, gone.role_grants.filter(to_at=None).exists(), gone.has_usable_password()) == (False, False, False)
    assert held_by(gone) == []
    assert browser.get(reverse("home")).status_code == 302
    facts = Event.objects.get(act="left-lab").facts
    assert facts["to"] == "Idris Vale"
    assert set(facts["handed_over"]) == {"residencies", "memberships"}
    assert Event.objects.filter(stream=led.stream, act="assigned").exists()


def test_mail_about_agreements_they_sent_out_goes_to_the_colleague_who_leads_the_residency_now(leaver, colleague, lead):
    account("lab_ops", name="Another Officer")
    version = circulated(by=leaver)
    subject = assign(version.agreement.subject, to=leaver, by=lead)
    leave_lab(leaver, to=colleague, reason="New job.", by=lead)
    version = type(version).objects.get(pk=version.pk)
    invitation = to_sign(version)[0]
    proposed(version, invitation=invitation)
    decline(invitation, "Not like this.", by=as_party(invitation))
    for occasion in ("agreement-amendment-proposed", "agreement-declined"):
        messages = Message.objects.filter(occasion__startswith=occasion, stream=subject.stream, person__user__isnull=False)
        assert [message.person.user for message in messages] == [colleague], occasion


def test_the_page_shows_all_that_they_hold_before(leaver, colleague, lead, client):
    version = circulated(by=leaver)
    assign(draft_residency(product="Trail Finder"), to=leaver, by=lead)
    client.force_login(lead)
    page = client.get(reverse("account-leave", args=[leaver.pk]))
    assert "Trail Finder" in page.content.decode()
    assert version.agreement.reference in page.content.decode()
    answer = client.post(reverse("account-leave", args=[leaver.pk]), {"to": colleague.pk, "reason": "New job."})
    assert answer.status_code == 302
    assert not User.objects.get(pk=leaver.pk).is_active


@pytest.mark.parametrize("role", ["lab_ops", "admin", "viewer", "product_owner"])
def test_only_leadership_closes_an_account_so(role, leaver, client):
    client.force_login(account(role))
    assert client.get(reverse("account-leave", args=[leaver.pk])).status_code == 403


def test_it_goes_to_lab_staff_alone_never_by_themselves_and_never_without_a_reason(colleague, lead):
    leaver = account("lab_lead")
    outsider, closed = account("viewer"), account("lab_ops", is_active=False)
    for to, by, reason, code in [
        (outsider, lead, "x", "colleague-missing"),
        (closed, lead, "x", "colleague-missing"),
        (leaver, lead, "x", "colleague-missing"),
        (colleague, leaver, "x", "leaver-is-you"),
        (colleague, lead, " ", "reason-missing"),
    ]:
        with pytest.raises(Refused) as refused:
            leave_lab(leaver, to=to, reason=reason, by=by)
        assert code in refused.value.codes
    assert User.objects.get(pk=leaver.pk).is_active


def test_the_only_administrator_stays(lead, colleague):
    with pytest.raises(Refused, match="only account"):
        leave_lab(account("admin", "lab_ops"), to=colleague, reason="New job.", by=lead)


@pytest.mark.parametrize("fields", [{"is_active": False}, {}])
def test_a_residency_is_assigned_to_active_lab_staff_alone(fields, lead):
    """EL-16"""
    to = account("lab_ops", **fields) if fields else account("viewer", "admin", "product_owner")
    with pytest.raises(Refused) as refused:
        assign(draft_residency(), to=to, by=lead)
    assert refused.value.codes == {"not-lab-staff"}
