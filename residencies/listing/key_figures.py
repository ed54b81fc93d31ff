"""The lab's key figures about residencies, each from facts on record."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dates.months import months_after
from residencies.lifecycle.rules import graduation_due, made_it
from residencies.models import Residency
from residencies.models.states import State
from residencies.reference_data import all_figures, figures_over
from web.charts.small import FigureRow, KeyFigure, Measure, Point, month, month_ends

MOST = 1_000  # rows that a figure is worked out from
SHOWN = 200
YEAR = 12


def days(count: float) -> str:
    return ngettext("%(count)d day", "%(count)d days", round(count)) % {"count": round(count)}


def _day(day: datetime.date | None) -> str:
    return date_format(day) if day else ""


def _row(residency: Any, *cells: str) -> FigureRow:
    return FigureRow(residency.reference, residency.product, residency.get_absolute_url(), cells)


# ── In residence ─────────────────────────────────────────────────────────────────────────────────


def in_residence(today: datetime.date) -> KeyFigure:
    """How many residencies are in residence; before today, by the days on which they started, went live or ended. One query."""
    ends = month_ends(today)[:-1]
    still = {f"at_{n}": Count("pk", filter=_in_residence_on(day)) for n, day in enumerate(ends)}
    counts = Residency.objects.aggregate(now=Count("pk", filter=Q(state=State.IN_RESIDENCE)), **still)
    points = [Point(month(day), counts[f"at_{n}"], str(counts[f"at_{n}"])) for n, day in enumerate(ends)]
    points.append(Point(month(today), counts["now"], str(counts["now"])))
    while len(points) > 1 and not points[0].value:  # nothing is known before the first
        del points[0]
    return KeyFigure(str(counts["now"]), _("in residence"), tuple(points))


def _in_residence_on(day: datetime.date) -> Q:
    return (
        Q(started_on__lte=day, before_portal=False)
        & (Q(live_on=None) | Q(live_on__gt=day))
        & (Q(ended_on=None) | Q(ended_on__gt=day))
    )  # fmt: skip


def in_residence_rows(today: datetime.date) -> list[FigureRow]:
    """Those in residence now, the longest first; one query."""
    rows = Residency.objects.filter(state=State.IN_RESIDENCE).order_by(F("started_on").asc(nulls_last=True), "pk")[:SHOWN]
    return [_row(row, _day(row.started_on)) for row in rows]


# ── From application to start ────────────────────────────────────────────────────────────────────


def _starts(today: datetime.date, months: int) -> list[Residency]:
    rows = Residency.objects.filter(started_on__gt=months_after(today, -months), started_on__lte=today, submitted_at__isnull=False)
    return list(rows.order_by("-started_on", "-pk")[:MOST])


def _days_to_start(residency: Residency) -> int:
    """Whole days; none for one that started before its application was sent, as an import may say."""
    if residency.started_on is None or residency.submitted_at is None:
        return 0
    return max(0, (residency.started_on - timezone.localdate(residency.submitted_at)).days)


def days_to_start(today: datetime.date) -> KeyFigure:
    """The median of the days from sending the application to starting, of the teams that started in twelve months. One query."""
    starts = [(row.started_on, _days_to_start(row)) for row in _starts(today, YEAR + 6) if row.started_on]
    points = []
    for day in month_ends(today):
        spans = [span for started_on, span in starts if months_after(day, -YEAR) < started_on <= day]
        if spans:
            points.append(Point(month(day), median(spans), days(median(spans))))
    text = points[-1].text if points and points[-1].when == month(today) else _("No starts yet")
    return KeyFigure(text, _("from application to start, median over 12 months"), tuple(points))


def days_to_start_rows(today: datetime.date) -> list[FigureRow]:
    """The teams that started in the last twelve months, the newest first; one query."""
    return [
        _row(row, date_format(timezone.localdate(row.submitted_at)), date_format(row.started_on), days(_days_to_start(row)))
        for row in _starts(today, YEAR)[:SHOWN]
        if row.submitted_at and row.started_on
    ]


# ── Graduated in time ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Stay:
    """A residency that had its months to graduate: by when it was due, whether it made it, and the day on which that was known."""

    residency: Residency
    due_on: datetime.date
    in_time: bool
    known_on: datetime.date


def _stays(today: datetime.date) -> list[Stay]:
    """Of those that went live in thirty months; two queries. One that ended otherwise before its day counts neither way."""
    rows = Residency.objects.filter(live_on__gt=months_after(today, -30), live_on__lte=today, before_portal=False)
    residencies = [row for row in rows.order_by("-live_on", "-pk")[:MOST] if row.live_on]
    months = figures_over({row.live_on for row in residencies if row.live_on}) if residencies else {}
    stays = (_stay(row, months[row.live_on]["months_to_graduation"]) for row in residencies if row.live_on)
    return [stay for stay in stays if stay and stay.known_on <= today]


def _stay(residency: Residency, months: int) -> Stay | None:
    assert residency.live_on  # noqa: S101 - asked for by it
    due_on = graduation_due(residency.live_on, months)
    known = made_it(due_on, residency.ended_on, graduated=residency.state == State.GRADUATED)
    return Stay(residency, due_on, *known) if known else None


def graduated_in_time(today: datetime.date) -> KeyFigure:
    """How many of those due to graduate in twelve months had graduated by the day that going live set, extended or not. Three queries."""
    stays, points = _stays(today), []
    for day in month_ends(today):
        if due := [stay for stay in stays if months_after(day, -YEAR) < stay.known_on <= day]:
            on_time = sum(stay.in_time for stay in due)
            points.append(Point(month(day), on_time / len(due), _("%(on_time)d of %(due)d") % {"on_time": on_time, "due": len(due)}))
    months = all_figures(today)["months_to_graduation"]
    label = ngettext("graduated within %(count)d month of going live", "graduated within %(count)d months of going live", months)
    text = points[-1].text if points and points[-1].when == month(today) else _("None due yet")
    return KeyFigure(text, label % {"count": months}, tuple(points))


def graduated_in_time_rows(today: datetime.date) -> list[FigureRow]:
    """Those due to graduate in the last twelve months, the newest first; two queries."""
    since = months_after(today, -YEAR)
    stays: Iterable[Stay] = sorted((stay for stay in _stays(today) if stay.known_on > since), key=lambda stay: stay.known_on, reverse=True)
    return [
        _row(
            stay.residency,
            _day(stay.residency.live_on),
            _day(stay.due_on),
            _day(stay.residency.ended_on) if stay.residency.state == State.GRADUATED else _("Not yet"),
            _("Yes") if stay.in_time else _("No"),
        )
        for stay in list(stays)[:SHOWN]
    ]


IN_RESIDENCE = Measure(
    "in-residence",
    gettext_lazy("In residence"),
    gettext_lazy("Residencies that are in residence now. Earlier months count those that had started and were neither live nor ended."),
    (gettext_lazy("Start date"),),
    in_residence,
    in_residence_rows,
)
DAYS_TO_START = Measure(
    "days-to-start",
    gettext_lazy("Days from application to start"),
    gettext_lazy("The median of the days from sending the application to the start, for teams that started in the last 12 months."),
    (gettext_lazy("Application sent"), gettext_lazy("Start date"), gettext_lazy("Days")),
    days_to_start,
    days_to_start_rows,
)
GRADUATED_IN_TIME = Measure(
    "graduated-in-time",
    gettext_lazy("Graduated on time"),
    gettext_lazy(
        "Teams due to graduate in the last 12 months that did so by the date set when they went live. A later extension doesn’t change "
        "that date. Teams that ended for another reason before it aren’t counted."
    ),
    (gettext_lazy("Live since"), gettext_lazy("First due"), gettext_lazy("Graduated"), gettext_lazy("On time")),
    graduated_in_time,
    graduated_in_time_rows,
)
