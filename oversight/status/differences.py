"""How today's figures differ from a report that was sent, and which rows that is due to (EL-97).

Every figure is a function of rows and days (oversight/status/sources.py). So whether a row that was changed, added or removed since
explains a figure is found by counting again with that row alone as it was, or as it is now.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.subjects import Subject
from oversight.choices import Dimension
from oversight.models import StatusReport
from oversight.status.facts import Gathered, count
from oversight.status.recompute import counted_then
from oversight.status.sources import Contribution, Period, Rows, Source, SourceRow, SourceTable, sources
from people.models import Person
from web.templatetags.portal import day, dollars

Measure = Callable[[Contribution], Any]
MOST_TRIED = 200  # rows of one source that are tried one by one; with more, all of them are named


@dataclass(frozen=True)
class RowChange:
    """A row as it was when the report was sent and as it is today; None on the side where it isn't counted. `row` is the latest there is."""

    table: SourceTable
    row: SourceRow
    before: SourceRow | None
    after: SourceRow | None

    def in_words(self, names: Mapping[int, str]) -> str:
        params = {"table": self.table.label, "label": self.row.label}
        if self.before and self.after:
            changes = (_value(self.table, name, self.before, self.after, names) for name in _changed(self.table, self.before, self.after))
            return _("%(table)s “%(label)s”: %(changes)s.") % {**params, "changes": "; ".join(changes)}
        details = ", ".join(
            f"{label} {_shown(self.table, name, self.row.values[name], names)}"
            for name, label in self.table.values.items()
            if self.row.values[name] not in (None, False)
        )
        sentence = (
            _("New: %(table)s “%(label)s” (%(details)s).") if self.after else _("No longer counted: %(table)s “%(label)s” (%(details)s).")
        )
        return sentence % {**params, "details": details}


@dataclass(frozen=True)
class Difference:
    """A figure that differs: what it is, what the report says, what is counted today, and each row that this is due to."""

    what: str
    before: str
    after: str
    why: tuple[str, ...]


class Differences:
    """A sent report beside today: the same days and those since, counted from the rows of now by the report's own calculation.

    At most 18 queries.
    """

    def __init__(self, report: StatusReport, subject: Subject, today: datetime.date) -> None:
        then = counted_then(report)
        period = Period(report.from_on, max(today, report.to_on))
        now = count(
            {source.code: source.rows(subject, period) for source in sources() if source.code in then.rows}, period, then.calculation
        )
        self._then, self._now = then, now
        self._trials = [Trial(source, then, now) for source in sources() if source.code in then.rows]

    @property
    def colours(self) -> list[Difference]:
        """The colours that the facts propose, where they differ, with what explains today's."""
        before, after = self._then.proposals, self._now.proposals
        return [
            Difference(
                _("%(part)s, proposed colour") % {"part": dimension.label},
                str(before[dimension].colour.label),
                str(after[dimension].colour.label),
                after[dimension].because,
            )
            for dimension in Dimension
            if before[dimension].colour != after[dimension].colour
        ]

    @cached_property
    def figures(self) -> list[Difference]:
        """The facts and figures that differ, in the order of the report."""
        names = self._names()
        return [difference for trial in self._trials for difference in trial.differences(names)]

    def _names(self) -> dict[int, str]:
        """Return the names of the people in rows that changed, as they are today; at most one query."""
        rows = (row for trial in self._trials for change in trial.changes for row in (change.before, change.after) if row)
        keys = {row.values["person"] for row in rows if row.values.get("person")}
        return dict(Person.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}


