"""Import of readings from a spreadsheet or pasted rows: all rows or none. The same file again adds nothing (EL-91).

An import of 10,000 rows takes the same number of queries as one of ten.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acts.act import IMPORT, Actor, account_of, act
from ledger.actions import append
from ledger.subjects import Subject, lock, refuse_after_end
from metrics.choices import Source
from metrics.definition.actions import keep_due
from metrics.figures import PERCENT, figure, read_figure
from metrics.models import Metric, Observation
from metrics.readings import rules
from metrics.readings.actions import PLACE
from metrics.readings.rules import Reading
from spelling.clean import unsafe_link
from spelling.compare import title_key
from web.spreadsheets import reading
from web.spreadsheets.columns import Column, Unfit, day, line
from web.spreadsheets.reading import Fault, Record, Table, TableRefused

MOST_ROWS = 10_000
DOUBT = 12  # earlier readings that a figure is compared with
BARE = re.compile(r"-?[0-9.]+")
Report = Callable[[str, str, str], None]
FIELDS = ("metric", "on", "value", "numerator", "denominator", "note", "evidence")


@dataclass(frozen=True)
class Cell:
    """A figure as it was read, and as it was typed."""

    value: Decimal
    text: str


def _count(text: str) -> Cell:
    return Cell(read_figure(text), text)


def _figure(text: str) -> Cell:
    """Read a figure that may have a unit after it; whether that is the metric's is checked with the row."""
    return Cell(read_figure(re.sub(r"(?<=\d) ?[^\W\d_][\w\s]*$", "", text) if "E+" not in text.upper() else text), text)


def columns(metric: Metric | None = None) -> tuple[Column, ...]:
    """Return the columns of imports and exports, in order. In the file of one metric, its name isn't needed."""
    return (
        Column("metric", _("Metric"), line(120), ("name", "measure", "indicator"), required=metric is None),
        Column("on", _("Date"), day, ("day", "reading date"), required=True, empty=None),
        Column("value", _("Value"), _figure, ("figure", "reading", "amount"), needed=False, empty=None),
        Column("numerator", _("Numerator"), _count, (), empty=None),
        Column("denominator", _("Denominator"), _count, (), empty=None),
        Column("note", _("Note"), line(300), ("comment", "remarks")),
        Column("evidence", _("Evidence"), line(1000), ("link", "source", "url")),
    )


def headers() -> list[str]:
    return [column.label for column in columns()]


