"""Letters and reports: issued with an act, sealed once whatever dies in between, checked by anyone (EL-85, EL-94, EL-96, EL-97)."""

from __future__ import annotations

import datetime
import hashlib
import json
import random
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from acts.act import SYSTEM, together
from findings import Refused
from labportal.tasks import keep_house
from ledger.compare_records import Comparison, compare
from ledger.verification import verify
from outbox.models import Message
from oversight.documents import actions, mail, pipeline
from oversight.documents.actions import issue_document
from oversight.documents.todo import unsealed_documents
from oversight.models import Document, DocumentFile, DocumentSeal
from people.lab import administrators
from sealing import files, making, pades, rendering
from sealing.contents import DocumentContents
from sealing.keys import development_file, issuers_pem, roots
from sealing.verification import Kind, Trust, check
from tests.agreements.sealed import flipped
from tests.agreements.sealing.papers import attached, text_of
from tests.agreements.sealing.ua import breaches
from tests.attack.tampering import unguarded
from tests.factories import account
from tests.oversight.documents import CONTENT, NOTE, issued, know_the_kind
from tests.residencies.rows import residency

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealing")]
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def subject():
    development_file()  # now, not when a test has gone ahead in time: it would not be valid yet today
    return residency("in_residence")


@pytest.fixture
def sealed(subject):
    """A sealed note: its document, the record of its file and its bytes."""
    document = issued(subject)
    assert pipeline.seal_documents_due() == 1
    document = Document.objects.with_progress().select_related("stream").get(pk=document.pk)
    return SimpleNamespace(document=document, file=document.sealed_file, data=files.sealed_bytes(document.sealed_file))


def altered():
    """The tables of documents in which `verify_records` finds a row that the ledger contradicts."""
    return [mismatch.label for mismatch in compare(Comparison()) if mismatch.label.startswith("oversight.document")]


def sealed_once(document):
    """Exactly one sealed file, which holds, and a whole ledger."""
    record = DocumentFile.objects.get(document=document)
    assert pades.faults_of(files.sealed_bytes(record), roots()) == []
    assert DocumentSeal.objects.get(document=document).is_done
    assert document.stream.events.filter(act="document-sealed").count() == 1
    assert verify().broken is None
    assert altered() == []
    return record


# ── Issued ───────────────────────────────────────────────────────────────────────────────────


def test_a_document_is_issued_with_its_act_or_not_at_all(subject, ops):
    """EL-85: a fault after it takes the document and the request for its seal away."""
    with pytest.raises(RuntimeError):
        issue_document(subject.stream, kind=NOTE, title="Alone", content={}, by=ops)
    with pytest.raises(ZeroDivisionError):
        _issued_in_an_act_that_fails(subject)
    assert not Document.objects.exists()
    assert not DocumentSeal.objects.exists()


def test_the_same_content_gives_the_same_bytes_and_its_hash_is_the_fingerprint(subject, ops):
    """EL-97: language-neutral JSON; who issued what when is part of it, and the ledger has its hash."""
    with time_machine.travel(timezone.now(), tick=False):
        document = issued(subject, by=ops)
    words = bytes(document.content)
    assert words.startswith(b"document/1\n")
    assert document.content_sha256 == hashlib.sha256(words).hexdigest()
    assert document.facts["content"] == CONTENT
    assert (document.facts["issued_by"], document.facts["kind"], document.reference) == (str(ops), NOTE, f"{subject.reference}-D1")
    assert document.stream.events.get(act="document-issued").facts["sha256"] == document.content_sha256
    assert issued(subject).number == 2


def _issued_in_an_act_that_fails(subject):
    with together():
        issued(subject)
        raise ZeroDivisionError


@pytest.mark.parametrize("content", [{"share": 0.5}, {"thing": object()}])
def test_content_that_does_not_write_the_same_everywhere_is_not_issued(subject, content):
    with pytest.raises(TypeError):
        issued(subject, content=CONTENT | content)


