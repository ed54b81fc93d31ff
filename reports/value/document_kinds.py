"""A value report's figures as people read them, the same on the web page and in the sealed PDF (EL-94)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.choices import Goal
from metrics.definition.rules import GoalOn, progress
from metrics.figures import figure
from metrics.models import Metric
from metrics.pages.charts import Goals, drawn
from metrics.savings.rules import Range
from oversight.choices import Payer
from oversight.documents.kinds import DocumentKind, register
from reports.runs import REBUILDS
from reports.value.figures import bytes_of
from reports.value.rules import CostEntry, KindReturn, Return, SavingEntry
from sealing.blocks import Charts, Facts, Heading, Paragraph, Part, Table
from web.charts.lines import NARROW, LineChart
from web.templatetags.portal import day, dollars

KIND = "value-report"
LEAST_READINGS = 2
BESIDE = 2  # charts beside each other
Json = Mapping[str, Any]


def labels_of(stream_id: int) -> dict[str, Any]:
    """Return what a report calls its metrics, by key. It is frozen beside the figures, because names can be edited later."""
    fields = ("name", "unit", "direction", "is_north_star")
    rows = Metric.objects.filter(stream=stream_id)
    metrics = {str(row.pk): {**{name: getattr(row, name) for name in fields}, "is_retired": not row.is_active} for row in rows}
    return {"metrics": metrics}


def return_from(figures: Json) -> Return:
    """Return the cost and savings in a report's figures, as JSON gives them back."""
    on = _day(figures["on"])
    costs = (CostEntry(row["entry"], _day(row["on"]), row["cents"], row["payer"], row["item"], row["source"]) for row in figures["costs"])
    savings = (
        SavingEntry(
            row["saving"], row["revision"], row["part"], row["kind"], row["name"],
            Range(*(row["whole"][f"{name}_cents"] for name in ("low", "likely", "high"))),
            row["share"], _day(row["from_on"]), _day(row["to_on"]), on,
        )
        for row in figures["savings"]
    )  # fmt: skip
    return Return(on, tuple(costs), tuple(savings))


@dataclass(frozen=True)
class MetricLine:
    """A metric in a report: its name, its baseline, target and latest reading in words, and its progress."""

    key: int
    name: str
    baseline: str
    target: str
    latest: str
    progress: str
    is_north_star: bool


def metric_lines(figures: Json, labels: Json) -> list[MetricLine]:
    """Return the metrics that weren't retired when the report was made, the north star first."""
    known = labels["metrics"]
    lines = (
        _line(row, label) for row in figures["metrics"] if (label := known.get(str(row["metric"]))) is not None and not label["is_retired"]
    )
    return sorted(lines, key=lambda line: (not line.is_north_star, line.name))


def _line(row: Json, label: Json) -> MetricLine:
    goals = {name: _goal(row[name]) for name in ("baseline", "target", "latest")}
    latest = goals["latest"]
    done = progress(
        goals["baseline"], goals["target"], latest.value if latest else None, direction=label["direction"], unit=label["unit"]
    )  # fmt: skip
    words = {name: written(row[name], label["unit"]) for name in goals}
    return MetricLine(row["metric"], label["name"], **words, progress=done.words, is_north_star=label["is_north_star"])


def _goal(value: Json | None) -> GoalOn | None:
    return None if value is None else GoalOn(Decimal(value["value"]), _day(value["on"]))


def written(value: Json | None, unit: str) -> str:
    """Write a baseline, target or reading: "34 days on 3 November 2026"; "none" without one."""
    if value is None:
        return _("none")
    return _("%(value)s on %(day)s") % {"value": figure(Decimal(value["value"]), unit), "day": day(_day(value["on"]))}


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def charts_of(figures: Json, labels: Json) -> list[LineChart]:
    """Return the charts of the metrics with at least two readings, the north star first; none if the calculation kept no readings."""
    rows = {row["metric"]: row for row in figures["metrics"] if len(row.get("readings", ())) >= LEAST_READINGS}
    lines = (line for line in metric_lines(figures, labels) if line.key in rows)
    return [_chart(line, rows[line.key], labels["metrics"][str(line.key)]["unit"]) for line in lines]


def _chart(line: MetricLine, row: Json, unit: str) -> LineChart:
    goals: dict[str, Goals] = {Goal.BASELINE: [], Goal.TARGET: []}
    for each in row["goals"]:
        goals[each["goal"]].append((_day(each["set_on"]), None if each["value"] is None else _goal(each)))
    points = [(_day(on), Decimal(value)) for on, value in row["readings"]]
    return drawn(line.key, line.name, unit, points, (goals[Goal.BASELINE], goals[Goal.TARGET]))


# ── The PDF ──────────────────────────────────────────────────────────────────────────────────


def parts(content: Json) -> Iterator[Part]:
    """Yield the parts of the sealed PDF: the figures on one page for a usual residency, then the charts."""
    figures, labels = content["figures"], content["labels"]
    result = return_from(figures)
    cost = _("not known") if result.cost is None else dollars(result.cost)
    yield Facts(((_("As of"), day(result.on)), (_("Cost of the team to date"), cost), *_by_payer(result)))
    if lines := metric_lines(figures, labels):
        rows = tuple((_name(line), line.baseline, line.target, line.latest, line.progress) for line in lines)
        yield Table(_("Metrics"), (_("Metric"), _("Baseline"), _("Target"), _("Latest"), _("Progress")), rows)
    yield Heading(_("Return"))
    if result.kinds:
        yield Paragraph(_("Each kind of saving has its own total. Kinds are never added together."))
        header = (_("Kind"), _("Low"), _("Likely"), _("High"), _("Return"))
        yield Table(_("Savings to date beside the cost"), header, tuple(map(_kind, result.kinds)), numbers=(1, 2, 3))
        savings = tuple((row.name, _period(row), row.arithmetic if row.is_money else _("not money")) for row in result.savings)
        yield Table(_("How each saving is calculated"), (_("Saving"), _("Period"), _("Likely amount")), savings)
    else:
        yield Paragraph(_("No savings are on record."))
    params = {"sha256": content["figures_sha256"], "calculation": content["calculation"]}
    yield Paragraph(_("Fingerprint of the figures: %(sha256)s (calculation %(calculation)s).") % params)
    # After the figures, which are one page for a usual residency.
    if charts := charts_of(figures, labels):
        yield Heading(_("Charts"))
        drawings = [(chart.title, str(chart.svg(NARROW))) for chart in charts]
        yield from (Charts(tuple(drawings[start : start + BESIDE])) for start in range(0, len(drawings), BESIDE))


def _by_payer(result: Return) -> tuple[tuple[str, str], ...]:
    return tuple((_("Paid by: %(payer)s") % {"payer": Payer(payer).label}, dollars(cents)) for payer, cents in result.by_payer.items())


def _name(line: MetricLine) -> str:
    return _("%(name)s (north star)") % {"name": line.name} if line.is_north_star else line.name


def _kind(group: KindReturn) -> tuple[str, ...]:
    amounts = [dollars(amount) if group.is_money else "–" for amount in (group.total.low, group.total.likely, group.total.high)]
    return (str(group.kind.label), *amounts, group.words)


def _period(row: SavingEntry) -> str:
    return _("%(first)s to %(last)s") % {"first": day(row.from_on), "last": day(row.to_on)}


register(DocumentKind(KIND, gettext_lazy("Value report"), parts=parts))
REBUILDS[KIND] = lambda run: bytes_of(run.calculation, run.stream_id, run.on, run.as_of)
