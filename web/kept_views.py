"""Letting kept text go (web/kept_text.py)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from web import kept_text
from web.access import open_to_anyone
from web.way_back import way_back


@open_to_anyone("Lets go of text that this browser alone holds the key of.")
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one form that was kept in this browser."""
    kept_text.discard(request, pk)
    messages.success(request, _("The text that was kept is gone."))
    return redirect(way_back(request) or "/")
