"""The lab's queue of intakes and the review of one (EL-12 to EL-16)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from residencies.fetch import residency_or_404
from residencies.models import Residency
from web.access import needs


@needs("residencies.view_queue")
def queue(request: HttpRequest) -> HttpResponse:
    return redirect("residency-list")


@needs("residencies.view_review", residency_or_404)
def review(request: HttpRequest, residency: Residency) -> HttpResponse:
    return redirect(residency)