def test_a_character_that_no_font_can_print_is_pointed_out_before_it_is_issued(subject):
    with pytest.raises(Refused) as refused:
        issued(subject, title="Bridge 🦊")
    assert refused.value.codes == {"letter-unprintable"}


def test_a_document_can_be_issued_and_sealed_after_its_subject_ended():
    """EL-85: the letter of a pivot is sealed when the residency has ended already."""
    document = issued(residency("pivoted"))
    assert pipeline.seal_documents_due() == 1
    sealed_once(document)


# ── Sealed ───────────────────────────────────────────────────────────────────────────────────


def test_the_sealed_pdf_has_the_content_attached_and_says_who_issued_what_when(sealed, tmp_path):
    """EL-96: the same seal as an agreement's, and the structure that screen readers need."""
    text = text_of(sealed.data)
    assert attached(sealed.data) == {"document.json": bytes(sealed.document.content)}
    for words in ("Bridge note", "The bridge is closed until spring.", "Certificate", "Test note", str(sealed.document.issued_by)):
        assert words in text
    assert breaches(sealed.data) == []
    assert (sealed.file.level, sealed.file.development, sealed.file.sha256) == ("B-B", True, hashlib.sha256(sealed.data).hexdigest())
    sealed_once(sealed.document)
    assert pipeline.seal_documents_due() == 0


def test_what_changes_after_it_was_issued_does_not_change_the_document(subject, settings):
    document = issued(subject)
    contents = lambda: DocumentContents(
        bytes(document.content), document.content_sha256, DocumentSeal.objects.get(document=document).printed
    )
    before = rendering.render_document(contents())
    document.issued_by.name = "Somebody Else"
    document.issued_by.save()
    settings.LAB_NAME = "Another lab"
    assert rendering.render_document(contents()) == before


class Crash(BaseException):
    """As if the process had been killed."""


ARROWS = {
    "after the claim": (making, "make", False),
    "after printing": (rendering, "render_document", True),
    "after sealing": (pades, "seal", True),
    "after storing": (files, "keep", True),
    "after the last commit": (actions, "record_sealed_document", True),
}


@pytest.mark.parametrize("arrow", ARROWS)
def test_a_crash_at_any_point_leaves_one_sealed_document(arrow, subject, monkeypatch):
    """EL-85: nothing before the lease ends, all of it after; another sweep does nothing."""
    document = issued(subject)
    module, name, after = ARROWS[arrow]
    whole, left = getattr(module, name), [1]

    def dies(*args, **kwargs):
        result = whole(*args, **kwargs) if after or not left else None
        if left:
            left.clear()
            raise Crash
        return result

    monkeypatch.setattr(module, name, dies)
    with pytest.raises(Crash):
        pipeline.seal_documents_due()
    assert pipeline.seal_documents_due() == 0
    with time_machine.travel(timezone.now() + 6 * MINUTE):
        pipeline.seal_documents_due()
        sealed_once(document)
        assert pipeline.seal_documents_due() == 0
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        keep_house()
    assert set(files._all()) == {sealed_once(document).file}


def test_a_worker_that_comes_late_writes_nothing(subject):
    document = issued(subject)
    late = pipeline.SEALS.claim("late")
    sealed_file = pipeline.SEALS.make(late, worker="late")
    with time_machine.travel(timezone.now() + 6 * MINUTE):
        assert pipeline.seal_documents_due() == 1
        assert actions.record_sealed_document(late, sealed_file, worker="late", by=SYSTEM) is False
        assert actions.put_document_seal_off(late, worker="late", reason="Late.", by=SYSTEM) is False
    assert sealed_once(document).sha256 != sealed_file.sha256


# ── On hold ──────────────────────────────────────────────────────────────────────────────────


