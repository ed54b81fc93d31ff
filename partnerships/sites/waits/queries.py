"""Waits on record, for the pages: by site, service, day, week and month (SP-07)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dates.months import months_after
from partnerships.models import ServiceStandard, Site, SiteService, WaitDay
from partnerships.sites.waits.rules import DayFacts, Figures, Standards, Tally, tallied

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """How a page adds days up: its name in an address, how far it goes back, and the first day of what a day belongs to."""

    first: Callable[[datetime.date], datetime.date]
    begin: Callable[[datetime.date], datetime.date]


def _monday(day: datetime.date) -> datetime.date:
    return day - day.weekday() * DAY


PERIODS = {
    "day": Period(lambda today: today - 29 * DAY, lambda day: day),
    "week": Period(lambda today: _monday(today) - 25 * 7 * DAY, _monday),
    "month": Period(lambda today: months_after(today.replace(day=1), -11), lambda day: day.replace(day=1)),
}


def days_of(sites: Iterable[Site], first: datetime.date, last: datetime.date) -> list[tuple[int, DayFacts]]:
    """Return the days on record of some sites from `first` to `last`, each with its site; one query."""
    rows = WaitDay.objects.filter(service__site__in=sites, on__range=(first, last)).order_by("on", "service")
    names = ("service", "on", "clients", "left", "right", "wrong", "waits", "lengths")
    return [(site, _day(*values)) for site, *values in rows.values_list("service__site", *names)]


def _day(service: int, on: datetime.date, clients: int, left: int, right: int, wrong: int, waits: Any, lengths: Any) -> DayFacts:
    minutes = lambda counts: {int(each): count for each, count in counts.items()}
    return DayFacts(service, on, clients, left, right, wrong, minutes(waits), minutes(lengths))


def standards_of(sites: Iterable[Site]) -> Standards:
    """Return the standards of every service of some sites, oldest first; one query."""
    standards: dict[int, list[tuple[datetime.date, int]]] = defaultdict(list)
    rows = ServiceStandard.objects.filter(service__site__in=sites).order_by("from_on")
    for service, from_on, minutes in rows.values_list("service", "from_on", "minutes"):
        standards[service].append((from_on, minutes))
    return standards


@dataclass(frozen=True)
class Waits:
    """The waits of a site in a period: in all, by day, week or month, and by service."""

    total: Figures
    by_period: Sequence[tuple[datetime.date, Figures]]
    by_service: Sequence[tuple[SiteService, int | None, Figures]]
    days: Sequence[datetime.date]  # those with clients on record, oldest first


def waits_of(site: Site, by: str) -> Waits:
    """Return the waits of a site in the days, weeks or months until today; three queries."""
    period, today = PERIODS[by], site.today
    days = [day for _site, day in days_of([site], period.first(today), today)]
    standards = standards_of([site])
    periods = tallied(days, standards, key=lambda day: period.begin(day.on))
    services = tallied(days, standards, key=lambda day: day.service)
    rows = SiteService.objects.filter(site=site)
    return Waits(
        total=_total(days, standards),
        by_period=[(begin, periods[begin].figures) for begin in sorted(periods)],
        by_service=[(row, _latest(standards, row), services.get(row.pk, Tally()).figures) for row in rows],
        days=sorted({day.on for day in days}),
    )


def _total(days: Sequence[DayFacts], standards: Standards) -> Figures:
    return tallied(days, standards, key=lambda _day: None).get(None, Tally()).figures


def _latest(standards: Standards, service: SiteService) -> int | None:
    changes = standards.get(service.pk, ())
    return changes[-1][1] if changes else None


def by_site(sites: Sequence[Site], by: str) -> list[tuple[Site, Figures]]:
    """Return the figures of each site in the period until today at the site; two queries."""
    if not sites:
        return []
    first = min(PERIODS[by].first(site.today) for site in sites)
    since = {site.pk: PERIODS[by].first(site.today) for site in sites}
    days = [(site, day) for site, day in days_of(sites, first, max(site.today for site in sites)) if day.on >= since[site]]
    standards = standards_of(sites)
    return [(site, _total([day for key, day in days if key == site.pk], standards)) for site in sites]
