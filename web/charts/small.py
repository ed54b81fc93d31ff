"""Small trend charts: numbers in, SVG out. Nothing here reads a table."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dates.months import months_after

WIDTH, HEIGHT, MARGIN = 84, 28, 3
LEAST_POINTS = 2
MONTHS = 6


# ── What is shown ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Point:
    """A value with its time ("June") and its text ("38 days")."""

    when: str
    value: float
    text: str


@dataclass(frozen=True)
class KeyFigure:
    """A number about the lab: its current `text` ("38 days"), a `label`, and the `points` of its trend, oldest first."""

    text: str
    label: str
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class FigureRow:
    """One of the rows behind a figure: its subject and the values in its columns."""

    reference: str
    name: str
    url: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """A figure and the rows behind it, as of a day; `source` is a sentence about where it comes from."""

    slug: str
    title: Any
    source: Any
    columns: tuple[Any, ...]
    figure: Callable[[datetime.date], KeyFigure]
    rows: Callable[[datetime.date], list[FigureRow]]


def month_ends(today: datetime.date) -> list[datetime.date]:
    """Return the last days of the previous five months, and today."""
    first = today.replace(day=1)
    return [months_after(first, -back) - datetime.timedelta(days=1) for back in reversed(range(MONTHS - 1))] + [today]


def month(day: datetime.date) -> str:
    """Return the month of `day` as trends name it: "June"."""
    return date_format(day, "F")


# ── How it is drawn ──────────────────────────────────────────────────────────────────────────────


def described(points: Sequence[Point]) -> str:
    """Describe a trend in words: "From 3 in June to 5 in November." With fewer than two points, say there is no trend."""
    if len(points) < LEAST_POINTS:
        return _("No trend yet.")
    first, last = points[0], points[-1]
    params = {"before": first.text, "then": first.when, "now": last.text, "when": last.when}
    if first.value == last.value:
        return _("%(now)s in %(when)s, the same as in %(then)s.") % params
    return _("From %(before)s in %(then)s to %(now)s in %(when)s.") % params


def sparkline(points: Sequence[Point]) -> SafeString:
    """Draw a line through `points`, with a description for screen readers; nothing if there are fewer than two."""
    if len(points) < LEAST_POINTS:
        return SafeString("")
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in _placed([point.value for point in points]))
    return format_html(
        '<svg class="sparkline" role="img" viewBox="0 0 {} {}" width="{}" height="{}" aria-label="{}">'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/></svg>',
        WIDTH, HEIGHT, WIDTH, HEIGHT, described(points), path,
    )  # fmt: skip


def _placed(values: Sequence[float]) -> list[tuple[float, float]]:
    """Return the position of each value, left to right with the largest at the top, or all in the middle if they are equal."""
    least, span = min(values), max(values) - min(values)
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    inner = HEIGHT - 2 * MARGIN
    return [(MARGIN + step * n, MARGIN + inner * (1 - (value - least) / span if span else 0.5)) for n, value in enumerate(values)]


BAR_WIDTH, BAR_HEIGHT = 240, 18


def bar(value: float, full: float, label: str, mark: float | None = None, *, tone: str = "") -> SafeString:
    """A bar of `value` where `full` is the whole width, named for screen readers by `label`; a line at `mark`, such as a budget.

    `tone` is "over" for a value that is beyond what it may be. Below zero there is no bar.
    """
    line = "" if mark is None else format_html('<path class="bar-mark" d="M{} 0v{}"/>', _along(mark, full), BAR_HEIGHT)
    return format_html(
        '<svg class="bar{}" role="img" viewBox="0 0 {} {}" width="{}" height="{}" preserveAspectRatio="none" aria-label="{}">'
        '<rect class="bar-whole" width="{}" height="{}"/><rect class="bar-value" y="3" width="{}" height="{}"/>{}</svg>',
        f" bar-{tone}" if tone else "", BAR_WIDTH, BAR_HEIGHT, BAR_WIDTH, BAR_HEIGHT, label,
        BAR_WIDTH, BAR_HEIGHT, _along(value, full), BAR_HEIGHT - 6, line,
    )  # fmt: skip


def _along(value: float, full: float) -> str:
    """How far along the bar `value` is."""
    return f"{BAR_WIDTH * min(max(value, 0), full) / full:.1f}" if full > 0 else "0"
