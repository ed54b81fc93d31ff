"""What doesn't match the ledger is neither shown nor sealed, and administrators are told (EL-07, K2)."""

from __future__ import annotations

import hashlib

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agreements.models import AgreementVersion, Clause, Seal, SealedDocument, Signature
from agreements.sealing.pipeline import seal_due
from ledger.models import Event
from outbox.models import Message
from tests.agreements import factories as make
from tests.attack.tampering import unguarded
from tests.factories import account

pytestmark = pytest.mark.django_db
FORGED = "Mallory Forge"


@pytest.fixture
def key(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.SEAL_ALLOW_DEVELOPMENT = True


@pytest.fixture
def admin():
    return account("admin", name="Tomasz Everden")


def forge(signature: Signature) -> None:
    """Another name on a signature, with its hash made to fit, past the triggers."""
    evidence = bytes(signature.evidence).replace(signature.typed_name.encode(), FORGED.encode())
    with unguarded():
        Signature._base_manager.filter(pk=signature.pk).update(
            typed_name=FORGED, evidence=evidence, evidence_sha256=hashlib.sha256(evidence).hexdigest()
        )


def alarms() -> int:
    return Message.objects.filter(occasion="records-altered").count()


def pages(browser: Client, version: AgreementVersion) -> list[HttpResponse]:
    """What shows or hands out the agreement; taking the bundle is on record, so it is asked for by POST."""
    args = [version.agreement.subject.reference, version.number]
    shown = [browser.get(reverse(name, args=args)) for name in ("agreement-version", "agreement-pdf")]
    return [*shown, browser.post(reverse("agreement-bundle", args=args))]


def test_a_name_forged_before_the_last_signature_is_not_sealed(key, admin):
    """EL-31: the ledger holds the true hash, so the forged record never gets the lab's seal; the rest of the portal goes on."""
    version = make.circulated()
    *others, last = make.to_sign(version)
    for invitation in others:
        make.sign(invitation)
    forge(version.signatures.order_by("pk")[0])
    make.sign(last)

    assert seal_due() == 0
    assert not SealedDocument.objects.exists()
    assert "doesn't match the ledger" in Seal.objects.get().last_error
    assert alarms() == 1


def test_no_page_shows_a_forged_name_and_the_alarm_is_raised_once(key, ops, admin):
    version = make.in_force(by=ops)
    assert seal_due() == 1
    forge(version.signatures.order_by("pk")[0])
    browser = Client()
    browser.force_login(ops)
    for response in [*pages(browser, version), *pages(browser, version)]:
        assert response.status_code == 503, response.request["PATH_INFO"]
        assert FORGED not in response.content.decode()
        assert "doesn’t match its ledger" in response.content.decode()
        assert "Tomasz Everden" in response.content.decode()

    assert alarms() == 1
    assert Event.objects.filter(act="records-altered").count() == 1


def test_a_bundle_that_was_refused_is_not_on_record_as_taken(key, ops, admin):
    """OP-04: what was never handed out was never taken."""
    version = make.in_force(by=ops)
    assert seal_due() == 1
    forge(version.signatures.order_by("pk")[0])
    browser = Client()
    browser.force_login(ops)
    bundle = reverse("agreement-bundle", args=[version.agreement.subject.reference, version.number])
    assert browser.post(bundle).status_code == 503
    assert not Event.objects.filter(act="evidence-taken").exists()


def test_the_public_page_confirms_nothing_that_the_ledger_contradicts(key, admin):
    """EL-32: and it names neither the row nor anybody."""
    version = make.in_force()
    assert seal_due() == 1
    document = SealedDocument.objects.get()
    forge(version.signatures.order_by("pk")[0])
    for digits in (document.sha256, version.content_sha256):
        response = Client().get(reverse("verify"), {"sha256": digits})
        assert response.status_code == 503
        assert "doesn’t match its ledger" in response.content.decode()
        assert "Tomasz" not in response.content.decode()


def test_a_party_is_shown_no_words_but_those_that_were_sent_out(admin):
    """EL-23: a clause that was changed in the database isn't read or signed."""
    version = make.circulated()
    invitation = make.to_sign(version)[0]
    browser = Client()
    browser.post(reverse("open-invitation", args=[make.token_for(invitation)]))
    assert browser.get(reverse("sign-read", args=[invitation.pk])).status_code == 200
    with unguarded():
        Clause._base_manager.filter(pk=version.clauses.all()[0].pk).update(text="You owe us everything.")

    for name in ("sign-read", "sign-sign", "sign-paper", "sign-pdf", "sign-bundle"):
        response = browser.get(reverse(name, args=[invitation.pk]))
        assert response.status_code == 503, name
        assert "You owe us" not in response.content.decode()


def test_another_agreement_is_not_touched_by_it(key, ops, admin):
    version, other = make.in_force(by=ops), make.circulated(by=ops)
    forge(version.signatures.order_by("pk")[0])
    browser = Client()
    browser.force_login(ops)

    assert pages(browser, version)[0].status_code == 503
    assert pages(browser, other)[0].status_code == 200


def test_a_version_page_compares_in_a_bounded_number_of_queries(ops, django_assert_max_num_queries):
    """Whatever the agreement holds: one for the events, one for each model."""
    from agreements.versions import records

    version = make.circulated(by=ops)
    with django_assert_max_num_queries(6):
        records.compare(version)
    for invitation in make.to_sign(version):
        make.sign(invitation)
    with django_assert_max_num_queries(6):
        records.compare(version)
