"""The portfolio: its page, the rows behind each figure, and its exports (EL-94)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from community.models.giving import in_hours
from people.identity import account_on
from reports.portfolio import rules
from reports.portfolio.figures import FIGURES, Figure, Portfolio
from reports.portfolio.forms import PortfolioFilter
from reports.portfolio.queries import facts_for
from residencies.models.states import UNDER_WAY, Phase, State
from web.access import needs
from web.exports import export

TIMED = [state for state in UNDER_WAY if state != State.DRAFT]
HEADER = (
    _("Reference"), _("Product"), _("Ministry"), _("Phase"), _("State"), _("Application sent"), _("Start date"), _("Live since"),
    _("First due"), _("Ended on"), _("Reason"), *(format_lazy(_("Days in “{state}”"), state=state.label) for state in TIMED),
    _("Training hours"), _("Expected at reviews"), _("Attended"), _("Hours given to others"), _("Spent, in dollars"),
)  # fmt: skip


def _portfolio(request: HttpRequest) -> tuple[PortfolioFilter, Portfolio]:
    filters = PortfolioFilter(request.GET, today=timezone.localdate())
    wanted, period = filters.wanted, filters.period
    ministry = wanted["ministry"].pk if "ministry" in wanted else None
    narrowed = {"ministry": ministry, "phase": wanted.get("phase", ""), "state": wanted.get("state", "")}
    return filters, Portfolio(facts_for(account_on(request), period, **narrowed), period)


@needs("reports.view_portfolio")
@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """Show all residencies that the filters leave: where they are, how long things take, and what came of them."""
    filters, shown = _portfolio(request)
    return render(
        request, "reports/portfolio.html", {"filters": filters, "portfolio": shown, "period": shown.period, "query": filters.query}
    )


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
    return render(request, "reports/portfolio_rows.html", context)


@needs("reports.view_portfolio")
@require_safe
def download(request: HttpRequest, file_format: str) -> HttpResponse:
    """Return one row for each residency, under the same filters."""
    _filters, shown = _portfolio(request)
    return export(f"portfolio-{shown.period.last:%Y-%m-%d}", file_format, HEADER, _cells(shown))


def _cells(shown: Portfolio) -> Iterator[tuple[Any, ...]]:
    for facts in shown.facts:
        yield (
            facts.reference, facts.product, facts.ministry, Phase(facts.phase).label, State(facts.state).label, facts.submitted_on,
            facts.started_on, facts.live_on, facts.due_on, facts.ended_on, facts.reason,
            *rules.days_in(facts, TIMED, shown.period),
            facts.training_hours, facts.expected, facts.attended, in_hours(facts.minutes_given), Decimal(facts.spent_cents) / 100,
        )  # fmt: skip
