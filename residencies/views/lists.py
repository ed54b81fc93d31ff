from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from web.access import needs


@needs("residencies.list_residencies")
def residency_list(request: HttpRequest) -> HttpResponse:
    """Every residency that this account may know of."""
    return render(request, "residencies/list.html")
