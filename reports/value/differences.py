"""What differs between a sealed value report and today's figures, row by row, and why (EL-97).

A row can differ for one of three reasons: someone corrected or removed what it is made of, something was entered later, or days have
passed. Rows that were entered after the report's moment say which.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, BooleanField, CharField, DateField, DecimalField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics.choices import DECIMALS, DIGITS, Goal, SavingKind
from metrics.figures import figure
from metrics.models import GoalRevision, Observation, SavingPart, SavingRevision
from metrics.savings.rules import percent
from oversight.models import MoneyLine
from reports.models import ReportRun
from reports.runs import Difference
from reports.value.document_kinds import labels_of, written
from web.templatetags.portal import day, dollars

Json = Mapping[str, Any]
AMOUNTS = ("low_cents", "likely_cents", "high_cents")
SHOWN = ("name", "kind", "share", "from_on", "to_on", "days", "whole")


class Differences:
    """The differences of a sealed report to `today`, figures as JSON gives them back. Two queries."""

    def __init__(self, run: ReportRun, sealed: Json, today: Json) -> None:
        self.sealed, self.today = sealed, today
        self.later = entered_later(run)
        self.lines = {row.pk: row for row in self.later if row.table == LINE}
        self.labels = labels_of(run.stream_id)["metrics"]

    def _of(self, *tables: str, parent: int, goal: str = "") -> list[LaterRow]:
        """Return the rows that were entered later about one saving or metric."""
        return [row for row in self.later if row.table in tables and row.parent == parent and row.goal == goal]

    @property
    def rows(self) -> list[Difference]:
        """Return every row that differs: costs, savings, then metrics."""
        return [*self._costs(), *self._savings(), *self._metrics()]

    @property
    def totals(self) -> list[Difference]:
        """Return every total that differs. Its reasons are those of its rows."""
        cost = (self.sealed["cost_cents"], self.today["cost_cents"])
        pairs: list[tuple[tuple[str, ...], str, int | None, int | None]] = [(("cost",), _("Cost of the team to date"), *cost)]
        sums = [{row["kind"]: row["likely_cents"] for row in figures["kinds"]} for figures in (self.sealed, self.today)]
        money = [kind for kind in SavingKind if kind != SavingKind.NOT_MONEY]
        pairs += [(("kind", kind.value), str(kind.label), sums[0].get(kind.value), sums[1].get(kind.value)) for kind in money]
        return [
            Difference(key, what, _amount(before), _amount(after), (_("See the rows below."),), (after or 0) - (before or 0))
            for key, what, before, after in pairs
            if before != after
        ]

    # ── Costs ────────────────────────────────────────────────────────────────────────────────

    def _costs(self) -> Iterator[Difference]:
        sealed = {row["entry"]: row for row in self.sealed["costs"]}
        follows = _followers(self.lines)
        today = {_origin(self.lines, row["entry"]): row for row in self.today["costs"]}
        for key in sorted(sealed.keys() | today.keys()):
            before, after = sealed.get(key), today.get(key)
            if before is None and after is not None and after["entry"] == key:
                # It was on record, but isn't in the report: its date comes after the report's.
                yield self._cost(key, before, after, (_("It is dated after the report, %(day)s.") % {"day": _on(after["on"])},))
            elif not _same(before, after, ("cents", "on", "payer", "item", "source")):
                yield self._cost(key, before, after, _reasons(_chain(self.lines, follows, key)))

    def _cost(self, key: int, before: Json | None, after: Json | None, why: tuple[str, ...]) -> Difference:
        row = after or before or {}
        cents = (after["cents"] if after else 0) - (before["cents"] if before else 0)
        what = _("%(item)s, spent %(day)s") % {"item": row["item"], "day": _on(row["on"])}
        texts = [_("not included") if each is None else dollars(each["cents"]) for each in (before, after)]
        return Difference(("cost", key), what, texts[0], texts[1], why, cents)

    # ── Savings ──────────────────────────────────────────────────────────────────────────────

    def _savings(self) -> Iterator[Difference]:
        sealed, today = ({row["saving"]: row for row in figures["savings"]} for figures in (self.sealed, self.today))
        for key in sorted(sealed.keys() | today.keys()):
            before, after = sealed.get(key), today.get(key)
            if _same(before, after, (*SHOWN, *AMOUNTS)):
                continue
            rows, shares = self._of(REVISION, parent=key), self._of(PART, parent=key)
            why = (*_reasons(rows), *map(_share, shares), *_passed(before, after))
            cents = (after["likely_cents"] if after else 0) - (before["likely_cents"] if before else 0)
            texts = [_saving(each) for each in (before, after)]
            yield Difference(("saving", key), (after or before or {})["name"], texts[0], texts[1], why, cents)

    # ── Metrics ──────────────────────────────────────────────────────────────────────────────

    def _metrics(self) -> Iterator[Difference]:
        sealed, today = ({row["metric"]: row for row in figures["metrics"]} for figures in (self.sealed, self.today))
        for key in sorted(sealed.keys() | today.keys()):
            label = self.labels[str(key)]
            for name, title in (("baseline", _("baseline")), ("target", _("target")), ("latest", _("latest reading"))):
                before, after = ((figures.get(key) or {}).get(name) for figures in (sealed, today))
                if _same(before, after, ("value", "on")):
                    continue
                rows = self._of(READING, parent=key) if name == "latest" else self._of(GOAL, parent=key, goal=name)
                words = tuple(_measured(row, label["unit"]) for row in rows)
                texts = [written(each, label["unit"]) for each in (before, after)]
                what = _("%(metric)s: %(figure)s") % {"metric": label["name"], "figure": title}
                yield Difference(("metric", key, name), what, texts[0], texts[1], words)
            yield from self._readings(key, label, sealed.get(key) or {}, today.get(key) or {})

    def _readings(self, key: int, label: Json, before: Json, after: Json) -> Iterator[Difference]:
        """Yield the readings that differ, by day, apart from the latest, which is a figure of its own."""
        shown = {(figures.get("latest") or {}).get("on") for figures in (before, after)}
        old, new = (dict(figures.get("readings", ())) for figures in (before, after))
        rows = self._of(READING, parent=key)
        for on in sorted((old.keys() | new.keys()) - shown):
            values = [None if on not in readings else {"value": readings[on], "on": on} for readings in (old, new)]
            if values[0] != values[1]:
                words = tuple(_measured(row, label["unit"]) for row in rows if str(row.on) == on)
                what = _("%(metric)s: %(figure)s") % {"metric": label["name"], "figure": _("reading of %(day)s") % {"day": _on(on)}}
                texts = [written(value, label["unit"]) for value in values]
                yield Difference(("reading", key, on), what, texts[0], texts[1], words)


# ── Rows that were entered later ─────────────────────────────────────────────────────────────


LINE, REVISION, PART, GOAL, READING = "line", "revision", "part", "goal", "reading"
NO_NUMBER, NO_DAY = Cast(Value(None), BigIntegerField()), Cast(Value(None), DateField())
NO_VALUE = Cast(Value(None), DecimalField(max_digits=DIGITS, decimal_places=DECIMALS))
NO_TEXT, NOT_REMOVED = Value("", output_field=CharField()), Value(False, output_field=BooleanField())


@dataclass(frozen=True)
class LaterRow:
    """A row that was entered after a report: what it replaced, of which saving or metric it is, and what it says."""

    table: str
    pk: int
    corrects_id: int | None
    parent: int | None
    entered_at: datetime.datetime
    who: str
    reason: str
    removed: bool
    share: int | None
    goal: str
    value: Decimal | None
    on: datetime.date | None


def entered_later(run: ReportRun) -> list[LaterRow]:
    """Return every row behind a report's figures that was entered after its moment, oldest first; one query."""
    stream, after = run.stream_id, {"entered_at__gt": run.as_of}
    who, person = Coalesce("entered_by__name", NO_TEXT), Coalesce("entered_by__name", "person__name", NO_TEXT)
    shared = SavingPart.objects.filter(stream=stream).values("saving")
    columns: list[tuple[str, Any, tuple[Any, ...]]] = [
        (LINE, MoneyLine.objects.filter(stream=stream), ("corrects", NO_NUMBER, "entered_at", who, "reason", "removed")),
        (REVISION, SavingRevision.objects.filter(saving__in=shared), ("corrects", "saving", "entered_at", who, "reason", "removed")),
        (PART, SavingPart.objects.filter(stream=stream), ("corrects", "saving", "entered_at", who, "reason", NOT_REMOVED, "share")),
        (
            GOAL, GoalRevision.objects.filter(metric__stream=stream),
            (NO_NUMBER, "metric", "entered_at", who, "reason", NOT_REMOVED, NO_NUMBER, "goal", "value", "on"),
        ),
        (
            READING, Observation.objects.filter(metric__stream=stream),
            ("corrects", "metric", "entered_at", person, "reason", "removed", NO_NUMBER, NO_TEXT, "value", "on"),
        ),
    ]  # fmt: skip
    empty = (NO_NUMBER, NO_TEXT, NO_VALUE, NO_DAY)
    first, *rest = (
        rows.filter(**after).order_by().values_list(Value(table, output_field=CharField()), "pk", *names, *empty[len(names) - 6 :])
        for table, rows, names in columns
    )
    rows = (LaterRow(*row) for row in first.union(*rest, all=True))
    return sorted(rows, key=lambda row: (row.table, row.pk))


