"""A form that does one act on a team, the same for every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from residencies.models import Residency
from web.forms import ActForm
from web.way_back import way_back


def acted(
    request: HttpRequest,
    residency: Residency,
    form: ActForm,
    act: Callable[[], Any],
    *,
    heading: str,
    done: str,
    after: str = "",
    tab: str = "sprints",
    template: str = "teams/act.html",
    **more: Any,
) -> HttpResponse:
    """Show `form`; when it is sent and good, `act`, say that it is `done` and lead on to `after`, else to the tab."""
    after = after or reverse(tab, args=[residency.reference])
    if form.carried_out(act):
        messages.success(request, done)
        return redirect(way_back(request) or after)
    context = {
        "residency": residency,
        "tab": tab,
        "form": form,
        "heading": heading,
        "cancel": way_back(request) or after,
        "next": way_back(request),
    }
    return render(request, template, {**context, **more}, status=form.status)
