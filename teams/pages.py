"""A form that does one act on a team, the same for every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from dates.months import month_asked, months_after
from ledger.subjects import Subject
from web.acts import run
from web.forms import ActForm


def acted(
    request: HttpRequest,
    subject: Subject,
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
    after = after or reverse(tab, args=[subject.reference])
    return run(request, form, act, done=done, to=after, page=template, residency=subject, tab=tab, heading=heading, **more)


MONTH, LIST = "month", "list"


def asked_month(request: HttpRequest) -> dict[str, Any]:
    """The `month` asked for, the ones `before` and `after`, `today`, and `from_on`, where the list begins."""
    today = timezone.localdate()
    month = month_asked(request.GET.get("month", ""), today)
    from_on = today if (month.year, month.month) == (today.year, today.month) else month
    return {"month": month, "today": today, "before": months_after(month, -1), "after": months_after(month, 1), "from_on": from_on}
