"""What the signer is told, at once and honestly; and what auditors may read of it (K14)."""

import io
import json
import zipfile

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.amendments import voiding
from agreements.drafting import sending, signing_order
from agreements.invitations.mail import why_you
from agreements.models import AgreementVersion, Invitation
from agreements.sealing import actions as sealing_actions
from agreements.sealing.bundle import bundle
from agreements.signing import delegation as signing_delegation
from outbox.models import Message
from tests.agreements.factories import as_party, circulated, complete_draft, in_force, sign, to_sign, token_for
from tests.agreements.sealing.papers import pages_of
from tests.factories import account
from tests.residencies.factories import acts_of, ops

pytestmark = pytest.mark.django_db


def mail(occasion, to):
    return Message.objects.get(occasion=occasion, person=to)


def visited(invitation):
    browser = Client()
    browser.post(reverse("open-invitation", args=[token_for(invitation)]))
    return browser


# ── The receipt ──────────────────────────────────────────────────────────────────────────────


def test_a_receipt_is_queued_with_the_signature_and_says_how_far_it_is():
    """K14, EL-27: not only once everybody has signed."""
    version = circulated()
    first, second, *_rest = to_sign(version)
    signature = sign(first)
    facts = mail("agreement-receipt", first.party.person).facts["said"]
    assert facts["standing"] == "Not in force yet: 1 of 7 has signed."
    assert (facts["hash"], facts["evidence"]) == (version.content_sha256, signature.evidence_sha256)
    assert facts["moment"] in json.loads(bytes(signature.evidence).split(b"\n", 1)[1])["signed_at_pacific"]
    sign(second)
    assert mail("agreement-receipt", second.party.person).facts["said"]["standing"] == "Not in force yet: 2 of 7 have signed."


def test_the_last_signer_reads_that_it_is_in_force():
    """K14"""
    version = circulated()
    for invitation in to_sign(version):
        sign(invitation)
    assert mail("agreement-receipt", invitation.party.person).facts["said"]["standing"] == "Everyone has signed. The agreement is in force."
    assert Message.objects.filter(occasion="agreement-receipt").count() == 7


def test_the_page_after_signing_is_a_receipt_with_a_pdf_that_says_what_it_is():
    """K14: no seal, and it says on every page that it is not in force."""
    invitation = to_sign(circulated())[0]
    browser = visited(invitation)
    sign(invitation)
    page = browser.get(reverse("sign-done", args=[invitation.pk])).content.decode()
    assert "Not in force yet: 1 of 7 has signed." in page
    assert "no PDF yet" in page
    pdf = browser.get(reverse("sign-pdf", args=[invitation.pk]))
    assert pdf["Content-Type"] == "application/pdf"
    pages = pages_of(pdf.content)
    assert all("Not in force yet: 1 of 7 has signed." in page for page in pages)
    assert b"/ByteRange" not in pdf.content
    assert invitation.party.person.name in pages[0]


def test_the_zip_before_that_holds_ones_own_signature_and_says_that_there_is_no_pdf():
    """K14, EL-32: and nothing of what others signed."""
    version = circulated()
    first, second = to_sign(version)[:2]
    sign(first)
    mine = sign(second)
    files = _opened(bundle(version, annexes=False, party=second.party))
    assert {name for name in files if name.startswith("evidence/")} == {"evidence/02.txt"}
    assert files["evidence/02.txt"] == bytes(mine.evidence)
    read_me = files["READ-ME.txt"].decode()
    assert "There’s no PDF yet" in read_me
    assert "the record of your signature" in read_me
    assert "agreement.pdf" not in files