def _followers(rows: Mapping[int, LaterRow]) -> dict[int, LaterRow]:
    return {row.corrects_id: row for row in rows.values() if row.corrects_id}


def _origin(later: Mapping[int, LaterRow], key: int) -> int:
    """Return the row that `key` corrects in the end: the one that the report could know, or the first of those entered later."""
    while key in later and (before := later[key].corrects_id):
        key = before
    return key


def _chain(later: Mapping[int, LaterRow], follows: Mapping[int, LaterRow], key: int) -> Iterator[LaterRow]:
    """Yield the rows entered after the report that replaced one another, beginning with the first or with the one after `key`."""
    if key in later:
        yield later[key]
    while key in follows:
        yield follows[key]
        key = follows[key].pk


def _reasons(rows: Iterable[LaterRow]) -> tuple[str, ...]:
    return tuple(_reason(row) for row in rows)


def _reason(row: LaterRow) -> str:
    """Say what a row that was entered later did: "Corrected on 3 December 2026 by Noor Castellane: an invoice was missing"."""
    params = _who(row)
    if not row.corrects_id:
        return _("Added on %(day)s by %(who)s.") % params
    return (_("Removed on %(day)s by %(who)s: %(reason)s") if row.removed else _("Corrected on %(day)s by %(who)s: %(reason)s")) % params


