"""Pages under what an agreement is about, with its head and tabs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ledger import subjects
from ledger.models import Stream

BASES = {"residency": "residencies/workspace.html"}


def page(request: HttpRequest, name: str, stream: Stream, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page under the agreement's subject, with its head and tabs."""
    subject = subjects.subject_of(stream)
    context |= {"base": BASES.get(stream.kind, "base.html"), "subject": subject, stream.kind: subject, "tab": "agreement"}
    return render(request, f"agreements/{name}.html", context, status=status)
