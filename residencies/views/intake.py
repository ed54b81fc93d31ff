"""Writing an intake over many sittings, and sending it (EL-10 to EL-14)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from residencies.fetch import residency_or_404
from residencies.models import Residency
from web.access import needs


@needs("residencies.view_residency", residency_or_404)
def intake(request: HttpRequest, residency: Residency) -> HttpResponse:
    return redirect(residency)


@needs("residencies.view_residency", residency_or_404)
def questions(request: HttpRequest, residency: Residency) -> HttpResponse:
    return redirect(residency)


@needs("residencies.edit_intake", residency_or_404)
def step(request: HttpRequest, residency: Residency) -> HttpResponse:
    return redirect(residency)
