from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from residencies.fetch import residency_or_404
from residencies.models import Residency
from web.access import needs


@needs("residencies.view_residency", residency_or_404)
def overview(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Where a residency stands, what is open, what comes next, whom to call (EL-06)."""
    return render(request, "residencies/overview.html", {"residency": residency, "tab": "overview"})