def test_it_is_tried_for_ever_and_after_the_third_failure_lab_operations_are_asked(subject, ops, settings, client):
    """EL-96: on home, by email and on the document's page; then it is sealed by the next try."""
    settings.SEAL_ALLOW_DEVELOPMENT = False
    document, now = issued(subject, by=ops), timezone.now()
    for attempt in range(1, 5):
        with time_machine.travel(now, tick=False):
            assert pipeline.seal_documents_due() == 0
        seal = DocumentSeal.objects.get()
        now = seal.next_try_at + datetime.timedelta(seconds=1)
        assert Message.objects.filter(occasion=mail.WAITS.key).exists() == seal.needs_attention == (attempt >= 3)
    assert "No sealing key" in seal.last_error
    assert Message.objects.filter(occasion=mail.WAITS.key).count() == 1
    [line] = unsealed_documents(timezone.localdate())
    client.force_login(ops)
    assert "No sealing key" in client.get(line.url).content.decode()
    assert "Resolve the sealing problem" in client.get(document.get_absolute_url()).content.decode()
    with pytest.raises(CommandError, match="1 still waiting"):
        call_command("seal_pending")
    settings.SEAL_ALLOW_DEVELOPMENT = True
    with time_machine.travel(now + MINUTE):
        call_command("seal_pending")
    sealed_once(document)
    assert list(unsealed_documents(timezone.localdate())) == []


def test_another_print_is_sealed_only_when_lab_operations_accept_it_with_a_reason(subject, ops, client):
    document = issued(subject)
    DocumentSeal.objects.update(unsealed_sha256="a" * 64)
    assert pipeline.seal_documents_due() == 0
    seal = DocumentSeal.objects.get()
    assert seal.is_stuck
    client.force_login(ops)
    page = reverse("document-seal", args=[subject.reference, document.number])
    assert client.post(page, {"reason": " "}).status_code == 200
    assert client.post(page, {"reason": "The font was renewed."}).status_code == 302
    assert pipeline.seal_documents_due() == 1
    sealed_once(document)
    event = document.stream.events.get(act="document-printed-again")
    assert (event.actor, event.facts["reason"]) == (ops, "The font was renewed.")


# ── Altered ──────────────────────────────────────────────────────────────────────────────────


