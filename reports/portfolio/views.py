"""The portfolio: its page, the rows behind each figure, and its exports (EL-94)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from community.models.giving import in_hours
from people.identity import account_on
from reports.models import ReportRun
from reports.portfolio import rules
from reports.portfolio.actions import seal_portfolio
from reports.portfolio.counting import counted, scope_of
from reports.portfolio.differences import Differences
from reports.portfolio.document_kinds import KIND
from reports.portfolio.figures import FIGURES, Figure, Portfolio
from reports.portfolio.forms import PortfolioFilter, SealPortfolioForm
from reports.portfolio.queries import Scope, facts_for
from reports.portfolio.rules import Facts, Period
from reports.portfolio.sealed import known, portfolio_from
from reports.runs import recompute
from residencies.models.states import UNDER_WAY, Phase, State
from web import acts
from web.access import needs
from web.exports import export

MOST_CHANGES = 1000
TIMED = [state for state in UNDER_WAY if state != State.DRAFT]
HEADER = (
    _("Reference"), _("Product"), _("Ministry"), _("Phase"), _("State"), _("Application sent"), _("Start date"), _("Live since"),
    _("First due"), _("Ended on"), _("Reason"), *(format_lazy(_("Days in “{state}”"), state=state.label) for state in TIMED),
    _("Training hours"), _("Expected at reviews"), _("Attended"), _("Hours given to others"), _("Spent, in dollars"),
    _("Components reused from others"), _("Components given to others"),
)  # fmt: skip


def _scope(request: HttpRequest) -> tuple[PortfolioFilter, Scope]:
    filters = PortfolioFilter(request.GET, today=timezone.localdate())
    return filters, scope_of(filters)


def _portfolio(request: HttpRequest) -> tuple[PortfolioFilter, Portfolio]:
    filters, scope = _scope(request)
    return filters, Portfolio(list(facts_for(scope)), scope.period)


@needs("reports.view_portfolio")
@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """Show all residencies that the filters leave: where they are, how long things take, and what came of them.

    What is shown is the last count, for everyone, with its moment if something was recorded since; `?again` counts at once.
    """
    filters = PortfolioFilter(request.GET, today=timezone.localdate())
    result, is_current = counted(filters, again="again" in request.GET)
    context = {
        "filters": filters,
        "figures": mark_safe(result.answer),  # noqa: S308 - a template, rendered
        "period": filters.period,
        "counted_at": None if is_current else result.at,
        "query": filters.query,
        "may_seal": account_on(request).has_perm("reports.seal_portfolio"),
    }
    return render(request, "reports/portfolio/portfolio.html", context)


def _figure(_user: Any, figure: str) -> Figure:
    if figure not in FIGURES:
        raise Http404(figure)
    return FIGURES[figure]


@needs("reports.view_portfolio", _figure)
@require_safe
def rows(request: HttpRequest, figure: Figure) -> HttpResponse:
    """Show the residencies behind a figure, under the same filters."""
    filters, shown = _portfolio(request)
    context = {"figure": figure, "rows": figure.rows(shown), "filters": filters, "period": shown.period, "query": filters.query}
    return render(request, "reports/portfolio/rows.html", context)


@needs("reports.view_portfolio")
@require_safe
def download(request: HttpRequest, file_format: str) -> HttpResponse:
    """Return one row for each residency, under the same filters."""
    _filters, scope = _scope(request)
    return export(f"portfolio-{scope.period.last:%Y-%m-%d}", file_format, HEADER, _cells(facts_for(scope), scope.period))


def _cells(everything: Iterable[Facts], period: Period) -> Iterator[tuple[Any, ...]]:
    for facts in everything:
        yield (
            facts.reference, facts.product, facts.ministry, Phase(facts.phase).label, State(facts.state).label, facts.submitted_on,
            facts.started_on, facts.live_on, facts.due_on, facts.ended_on, facts.reason,
            *rules.days_in(facts, TIMED, period),
            facts.training_hours, facts.expected, facts.attended, in_hours(facts.minutes_given), Decimal(facts.spent_cents) / 100,
            facts.components_taken, facts.components_given,
        )  # fmt: skip


# ── Sealed portfolios (EL-97) ────────────────────────────────────────────────────────────────


def _runs() -> QuerySet[ReportRun]:
    return ReportRun.objects.filter(kind=KIND).select_related("document__stream__portfolio", "made_by").order_by("-number")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reports.view_portfolio")
def reports(request: HttpRequest) -> HttpResponse:
    """List the sealed portfolios, the newest first; seal one."""
    may_seal = account_on(request).has_perm("reports.seal_portfolio")
    form = SealPortfolioForm(request.POST or None, today=timezone.localdate())
    context = {"may_seal": may_seal, "runs": _runs().defer("figures", "document__content")}
    act = lambda: seal_portfolio(first=form.first, by=request.user)
    done = gettext("Sealed. The PDF will be ready in about a minute.")
    to = lambda run: reverse("portfolio-sealed", args=[run.number])
    return acts.run(request, form, act, done=done, to=to, page="reports/portfolio/reports.html", **context)


def run_or_404(_user: Any, number: int, **_rest: Any) -> ReportRun:
    """Return a sealed portfolio. Raises `Http404` if there is none with this number."""
    sealed_run = _runs().filter(number=number).first()
    if sealed_run is None:
        raise Http404(_("This report doesn’t exist."))
    return sealed_run


def _sealed(run: ReportRun) -> Portfolio:
    return portfolio_from(run.sealed_figures, run.document.facts["content"]["labels"])


@require_safe
@needs("reports.view_portfolio", run_or_404)
def sealed_portfolio(request: HttpRequest, run: ReportRun) -> HttpResponse:
    """Show a sealed portfolio's figures; with `?check`, whether they come out the same when they are worked out again from the records."""
    shown = _sealed(run)
    checked = recompute(run) if "check" in request.GET else None
    base = reverse("portfolio-sealed", args=[run.number])
    context = {"run": run, "portfolio": shown, "period": shown.period, "recomputed": checked, "base": base, "is_sealed": True}
    return render(request, "reports/portfolio/sealed.html", context)


@require_safe
@needs("reports.view_portfolio", lambda user, number, figure: (run_or_404(user, number), _figure(user, figure)))
def sealed_rows(request: HttpRequest, pair: tuple[ReportRun, Figure]) -> HttpResponse:
    """Show the residencies behind a figure of a sealed portfolio."""
    run, figure = pair
    shown = _sealed(run)
    context = {"figure": figure, "rows": figure.rows(shown), "period": shown.period, "run": run, "is_sealed": True}
    return render(request, "reports/portfolio/rows.html", context)


@require_safe
@needs("reports.view_portfolio", run_or_404)
def portfolio_changes(request: HttpRequest, run: ReportRun) -> HttpResponse:
    """Show residency by residency how today's figures differ from a sealed portfolio, with each reason."""
    now = timezone.now()
    sealed_run = _sealed(run)
    today = known(Period(timezone.localdate(now), sealed_run.period.first), now)
    differences = Differences(run, sealed_run, today)
    rows = differences.rows
    context = {"run": run, "rows": rows[:MOST_CHANGES], "count": len(rows), "totals": differences.totals}
    return render(request, "reports/portfolio/changes.html", context)
