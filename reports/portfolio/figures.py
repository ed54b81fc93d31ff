"""The figures of the portfolio page, and the rows that each one opens (EL-94)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.models.giving import in_hours
from dates.durations import Usual
from oversight.followups.rules import Share
from reports.portfolio import rules
from reports.portfolio.rules import Facts, Lasted, Period, Reuse
from residencies.listing.key_figures import days
from residencies.models.states import JOURNEY, UNDER_WAY, State
from web.charts.small import FigureRow
from web.templatetags.portal import dollars

Rows = Callable[["Portfolio"], list[FigureRow]]


@dataclass(frozen=True)
class Figure:
    """What a figure of the portfolio is called, what it counts, and the columns of its rows."""

    key: str
    title: Any
    source: Any
    columns: tuple[Any, ...]
    rows: Rows


@dataclass(frozen=True)
class StateLine:
    """A state: how many are in it on the last day, and how long residencies stay in it."""

    state: State
    now: int
    usual: Usual | None
    count: int

    @property
    def now_key(self) -> str:
        return _key("state", self.state)

    @property
    def time_key(self) -> str:
        return _key("time", self.state)


def _key(kind: str, state: str) -> str:
    return f"{kind}-{state}".replace("_", "-")


@dataclass(frozen=True)
class Tile:
    """A figure at the top of the page; `key` names its rows."""

    key: str
    text: str
    label: str


@dataclass
class Portfolio:
    """Everything on the portfolio page, for the residencies that the filters leave."""

    facts: Sequence[Facts]
    period: Period
    reuse: Sequence[Reuse] = ()

    @cached_property
    def sums(self) -> rules.Sums:
        return rules.sums(self.facts)

    @cached_property
    def states(self) -> list[StateLine]:
        lines = []
        for state in JOURNEY[1:-1]:
            times = rules.times_in(state, self.facts, self.period)
            lines.append(StateLine(State(state), self.sums.by_state.get(state, 0), rules.usual_of(times), len(times)))
        return lines

    @cached_property
    def ends(self) -> list[tuple[State, int, str]]:
        return [(State(state), self.sums.by_state.get(state, 0), _key("state", state)) for state in rules.ENDED]

    @cached_property
    def to_start(self) -> list[Lasted]:
        return rules.times_to_start(self.facts, self.period)

    @cached_property
    def usual_start(self) -> Usual | None:
        return rules.usual_of(self.to_start)

    @cached_property
    def due(self) -> list[rules.Due]:
        return rules.due(self.facts, self.period)

    @property
    def in_time(self) -> int:
        return sum(row.in_time for row in self.due)

    @cached_property
    def ended_early(self) -> list[Facts]:
        return rules.ended_early(self.facts, self.period)

    @cached_property
    def ministries(self) -> list[tuple[str, rules.Sums]]:
        return rules.by_ministry(self.facts)

    @cached_property
    def benefits(self) -> list[Facts]:
        """Graduated residencies of which a benefit figure had been due."""
        return [facts for facts in self.facts if facts.still_reports is not None]

    @property
    def still_reporting(self) -> int:
        return sum(bool(facts.still_reports) for facts in self.benefits)

    @property
    def tiles(self) -> list[Tile]:
        """The figures at the top, each with the key of its rows."""
        sums = self.sums
        return [
            Tile("to-start", _usual(self.usual_start, len(self.to_start)), _("from application to start, median")),
            Tile("in-time", _of(self.in_time, len(self.due)), _("graduated within six months of going live")),
            Tile("training", hours(sums.training_hours), _("of training taken")),
            Tile("attendance", _of(sums.attended, sums.expected), _("attended sprint reviews")),
            Tile("given", hours(in_hours(sums.minutes_given)), _("given to other teams")),
            Tile("reuse", str(sum(facts.components_taken for facts in self.facts)), _("components reused")),
            Tile("spent", dollars(sums.spent_cents), _("spent")),
            Tile("benefits", _of(self.still_reporting, len(self.benefits)), _("benefit owners still reporting")),
        ]


def _usual(usual: Usual | None, count: int) -> str:
    if usual is None:
        return _("Fewer than five") if count else _("None yet")
    return days(usual.half) if usual.half is not None else _("Too early to say")


def _of(part: int, whole: int) -> str:
    """Say a share with its numbers: "4 of 5 (80%)"."""
    if not whole:
        return _("None yet")
    return _("%(part)d of %(whole)d (%(percent)d%%)") % {"part": part, "whole": whole, "percent": Share(part, whole).percent}


def hours(count: Any) -> str:
    return ngettext("%(count)s hour", "%(count)s hours", 1 if count == 1 else 2) % {
        "count": number_format(count.normalize() + 0, use_l10n=True)
    }


# ── Rows ─────────────────────────────────────────────────────────────────────────────────────


def _row(facts: Facts, *cells: str) -> FigureRow:
    return FigureRow(facts.reference, facts.product, facts.url, (facts.ministry, *cells))


def _day(day: Any) -> str:
    return date_format(day) if day else ""


def _in_state(state: str, portfolio: Portfolio) -> list[FigureRow]:
    return [_row(facts, _day(_since(facts))) for facts in portfolio.facts if facts.state == state]


def _since(facts: Facts) -> Any:
    return facts.ended_on if facts.state in rules.ENDED else (facts.stays[-1].from_on if facts.stays else None)


def _lasted(times: Sequence[Lasted]) -> list[FigureRow]:
    longest = sorted(times, key=lambda time: (-time.length.days, time.facts.pk))
    return [
        _row(time.facts, _day(time.from_on), _day(time.to_on) if time.length.finished else _("Still open"), days(time.length.days))
        for time in longest
    ]


def _times_in(state: str, portfolio: Portfolio) -> list[FigureRow]:
    return _lasted(rules.times_in(state, portfolio.facts, portfolio.period))


def _due(portfolio: Portfolio) -> list[FigureRow]:
    newest = sorted(portfolio.due, key=lambda row: (row.facts.due_on, row.facts.pk), reverse=True)
    return [
        _row(
            row.facts,
            _day(row.facts.live_on),
            _day(row.facts.due_on),
            _day(row.facts.ended_on) or _("Not yet"),
            _("Yes") if row.in_time else _("No"),
        )
        for row in newest
    ]


def _ended(portfolio: Portfolio) -> list[FigureRow]:
    return [_row(facts, str(State(facts.state).label), _day(facts.ended_on), facts.reason) for facts in portfolio.ended_early]


def _each(value: Callable[[Facts], Any], text: Callable[[Facts], str], portfolio: Portfolio) -> list[FigureRow]:
    """Return the residencies with something to count, the most first."""
    rows = sorted((facts for facts in portfolio.facts if value(facts)), key=lambda facts: (-value(facts), facts.pk))
    return [_row(facts, text(facts)) for facts in rows]


def _benefits(portfolio: Portfolio) -> list[FigureRow]:
    return [_row(facts, _("Yes") if facts.still_reports else _("No")) for facts in portfolio.benefits]


LASTED = (gettext_lazy("From"), gettext_lazy("To"), gettext_lazy("Length"))
FIGURES = {
    figure.key: figure
    for figure in (
        *(
            Figure(
                _key("state", state),
                state.label,
                gettext_lazy("Residencies that were in this state on the last day of the report."),
                (gettext_lazy("Since"),),
                partial(_in_state, state),
            )
            for state in State
            if state != State.DRAFT
        ),
        *(
            Figure(
                _key("time", state),
                state.label,
                gettext_lazy(
                    "Each time a residency was in this state, if that time ended in the report’s period or hadn’t ended by its last day."
                ),
                LASTED,
                partial(_times_in, state),
            )
            for state in UNDER_WAY
            if state != State.DRAFT
        ),
        Figure(
            "to-start",
            gettext_lazy("From application to start"),
            gettext_lazy(
                "The days from sending the application to starting. Applications still waiting count for as long as they have waited. "
                "Applications that ended without a start aren’t counted."
            ),
            LASTED,
            lambda portfolio: _lasted(portfolio.to_start),
        ),
        Figure(
            "in-time",
            gettext_lazy("Graduated in time"),
            gettext_lazy(
                "Residencies due to graduate in the report’s period. They are due six months after going live; a later extension doesn’t "
                "change that. Those that ended another way before they were due aren’t counted."
            ),
            (gettext_lazy("Live since"), gettext_lazy("First due"), gettext_lazy("Graduated"), gettext_lazy("In time")),
            _due,
        ),
        Figure(
            "ended-early",
            gettext_lazy("Ended without graduating"),
            gettext_lazy("Residencies that pivoted, were declined or were withdrawn in the report’s period."),
            (gettext_lazy("Outcome"), gettext_lazy("Ended on"), gettext_lazy("Reason")),
            _ended,
        ),
        Figure(
            "training",
            gettext_lazy("Training"),
            gettext_lazy("Hours of training logged for each team’s people and finished in the report’s period."),
            (gettext_lazy("Hours"),),
            partial(_each, lambda facts: facts.training_hours, lambda facts: hours(facts.training_hours)),
        ),
        Figure(
            "attendance",
            gettext_lazy("Attendance at sprint reviews"),
            gettext_lazy("Of everyone expected at the reviews held in the report’s period, how many attended or sent a delegate."),
            (gettext_lazy("Attended"),),
            partial(
                _each,
                lambda facts: facts.expected,
                lambda facts: _("%(attended)d of %(expected)d") % {"attended": facts.attended, "expected": facts.expected},
            ),
        ),
        Figure(
            "given",
            gettext_lazy("Pay it forward"),
            gettext_lazy("Hours that teams gave to others in the report’s period."),
            (gettext_lazy("Hours"),),
            partial(_each, lambda facts: facts.minutes_given, lambda facts: hours(in_hours(facts.minutes_given))),
        ),
        Figure(
            "reuse",
            gettext_lazy("Components reused"),
            gettext_lazy("Components that these residencies reused from others in the report’s period. Each counts once."),
            (gettext_lazy("Components"),),
            partial(_each, lambda facts: facts.components_taken, lambda facts: str(facts.components_taken)),
        ),
        Figure(
            "spent",
            gettext_lazy("Spent"),
            gettext_lazy("The money entries marked as spent, dated in the report’s period."),
            (gettext_lazy("Amount"),),
            partial(_each, lambda facts: facts.spent_cents, lambda facts: dollars(facts.spent_cents)),
        ),
        Figure(
            "benefits",
            gettext_lazy("Benefits still reported"),
            gettext_lazy(
                "Graduated residencies that have had a quarterly figure due. One still reports if none of its figures was overdue on the "
                "last day of the report."
            ),
            (gettext_lazy("Still reports"),),
            _benefits,
        ),
    )
}