class Trial:
    """One source counted then and now, and with each changed row alone as it is, or as it was."""

    def __init__(self, source: Source, then: Gathered, now: Gathered) -> None:
        self._source, self._calculation, self._today = source, then.calculation, now.period
        self._days = (now.period.today - then.period.today).days
        self._kept, self._rows = {**source.by_table(()), **then.rows[source.code]}, now.rows[source.code]
        self._before, self._after = self._counted(self._kept, then.period), self._counted(self._rows, now.period)
        self._later = self._counted(self._kept, now.period)
        self.changes = changes_between(source, self._kept, self._rows)

    def _counted(self, rows: Rows, period: Period) -> Contribution:
        return self._source.counted(rows, period, self._calculation)

    def differences(self, names: Mapping[int, str]) -> Iterator[Difference]:
        for name, label in self._source.facts.items():
            yield from self._difference(str(label), partial(_fact, name), _number, names)
        for code, label in {figure.code: figure.label for part in (self._after, self._before) for figure in part.figures}.items():
            yield from self._difference(label, partial(_figure, code), _text, names)

    def _difference(self, label: str, measure: Measure, written: Callable[[Any], str], names: Mapping[int, str]) -> Iterator[Difference]:
        before, after = measure(self._before), measure(self._after)
        if _numbers(before) != _numbers(after):
            yield Difference(label, written(before), written(after), tuple(self._why(measure, names)))

    def _why(self, measure: Measure, names: Mapping[int, str]) -> Iterator[str]:
        """Yield why a measure differs: days that have passed, and each row it depends on."""
        before, later, after = (_numbers(measure(part)) for part in (self._before, self._later, self._after))
        if before != later:
            yield ngettext("%(days)d day has passed.", "%(days)d days have passed.", self._days) % {"days": self._days}
        if later != after:
            rows = [row for row, done, undone in self._alone if _numbers(measure(done)) != later or _numbers(measure(undone)) != after]
            # Rows that only explain it together: all that changed are named.
            yield from (change.in_words(names) for change in rows or self.changes)

    @cached_property
    def _alone(self) -> list[tuple[RowChange, Contribution, Contribution]]:
        """Each change with what is counted if it alone had happened, and if it alone hadn't; none if there are too many to try."""
        if len(self.changes) > MOST_TRIED:
            return []
        return [
            (
                change,
                self._counted(_with(self._kept, change.before, change.after), self._today),
                self._counted(_with(self._rows, change.after, change.before), self._today),
            )
            for change in self.changes
        ]


def changes_between(source: Source, before: Rows, after: Rows) -> list[RowChange]:
    """Return the rows whose values differ, and those that are on one side only."""
    changes = []
    for name, table in source.tables.items():
        then, now = ({row.key: row for row in rows.get(name, ())} for rows in (before, after))
        for key in dict.fromkeys((*then, *now)):
            old, new = then.get(key), now.get(key)
            if (row := new or old) and (old is None or new is None or old.values != new.values):
                changes.append(RowChange(table, row, old, new))
    return changes


def _with(rows: Rows, remove: SourceRow | None, add: SourceRow | None) -> Rows:
    """Return the rows with one of them replaced, removed or added."""
    table = (add or remove).table  # type: ignore[union-attr]  # one of them is a row
    kept = [add if add and row.key == add.key else row for row in rows[table] if add or remove is None or row.key != remove.key]
    if add and remove is None:
        kept.append(add)
    return {**rows, table: tuple(kept)}


def _fact(name: str, part: Contribution) -> Any:
    return part.facts.get(name)


def _figure(code: str, part: Contribution) -> Any:
    return next((figure for figure in part.figures if figure.code == code), None)


def _numbers(value: Any) -> Any:
    return dict(value.numbers) if hasattr(value, "numbers") else value


# ── Words ────────────────────────────────────────────────────────────────────────────────────


def _number(value: int | None) -> str:
    return _("none") if value is None else str(value)


def _text(figure: Any) -> str:
    return _("none") if figure is None else figure.text


def _changed(table: SourceTable, before: SourceRow, after: SourceRow) -> Iterable[str]:
    names = [name for name in table.values if before.values.get(name) != after.values.get(name)]
    return names or [name for name in after.values if before.values.get(name) != after.values.get(name)]


def _value(table: SourceTable, name: str, before: SourceRow, after: SourceRow, names: Mapping[int, str]) -> str:
    old, new = (_shown(table, name, row.values.get(name), names) for row in (before, after))
    params = {"value": table.values.get(name, name), "before": old, "after": new}
    return _("%(value)s was %(before)s, is %(after)s") % params


def _shown(table: SourceTable, name: str, value: Any, names: Mapping[int, str]) -> str:
    """Write a value as people read it."""
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in table.codes:
        return str(table.codes[name].get(value, value)).lower()
    if name == "person":
        return names.get(value, _("someone"))
    if name.endswith("_cents"):
        return dollars(value)
    if name == "on" or name.endswith("_on"):
        return day(datetime.date.fromisoformat(value))
    return str(value)
