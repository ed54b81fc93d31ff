"""Pages of a residency's return and value reports (EL-93, EL-94, EL-97)."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dates.months import day_asked
from ledger.subjects import Subject, subject_or_404
from metrics.frame import framed
from oversight.choices import Payer
from people.identity import account_on
from people.models import User
from reports.models import ReportRun
from reports.runs import recompute
from reports.value.actions import seal_value_report
from reports.value.differences import Differences
from reports.value.document_kinds import KIND, labels_of, metric_lines, return_from
from reports.value.figures import CALCULATION, bytes_of
from reports.value.queries import end_of, return_of
from reports.value.rules import Return
from web.access import needs
from web.acts import press


def _framed(subject: Subject, tab: str, **more: Any) -> dict[str, Any]:
    return framed(subject, **more) | {"tab": tab}


@require_safe
@needs("reports.view_return", subject_or_404)
def value_return(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show the cost to date with the savings by kind beside it: as it is now, or as it was known on the day in the address."""
    today = timezone.localdate()
    on = min(day_asked(request.GET.get("on", ""), today), today)
    result = return_of(subject.stream_id, on, end_of(on))
    context = _framed(subject, "return", result=result, payers=_payers(result), today=today, is_past=on < today)
    return render(request, "reports/value/return.html", context)


def _figures_now(subject: Subject, calculation: int = CALCULATION) -> Any:
    now = timezone.now()
    return json.loads(bytes_of(calculation, subject.stream_id, timezone.localdate(now), now))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reports.view_return", subject_or_404)
def value_report(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show the value report as it would be sealed now, and those that were sealed; seal one."""
    if request.method == "POST":
        page = reverse("value-report", args=[subject.reference])
        return press(
            request,
            lambda: seal_value_report(subject, by=request.user),
            done=_("Sealed. The PDF will be ready in about a minute."),
            to=page,
        )
    figures = _figures_now(subject)
    result = return_from(figures)
    may_seal = subject.is_under_way and account_on(request).has_perm("reports.seal_value_report", subject)  # type: ignore[arg-type]  # every kind is a model
    runs = ReportRun.objects.filter(stream=subject.stream_id, kind=KIND).select_related("document", "made_by").order_by("-number")
    context = {"result": result, "metrics": metric_lines(figures, labels_of(subject.stream_id)), "runs": runs, "may_seal": may_seal}
    return render(request, "reports/value/report.html", _framed(subject, "value-report", payers=_payers(result), **context))


def run_or_404(user: User, reference: str, number: int) -> ReportRun:
    """Return a sealed value report. Raises `Http404` if `user` can't see its subject."""
    subject = subject_or_404(user, reference)
    run = ReportRun.objects.filter(stream=subject.stream_id, kind=KIND, number=number).select_related("document", "made_by").first()
    if run is None:
        raise Http404(_("This report doesn’t exist."))
    run.stream = run.document.stream = subject.stream
    return run


@require_safe
@needs("reports.view_sealed_report", run_or_404)
def sealed_report(request: HttpRequest, run: ReportRun) -> HttpResponse:
    """Show a sealed report's figures, and whether they come out the same when they are worked out again from the records."""
    content = run.document.facts["content"]
    result, metrics = return_from(content["figures"]), metric_lines(content["figures"], content["labels"])
    context = {"run": run, "result": result, "payers": _payers(result), "metrics": metrics, "recomputed": recompute(run)}
    return render(request, "reports/value/sealed.html", _framed(run.subject, "value-report", **context))


@require_safe
@needs("reports.view_sealed_report", run_or_404)
def report_changes(request: HttpRequest, run: ReportRun) -> HttpResponse:
    """Show row by row how today's figures differ from a sealed report, with each reason."""
    differences = Differences(run, run.sealed_figures, _figures_now(run.subject, run.calculation))
    context = {"run": run, "rows": differences.rows, "totals": differences.totals}
    return render(request, "reports/value/changes.html", _framed(run.subject, "value-report", **context))


def _payers(result: Return) -> list[tuple[Any, int]]:
    return [(Payer(payer).label, cents) for payer, cents in result.by_payer.items()]
