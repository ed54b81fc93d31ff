"""The PDF on the pages: before, meanwhile, after, and when it can't be had."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils.text import slugify

from agreements.models import Seal, SealedDocument
from agreements.sealing import pipeline, views
from sealing import files
from tests.agreements.factories import circulated, complete_draft, in_force, sign, to_sign, token_for
from tests.agreements.sealing.papers import pages_of
from tests.agreements.sealing.test_pipeline import unusable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealing")]


def at(name, version):
    return reverse(name, args=[version.agreement.subject.reference, version.number])


def party(version):
    """A browser that came by a link, and the address of its PDF."""
    invitation = version.invitations.order_by("pk").first()
    client = Client()
    client.post(reverse("open-invitation", args=[token_for(invitation)]))
    return client, reverse("sign-pdf", args=[invitation.pk])


@pytest.fixture
def lab(client, ops):
    client.force_login(ops)
    return client


def is_download(response):
    return (
        response.status_code == 200
        and response["Content-Type"] == "application/pdf"
        and response["Content-Disposition"].startswith("attachment; ")
        and response["X-Content-Type-Options"] == "nosniff"
        and "sandbox" in response["Content-Security-Policy"]
    )


def test_before_it_is_in_force_each_page_says_so_and_nothing_is_sealed(lab):
    """EL-31: n of m, for the lab and for a party."""
    version = circulated()
    sign(to_sign(version)[0])
    wanted = version.roles.filter(must_sign=True).count()
    client, address = party(version)
    for response in (lab.get(at("agreement-pdf", version)), client.get(address)):
        assert is_download(response)
        assert all(f"Not in force yet: 1 of {wanted} has signed." in page for page in pages_of(response.content))
        assert b"/ByteRange" not in response.content


def test_a_draft_is_marked_as_one(lab):
    version = complete_draft()
    assert all("DRAFT: not sent for signature" in page for page in pages_of(lab.get(at("agreement-pdf", version)).content))


def test_meanwhile_the_page_says_that_it_is_being_sealed(lab):
    """EL-31: an honest page that does not reload itself."""
    version = in_force()
    client, address = party(version)
    for response in (lab.get(at("agreement-pdf", version)), client.get(address)):
        page = response.content.decode()
        assert response.status_code == 200
        assert "Its sealed PDF is being made." in page
        assert "http-equiv" not in page


def test_afterwards_everybody_gets_the_very_file_that_was_sealed(lab):
    """EL-31: byte for byte, for the lab, whoever may see the subject, and every party."""
    version = in_force(informed=True)
    pipeline.seal_due()
    sealed = files.sealed_bytes(SealedDocument.objects.get())
    client, address = party(version)
    for response in (lab.get(at("agreement-pdf", version)), client.get(address)):
        assert is_download(response)
        assert response.content == sealed
    assert f'filename="{version.file_name}.pdf"' in response["Content-Disposition"]
    assert "Download the sealed PDF" in lab.get(reverse("agreement", args=[version.agreement.subject.reference])).content.decode()


def test_a_damaged_file_is_not_handed_out(lab):
    version = in_force()
    pipeline.seal_due()
    with open(default_storage.path(SealedDocument.objects.get().file), "ab") as file:
        file.write(b"\n")
    response = lab.get(at("agreement-pdf", version))
    assert response.status_code == 503
    assert "the one that was sealed" in response.content.decode()


def test_the_status_page_says_since_when_and_why_it_waits_and_only_operations_see_why(lab, lead, sealing, tmp_path):
    """EL-31, signing.md 4.7"""
    version = in_force()
    unusable(sealing, tmp_path)
    pipeline.seal_due()
    address = reverse("agreement", args=[version.agreement.subject.reference])
    page = lab.get(address).content.decode()
    assert "Waiting to be sealed since" in page
    assert "open with this passphrase" in page
    assert at("agreement-seal", version) in page
    reader = Client()
    reader.force_login(lead)
    page = reader.get(address).content.decode()
    assert "Waiting to be sealed since" in page
    assert "passphrase" not in page


def test_operations_decide_about_a_stuck_document_and_must_say_why(lab):
    version = in_force()
    Seal.objects.update(unsealed_sha256="a" * 64)
    pipeline.seal_due()
    address = at("agreement-seal", version)
    assert "comes out differently" in lab.get(address).content.decode()
    assert address in lab.get(reverse("home"), {"who": "everyone"}).content.decode()
    response = lab.post(address, {"reason": ""})
    assert Seal.objects.get().is_stuck
    assert "This field is required" in response.content.decode()
    assert lab.post(address, {"reason": "The font was renewed."}).status_code == 302
    assert pipeline.seal_due() == 1
    assert "Sealed" in lab.get(address).content.decode()
    assert address not in lab.get(reverse("home"), {"who": "everyone"}).content.decode()


def test_a_server_without_the_libraries_says_what_prints_well(lab, monkeypatch):
    import sys

    for module in [name for name in sys.modules if name.startswith("weasyprint") or name == "sealing.rendering"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    response = lab.get(at("agreement-pdf", circulated()))
    assert response.status_code == 503
    assert "We can’t make a PDF right now." in response.content.decode()


def test_the_eleventh_print_in_a_minute_waits(lab, monkeypatch, time_machine):
    """D3-13: a print takes a moment of the server."""
    time_machine.move_to("2026-11-21T15:00:20Z", tick=False)
    version = circulated()
    monkeypatch.setattr(views, "PRINTS_A_MINUTE", 1)
    assert is_download(lab.get(at("agreement-pdf", version)))
    response = lab.get(at("agreement-pdf", version))
    assert response.status_code == 429
    assert response["Retry-After"] == "40"
    assert "Try again in 40 seconds" in response.content.decode()


def test_a_file_is_named_after_the_product():
    """Somebody with ten agreements in one folder finds the right one."""
    version = circulated()
    assert version.file_name == f"{slugify(version.header['product'])}-{version.agreement.reference}-version-1"
    assert version.file_name.isascii()