def _opened(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# ── Who signs for somebody else ──────────────────────────────────────────────────────────────


@pytest.fixture
def delegate():
    """The invitation of somebody to whom a signature was handed over."""
    version = circulated()
    asked = to_sign(version)[0]
    by = as_party(asked)
    hand_over = signing_delegation.propose_hand_over(asked, name="Ines Okonkwo", email="i@example.test", reason="I am on leave.", by=by)
    party = signing_delegation.confirm_hand_over(hand_over, by=account("lab_ops", name="Noor Castellane"))
    return Invitation.objects.select_related("party__person", "party__role", "version__agreement").get(party=party)


def test_a_delegate_reads_for_whom_why_who_confirmed_it_and_what_it_means(delegate):
    """K14, EL-29: on the first page and in the mail."""
    former = delegate.party.delegated_from.person.name
    words = why_you(delegate.party)
    for part in (f"in place of {former}", "I am on leave.", "Noor Castellane of the lab confirmed it on", "in your own name"):
        assert part in words
    page = " ".join(visited(delegate).get(reverse("sign", args=[delegate.pk])).content.decode().split())
    for part in (f"You sign for {former}", "I am on leave.", "Noor Castellane of the lab confirmed it on", "You sign in your own name"):
        assert part in page
    assert mail("agreement-invitation", delegate.party.person).facts["said"]["why_you"] == words


def test_somebody_asked_in_the_first_place_reads_nothing_of_that():
    """K14"""
    assert why_you(to_sign(circulated())[0].party) == ""


# ── Auditors ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def auditor():
    browser = Client()
    browser.force_login(account("viewer"))
    return browser


def test_auditors_read_alignment_outbox_and_evidence_and_can_do_nothing_there(auditor):
    """K14"""
    version = in_force()
    reference = version.agreement.subject.reference
    for page in (
        reverse("agreement-alignment", args=[reference]),
        reverse("outbox"),
        reverse("outbox-message", args=[Message.objects.first().pk]),
    ):
        response = auditor.get(page)
        assert response.status_code == 200, page
        assert "Send again" not in response.content.decode()
    assert auditor.post(reverse("agreement-bundle", args=[reference, version.number])).status_code == 200
    assert auditor.post(reverse("outbox-resend", args=[Message.objects.first().pk])).status_code == 403


def test_who_took_the_signers_addresses_is_on_record_once_an_hour(auditor):
    """K14, OP-04: who, of what, when; fetching it ten times writes no ten events."""
    version = in_force()
    url = reverse("agreement-bundle", args=[version.agreement.subject.reference, version.number])
    for _ in range(3):
        auditor.post(url)
    assert acts_of(version.agreement.subject).count("evidence-taken") == 1
    with time_machine.travel(timezone.now() + timezone.timedelta(hours=2)):
        assert sealing_actions.record_evidence_taken(version, by=ops())
    event = version.agreement.stream.events.filter(act="evidence-taken").first()
    assert event.facts == {"agreement": version.agreement.reference, "version": version.number}
    assert event.actor


# ── What is announced ────────────────────────────────────────────────────────────────────────


def test_the_void_page_announces_just_those_who_are_told():
    """K14: it said seven, and three were."""
    version, by = complete_draft(), ops()
    version = signing_order.set_signing_order(
        version, signing_order.side_by_side(version), code_required=False, shown_revision=version.revision, by=by
    )
    version = sending.circulate(version, shown_revision=version.revision, by=by)
    announced = [party.person for party in voiding.told_of_void(version.agreement)]
    browser = Client()
    browser.force_login(by)
    page = browser.get(reverse("agreement-void", args=[version.agreement.subject.reference])).content.decode()
    assert f"{len(announced)} people will get an email" in page
    assert all(person.name in page for person in announced)
    voiding.void_agreement(version.agreement, reason="Merged.", shown_state=voiding.standing_of(version), by=by)
    recipients = Message.objects.filter(occasion="agreement-voided").values_list("person", flat=True)
    assert sorted(recipients) == sorted(person.pk for person in announced)
    assert 0 < len(announced) < 7


def test_the_page_before_sending_announces_just_those_who_are_asked_now():
    """K14, EL-30"""
    version, by = complete_draft(informed=True), ops()
    version = signing_order.set_signing_order(
        version, signing_order.side_by_side(version), code_required=False, shown_revision=version.revision, by=by
    )
    browser = Client()
    browser.force_login(by)
    rows = browser.get(reverse("agreement-circulate", args=[version.agreement.subject.reference])).context["rows"]
    sending.circulate(AgreementVersion.objects.get(pk=version.pk), shown_revision=version.revision, by=by)
    assert {row.person.pk for row in rows} == set(Message.objects.filter(occasion="agreement-invitation").values_list("person", flat=True))


# ── Scanners ─────────────────────────────────────────────────────────────────────────────────


def test_a_scanner_that_presses_the_button_is_not_recorded_as_the_party():
    """D2.4, K14: a link was opened, so soon after it was sent, by this program; nobody has read anything."""
    invitation = to_sign(circulated())[0]
    token = token_for(invitation)
    Client(headers={"user-agent": "SafeLinks/1.0"}).post(reverse("open-invitation", args=[token]))
    event = invitation.version.agreement.stream.events.get(act="signing-link-opened")
    assert event.actor is None
    assert event.actor_name != invitation.party.person.name
    assert event.facts["agent"] == "SafeLinks/1.0"
    assert event.facts["seconds"] < 60
    assert not invitation.party.reads.exists()
