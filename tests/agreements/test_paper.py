"""An existing agreement signed on paper: two vouch for the scan, and it is labelled so wherever it appears."""

import datetime
import html
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements import gates
from agreements.models import PaperAgreement, SealedDocument
from agreements.paper import actions
from agreements.verify_page.answers import AnswerKind, by_fingerprint
from findings import Refused
from people.actions import create_account
from people.models import RoleGrant
from residencies.lifecycle.moves import LIFECYCLE
from residencies.models import Residency
from residencies.models.states import State
from tests.agreements.factories import scan
from tests.clock import TODAY
from tests.factories import account, long_standing
from tests.pdfs import PDF
from tests.residencies.factories import acts_of, ops, submitted_residency
from tests.residencies.rows import qualified

pytestmark = pytest.mark.django_db
LABEL = "Signed on paper; scan recorded by Noor Castellane and confirmed by Dana Lee."


@pytest.fixture
def residency():
    return qualified()


@pytest.fixture
def recorded(residency):
    return scan(residency, by=account("lab_ops", name="Noor Castellane"))


@pytest.fixture
def confirmed(recorded):
    return actions.confirm_paper(recorded, by=long_standing("lab_ops", name="Dana Lee"))


def gate(residency):
    return [finding.code for finding in gates.in_force([residency], timezone.localdate())[residency.stream_id]]


def codes(refused):
    return refused.value.codes


def browser(*roles):
    client = Client()
    client.force_login(account(*roles))
    return client


# ── Two vouch ────────────────────────────────────────────────────────────────────────────────


def test_a_scan_counts_only_once_a_second_person_has_confirmed_it(residency, recorded):
    """Issue 12, item 15; the gate that starts a residency."""
    assert gate(residency) == ["paper-unconfirmed"]
    actions.confirm_paper(recorded, by=long_standing("lab_ops"))
    assert gate(residency) == []
    assert Residency.objects.get(pk=residency.pk).state == State.AGREEMENT
    assert acts_of(residency)[-3:] == ["paper-recorded", "agreement-begun", "paper-confirmed"]


def test_whoever_recorded_it_cannot_confirm_it_and_the_database_holds_that(recorded):
    """OP-03"""
    with pytest.raises(Refused) as refused:
        actions.confirm_paper(recorded, by=recorded.recorded_by)
    assert codes(refused) == {"second-account"}
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperAgreement.objects.update(confirmed_at=timezone.now(), confirmed_by=recorded.recorded_by)


def test_one_account_cannot_vouch_twice_through_another_that_it_opened(residency):
    """OP-03: as with every act that takes two accounts."""
    administrator = long_standing("lab_ops", "admin")
    paper = scan(residency, by=administrator)
    opened = create_account(email="puppet@example.test", name="Puppet", roles=["lab_ops"], by=administrator)
    with pytest.raises(Refused) as refused:
        actions.confirm_paper(paper, by=opened)
    assert codes(refused) == {"second-account-new", "second-account-dependent"}
    RoleGrant.objects.filter(user=opened).update(from_at=timezone.now() - datetime.timedelta(days=365))
    with pytest.raises(Refused) as refused:
        actions.confirm_paper(paper, by=opened)
    assert codes(refused) == {"second-account-dependent"}
    assert not PaperAgreement.objects.in_force().exists()


def test_the_page_says_why_an_account_cannot_confirm_before_anything_is_pressed(residency):
    administrator = long_standing("lab_ops", "admin")
    paper = scan(residency, by=administrator)
    opened = create_account(email="puppet@example.test", name="Puppet", roles=["lab_ops"], by=administrator)
    client = Client()
    client.force_login(opened)
    page = client.get(reverse("paper-confirm", args=[residency.reference, paper.pk])).content.decode()
    assert "aren’t independent" in html.unescape(page)
    assert 'name="compared"' not in page


