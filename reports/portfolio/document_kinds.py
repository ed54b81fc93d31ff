"""A sealed portfolio as people read it in its PDF (EL-94)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dates.durations import Usual
from oversight.documents.kinds import DocumentKind, register
from reports.portfolio.figures import Portfolio
from reports.portfolio.sealed import bytes_of, period_of, portfolio_from
from reports.runs import REBUILDS
from residencies.listing.key_figures import days
from residencies.models.states import State
from sealing.blocks import Facts, Heading, Paragraph, Part, Table
from web.templatetags.portal import day, dollars

KIND = "portfolio"
MOST_ROWS = 50
NONE = "–"


def parts(content: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the parts of the sealed PDF. The row of each residency is in the attached file."""
    portfolio = portfolio_from(content["figures"], content["labels"])
    yield Facts((*_period(portfolio), *((tile.label[:1].upper() + tile.label[1:], tile.text) for tile in portfolio.tiles)))
    yield _states(portfolio)
    if portfolio.ended_early:
        rows = tuple(
            (f"{facts.product} ({facts.reference})", str(State(facts.state).label), day(facts.ended_on), facts.reason or NONE)
            for facts in portfolio.ended_early[:MOST_ROWS]
        )
        yield Table(_("Ended without graduating"), (_("Product"), _("Outcome"), _("Ended on"), _("Reason")), rows)
        yield from _more(len(portfolio.ended_early))
    header = (_("Ministry"), _("Residencies"), _("Graduated"), _("Training hours"), _("Attendance"), _("Spent"))
    ministries = tuple(
        (
            name, str(sums.residencies), str(sums.graduated), f"{sums.training_hours.normalize():f}",
            NONE if sums.attendance_percent is None else f"{sums.attendance_percent}%", dollars(sums.spent_cents),
        )
        for name, sums in portfolio.ministries
    )  # fmt: skip
    yield Table(_("By ministry"), header, ministries, numbers=(1, 2, 3, 4, 5))
    if portfolio.reuse:
        reuse = tuple((row.component, row.giver.name, row.taker.name, day(row.on)) for row in portfolio.reuse[:MOST_ROWS])
        yield Table(_("Components reused"), (_("Component"), _("Given by"), _("Reused by"), _("Since")), reuse)
        yield from _more(len(portfolio.reuse))
    yield Heading(_("Where the figures come from"))
    yield Paragraph(_("The attached file has the row of each residency from which these figures are calculated."))
    params = {"sha256": content["figures_sha256"], "calculation": content["calculation"]}
    yield Paragraph(_("Fingerprint of the figures: %(sha256)s (calculation %(calculation)s).") % params)


def _period(portfolio: Portfolio) -> tuple[tuple[str, str], ...]:
    period, count = portfolio.period, portfolio.sums.residencies
    covers = _("%(first)s to %(last)s") % {"first": day(period.first), "last": day(period.last)} if period.first else _("All years")
    residencies = ngettext("%(count)d residency", "%(count)d residencies", count) % {"count": count}
    return ((_("As of"), day(period.last)), (_("Covers"), covers), (_("Residencies"), residencies))


def _states(portfolio: Portfolio) -> Table:
    header = (_("State"), _("In this state"), _("Times counted"), _("Half take up to"), _("Nine in ten take up to"))
    rows = [(str(line.state.label), str(line.now), str(line.count), *_usual(line.usual)) for line in portfolio.states]
    rows += [(str(state.label), str(count), NONE, NONE, NONE) for state, count, _key in portfolio.ends]
    return Table(_("Time in each state"), header, tuple(rows), numbers=(1, 2, 3, 4))


def _usual(usual: Usual | None) -> tuple[str, str]:
    if usual is None:
        return _("fewer than five"), _("fewer than five")
    texts = [days(count) if count is not None else _("too early to say") for count in (usual.half, usual.nine_in_ten)]
    return texts[0], texts[1]


def _more(count: int) -> Iterator[Paragraph]:
    if count > MOST_ROWS:
        yield Paragraph(_("The first %(shown)d of %(count)d are shown.") % {"shown": MOST_ROWS, "count": count})


register(DocumentKind(KIND, gettext_lazy("Portfolio"), parts=parts))
REBUILDS[KIND] = lambda run: bytes_of(run.calculation, period_of(run.sealed_figures), run.as_of)
