"""The queue of documents that wait for their seal (sealing/pipeline.py)."""

from __future__ import annotations

from acts.act import SYSTEM
from oversight.documents import actions
from oversight.documents.altered import compare_before_sealing
from oversight.documents.queries import RECORDS
from oversight.models import DocumentSeal
from sealing import making
from sealing.contents import DocumentContents
from sealing.making import SealedFile
from sealing.pipeline import SealingQueue


class DocumentSeals(SealingQueue[DocumentSeal]):
    model = DocumentSeal
    related = ("document__stream",)

    def make(self, request: DocumentSeal, *, worker: str) -> SealedFile:
        """Print and seal the document. Raises `RecordsAltered` if what would be sealed isn't what the ledger recorded."""
        document = request.document

        def render(development: bool) -> bytes:
            from sealing.rendering import render_document

            # Before anything is printed: a seal over an altered row would lend it the lab's name.
            compare_before_sealing(document.stream, document.reference, RECORDS)
            contents = DocumentContents(bytes(document.content), document.content_sha256, request.printed)
            return render_document(contents, development=development)

        return making.make(request, render, lab=request.printed["lab"], worker=worker)

    def record(self, request: DocumentSeal, sealed_file: SealedFile, *, worker: str) -> bool:
        return actions.record_sealed_document(request, sealed_file, worker=worker, by=SYSTEM)

    def put_off(self, request: DocumentSeal, *, worker: str, reason: str, stuck: bool) -> None:
        actions.put_document_seal_off(request, worker=worker, reason=reason, stuck=stuck, by=SYSTEM)


SEALS = DocumentSeals()
seal_documents_due = SEALS.seal_due