def rows_of(observations: Iterable[Observation]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of an export, in the columns that an import reads."""
    for row in observations:
        yield row.metric.name, row.on, row.value, row.numerator, row.denominator, row.note, row.evidence


# ── What a file would do ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Planned:
    """A reading that an import would add, with the doubt about it, if any, and the row it is on."""

    row: int
    metric: Metric
    on: datetime.date
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    note: str
    evidence: str
    doubt: str = ""

    @property
    def figure(self) -> str:
        return figure(self.value, self.metric.unit)


@dataclass
class Plan:
    """The readings that an import would add, and how many are already on record."""

    readings: list[Planned] = field(default_factory=list)
    known: int = 0

    @property
    def added(self) -> int:
        return len(self.readings)

    @property
    def doubtful(self) -> list[Planned]:
        return [planned for planned in self.readings if planned.doubt]

    @property
    def names(self) -> list[str]:
        """Return the names of the metrics that get readings."""
        return sorted({planned.metric.name for planned in self.readings})

    @property
    def summary(self) -> str:
        """Say what the import adds: "24 readings added. 3 were already on record."."""
        added = ngettext("%(count)d reading added.", "%(count)d readings added.", self.added) % {"count": self.added}
        if not self.known:
            return added
        known = ngettext("%(count)d was already on record.", "%(count)d were already on record.", self.known) % {"count": self.known}
        return f"{added} {known}"


class _Record:
    """What is on record about the metrics of a subject: two queries."""

    def __init__(self, subject: Subject) -> None:
        self.today = timezone.localdate()
        metrics = sorted(Metric.objects.filter(stream=subject.stream), key=lambda metric: metric.is_active)
        # Active ones last, so that a name stands for them rather than for a retired metric of the same name.
        self.metrics = {title_key(metric.name): metric for metric in metrics}
        for metric in metrics:
            metric.stream = subject.stream
        self.current: dict[tuple[int, datetime.date], Decimal] = {}
        self.ever: set[tuple[int, datetime.date, Decimal]] = set()
        rows = Observation.objects.filter(metric__stream=subject.stream).order_by()
        for key, on, value, is_current in rows.values_list("metric", "on", "value", "is_current"):
            self.ever.add((key, on, value))
            if is_current:
                self.current[key, on] = value


def plan_import(subject: Subject, table: Table, only: Metric | None = None) -> Plan:
    """Compare the rows of `table` with what is on record, and add every fault to it; two queries. Writes nothing.

    With `only`, rows are about that metric unless they name it or another. A figure that was corrected since counts as on record, so
    that importing the same file again doesn't bring a mistake back.
    """
    record = _Record(subject)
    plan = Plan()
    on_rows: dict[tuple[int, datetime.date], int] = {}
    good = {row.row for row in table.good}
    for row in table.records:
        if row.row in good:
            _plan_row(row, table, record, only, plan, on_rows)
        elif row.values["metric"]:  # so that a row with a wrong date and an unknown metric says both at once
            _metric_of(row, record, only, _reporter(row, table))
    plan.readings = list(_with_doubts(plan.readings, record))
    return plan


def _plan_row(
    row: Record, table: Table, record: _Record, only: Metric | None, plan: Plan, on_rows: dict[tuple[int, datetime.date], int]
) -> None:
    fault = _reporter(row, table)
    metric = _metric_of(row, record, only, fault)
    if metric is None:
        return
    values = _values(row, metric, fault)
    on, evidence = row.values["on"], row.values["evidence"]
    if evidence and unsafe_link(evidence):
        fault(_("Evidence"), evidence, _("isn’t a web address that starts with https://"))
    if values is None or not _is_possible(row, metric, values, fault, record.today):
        return
    key = (metric.pk, on)
    if key in on_rows:
        fault(_("Date"), str(on), _("is in this file twice for this metric, also on row %(row)d") % {"row": on_rows[key]})
        return
    on_rows[key] = row.row
    if (metric.pk, on, values[0]) in record.ever:
        plan.known += 1
    elif key in record.current:
        params = {"value": figure(record.current[key], metric.unit)}
        fault(
            _("Value"),
            figure(values[0], metric.unit),
            _("differs from the reading on record, %(value)s. Correct it on the metric’s page") % params,
        )
    else:
        plan.readings.append(Planned(row.row, metric, on, *values, row.values["note"], evidence))


def _reporter(row: Record, table: Table) -> Report:
    """Return a function that adds a fault of a row to the table: its column, its value, and what would be right."""
    return lambda column, value, expectation: table.faults.append(Fault(row.row, column, value, expectation, table.sheet))


def _metric_of(row: Record, record: _Record, only: Metric | None, fault: Report) -> Metric | None:
    """Return the metric of a row, or None after saying what is wrong."""
    name = row.values["metric"]
    if only is not None and (not name or title_key(name) == title_key(only.name)):
        return record.metrics.get(title_key(only.name), only)
    metric = record.metrics.get(title_key(name))
    if only is not None:
        fault(_("Metric"), name, _("is another metric. This file is for “%(name)s”") % {"name": only.name})
        return None
    if metric is None:
        names = ", ".join(sorted(each.name for each in record.metrics.values() if each.is_active)) or _("none yet")
        fault(_("Metric"), name, _("isn’t one of the metrics: %(names)s") % {"names": names})
        return None
    if not metric.is_active:
        fault(_("Metric"), name, _("has been retired"))
        return None
    return metric


def _values(row: Record, metric: Metric, fault: Report) -> tuple[Decimal, Decimal | None, Decimal | None] | None:
    """Return a row's value, numerator and denominator, or None after saying what is wrong."""
    value, numerator, denominator = (row.values[name] for name in ("value", "numerator", "denominator"))
    if metric.is_ratio:
        return _ratio(value, numerator, denominator, metric, fault)
    for label, cell in ((_("Numerator"), numerator), (_("Denominator"), denominator)):
        if cell is not None:
            fault(label, cell.text, _("isn’t needed: “%(name)s” isn’t a ratio") % {"name": metric.name})
            return None
    if value is None:
        fault(_("Value"), "", _("needs a number. 0 is fine"))
        return None
    return (value.value, None, None) if _has_right_sign(value, metric, _("Value"), fault) else None


def _ratio(
    value: Cell | None, numerator: Cell | None, denominator: Cell | None, metric: Metric, fault: Any
) -> tuple[Decimal, Decimal | None, Decimal | None] | None:
    for label, cell in ((_("Numerator"), numerator), (_("Denominator"), denominator)):
        if cell is None:
            fault(label, "", _("needs a number: “%(name)s” is a ratio") % {"name": metric.name})
            return None
    assert numerator is not None  # noqa: S101 - just checked
    assert denominator is not None  # noqa: S101 - just checked
    findings = list(rules.ratio_faults(numerator.value, denominator.value))
    if findings:
        fault(_("Denominator"), denominator.text, f"{findings[0].message} {findings[0].remedy}".strip().removesuffix("."))
        return None
    quotient = rules.quotient(numerator.value, denominator.value, percent=metric.unit == PERCENT)
    if value is not None and abs(value.value - quotient) > Decimal("0.5"):
        params = {"quotient": figure(quotient, metric.unit)}
        fault(_("Value"), value.text, _("isn’t the numerator divided by the denominator, which is %(quotient)s") % params)
        return None
    return quotient, numerator.value, denominator.value


def _has_right_sign(cell: Cell, metric: Metric, label: str, fault: Report) -> bool:
    if BARE.fullmatch(cell.text):  # it was read as a number before, and has nothing that could be another metric's
        return True
    try:
        read_figure(cell.text, metric.unit)
    except Unfit as unfit:
        fault(label, cell.text, str(unfit))
        return False
    return True


def _is_possible(
    row: Record, metric: Metric, values: tuple[Decimal, Decimal | None, Decimal | None], fault: Report, today: datetime.date
) -> bool:
    findings = list(rules.faults(row.values["on"], values[0], today=today))
    for finding in findings:
        label, value = (_("Date"), str(row.values["on"])) if finding.code == "day-to-come" else (_("Value"), figure(values[0], metric.unit))
        fault(label, value, f"{finding.message} {finding.remedy}".strip().removesuffix("."))
    return not findings


def _with_doubts(readings: list[Planned], record: _Record) -> Iterator[Planned]:
    """Yield the readings in the order of the file, each with what is doubtful about it beside those before it, in the file and on record."""
    by_metric: dict[int, list[Reading]] = defaultdict(list)
    for (key, on), value in record.current.items():
        by_metric[key].append(Reading(on, value))
    for planned in readings:
        by_metric[planned.metric.pk].append(Reading(planned.on, planned.value))
    doubts: dict[tuple[int, datetime.date], str] = {}
    for metric in {planned.metric.pk: planned.metric for planned in readings}.values():
        doubts |= _doubts_of(metric, sorted(by_metric[metric.pk], key=lambda each: each.on))
    for planned in readings:
        doubt = doubts.get((planned.metric.pk, planned.on), "")
        yield replace(planned, doubt=doubt) if doubt else planned


def _doubts_of(metric: Metric, series: list[Reading]) -> dict[tuple[int, datetime.date], str]:
    floor = min([Decimal(), *(value for value in (metric.baseline_value, metric.target_value) if value is not None)])
    messages: dict[tuple[int, datetime.date], str] = {}
    for number, each in enumerate(series):
        earlier = series[max(0, number - DOUBT) : number]
        doubts = rules.doubts(each, earlier, baseline_on=metric.baseline_on, lowest=floor, unit=metric.unit)
        if first := next(doubts, None):
            messages[metric.pk, each.on] = first.message
        floor = min(floor, each.value)
    return messages


# ── The import ───────────────────────────────────────────────────────────────────────────────


@act("metrics.keep_metrics", system=IMPORT)
def import_observations(subject: Subject, data: bytes | str, *, metric: Metric | None = None, source: str = "", by: Actor) -> Plan:
    """Add every reading of a spreadsheet or pasted text that isn't on record yet; `source` names the file in the ledger.

    Raises `TableRefused` with the faults of every row, and `Refused` (`line-unreadable`) if there is no such table in it; nothing
    is written then. At most 12 queries on PostgreSQL, however many rows there are.
    """
    subject = lock(subject.stream)
    if not subject.is_under_way:
        refuse_after_end(subject.stream, "readings-imported")
    table = read(data, metric)
    plan = plan_import(subject, table, metric)
    if table.faults:
        raise TableRefused(table, PLACE)
    if plan.added:
        _add(plan, by)
        facts: dict[str, Any] = {"rows": plan.added, "known": plan.known, "metrics_read": plan.names}
        append(subject.stream, "readings-imported", by=by, facts=facts | ({"file": source} if source else {}))
    return plan


def _add(plan: Plan, by: Actor) -> None:
    """Write the readings and keep the latest on each metric; two queries."""
    same = {"source": Source.FILE, "entered_by": account_of(by), "entered_at": timezone.now()}
    Observation.objects.bulk_create(Observation(**{name: getattr(planned, name) for name in FIELDS}, **same) for planned in plan.readings)
    touched: dict[int, Metric] = {}
    for planned in plan.readings:
        metric = touched.setdefault(planned.metric.pk, planned.metric)
        if metric.last_on is None or planned.on > metric.last_on:
            metric.last_on, metric.last_value = planned.on, planned.value
    for metric in touched.values():
        keep_due(metric)
    Metric.objects.bulk_update(touched.values(), ["last_value", "last_on", "next_due_on"])


def read(data: bytes | str, metric: Metric | None = None) -> Table:
    """Return the rows of a file or pasted text, with every fault in their cells. Raises `Refused` if there is no such table in it."""
    return reading.read_or_refuse(data, columns(metric), place=PLACE, most_rows=MOST_ROWS)
