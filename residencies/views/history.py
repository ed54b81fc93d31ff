"""Everything that happened to one residency, newest first."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ledger.history_text import tell
from residencies.fetch import residency_or_404
from residencies.models import Residency
from web.access import needs

EVENTS = 50


@needs("residencies.view_residency", residency_or_404)
def history(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Who did what and when, from the ledger alone (EL-06, EL-07)."""
    page = Paginator(residency.stream.events.order_by("-seq"), EVENTS).get_page(request.GET.get("page"))
    context = {"residency": residency, "tab": "history", "page": page, "events": [tell(event) for event in page]}
    return render(request, "residencies/history.html", context)
