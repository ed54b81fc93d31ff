"""The status page: how the installation is doing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from recovery.status import DANGER, WARNING, status_lines
from web.access import needs


@needs("recovery.view_status")
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Show every check with its result; those that need someone come first."""
    rank = {DANGER: 0, WARNING: 1}
    lines = sorted(status_lines(timezone.now()), key=lambda line: rank.get(line.tone, 2))
    return render(request, "recovery/status.html", {"lines": lines, "open": [line for line in lines if line.tone in rank]})
