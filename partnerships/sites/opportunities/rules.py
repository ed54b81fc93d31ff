"""Where partners could work together: communities with two or more signals (PB-04). Plain facts in, opportunities out."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dates.months import months_after
from partnerships.choices import SignalKind
from spelling.compare import title_key

FEWEST_SIGNALS = 2
MONTHS = 12  # between two leases, and how far back and ahead an ending counts
DAYS_COUNTED = 90


@dataclass(frozen=True)
class Signal:
    """Something on record at a site that speaks for a partnership in its community, and the page that shows it.

    `on` is the day on which a lease or a service ends. `services` are what clients asked for in vain, with how many did.
    """

    kind: SignalKind
    community: str
    reference: str
    site: int
    name: str
    organization: str = ""
    on: datetime.date | None = None
    services: tuple[tuple[str, int], ...] = ()
    page: str = "site"


@dataclass(frozen=True)
class Opportunity:
    """A community and its signals, the soonest first."""

    community: str
    signals: tuple[Signal, ...]

    @property
    def first_on(self) -> datetime.date:
        return min((signal.on for signal in self.signals if signal.on), default=datetime.date.max)


def opportunities(signals: Iterable[Signal]) -> list[Opportunity]:
    """Return the communities with two or more signals, the soonest first. A community is the same however its name is capitalized."""
    by_community: dict[str, list[Signal]] = defaultdict(list)
    for signal in signals:
        by_community[title_key(signal.community)].append(signal)
    rows = [_opportunity([*_paired(group), *_others(group)]) for group in by_community.values()]
    return sorted((row for row in rows if len(row.signals) >= FEWEST_SIGNALS), key=lambda row: (row.first_on, title_key(row.community)))


def _opportunity(signals: list[Signal]) -> Opportunity:
    signals.sort(key=lambda signal: (signal.on or datetime.date.max, signal.kind, signal.name, signal.site))
    return Opportunity(signals[0].community if signals else "", tuple(signals))


def _paired(signals: Iterable[Signal]) -> Iterator[Signal]:
    """Yield the leases that end within twelve months of one of another organization. A lease alone is no signal."""
    leases = [signal for signal in signals if signal.kind == SignalKind.LEASE]
    for lease in leases:
        if any(other.organization != lease.organization and _close(lease.on, other.on) for other in leases):
            yield lease


def _others(signals: Iterable[Signal]) -> Iterator[Signal]:
    return (signal for signal in signals if signal.kind != SignalKind.LEASE)


def _close(ends_on: datetime.date | None, other: datetime.date | None) -> bool:
    if ends_on is None or other is None:
        return False
    first, last = sorted((ends_on, other))
    return last <= months_after(first, MONTHS)


def sentence(signal: Signal, today: datetime.date) -> str:
    """Describe a signal in one sentence."""
    params = {"site": signal.name, "day": date_format(signal.on, "j F Y") if signal.on else ""}
    if signal.kind == SignalKind.WRONG_PLACE:
        params["services"] = ", ".join(f"{name} ({count})" for name, count in signal.services)
        return _("Clients at %(site)s came to the wrong organization in the last 90 days: %(services)s.") % params
    if signal.kind == SignalKind.MISSED:
        params["services"] = ", ".join(f"{name} ({count})" for name, count in signal.services)
        return _("Clients’ comments at %(site)s in the last 12 months asked for services that aren’t offered: %(services)s.") % params
    if signal.kind == SignalKind.LEASE:
        return _("The lease at %(site)s ends on %(day)s.") % params
    if signal.on and signal.on > today:
        return _("Service at %(site)s ends on %(day)s.") % params
    return _("Service at %(site)s ended on %(day)s.") % params
