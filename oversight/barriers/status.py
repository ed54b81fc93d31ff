"""What a status report says about a subject's barriers and risks (EL-73, EL-74, EL-96)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dates.months import fiscal_bounds, fiscal_label, fiscal_year_of
from dates.working_days import days_off
from ledger.subjects import Subject
from oversight.choices import OPEN, Band, BarrierState, BudgetKind, Gravity
from oversight.models import Barrier, BarrierStay, Budget, RiskRating
from oversight.money.rules import divided
from oversight.status.facts import named
from oversight.status.sources import Contribution, Figure, Period, Rows, Source, SourceRow, SourceTable, status_source
from web.templatetags.portal import day, dollars

DAY = datetime.timedelta(days=1)
MOST = 200  # of each, newest first
WEEKDAYS = 5


def read_barriers(subject: Subject, period: Period) -> Iterator[SourceRow]:
    """Yield the barriers, their stays at levels if work waits for them, and what the cost of delay is counted from; three queries."""
    stays = Prefetch("stays", queryset=BarrierStay.objects.select_related("level"))
    barriers = Barrier.objects.filter(stream=subject.stream_id).select_related("level").prefetch_related(stays)[:MOST]
    first = fiscal_bounds(fiscal_year_of(period.start))[0]
    for row in barriers:
        text = row.text.rstrip(".")
        values = {
            "state": row.state, "severity": row.severity, "level": row.level.name, "due_on": row.due_on, "blocks_work": row.blocks_work,
            "raised_on": row.raised_on, "closed_on": row.closed_on,
        }  # fmt: skip
        yield SourceRow("barrier", row.pk, text, values)
        for stay in row.stays.all() if row.blocks_work else ():
            first = min(first, stay.from_on)
            label = _("%(barrier)s, at %(level)s") % {"barrier": text, "level": stay.level.name}
            yield SourceRow("stay", stay.pk, label, {"barrier": row.pk, "from_on": stay.from_on, "to_on": stay.to_on})
    years = (fiscal_year_of(period.start), fiscal_year_of(period.today))
    budgets = Budget.objects.current().filter(stream=subject.stream_id, fiscal_year__range=years, kind=BudgetKind.TEAM)
    for pk, year, cents in budgets.values_list("pk", "fiscal_year", "amount_cents"):
        yield SourceRow("budget", pk, fiscal_label(year), {"fiscal_year": year, "amount_cents": cents})
    # Also of the next year, so that a new fiscal year alone changes no row.
    for on, name in days_off(first, fiscal_bounds(years[1] + 1)[1]).items():
        yield SourceRow("day-off", on.toordinal(), name, {"on": on})


def count_barriers(rows: Rows, period: Period) -> Contribution:
    """Return the barriers raised and closed in the period, and open ones with their level and cost of delay."""
    free = {row.day("on") for row in rows["day-off"]}
    open_rows = sorted(
        (row for row in rows["barrier"] if row.values["state"] in OPEN), key=lambda row: (row.day("due_on") or period.today, row.key)
    )
    blocking = {row.key for row in open_rows if row.values["blocks_work"]}
    waiting = dict.fromkeys(blocking, 0)
    for stay in rows["stay"]:
        if (barrier := stay.values["barrier"]) in blocking:
            start = stay.day("from_on") or period.today
            waiting[barrier] += _working_days(start, stay.day("to_on") or max(period.today, start), free)
    daily = _daily_cost(rows["budget"], fiscal_year_of(period.today), free)
    cost = None if daily is None else daily * sum(waiting.values())
    due = [row.day("due_on") for row in open_rows]
    facts = {
        "barriers_overdue": sum(due_on is not None and due_on < period.today for due_on in due),
        "barriers_critical": sum(row.values["severity"] == Gravity.CRITICAL for row in open_rows),
        "work_waiting_days": max(waiting.values(), default=0),
    }
    figures = [Figure("barriers", _("Open barriers"), str(len(open_rows)), {"count": len(open_rows)})]
    if cost:
        figures.append(Figure("delay", _("Cost of delay so far"), dollars(cost), {"cents": cost}))
    return Contribution(facts, tuple(_done(rows["barrier"], period)), tuple(map(_next, open_rows[:3])), tuple(figures))


def _working_days(start: datetime.date, end: datetime.date, free: set[datetime.date | None]) -> int:
    """Count the working days from `start` up to but not including `end`."""
    days = (start + number * DAY for number in range((end - start).days))
    return sum(on.weekday() < WEEKDAYS and on not in free for on in days)


def _daily_cost(budgets: Iterable[SourceRow], year: int, free: set[datetime.date | None]) -> int | None:
    """Return the team's cost on one working day: the year's team budget ÷ its working days (EL-74)."""
    first, last = fiscal_bounds(year)
    amounts = [row.values["amount_cents"] for row in budgets if row.values["fiscal_year"] == year]
    return divided(sum(amounts), _working_days(first, last + DAY, free)) if amounts else None


def _done(rows: Iterable[SourceRow], period: Period) -> list[str]:
    raised = [row.label for row in rows if period.covers(row.day("raised_on"))]
    closed = [row for row in rows if period.covers(row.day("closed_on"))]
    resolved = [row.label for row in closed if row.values["state"] == BarrierState.RESOLVED]
    accepted = [row.label for row in closed if row.values["state"] == BarrierState.ACCEPTED]
    sentences = ((resolved, _("Resolved: %(names)s.")), (accepted, _("Accepted for now: %(names)s.")), (raised, _("Raised: %(names)s.")))
    return [sentence % {"names": named(names)} for names, sentence in sentences if names]


def _next(row: SourceRow) -> str:
    level = row.values["level"]
    params = {"barrier": row.label, "level": level[:1].lower() + level[1:], "due": day(row.day("due_on"))}
    return _("Resolve the barrier “%(barrier)s”, now at %(level)s, by %(due)s.") % params


def read_risks(subject: Subject, period: Period) -> Iterator[SourceRow]:
    """Yield the risks and their ratings; one query."""
    rows = RiskRating.objects.filter(risk__stream=subject.stream_id).select_related("risk").order_by("risk", "-number")[:MOST]
    risks: set[int] = set()
    for rating in rows:
        risk, text = rating.risk, rating.risk.text.rstrip(".")
        if risk.pk not in risks:
            risks.add(risk.pk)
            yield SourceRow("risk", risk.pk, text, {"closed_on": risk.closed_on, "next_review_on": risk.next_review_on})
        yield SourceRow("rating", rating.pk, text, {"risk": risk.pk, "number": rating.number, "on": rating.on, "band": rating.band})


def count_risks(rows: Rows, period: Period) -> Contribution:
    """Return the open risks by rating, and those that were rated again."""
    by_risk: dict[int, list[SourceRow]] = {}
    for rating in sorted(rows["rating"], key=lambda row: (row.values["risk"], -row.values["number"])):
        by_risk.setdefault(rating.values["risk"], []).append(rating)
    risks = [row for row in rows["risk"] if row.key in by_risk]
    open_risks = [row for row in risks if row.values["closed_on"] is None]
    bands = sorted((Band(by_risk[row.key][0].values["band"]) for row in open_risks), key=list(Band).index, reverse=True)
    reviews = [row.day("next_review_on") for row in open_risks]
    facts = {
        "risks_extreme": bands.count(Band.EXTREME),
        "risks_high": bands.count(Band.HIGH),
        "risk_reviews_overdue": sum(on is not None and on < period.today for on in reviews),
    }
    done = [line for row in open_risks for line in _rated_again(by_risk[row.key], period)]
    closed = [row.label for row in risks if period.covers(row.day("closed_on"))]
    if closed:
        done.append(_("Closed risks: %(names)s.") % {"names": named(closed)})
    worst = _("%(count)d, the highest %(band)s") % {"count": len(bands), "band": _lower(bands[0])} if bands else "0"
    numbers = {"count": len(bands), "highest": str(bands[0]) if bands else None}
    return Contribution(facts, tuple(done[:3]), (), (Figure("risks", _("Open risks"), worst, numbers),))


def _rated_again(ratings: list[SourceRow], period: Period) -> list[str]:
    """Return a line for a risk whose band changed in the period; the newest rating comes first."""
    now = ratings[0]
    before = next((rating for rating in ratings if (on := rating.day("on")) and on < period.start), None)
    if before is None or not period.covers(now.day("on")) or before.values["band"] == now.values["band"]:
        return []
    params = {"risk": now.label, "before": _lower(Band(before.values["band"])), "now": _lower(Band(now.values["band"]))}
    return [_("Rated the risk “%(risk)s” from %(before)s to %(now)s.") % params]


def _lower(band: Band) -> str:
    return str(band.label).lower()


BARRIER_TABLES = {
    "barrier": SourceTable(
        gettext_lazy("Barrier"),
        {
            "state": gettext_lazy("state"),
            "severity": gettext_lazy("severity"),
            "level": gettext_lazy("level"),
            "due_on": gettext_lazy("due date"),
            "blocks_work": gettext_lazy("work waits for it"),
            "raised_on": gettext_lazy("raised on"),
            "closed_on": gettext_lazy("closed on"),
        },
        {"state": dict(BarrierState.choices), "severity": dict(Gravity.choices)},
    ),
    "stay": SourceTable(gettext_lazy("Time at a level"), {"from_on": gettext_lazy("from"), "to_on": gettext_lazy("until")}),
    "budget": SourceTable(gettext_lazy("Budget of the team"), {"amount_cents": gettext_lazy("amount")}),
    "day-off": SourceTable(gettext_lazy("Day off"), {"on": gettext_lazy("date")}),
}
BARRIER_FACTS = {
    "barriers_overdue": gettext_lazy("Overdue barriers"),
    "barriers_critical": gettext_lazy("Critical barriers that are open"),
    "work_waiting_days": gettext_lazy("Working days that a barrier has held up the work"),
}
RISK_TABLES = {
    "risk": SourceTable(gettext_lazy("Risk"), {"closed_on": gettext_lazy("closed on"), "next_review_on": gettext_lazy("next review")}),
    "rating": SourceTable(
        gettext_lazy("Rating of a risk"), {"band": gettext_lazy("rating"), "on": gettext_lazy("date")}, {"band": dict(Band.choices)}
    ),
}
RISK_FACTS = {
    "risks_extreme": gettext_lazy("Risks rated extreme"),
    "risks_high": gettext_lazy("Risks rated high"),
    "risk_reviews_overdue": gettext_lazy("Risks whose review is overdue"),
}
status_source(Source("barriers", 60, BARRIER_TABLES, BARRIER_FACTS, read_barriers, count_barriers))
status_source(Source("risks", 70, RISK_TABLES, RISK_FACTS, read_risks, count_risks))
