"""The figures of a sealed portfolio, worked out from the rows as they were known at a moment (EL-94, EL-97).

`figures_at` gives the same bytes years later, whatever was entered, corrected or removed since: one row for each residency, and every
figure of the page. It holds keys, codes, dates and amounts; names can be edited later, so they are in the document's labels.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from dates.durations import Usual
from ledger.canonical import canonical_json
from reports.portfolio.figures import Portfolio
from reports.portfolio.queries import Scope, facts_for, reuse_over
from reports.portfolio.rules import Facts, Party, Period, Reuse, Stay
from residencies.models import Residency

Json = Mapping[str, Any]
DAYS = ("submitted_on", "started_on", "live_on", "due_on", "ended_on")
COUNTS = ("expected", "attended", "minutes_given", "spent_cents", "components_taken", "components_given")


def known(period: Period, moment: datetime.datetime) -> Portfolio:
    """Return the portfolio of every residency in a period, as it was known at a moment. Seven queries."""
    scope = Scope(None, period, known_at=moment)
    return Portfolio(list(facts_for(scope)), period, reuse_over(scope))


def figures_of(portfolio: Portfolio, moment: datetime.datetime) -> dict[str, Any]:
    """Return a portfolio's figures: a row for each residency, each reuse of a component, and every sum and share."""
    period = portfolio.period
    return {
        "as_of": moment,
        "on": period.last,
        "from": period.first,
        "residencies": [_row(facts) for facts in portfolio.facts],
        "reuse": sorted(map(_reuse, portfolio.reuse), key=lambda row: (row["giver"], row["taker"], row["component"])),
        "totals": _totals(portfolio),
    }


def _reuse(row: Reuse) -> dict[str, Any]:
    return {"giver": row.giver.key, "taker": row.taker.key, "component": row.component, "on": row.on}


def _row(facts: Facts) -> dict[str, Any]:
    return {
        "residency": facts.pk, "phase": str(facts.phase), "state": str(facts.state),
        "stays": [[str(stay.state), stay.from_on, stay.to_on] for stay in facts.stays],
        **{name: getattr(facts, name) for name in (*DAYS, *COUNTS)},
        "training_hours": _exact(facts.training_hours), "still_reports": facts.still_reports,
    }  # fmt: skip


def _totals(portfolio: Portfolio) -> dict[str, Any]:
    sums = portfolio.sums
    return {
        "residencies": sums.residencies,
        "states": [{"state": str(line.state), "now": line.now, "counted": line.count, **_usual(line.usual)} for line in portfolio.states],
        "ended": {str(state): count for state, count, _key in portfolio.ends},
        "to_start": {"counted": len(portfolio.to_start), **_usual(portfolio.usual_start)},
        "graduated_in_time": {"in_time": portfolio.in_time, "due": len(portfolio.due)},
        "ended_in_period": len(portfolio.ended_early),
        "still_reporting": {"reporting": portfolio.still_reporting, "of": len(portfolio.benefits)},
        "training_hours": _exact(sums.training_hours),
        **{name: sum(getattr(facts, name) for facts in portfolio.facts) for name in COUNTS},
    }


def _usual(usual: Usual | None) -> dict[str, int | None]:
    """Return what is usual; nothing for fewer than five."""
    return {"half": usual.half if usual else None, "nine_in_ten": usual.nine_in_ten if usual else None}


def _exact(value: Decimal) -> str:
    return f"{value.normalize():f}"


def figures_at(period: Period, moment: datetime.datetime) -> dict[str, Any]:
    return figures_of(known(period, moment), moment)


CALCULATION = 1
CALCULATIONS: dict[int, Callable[[Period, datetime.datetime], dict[str, Any]]] = {1: figures_at}


def bytes_of(calculation: int, period: Period, moment: datetime.datetime) -> bytes:
    """Return the figures as canonical JSON, by the calculation with this number. Raises `KeyError` for an unknown one."""
    return canonical_json({"calculation": calculation, **CALCULATIONS[calculation](period, moment)})


def bytes_from(portfolio: Portfolio, moment: datetime.datetime) -> bytes:
    """Return the figures of a portfolio that is read already, by the current calculation."""
    return canonical_json({"calculation": CALCULATION, **figures_of(portfolio, moment)})


# ── Names, and back to facts ─────────────────────────────────────────────────────────────────


def labels_of(portfolio: Portfolio) -> dict[str, Any]:
    """Return what the report calls its residencies, and who gave and took components, by key."""
    names = ("reference", "product", "ministry", "reason")
    parties = {party.key: party for row in portfolio.reuse for party in (row.giver, row.taker)}
    return {
        "residencies": {str(facts.pk): {name: getattr(facts, name) for name in names} for facts in portfolio.facts},
        "parties": {str(key): {"reference": party.reference, "name": party.name, "url": party.url} for key, party in parties.items()},
    }


def period_of(figures: Json) -> Period:
    return Period(_day(figures["on"]) or datetime.date.min, _day(figures["from"]))


def portfolio_from(figures: Json, labels: Json) -> Portfolio:
    """Return the portfolio in a report's figures, as JSON gives them back, with the names it was sealed with."""
    facts = [_facts(row, labels["residencies"][str(row["residency"])]) for row in figures["residencies"]]
    parties = {int(key): Party(int(key), **label) for key, label in labels["parties"].items()}
    days = [datetime.date.fromisoformat(row["on"]) for row in figures["reuse"]]
    reuse = [
        Reuse(parties[row["giver"]], parties[row["taker"]], row["component"], on) for row, on in zip(figures["reuse"], days, strict=True)
    ]
    return Portfolio(facts, period_of(figures), reuse)


def _facts(row: Json, label: Mapping[str, str]) -> Facts:
    url = Residency(reference=label["reference"]).get_absolute_url()
    stays = tuple(Stay(state, _day(first) or datetime.date.min, _day(end)) for state, first, end in row["stays"])
    values: dict[str, Any] = {**label, **{name: _day(row[name]) for name in DAYS}, **{name: row[name] for name in COUNTS}}
    return Facts(
        pk=row["residency"], url=url, phase=row["phase"], state=row["state"], stays=stays,
        training_hours=Decimal(row["training_hours"]), still_reports=row["still_reports"], **values,
    )  # fmt: skip


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
