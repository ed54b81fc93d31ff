"""The act that seals the portfolio (EL-94, EL-97)."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from findings import refuse
from ledger.models import Stream
from ledger.subjects import lock
from reports import runs
from reports.models import Portfolio, ReportRun
from reports.portfolio import sealed
from reports.portfolio.document_kinds import KIND
from reports.portfolio.rules import Period
from web.templatetags.portal import day

LONGEST_WAIT = 10.0  # seconds


@act("reports.seal_portfolio", on=None)
def seal_portfolio(*, first: datetime.date | None = None, by: Actor) -> ReportRun:
    """Seal the portfolio as it is known now, as a document that anyone can verify: of all years, or from a fiscal year's first day.

    It covers every residency. No lock can cover all of them, so it waits for the acts that are being written at its moment; what is
    entered later is dated later and isn't in it. Raises `Refused` (`portfolio-empty`, `portfolio-busy`, `letter-unprintable`).
    """
    subject = lock(_the_portfolio().stream)
    now = timezone.now()
    if not runs.wait_for_writers(LONGEST_WAIT):
        raise refuse(
            "portfolio-busy", _("Something is still being saved, such as a large import."), _("Wait a minute, then seal the portfolio.")
        )
    period = Period(timezone.localdate(now), first)
    portfolio = sealed.known(period, now)
    if not portfolio.facts:
        raise refuse(
            "portfolio-empty",
            _("There are no residencies in this period."),
            _("Choose another year. Applications count once they are sent."),
        )
    return runs.seal(
        subject.stream, KIND, title=lambda number: _("Portfolio %(number)d, %(day)s") % {"number": number, "day": day(period.last)},
        known=runs.Knowledge(period.last, now), calculation=sealed.CALCULATION, figures=sealed.bytes_from(portfolio, now),
        labels=sealed.labels_of(portfolio), event="portfolio-sealed", by=by,
    )  # fmt: skip


def _the_portfolio() -> Portfolio:
    """Return the one portfolio with its stream, created on first use."""
    if portfolio := Portfolio.objects.select_related("stream").first():
        return portfolio
    with transaction.atomic():
        stream = Stream.objects.create(kind="portfolio")
        row, created = Portfolio.objects.get_or_create(defaults={"stream": stream})
        if not created:  # someone else sealed the first one at the same moment
            stream.delete()
        return row
