"""Pages of a residency's return and value reports (EL-93, EL-94, EL-97)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dates.months import day_asked
from ledger.subjects import Subject, subject_or_404
from metrics.frame import framed
from oversight.choices import Payer
from reports.value.queries import end_of, return_of
from web.access import needs


def _framed(subject: Subject, tab: str, **more: Any) -> dict[str, Any]:
    return framed(subject, **more) | {"tab": tab}


@require_safe
@needs("reports.view_return", subject_or_404)
def value_return(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show the cost to date with the savings by kind beside it: as it is now, or as it was known on the day in the address."""
    today = timezone.localdate()
    on = min(day_asked(request.GET.get("on", ""), today), today)
    result = return_of(subject.stream_id, on, end_of(on))
    payers = [(Payer(payer).label, cents) for payer, cents in result.by_payer.items()]
    context = _framed(subject, "return", result=result, payers=payers, today=today, is_past=on < today)
    return render(request, "reports/value/return.html", context)
