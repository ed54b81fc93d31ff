"""Home lines for documents that can't be sealed without a person (people/todo.py)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.subjects import with_subject
from oversight.models import DocumentSeal
from people.todo import MOST, OPS, TODO, Line, about, with_leads


@TODO.add
def unsealed_documents(today: datetime.date) -> Iterator[Line]:
    """Yield a line for each document that waits for a person, the oldest first; one query."""
    rows = (
        DocumentSeal.objects.waits_for_people()
        .select_related(*with_leads("document__stream"), *with_subject("document__stream", documents=True))
        .order_by("wanted_at")
    )
    for seal in rows.defer("document__content", "printed")[:MOST]:
        document = seal.document
        yield Line(
            key=f"document-seal/{seal.pk}",
            title=_("“%(document)s” could not be sealed") % {"document": document.title},
            verb=_("Resolve the sealing problem"),
            url=reverse("document-seal", args=[document.subject.reference, document.number]),
            since=timezone.localdate(seal.wanted_at),
            asked=True,
            roles=OPS,
            about=about(document.subject),
        )
