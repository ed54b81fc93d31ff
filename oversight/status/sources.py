"""Where a status report's figures come from: each app reads the rows it knows, and counts them (EL-96, EL-97).

An app declares its sources in a file `status.py`, where they are discovered (ledger/apps.py). `read` takes rows from the database.
`count` works out facts, lines and figures from those rows and the period alone: no database, no clock, no setting. So the rows that
are kept with a report that was sent give the same figures years later, whatever was edited since. A change to the numbers that a
`count` returns needs a new `rules.CALCULATION`, and the function as it was goes to `earlier`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from acts.registry import Registry, RegistryKind
from ledger.canonical import plain
from ledger.subjects import Subject
from oversight.status.rules import in_force


@dataclass(frozen=True)
class Period:
    """The days a report covers: from the day after the last one through today."""

    start: datetime.date
    today: datetime.date

    def covers(self, day: datetime.date | None) -> bool:
        return day is not None and self.start <= day <= self.today


@dataclass(frozen=True)
class Figure:
    """A figure in a report: its code, its label, its text, such as "$420,000 of $1,100,000", and the numbers that the text gives."""

    code: str
    label: str
    text: str
    numbers: Mapping[str, Any]


@dataclass(frozen=True)
class Contribution:
    """What one source knows: facts for the rules (oversight/status/rules.py), lines on what was done and what is next, and figures."""

    facts: Mapping[str, int] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    upcoming: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class SourceRow:
    """A row that figures are counted from: its table and key, what it's called, and every value that counts.

    `values` holds no names of people, only their keys. `line` is what the lines of a draft say of the row beyond that, such as a
    name; it isn't kept.
    """

    table: str
    key: int
    label: str
    values: Mapping[str, Any]
    line: str = ""

    def day(self, name: str) -> datetime.date | None:
        """Return a value that is a date."""
        text = self.values[name]
        return None if text is None else datetime.date.fromisoformat(text)


Rows = Mapping[str, tuple[SourceRow, ...]]


@dataclass(frozen=True)
class SourceTable:
    """What people call the rows of a table, the values that count, and the codes in them."""

    label: Any
    values: Mapping[str, Any]
    codes: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)


Count = Callable[[Rows, Period], Contribution]


@dataclass(frozen=True)
class Source:
    """A source, with its place in the report. `facts` is what its facts are called; `earlier` has a count by the last calculation it was for."""

    code: str
    place: int
    tables: Mapping[str, SourceTable]
    facts: Mapping[str, Any]
    read: Callable[[Subject, Period], Iterable[SourceRow]]
    count: Count
    earlier: Mapping[int, Count] = field(default_factory=dict)

    def rows(self, subject: Subject, period: Period) -> Rows:
        """Read the rows, in the form in which they can be kept."""
        return self.by_table(replace(row, label=plain(row.label), values=plain(row.values)) for row in self.read(subject, period))

    def by_table(self, rows: Iterable[SourceRow]) -> Rows:
        tables: dict[str, list[SourceRow]] = {name: [] for name in self.tables}
        for row in rows:
            tables[row.table].append(row)
        return {name: tuple(of_table) for name, of_table in tables.items()}

    def counted(self, rows: Rows, period: Period, calculation: int) -> Contribution:
        """Count the rows as the calculation with this number does."""
        return in_force(self.earlier, self.count, calculation)(rows, period)


SOURCES: Registry[Source] = Registry(RegistryKind.STATUS_FACTS)


def status_source(source: Source) -> None:
    """Declare a source; its lines come in the order of `place`."""
    SOURCES[source.code] = source


def sources() -> list[Source]:
    return sorted(SOURCES.all(), key=lambda source: (source.place, source.code))