def _share(row: LaterRow) -> str:
    params = {**_who(row), "share": percent(row.share or 0)}
    if not row.corrects_id:
        return _("Its share was set to %(share)s on %(day)s by %(who)s.") % params
    return _("Its share was changed to %(share)s on %(day)s by %(who)s: %(reason)s") % params


def _measured(row: LaterRow, unit: str) -> str:
    value = _("none") if row.value is None else figure(row.value, unit)
    params = {**_who(row), "value": value}
    if row.table == GOAL:
        label = _("Baseline set to %(value)s on %(day)s by %(who)s.") if row.goal == Goal.BASELINE else ""
        return (label or _("Target set to %(value)s on %(day)s by %(who)s.")) % params
    params["on"] = day(row.on) if row.on else ""
    if row.corrects_id is None:
        return _("Reading of %(on)s, %(value)s, entered on %(day)s by %(who)s.") % params
    if row.removed:
        return _("Reading of %(on)s removed on %(day)s by %(who)s: %(reason)s") % params
    return _("Reading corrected to %(value)s on %(on)s, entered on %(day)s by %(who)s: %(reason)s") % params


def _who(row: LaterRow) -> dict[str, str]:
    who = row.who or _("the portal")
    return {"day": day(timezone.localdate(row.entered_at)), "who": who, "reason": row.reason}


# ── Words ────────────────────────────────────────────────────────────────────────────────────


def _same(before: Json | None, after: Json | None, names: Iterable[str]) -> bool:
    if before is None or after is None:
        return before is after
    return all(before[name] == after[name] for name in names)


def _passed(before: Json | None, after: Json | None) -> Iterator[str]:
    """Say how many more days count, if the period is the same."""
    if before and after and (before["from_on"], before["to_on"]) == (after["from_on"], after["to_on"]) and before["days"] != after["days"]:
        days = after["days"] - before["days"]
        text = ngettext("%(days)d more day of its period has begun.", "%(days)d more days of its period have begun.", days)
        yield text % {"days": days}


def _saving(row: Json | None) -> str:
    if row is None:
        return _("not included")
    if row["kind"] == SavingKind.NOT_MONEY:
        return str(SavingKind.NOT_MONEY.label)
    params = {"amount": dollars(row["likely_cents"]), "kind": SavingKind(row["kind"]).label}
    return _("%(amount)s, %(kind)s") % params


def _amount(cents: int | None) -> str:
    return _("none") if cents is None else dollars(cents)


def _on(text: str) -> str:
    return day(datetime.date.fromisoformat(text))
