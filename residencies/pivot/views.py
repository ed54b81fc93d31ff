"""The page for applying again after an early end."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from residencies.fetch import residency_or_404
from residencies.models import Residency
from residencies.pivot import actions
from web.access import needs
from web.acts import run
from web.forms import ActForm


@needs("residencies.apply_again", residency_or_404)
def apply_again(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Say what a new application starts with, and start it."""
    form = ActForm(request.POST if request.method == "POST" else None)
    form.verb = _("Apply again")
    return run(
        request,
        form,
        lambda: actions.apply_again(residency, by=request.user),
        done=lambda later: (
            _("Application %(reference)s started. Update what has changed, then send it to the lab.") % {"reference": later.reference}
        ),
        to=lambda later: later,
        page="residencies/apply_again.html",
        residency=residency,
        tab="overview",
    )
