"""Pages of a subject's sealed documents: the list, a page per document, the PDF, and what lab operations decide about a seal on hold."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ledger import subjects
from ledger.subjects import Subject, subject_or_404
from oversight.documents import actions
from oversight.documents.altered import compare
from oversight.documents.kinds import label_of
from oversight.documents.queries import RECORDS, document_or_404, documents_of
from oversight.models import Document
from people.identity import account_on
from sealing.decisions import SealForm, choice_about
from sealing.files import Damaged, sealed_bytes
from web.access import needs
from web.acts import run

log = structlog.get_logger(__name__)
PAGE_SIZE = 25


def _context(request: HttpRequest, subject: Subject, **context: Any) -> dict[str, Any]:
    """Return the template context for the subject's frame, or for a plain one if the account can't see the subject's own pages."""
    kind = subjects.kind_of_subject(subject)
    sees = not kind.only_documents and account_on(request).has_perm(kind.view_permission, subject)
    base = kind.base if sees else "oversight/status/plain_frame.html"
    return {"base": base, "subject": subject, kind.name: subject, "tab": "documents", "sees_subject": sees, **context}


@require_safe
@needs("oversight.view_documents", subject_or_404)
def documents(request: HttpRequest, subject: Subject) -> HttpResponse:
    """List a subject's documents, the newest first."""
    page = Paginator(documents_of(subject.stream), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(document, label_of(document.kind)) for document in page]
    return render(request, "oversight/documents/documents.html", _context(request, subject, page=page, rows=rows))


@require_safe
@needs("oversight.view_document", document_or_404)
def document(request: HttpRequest, document: Document) -> HttpResponse:
    """Show what a document says, who issued it, and its sealed PDF or how far that is."""
    return _document_page(request, document)


def _document_page(request: HttpRequest, document: Document, status: int = 200, *, damaged: bool = False) -> HttpResponse:
    compare(document.stream, document.reference, RECORDS)
    context = _context(
        request,
        document.subject,
        document=document,
        kind=label_of(document.kind),
        parts=document.seal.printed["parts"],
        damaged=damaged,
        may_decide=account_on(request).has_perm("oversight.keep_document_seal"),
    )
    return render(request, "oversight/documents/document.html", context, status=status)


@require_safe
@needs("oversight.view_document", document_or_404)
def pdf(request: HttpRequest, document: Document) -> HttpResponse:
    """Hand out the sealed file, byte for byte and always as a download (ASVS 3.2.1); until there is one, the page that says how far it is."""
    compare(document.stream, document.reference, RECORDS)
    if document.state != Document.State.SEALED:
        return _document_page(request, document)
    try:
        data = sealed_bytes(document.sealed_file)
    except Damaged as error:
        log.error("sealed_file_damaged", document=document.pk, error=str(error))
        return _document_page(request, document, 503, damaged=True)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{document.file_name}.pdf"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@needs("oversight.keep_document_seal", document_or_404)
def seal(request: HttpRequest, document: Document) -> HttpResponse:
    """Show since when and why a seal is on hold, and take what lab operations decide about it."""
    request_ = document.seal
    choice = choice_about(request_, print_again=actions.print_document_again, without_timestamp=actions.seal_document_without_timestamp)
    context = _context(request, document.subject, document=document, seal=request_, choice=choice)
    if choice is None:
        return render(request, "oversight/documents/seal.html", context)
    form = SealForm(request.POST or None, verb=choice.verb)
    act = lambda: choice.act(request_, reason=form.cleaned_data["reason"], by=request.user)
    to = reverse("document-seal", args=[document.subject.reference, document.number])
    return run(
        request, form, act, done=_("Saved. We’re trying to seal it again now."), to=to, page="oversight/documents/seal.html", **context
    )
