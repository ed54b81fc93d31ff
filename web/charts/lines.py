"""Line charts of a figure over time: values in, SVG out. Nothing here reads a table (EL-92).

A chart is drawn twice, 640 and 320 wide, so that its text stays readable on a phone; a page shows the one that fits. Everything
that matters is in presentation attributes, because WeasyPrint doesn't apply a page's classes to SVG, and lines differ by their dashes,
so that a chart works without colour. Its name for screen readers is a `<title>`, the only thing that WeasyPrint turns into alternative
text; the table beneath has the figures.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from string import ascii_uppercase

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dates.months import months_after

WIDE, NARROW = 640, 320
HEIGHTS = {WIDE: 290, NARROW: 230}
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 26, 30
MOST_LINES = 6  # horizontal lines of the grid
MOST_DATES = {WIDE: 7, NARROW: 3}
MOST_DOTS = 40
LETTER, LABEL = 13, 15  # least distance between two letters across, and between two names down
LETTERS = 7.2  # a letter of a name across
STEPS = (1, 2, 2.5, 5, 10)
SHORT_SPAN = 70  # days; below it, dates are days rather than months
Drawing = list[SafeString]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class At:
    """A value on a day, with its text."""

    on: datetime.date
    value: float
    text: str = ""


@dataclass(frozen=True)
class Mark:
    """Something that happened on a day, such as a release."""

    on: datetime.date
    label: str


@dataclass(frozen=True)
class LineChart:
    """A figure over time. `title` says what it shows; `key` is unique on its page; `table` is the id of the table beneath, if there is one.

    `baseline` is a single value. `targets` are the values that applied from each day on, oldest first, and end at `until`.
    """

    key: str
    title: str
    table: str
    points: Sequence[At]
    baseline: At | None = None
    targets: Sequence[At] = ()
    until: datetime.date | None = None
    marks: Sequence[Mark] = ()
    tick: Callable[[float], str] = field(default=lambda value: f"{value:g}")

    @property
    def is_empty(self) -> bool:
        return not self.points

    @property
    def letters(self) -> list[tuple[str, Mark]]:
        """Return the marks with the letters that stand for them in the drawing, oldest first."""
        within = [mark for mark in sorted(self.marks, key=lambda mark: mark.on) if self._first <= mark.on <= self._last]
        return list(zip(ascii_uppercase, within[-len(ascii_uppercase) :], strict=False))

    @property
    def html(self) -> SafeString:
        """Return both drawings; style sheets show the one that fits."""
        drawings = format_html("{}{}", self.svg(WIDE), self.svg(NARROW))
        return format_html('<div class="line-chart">{}</div>', drawings)

    def svg(self, width: int) -> SafeString:
        """Return the drawing of a width."""
        plot = _Plot(self, width)
        name = f"{self.key}-{width}"
        look = "chart-wide" if width == WIDE else "chart-narrow"
        described = format_html(' aria-describedby="{}"', self.table) if self.table else ""
        return format_html(
            '<svg class="{}" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {} {}" width="{}" height="{}" '
            'font-family="BC Sans, sans-serif" font-size="12" fill="currentColor" aria-labelledby="{}"{}>'
            '<title id="{}">{}</title>{}</svg>',
            look, width, plot.height, width, plot.height, name, described, name, self.title, format_html_join("", "{}", ((part,) for part in plot.parts())),
        )  # fmt: skip

    # ── What the drawing spans ───────────────────────────────────────────────────────────────

    @cached_property
    def _values(self) -> list[float]:
        return [each.value for each in (*self.points, *self.targets, *([self.baseline] if self.baseline else []))]

    @cached_property
    def _days(self) -> list[datetime.date]:
        return [each.on for each in (*self.points, *([self.baseline] if self.baseline else []))]

    @cached_property
    def _first(self) -> datetime.date:
        return min(self._days)

    @cached_property
    def _last(self) -> datetime.date:
        """Return the last day shown: the target's, unless that would squeeze the readings into a corner."""
        last = max(self._days)
        if self.until is None or self.until <= last:
            return last
        span = max((last - self._first).days, 30)
        return self.until if (self.until - self._first).days <= 3 * span else last + datetime.timedelta(days=span // 6)


class _Plot:
    """The lines of one drawing."""

    def __init__(self, chart: LineChart, width: int) -> None:
        self.chart, self.width, self.height = chart, width, HEIGHTS[width]
        self.ticks = ticks(min(chart._values), max(chart._values))
        self.low, self.high = self.ticks[0], self.ticks[-1]
        self.days = max((chart._last - chart._first).days, 1)

    def x(self, on: datetime.date) -> float:
        share = (on - self.chart._first).days / self.days
        return LEFT + min(max(share, 0), 1) * (self.width - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return TOP + (self.high - value) / (self.high - self.low) * (self.height - TOP - BOTTOM)

    def parts(self) -> Drawing:
        return [*self._grid(), *self._dates(), *self._marks(), *self._target(), *self._baseline(), *self._line(), *self._labels()]

    def _grid(self) -> Iterator[SafeString]:
        for value in self.ticks:
            y = self.y(value)
            yield format_html(
                '<path class="chart-grid" d="M{} {}H{}" stroke="currentColor" stroke-opacity=".18"/>', LEFT, _n(y), self.width - RIGHT
            )
            yield format_html('<text x="{}" y="{}" text-anchor="end">{}</text>', LEFT - 6, _n(y + 4), self.chart.tick(value))

    def _dates(self) -> Iterator[SafeString]:
        y = self.height - BOTTOM + 18
        for on, label in dates(self.chart._first, self.chart._last, MOST_DATES[self.width]):
            x = self.x(on)
            anchor = "start" if x < LEFT + 18 else "end" if x > self.width - RIGHT - 18 else "middle"
            yield format_html('<text x="{}" y="{}" text-anchor="{}">{}</text>', _n(x), y, anchor, label)

    def _marks(self) -> Iterator[SafeString]:
        last = -float(LETTER)
        for letter, mark in self.chart.letters:
            x = self.x(mark.on)
            at = last = max(x, last + LETTER)
            path = '<path d="M{} {}V{}" stroke="currentColor" stroke-opacity=".5" stroke-dasharray="1 4" stroke-linecap="round"/>'
            yield format_html(path, _n(x), TOP - 8, self.height - BOTTOM)
            yield format_html('<text x="{}" y="{}" text-anchor="middle" font-weight="700">{}</text>', _n(at), TOP - 12, letter)

    def _target(self) -> Iterator[SafeString]:
        """Draw the targets as steps, dashed, with the last one's name beside it."""
        targets = self.chart.targets
        if not targets:
            return
        ends = [*(each.on for each in targets[1:]), self.chart._last]
        steps = zip(targets, ends, strict=True)
        path = " ".join(f"M{_n(self.x(each.on))} {_n(self.y(each.value))}H{_n(self.x(end))}" for each, end in steps)
        yield format_html(
            '<path class="chart-target" d="{}" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="7 4"/>', path
        )

    def _baseline(self) -> Iterator[SafeString]:
        """Draw the baseline, dotted."""
        if self.chart.baseline is None:
            return
        path = '<path d="M{} {}H{}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="1.5 4" stroke-linecap="round"/>'
        yield format_html(path, LEFT, _n(self.y(self.chart.baseline.value)), self.width - RIGHT)

    def _labels(self) -> Iterator[SafeString]:
        """Name the target and the baseline where the line of readings, and the other name, leave most room."""
        taken: list[tuple[float, float]] = []
        named = [("chart-target-label", each) for each in self.chart.targets[-1:]]
        named += [("chart-baseline-label", self.chart.baseline)] if self.chart.baseline else []
        for name, goal in named:
            x, y, anchor, box = min(self._places(goal), key=lambda place: self._crowd(place[3], taken))
            taken += [(box[0] + (box[2] - box[0]) * step / 6, (box[1] + box[3]) / 2) for step in range(7)]
            yield format_html(
                '<text class="chart-label {}" x="{}" y="{}" text-anchor="{}" font-weight="700">{}</text>',
                name,
                _n(x),
                _n(y),
                anchor,
                goal.text,
            )

    def _places(self, goal: At) -> Iterator[tuple[float, float, str, Box]]:
        """Yield where a name can stand: above or below its line, at the right or the left."""
        y, wide = self.y(goal.value), LETTERS * len(goal.text)
        begins = LEFT if goal is self.chart.baseline else self.x(goal.on)
        for x, anchor in ((self.width - RIGHT, "end"), (begins + 4, "start")):
            left = x - wide if anchor == "end" else x
            for above in (True, False):
                if (above and y - TOP < LABEL) or (not above and self.height - BOTTOM - y < LABEL) or left < LEFT:
                    continue
                text_y = y - 6 if above else y + LABEL
                yield x, text_y, anchor, (left, text_y - LABEL, left + wide, text_y + 4)
        yield self.width - RIGHT, y - 6, "end", (LEFT, y, LEFT, y)  # where nothing fits

    def _crowd(self, box: Box, taken: Sequence[tuple[float, float]]) -> int:
        """Count what lies within a box: the line of readings, looked at closely, and other names."""
        left, top, right, bottom = box
        empty = 1000 * (left == right)
        return empty + sum(left - 4 <= x <= right + 4 and top <= y <= bottom for x, y in (*self._along, *taken))

    @cached_property
    def _along(self) -> list[tuple[float, float]]:
        points = [(self.x(each.on), self.y(each.value)) for each in self.chart.points]
        between = [(x0 + (x1 - x0) * step / 8, y0 + (y1 - y0) * step / 8) for (x0, y0), (x1, y1) in pairwise(points) for step in range(8)]
        return between + points[-1:]

    def _line(self) -> Iterator[SafeString]:
        points = [(self.x(each.on), self.y(each.value)) for each in self.chart.points]
        if len(points) > 1:
            line = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
            yield format_html(
                '<polyline class="chart-line" points="{}" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linejoin="round"/>',
                line,
            )
        shown = points if len(points) <= MOST_DOTS else points[-1:]
        for x, y in shown:
            yield format_html('<circle class="chart-dot" cx="{}" cy="{}" r="3.5"/>', _n(x), _n(y))


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def ticks(least: float, most: float) -> list[float]:
    """Return round values from below `least` to above `most`, at most `MOST_LINES`; from 0 if that is near."""
    if least > 0 and least < 0.5 * most:
        least = 0
    if most < 0 and most > 0.5 * least:
        most = 0
    if least == most:
        least, most = (least - abs(least or 1) / 2, most + abs(most or 1) / 2)
    raw = (most - least) / (MOST_LINES - 1)
    power = 10 ** math.floor(math.log10(raw))
    for step in (factor * power for factor in (*STEPS, 20, 25, 50)):
        low, high = math.floor(least / step), math.ceil(most / step)
        if high - low < MOST_LINES:
            return [round(number * step, 10) for number in range(low, high + 1)]
    raise AssertionError("a step of fifty times a power of ten always fits")  # pragma: no cover


def dates(first: datetime.date, last: datetime.date, most: int) -> list[tuple[datetime.date, str]]:
    """Return days to name below a drawing, at most `most`: first days of months, or days if the span is short."""
    span = (last - first).days
    if span < SHORT_SPAN:
        count = min(most, max(span, 1) + 1, 5)
        days = [first + datetime.timedelta(days=round(span * number / max(count - 1, 1))) for number in range(count)]
        return [(on, date_format(on, "j M")) for on in dict.fromkeys(days)]
    begins = months_after(first.replace(day=1), 0 if first.day == 1 else 1)
    months = (last.year - begins.year) * 12 + last.month - begins.month + 1
    step = next(step for step in (1, 2, 3, 4, 6, 12, 24, 36, 60, 120, 240, 600) if math.ceil(months / step) <= most)
    days = [months_after(begins, number) for number in range(0, months, step)]
    return [(on, _month(on, number == 0 or days[number - 1].year != on.year)) for number, on in enumerate(days)]


def _month(on: datetime.date, with_year: bool) -> str:
    return date_format(on, "M Y") if with_year else date_format(on, "M")
