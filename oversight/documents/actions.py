"""Sealed documents: issued within another act, sealed in the background, with decisions when sealing is on hold (EL-85, EL-94, EL-96)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from acts.act import SYSTEM, Actor, account_of, act, part
from findings import Refused
from ledger.actions import append
from ledger.canonical import canonical_json, plain
from ledger.models import Stream
from ledger.subjects import subject_of
from outbox.queue import wake
from oversight.documents import mail
from oversight.documents.kinds import DocumentKind, kind_called
from oversight.documents.rules import unprintable
from oversight.models import Document, DocumentFile, DocumentSeal
from oversight.models.documents import FORMAT
from sealing import actions as requests
from sealing import blocks
from sealing.making import SealedFile

PLACE = "documents"


@part
def issue_document(stream: Stream, *, kind: str, title: str, content: Mapping[str, Any], by: Actor) -> Document:
    """Issue a document about a subject and request its sealed PDF; part of the act that decides on it, in the same transaction.

    The caller holds the subject's lock (`ledger.subjects.lock`). `kind` is the code of a registered kind (kinds.py). `content` is
    what the document says, independent of language: codes, dates, numbers as integers or decimals (never floats), and text that
    people wrote. It is frozen as canonical JSON together with who issued what when, and its SHA-256 is on every page of the PDF.
    Writes the event `document-issued`. Raises `KeyError` for an unknown kind, `TypeError` for content without a canonical form,
    and `Refused` (`letter-unprintable`) for a character that can't be printed.
    """
    registered, subject, now = kind_called(kind), subject_of(stream), timezone.now()
    number = (Document.objects.filter(stream=stream).aggregate(last=Max("number"))["last"] or 0) + 1
    envelope = {
        "reference": f"{subject.reference}-D{number}", "kind": kind, "title": title, "about": subject.name, "issued_at": now,
        "issued_by": str(by) if account_of(by) else "", "content": content,
    }  # fmt: skip
    words = f"{FORMAT}\n".encode() + canonical_json(envelope)
    printed = _printed(registered, envelope, digest := hashlib.sha256(words).hexdigest())
    if findings := list(unprintable(blocks.texts(printed), PLACE)):
        raise Refused(findings)
    document = Document.objects.create(
        stream=stream, number=number, kind=kind, title=title, content=words, content_sha256=digest, issued_at=now, issued_by=account_of(by)
    )
    DocumentSeal.objects.create(document=document, printed=printed)
    append(stream, "document-issued", by=by, at=now, facts=_facts(document))
    # After the commit, or the worker would wake before there is anything to see; robust, as a dead broker fails no act.
    transaction.on_commit(_nudge, robust=True)
    return document


def _printed(kind: DocumentKind, envelope: Mapping[str, Any], digest: str) -> dict[str, Any]:
    """Return what the PDF says, in JSON's types (sealing.contents.DocumentContents)."""
    facts = plain(envelope)
    return {
        **{name: facts[name] for name in ("reference", "title", "issued_at", "issued_by")},
        "kind": str(kind.label),
        "subject": facts["about"],
        "lab": settings.LAB_NAME,
        "verify_url": f"{settings.SITE_URL.rstrip('/')}/verify/?sha256={digest}",
        "parts": plain(blocks.plain(kind.parts(facts["content"]))),
    }


@act(system=SYSTEM)
def record_sealed_document(seal: DocumentSeal, sealed_file: SealedFile, *, worker: str, by: Actor) -> bool:
    """Put the sealed PDF on record, once; False if this worker's claim is gone, and then nothing is written."""
    seal = _locked(seal)
    if not requests.is_claimed_by(seal, worker):
        return False
    document = seal.document
    record = DocumentFile.objects.create(document=document, sealed_at=timezone.now(), **vars(sealed_file))
    requests.close(seal)
    facts = {
        **_facts(document), "file_sha256": record.sha256, "level": record.level, "certificate_sha256": record.certificate_sha256,
        "development": record.development,
    }  # fmt: skip
    append(document.stream, "document-sealed", by="system", at=record.sealed_at, facts=facts)
    if hook := kind_called(document.kind).when_sealed:
        hook(document)
    return True


@act(system=SYSTEM)
def put_document_seal_off(seal: DocumentSeal, *, worker: str, reason: str, stuck: bool = False, by: Actor) -> bool:
    """Keep why an attempt failed and try again after a growing pause, for ever; lab operations are asked after the third.

    If it is `stuck`, they are asked at once. False if this worker's claim is gone, and then nothing is written.
    """
    seal = _locked(seal)
    if not requests.is_claimed_by(seal, worker):
        return False
    if requests.put_off(seal, reason, stuck=stuck):
        append(seal.document.stream, "document-seal-waits", by="system", facts={**_facts(seal.document), "reason": reason})
        mail.ask(seal)
    return True


@act("oversight.keep_document_seal")
def seal_document_without_timestamp(seal: DocumentSeal, *, reason: str, by: Actor) -> DocumentSeal:
    """Give up the time stamp for one document, with a reason.

    Raises `Refused`: `no-timestamp-awaited` if the document isn't waiting for one, `reason-missing`.
    """
    seal = _locked(seal)
    requests.give_up_timestamp(seal, reason, PLACE)
    return _once_more(seal, "document-seal-without-timestamp", by)


@act("oversight.keep_document_seal")
def print_document_again(seal: DocumentSeal, *, reason: str, by: Actor) -> DocumentSeal:
    """Accept that a stuck document is printed as it comes out now, with a reason. Raises `Refused`: `seal-not-stuck`, `reason-missing`."""
    seal = _locked(seal)
    requests.accept_print(seal, reason, PLACE)
    return _once_more(seal, "document-printed-again", by)


def _once_more(seal: DocumentSeal, event: str, by: Actor) -> DocumentSeal:
    append(seal.document.stream, event, by=by, facts={**_facts(seal.document), "reason": seal.choice_reason})
    transaction.on_commit(_nudge, robust=True)
    return seal


def _locked(seal: DocumentSeal) -> DocumentSeal:
    return DocumentSeal.objects.select_for_update(of=("self",)).select_related("document__stream").get(pk=seal.pk)


def _facts(document: Document) -> dict[str, Any]:
    return {"document": document.title, "document_number": document.number, "kind": document.kind, "sha256": document.content_sha256}


def _nudge() -> None:
    wake("oversight.tasks.seal_documents")
