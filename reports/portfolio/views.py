"""The portfolio: its page, the rows behind each figure, and its exports (EL-94)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from community.models.giving import in_hours
from ledger.memory import head_of_all, remembered
from people.identity import account_on
from reports.portfolio import rules
from reports.portfolio.figures import FIGURES, Figure, Portfolio
from reports.portfolio.forms import PortfolioFilter
from reports.portfolio.queries import Scope, facts_for, reuse_over
from reports.portfolio.rules import Facts, Period
from residencies.models.states import UNDER_WAY, Phase, State
from web.access import needs
from web.exports import export

TIMED = [state for state in UNDER_WAY if state != State.DRAFT]
HEADER = (
    _("Reference"), _("Product"), _("Ministry"), _("Phase"), _("State"), _("Application sent"), _("Start date"), _("Live since"),
    _("First due"), _("Ended on"), _("Reason"), *(format_lazy(_("Days in “{state}”"), state=state.label) for state in TIMED),
    _("Training hours"), _("Expected at reviews"), _("Attended"), _("Hours given to others"), _("Spent, in dollars"),
    _("Components reused from others"), _("Components given to others"),
)  # fmt: skip


def _scope(request: HttpRequest) -> tuple[PortfolioFilter, Scope]:
    filters = PortfolioFilter(request.GET, today=timezone.localdate())
    wanted = filters.wanted
    ministry = wanted["ministry"].pk if "ministry" in wanted else None
    return filters, Scope(account_on(request), filters.period, ministry, wanted.get("phase", ""), wanted.get("state", ""))


def _portfolio(request: HttpRequest) -> tuple[PortfolioFilter, Portfolio]:
    filters, scope = _scope(request)
    return filters, Portfolio(list(facts_for(scope)), scope.period)


@needs("reports.view_portfolio")
@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """Show all residencies that the filters leave: where they are, how long things take, and what came of them.

    What is shown is remembered until the next act, for everyone: whoever may open the portfolio sees all residencies.
    """
    filters, scope = _scope(request)
    heads = {filters.query: head_of_all(timezone.now())}
    figures = remembered("portfolio", heads, filters.today, lambda keys: {key: _figures(scope, key) for key in keys})[filters.query]
    context = {"filters": filters, "figures": mark_safe(figures), "period": scope.period}  # noqa: S308 - a template, rendered
    return render(request, "reports/portfolio.html", context)


def _figures(scope: Scope, query: str) -> str:
    return render_to_string(
        "reports/_portfolio.html", {"portfolio": Portfolio(list(facts_for(scope)), scope.period, reuse_over(scope)), "query": query}
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
