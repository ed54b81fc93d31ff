"""Reads of a subject's sealed documents."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from ledger.models import Stream
from ledger.subjects import kind_called
from oversight.models import Document
from people.models import User

Report = TypeVar("Report", bound=Model)
MOST_DIGITS = 10
RECORDS = ("oversight.document", "oversight.documentseal", "oversight.documentfile")


def documents_of(stream: Stream, *kinds: str) -> QuerySet[Document]:
    """Return a subject's documents, the newest first, with how far their PDFs are; of these kinds only, if any are given. One query."""
    rows = Document.objects.with_progress().filter(stream=stream).defer("content").order_by("-number")
    return rows.filter(kind__in=kinds) if kinds else rows


def of_document_called(rows: QuerySet[Report], name: str) -> Report | None:
    """Return the one of `rows` whose document has this reference, such as "XL-2026-014-D3", with both; one query.

    The rows have a `stream` and a `document`. It checks no permission: for commands.
    """
    reference, _mark, number = name.rpartition("-D")
    kind = kind_called(reference)
    if kind is None or not (number.isascii() and number.isdecimal() and len(number) < MOST_DIGITS):
        return None
    subject = f"stream__{kind.related_name}"
    return (
        rows.select_related("document__stream", subject)
        .filter(**{f"{subject}__reference": reference}, document__number=int(number))
        .first()
    )


def document_or_404(user: User, reference: str, number: int) -> Document:
    """Return a document with its progress and its subject; one query. Raises `Http404` if the account can't see it."""
    kind = kind_called(reference)
    rows = Document.objects.with_progress().filter(number=number)
    document = kind and (
        rows.filter(**{f"stream__{kind.related_name}__reference": reference}).select_related(f"stream__{kind.related_name}").first()
    )
    if not document or not user.has_perm("oversight.view_document", document):
        raise Http404(_("This document doesn’t exist, or your account doesn’t have access to it."))
    return document