def test_a_row_is_never_changed_or_removed(sealed):
    """EL-07: by triggers, whoever asks."""
    for sql in (
        "UPDATE oversight_document SET title = 'x'", "DELETE FROM oversight_document", "UPDATE oversight_documentfile SET size = 1",
        "UPDATE oversight_documentseal SET printed = '{}'", "DELETE FROM oversight_documentseal",
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


FORGED = {
    "title": (Document, {"title": "Another note"}),
    "content": (Document, {"content": b"document/1\n{}", "content_sha256": "c" * 64}),
    "print": (DocumentSeal, {"printed": {"parts": []}}),
    "file": (DocumentFile, {"sha256": "b" * 64}),
}


@pytest.mark.parametrize("row", FORGED)
def test_a_row_altered_in_the_database_is_found_and_neither_shown_nor_confirmed(row, sealed, client, ops):
    """EL-07, K2"""
    model, values = FORGED[row]
    with unguarded():
        model._base_manager.update(**values)
    assert altered() == [model._meta.label_lower]
    client.force_login(ops)
    for page in (sealed.document.get_absolute_url(), reverse("document-pdf", args=[sealed.document.subject.reference, 1])):
        assert client.get(page).status_code == 503
    digits = Document.objects.values_list("content_sha256", flat=True).get()
    assert client.get(reverse("verify"), {"sha256": digits}).status_code == 503
    assert Message.objects.filter(occasion="records-altered").count() == len(administrators())


def test_an_altered_content_is_not_sealed(subject, ops):
    document = issued(subject)
    with unguarded():
        Document._base_manager.update(title="Another note")
    assert pipeline.seal_documents_due() == 0
    assert "doesn't match the ledger" in DocumentSeal.objects.get(document=document).last_error


def test_a_damaged_file_is_not_handed_out(sealed, client, ops):
    from django.core.files.storage import default_storage

    with open(default_storage.path(sealed.file.file), "r+b") as file:
        file.seek(3000)
        file.write(b"x")
    client.force_login(ops)
    response = client.get(reverse("document-pdf", args=[sealed.document.subject.reference, 1]))
    assert response.status_code == 503
    assert "restore the file from its backup" in response.content.decode()


# ── Checked ──────────────────────────────────────────────────────────────────────────────────


def look(client, digits):
    return client.get(reverse("verify"), {"sha256": digits}).content.decode()


def give(client, data):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.agreements.test_verifying import answered

    response = client.post(reverse("verify"), {"file": SimpleUploadedFile("note.pdf", data, content_type="application/pdf")})
    page = answered(client, client.get(response["Location"])) if response.status_code == 302 else response
    return page.content.decode()


def test_the_page_knows_the_file_and_the_content_and_names_kind_and_date_only(sealed, client):
    """EL-32, EL-96: no title, no subject, no person."""
    pages = [look(client, sealed.file.sha256), look(client, sealed.document.content_sha256), give(client, sealed.data)]
    for page, heading in zip(pages, ("Genuine", "Issued by the lab", "Genuine"), strict=True):
        assert heading in page
        assert "Test note" in page
        document = sealed.document
        for secret in (document.title, document.subject.reference, document.subject.name, str(document.issued_by), CONTENT["why"]):
            assert secret not in page
    assert "test key" in pages[0]


def test_before_the_seal_the_content_is_being_sealed_and_others_are_unknown(subject, client):
    document = issued(subject)
    assert "Issued by the lab, and being sealed" in look(client, document.content_sha256)
    assert "Unknown to us" in look(client, "0" * 64)


def test_a_changed_byte_is_found_on_the_page_and_by_the_command(sealed, client):
    """EL-32: against the record any byte, and on the seal alone any that it covers."""
    assert "Altered" in give(client, flipped(sealed.data, 4000))
    trust = Trust.of_pem(issuers_pem())
    dice = random.Random(7)
    for place in dice.sample(range(len(sealed.data)), 40):
        assert check(flipped(sealed.data, place, dice), trust, sealed.file.sha256).kind is Kind.ALTERED


def test_the_command_knows_kind_and_date_without_the_portal(sealed):
    """EL-32: a development key proves nothing, so it is unproven; a real one is covered with agreements."""
    verdict = check(sealed.data, Trust.of_pem(issuers_pem()), sealed.file.sha256)
    assert verdict.kind is Kind.UNPROVEN
    assert (verdict.issued.label, verdict.issued.sha256) == ("Test note", sealed.document.content_sha256)
    assert json.loads(json.dumps(verdict.plain()))["document"]["kind"] == NOTE


def test_a_print_without_the_seal_is_a_copy(subject, client):
    document = issued(subject)
    printed = DocumentSeal.objects.get(document=document).printed
    pdf = rendering.render_document(DocumentContents(bytes(document.content), document.content_sha256, printed))
    assert "A copy without the lab’s seal" in give(client, pdf)


# ── Pages ────────────────────────────────────────────────────────────────────────────────────


def test_who_sees_the_subject_reads_and_downloads_and_strangers_see_nothing(sealed, client):
    """EL-06"""
    reference = sealed.document.subject.reference
    pages = [reverse("documents", args=[reference]), reverse("document", args=[reference, 1]), reverse("document-pdf", args=[reference, 1])]
    client.force_login(account("viewer"))
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    assert client.get(pages[2]).content == sealed.data
    assert "attachment" in client.get(pages[2])["Content-Disposition"]
    client.force_login(account("product_owner"))
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    assert client.get(reverse("document-seal", args=[reference, 1])).status_code in (403, 404)


def test_until_it_is_sealed_its_page_shows_what_it_says_and_that_the_pdf_is_being_made(subject, client, django_assert_max_num_queries):
    document = issued(subject)
    know_the_kind()
    client.force_login(account("viewer"))
    for name in ("document", "document-pdf"):
        page = client.get(reverse(name, args=[subject.reference, document.number])).content.decode()
        assert "The sealed PDF is being made" in page
        assert CONTENT["why"] in page
    with django_assert_max_num_queries(15):
        client.get(document.get_absolute_url())
    with django_assert_max_num_queries(15):
        client.get(reverse("documents", args=[subject.reference]))
