"""The mail that will go out about one residency; the overview fetches the first of it once the page stands (EL-60)."""

from __future__ import annotations

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from outbox.catalogue.messages import occasion_label
from outbox.pages.forecast import Coming, coming
from residencies.fetch import residency_or_404
from residencies.models import Residency
from web.access import needs

FIRST, AHEAD = 2, datetime.timedelta(days=92)


@needs("residencies.view_residency", residency_or_404)
@vary_on_headers("HX-Request")
def mail(request: HttpRequest, residency: Residency) -> HttpResponse:
    """What will go out in the next three months; to the overview the first two lines of it alone."""
    today = timezone.localdate()
    entries = mail_ahead(residency, today)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "residencies/_mail.html", {"residency": residency, "mail": entries[:FIRST], "left": len(entries[FIRST:])})
    context = {"residency": residency, "tab": "overview", "mail": entries, "until": today + AHEAD}
    return render(request, "residencies/mail.html", context)


def mail_ahead(residency: Residency, today: datetime.date) -> list[tuple[str, Coming]]:
    """What will go out about this residency if nothing changes until then: the occasion in words, the day, to how many (EL-60)."""
    if not residency.is_under_way:
        return []
    return [(occasion_label(entry.occasion), entry) for entry in coming(today, today + AHEAD, stream=residency.stream_id)]
