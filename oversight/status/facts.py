"""What each app knows of a subject since its last report, gathered for a draft (EL-96).

An app adds a source in a file `status.py`, where it is discovered (ledger/apps.py). All sources together take at most 15 queries.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acts.registry import Registry, RegistryKind
from ledger.canonical import canonical_json
from ledger.subjects import Subject
from oversight.choices import Dimension
from oversight.status import rules
from oversight.status.rules import Proposal

MOST_NAMED = 3  # in one line


@dataclass(frozen=True)
class Period:
    """The days a report covers: from the day after the last one through today."""

    start: datetime.date
    today: datetime.date

    def covers(self, day: datetime.date | None) -> bool:
        return day is not None and self.start <= day <= self.today


@dataclass(frozen=True)
class Figure:
    """A figure in a report: its code, its label, and its text, such as "$420,000 of $1,100,000"."""

    code: str
    label: str
    text: str


@dataclass(frozen=True)
class Contribution:
    """What one source knows: facts for the rules (oversight/status/rules.py), lines on what was done and what is next, and figures."""

    facts: Mapping[str, int] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    upcoming: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()


Source = Callable[[Subject, Period], Contribution]
# Each source with its place in the report.
SOURCES: Registry[tuple[int, Source]] = Registry(RegistryKind.STATUS_FACTS)


def status_facts(place: int) -> Callable[[Source], Source]:
    """Declare a source, which takes a fixed number of queries; its lines come in the order of `place`."""

    def declare(source: Source) -> Source:
        SOURCES[f"{source.__module__}.{source.__qualname__}"] = (place, source)
        return source

    return declare


@dataclass(frozen=True)
class Gathered:
    """Everything the sources know of a subject in a period."""

    period: Period
    parts: tuple[Contribution, ...]

    @property
    def facts(self) -> dict[str, int]:
        return {name: value for part in self.parts for name, value in part.facts.items()}

    @property
    def done(self) -> str:
        return "\n".join(line for part in self.parts for line in part.done)

    @property
    def upcoming(self) -> str:
        return "\n".join(line for part in self.parts for line in part.upcoming)

    @property
    def proposals(self) -> dict[Dimension, Proposal]:
        return rules.propose(self.facts)

    @property
    def figures(self) -> str:
        """Return the facts, the proposals and the figures as canonical JSON."""
        health = {str(dimension): {"proposed": str(row.colour), "because": list(row.because)} for dimension, row in self.proposals.items()}
        figures = [{"code": row.code, "label": row.label, "text": row.text} for part in self.parts for row in part.figures]
        content: dict[str, Any] = {
            "calculation": rules.CALCULATION,
            "from": self.period.start,
            "to": self.period.today,
            "facts": self.facts,
            "health": health,
            "figures": figures,
        }
        return canonical_json(content).decode()


def gather(subject: Subject, period: Period) -> Gathered:
    """Ask every source; at most 15 queries, however much there is."""
    sources = sorted(SOURCES.items(), key=lambda item: (item[1][0], item[0]))
    return Gathered(period, tuple(source(subject, period) for _name, (_place, source) in sources))


# ── Words that sources share ─────────────────────────────────────────────────────────────────


def named(names: list[str]) -> str:
    """Return the first names of a list, and how many more there are: "A, B, C and 2 more"."""
    more = len(names) - MOST_NAMED
    listed = ", ".join(names[:MOST_NAMED])
    if more <= 0:
        return listed
    return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % {"names": listed, "count": more}


def summary_of(proposals: Mapping[Dimension, Proposal]) -> str:
    """Return the first sentence of a report: the colours, the worst first."""
    parts = []
    for colour in rules.WORST:
        names = [str(dimension.label).lower() for dimension, row in proposals.items() if row.colour == colour]
        if len(names) == len(proposals):
            return _("Everything is %(colour)s.") % {"colour": colour.label.lower()}
        if names:
            params = {
                "names": _(" and ").join([*([", ".join(names[:-1])] if names[1:] else []), names[-1]]),
                "colour": colour.label.lower(),
            }
            parts.append(ngettext("%(names)s is %(colour)s", "%(names)s are %(colour)s", len(names)) % params)
    sentence = ", ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}."
