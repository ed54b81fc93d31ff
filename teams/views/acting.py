"""A form that does one act on a team, the same for every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from residencies.models import Residency
from web.acts import run
from web.forms import ActForm


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
    return run(request, form, act, done=done, to=after, template=template, residency=residency, tab=tab, heading=heading, **more)
