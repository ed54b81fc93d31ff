"""Counts the portfolio for its page, which never waits for a count that takes long (OP-07).

With thousands of residencies a count takes seconds, and every act makes it out of date. Then the page shows the last count and says
when it was made, while a worker counts again. With fewer residencies, or without a worker, it is always counted for the page.
"""

from __future__ import annotations

import datetime
from urllib.parse import parse_qsl

from django.core.cache import caches
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from ledger.memory import Counted, head_of_all, last_counted
from outbox.queue import wake, workers_listen
from reports.portfolio.figures import Portfolio
from reports.portfolio.forms import PortfolioFilter
from reports.portfolio.queries import Scope, facts_for, reuse_over

PATIENCE = 1.0  # seconds that a reader may wait for a count
OLDEST = datetime.timedelta(hours=2)
ASKED, MOST_ASKED = "portfolio-filters", 10
PAUSE_SECONDS = 30  # at least between two counts by a worker


def scope_of(filters: PortfolioFilter) -> Scope:
    """Return what the filters leave of all residencies: whoever may open the portfolio sees them all."""
    wanted = filters.wanted
    ministry = wanted["ministry"].pk if "ministry" in wanted else None
    return Scope(None, filters.period, ministry, wanted.get("phase", ""), wanted.get("state", ""))


def counted(filters: PortfolioFilter, *, again: bool = False) -> tuple[Counted, bool]:
    """Return the page's figures as HTML with the moment of the count, and whether it is of now.

    It is the last count if counting takes long and a worker can do it, unless it has to be made `again`.
    """
    head = head_of_all(timezone.now())
    patience = PATIENCE if workers_listen() and not again else float("inf")
    key = f"portfolio/{filters.today}/{filters.query}"
    result = last_counted(key, head, lambda: figures(filters), patience=patience, oldest=OLDEST)
    if result.head != head:
        _ask(filters.query)
    return result, result.head == head


def figures(filters: PortfolioFilter) -> str:
    scope = scope_of(filters)
    portfolio = Portfolio(list(facts_for(scope)), scope.period, reuse_over(scope))
    context = {"portfolio": portfolio, "query": filters.query, "base": reverse("portfolio")}
    return render_to_string("reports/portfolio/_portfolio.html", context)


def _ask(query: str) -> None:
    """Have a worker count again for these filters; not more often than every half minute."""
    asked: list[str] = caches["ledger"].get(ASKED, [])
    caches["ledger"].set(ASKED, [query, *(each for each in asked if each != query)][:MOST_ASKED])
    if caches["ledger"].add(f"{ASKED}-woken", True, PAUSE_SECONDS):
        wake("labportal.tasks.count_portfolio")


def count_again() -> int:
    """Count for each of the filters that were asked for; returns how many."""
    asked: list[str] = caches["ledger"].get(ASKED, [])
    caches["ledger"].delete(ASKED)
    for query in asked:
        counted(PortfolioFilter(dict(parse_qsl(query)), today=timezone.localdate()), again=True)
    return len(asked)
