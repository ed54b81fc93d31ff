"""The guidance as a tagged PDF, with working links (PB-05)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string

from sealing.rendering import typeset


def pdf(template: str, name: str, context: dict[str, Any]) -> HttpResponse:
    """Return a page of the guidance as PDF/UA-1, always as a download."""
    html = render_to_string(template, {**context, "site": settings.SITE_URL.rstrip("/"), "lab": settings.LAB_NAME})
    response = HttpResponse(typeset(html), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