def test_it_is_confirmed_once_and_what_was_vouched_for_cannot_be_changed(confirmed):
    """Triggers keep the row as it was vouched for."""
    with pytest.raises(Refused) as refused:
        actions.confirm_paper(confirmed, by=long_standing("lab_ops"))
    assert codes(refused) == {"paper-decided"}
    for changes in ({"signers": "Somebody else"}, {"sha256": "0" * 64}, {"confirmed_at": None, "confirmed_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaperAgreement.objects.update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperAgreement.objects.all().delete()


def test_a_withdrawn_scan_no_longer_counts_and_another_can_be_recorded(residency, confirmed):
    """Nothing is deleted."""
    with pytest.raises(Refused) as refused:
        actions.withdraw_paper(confirmed, reason=" ", by=ops())
    assert codes(refused) == {"reason-missing"}
    actions.withdraw_paper(confirmed, reason="A page is missing.", by=ops())
    assert gate(residency) == ["no-agreement"]
    assert scan(Residency.objects.get(pk=residency.pk)).pk != confirmed.pk
    assert PaperAgreement.objects.count() == 2


# ── What is taken ────────────────────────────────────────────────────────────────────────────


def test_no_paper_goes_round_the_six_conditions():
    """EL-13"""
    with pytest.raises(Refused) as refused:
        scan(submitted_residency())
    assert "condition-undecided" in codes(refused) or any(code.startswith("condition") for code in codes(refused))
    assert not PaperAgreement.objects.exists()


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"name": "scan.txt", "content": b"Signed, all of us."}, "paper-not-pdf"),
        ({"name": "scan.pdf", "content": b"<html>"}, "file-kind"),
        ({"signed_on": TODAY + datetime.timedelta(days=1)}, "paper-date"),
        ({"signed_on": datetime.date(2099, 1, 1)}, "day-implausible"),
    ],
)
def test_what_is_no_scan_is_refused(residency, other, code):
    """OP-08: through the checks of every upload."""
    with pytest.raises(Refused) as refused:
        scan(residency, **other)
    assert codes(refused) == {code}
    assert not PaperAgreement.objects.exists()


def test_a_second_scan_is_refused_while_one_stands(residency, recorded):
    with pytest.raises(Refused) as refused:
        scan(residency)
    assert codes(refused) == {"paper-exists"}


# ── Labelled everywhere ──────────────────────────────────────────────────────────────────────


def test_every_page_that_relies_on_it_says_that_it_was_signed_on_paper(residency, confirmed):
    """The agreement's page, and the gate's sentence in the workspace."""
    client = browser("viewer")
    assert LABEL in client.get(reverse("agreement", args=[residency.reference])).content.decode()
    residency.refresh_from_db()
    met = LIFECYCLE.check("start", residency, timezone.localdate()).met
    assert f"The agreement is in force. {LABEL}" in met
    assert LABEL in client.get(residency.get_absolute_url()).content.decode()


def test_the_verify_page_knows_the_scan_and_calls_it_no_seal(confirmed):
    """EL-32: and names nobody."""
    answer = by_fingerprint(confirmed.sha256)
    assert answer.kind is AnswerKind.ON_PAPER
    page = Client().get(reverse("verify"), {"sha256": confirmed.sha256}, follow=True).content.decode()
    assert "Signed on paper; scan confirmed by two people at the lab" in page
    assert "has no seal" in page
    assert "Noor Castellane" not in page


def test_a_scan_that_one_vouches_for_is_unknown_to_the_verify_page(recorded):
    assert by_fingerprint(recorded.sha256).kind is AnswerKind.UNKNOWN


def test_its_zip_holds_the_scan_and_says_what_it_is(residency, confirmed):
    response = browser("viewer").get(reverse("paper-bundle", args=[residency.reference, confirmed.pk]))
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files["signed-on-paper-scan.pdf"] == PDF
    read_me = files["READ-ME.txt"].decode()
    assert LABEL in read_me
    assert "Nothing in this folder is sealed" in read_me


def test_it_is_never_sealed(confirmed):
    assert not SealedDocument.objects.exists()
    assert "agreement-in-force" not in acts_of(confirmed.stream.residency)


# ── Through the pages ────────────────────────────────────────────────────────────────────────


def test_two_officers_record_and_confirm_it_in_the_browser(residency):
    first, second = long_standing("lab_ops", name="Noor Castellane"), long_standing("lab_ops", name="Dana Lee")
    first_client, second_client = Client(), Client()
    first_client.force_login(first)
    second_client.force_login(second)
    at = reverse("agreement", args=[residency.reference])
    assert "Record an agreement signed on paper" in first_client.get(at).content.decode()
    facts = {
        "title": "Partnership", "parties": "Ministry", "signers": "A. Torvald", "signed_on": "2024-03-03",
        "scan": SimpleUploadedFile("scan.pdf", PDF, "application/pdf"),
    }  # fmt: skip
    assert first_client.post(reverse("paper-record", args=[residency.reference]), facts)["Location"] == at
    paper = PaperAgreement.objects.get()
    assert "Compare and confirm" not in first_client.get(at).content.decode()
    assert "Compare and confirm" in second_client.get(at).content.decode()
    confirm = reverse("paper-confirm", args=[residency.reference, paper.pk])
    assert first_client.post(confirm, {"compared": "on"}).status_code == 409
    assert second_client.post(confirm, {"compared": "on"})["Location"] == at
    assert LABEL in second_client.get(at).content.decode()
    download = second_client.get(reverse("paper-scan", args=[residency.reference, paper.pk]))
    assert b"".join(download.streaming_content) == PDF
