"""What differs between a sealed portfolio and today's, residency by residency, and why (EL-97).

A figure can differ because an act after the report's moment changed what it counts, or because something on record then counts only
from a later day. Every act is in its residency's history, so those since the report say which.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import BenefitQuarter
from community.models.giving import in_hours
from ledger import history_text
from ledger.models import Event
from metrics.models import ReuseLink
from oversight.choices import LineKind
from oversight.models import MoneyLine
from reports.models import ReportRun
from reports.portfolio.figures import Portfolio, hours
from reports.portfolio.rules import Facts, Stay
from reports.runs import Difference
from residencies.models import Residency
from residencies.models.states import Phase, State
from web.templatetags.portal import day, dollars

MOVES = (
    "submitted", "taken-up", "more-asked", "qualified", "declined", "agreement-begun", "started", "live", "graduated", "pivoted",
    "withdrawn", "past-recorded", "imported",
)  # fmt: skip
ATTENDANCE = ("presence-noted", "attendance-recorded", "review-held")
REUSE = ("reuse-recorded", "reuse-noted", "reuse-removed")
BENEFITS = ("benefit-reported", "benefit-report-removed", "benefit-owner-accepted", "benefit-quarters-planned")
FIGURE = "figure-set", "figure-corrected"


@dataclass(frozen=True)
class Compared:
    """A figure of a residency: its label, the acts that change it, its value, and the text for a value."""

    name: str
    label: Any
    acts: tuple[str, ...]
    value: Callable[[Facts], Any]
    text: Callable[[Any], str] = str
    amount: bool = False


def _of(name: str) -> Callable[[Facts], Any]:
    return lambda facts: getattr(facts, name)


def _day(value: datetime.date | None) -> str:
    return day(value) if value else _("none")


COMPARED: tuple[Compared, ...] = (
    Compared("state", gettext_lazy("State"), MOVES, _of("state"), lambda value: str(State(value).label)),
    Compared("phase", gettext_lazy("Coaching phase"), ("phase-entered", *MOVES), _of("phase"), lambda value: str(Phase(value).label)),
    Compared("submitted_on", gettext_lazy("Application sent"), MOVES, _of("submitted_on"), _day),
    Compared("started_on", gettext_lazy("Start date"), MOVES, _of("started_on"), _day),
    Compared("live_on", gettext_lazy("Live since"), ("release-corrected", *MOVES), _of("live_on"), _day),
    Compared("due_on", gettext_lazy("First due"), ("release-corrected", *MOVES, *FIGURE), _of("due_on"), _day),
    Compared("ended_on", gettext_lazy("Ended on"), MOVES, _of("ended_on"), _day),
    Compared("training_hours", gettext_lazy("Training"), ("training-logged", "training-struck"), _of("training_hours"), hours, amount=True),
    Compared(
        "attendance", gettext_lazy("Attendance at sprint reviews"), ATTENDANCE, lambda facts: (facts.attended, facts.expected),
        lambda value: _("%(attended)d of %(expected)d") % {"attended": value[0], "expected": value[1]},
    ),
    Compared(
        "minutes_given", gettext_lazy("Pay it forward"), ("giving-noted", "giving-struck"), _of("minutes_given"),
        lambda value: hours(in_hours(value)), amount=True,
    ),
    Compared(
        "spent_cents", gettext_lazy("Spent"), ("money-entered", "money-corrected", "money-removed", "money-imported"), _of("spent_cents"),
        dollars, amount=True,
    ),
    Compared("components_taken", gettext_lazy("Components reused"), REUSE, _of("components_taken"), amount=True),
    Compared("components_given", gettext_lazy("Components given to others"), REUSE, _of("components_given"), amount=True),
    Compared(
        "still_reports", gettext_lazy("Benefit still reported"), (*BENEFITS, *MOVES), _of("still_reports"),
        lambda value: {None: _("none"), True: _("Yes"), False: _("No")}[value],
    ),
)  # fmt: skip


def _stays(value: Sequence[Stay]) -> str:
    """Write the times in each state: "Live since 3 November 2026"."""
    since, until = _("%(state)s since %(first)s"), _("%(state)s from %(first)s to %(end)s")
    return "; ".join(
        (until if stay.to_on else since) % {"state": State(stay.state).label, "first": day(stay.from_on), "end": _day(stay.to_on)}
        for stay in value
    )


STAYS = Compared("stays", gettext_lazy("Times in its states"), ("release-corrected", *MOVES), _of("stays"), _stays)
ACTS = frozenset(act for compared in (*COMPARED, STAYS) for act in compared.acts)


NOTHING = Facts(0, "", "", "", "", "", "")


@dataclass(frozen=True)
class Pair:
    """A residency in the report and today; None where it isn't included. `shown` is whichever there is, today's first."""

    shown: Facts
    old: Facts | None
    new: Facts | None

    @property
    def differs(self) -> bool:
        """Return whether any figure differs; names aren't figures."""
        if self.old is None or self.new is None:
            return True
        return any(each.value(self.old) != each.value(self.new) for each in (*COMPARED, STAYS))

    def differences(self) -> Iterator[tuple[Compared, Any, Any]]:
        """Yield what differs with its values; of a residency that isn't included in both, what was put in and given."""
        old, new, compared = self.old or NOTHING, self.new or NOTHING, COMPARED
        if self.old is None or self.new is None:
            compared = tuple(each for each in COMPARED if each.amount or each.name == "attendance")
        differing = [(each, each.value(old), each.value(new)) for each in compared if each.value(old) != each.value(new)]
        # The times in states follow from the state and the days: they are a row of their own only if none of these differs.
        if self.old and self.new and STAYS.value(old) != STAYS.value(new) and not any(each.name in DATED for each, _o, _n in differing):
            differing.append((STAYS, STAYS.value(old), STAYS.value(new)))
        yield from differing


DATED = {"state", "submitted_on", "started_on", "live_on", "ended_on"}


def _pairs(before: Sequence[Facts], after: Sequence[Facts]) -> list[Pair]:
    old, new = ({facts.pk: facts for facts in each} for each in (before, after))
    shown = old | new
    return [Pair(shown[key], old.get(key), new.get(key)) for key in sorted(shown)]


class Differences:
    """The differences of a sealed portfolio to today's. At most six queries, however many residencies there are."""

    def __init__(self, run: ReportRun, sealed: Portfolio, today: Portfolio) -> None:
        self.run, self.before, self.after = run, sealed, today
        self.differing = [pair for pair in _pairs(sealed.facts, today.facts) if pair.differs]
        keys = [pair.shown.pk for pair in self.differing]
        self.streams = dict(Residency.objects.filter(pk__in=keys).values_list("pk", "stream"))
        self.events = self._events()
        self.later = Later(run, today.period.last, list(self.streams.values()))

    def _events(self) -> dict[tuple[int | None, str], list[Event]]:
        """Return the acts since the report by stream and name; those of the whole lab without a stream."""
        acts = Event.objects.filter(at__gt=self.run.as_of, act__in=ACTS)
        own = acts.filter(stream__in=self.streams.values())
        events: dict[tuple[int | None, str], list[Event]] = defaultdict(list)
        for event in own.order_by("at", "pk"):
            events[event.stream_id, event.act].append(event)
        for event in acts.filter(stream__kind="lab").order_by("at", "pk"):
            events[None, event.act].append(event)
        return events

    @property
    def rows(self) -> list[Difference]:
        """Return every figure of a residency that differs, in the order of their references."""
        return [row for pair in self.differing for row in self._rows(pair)]

    def _rows(self, pair: Pair) -> Iterator[Difference]:
        key, old, new = pair.shown.pk, pair.old, pair.new
        name = f"{pair.shown.reference} {pair.shown.product}"
        if old is None or new is None:
            texts = [_("not included") if each is None else str(State(each.state).label) for each in (old, new)]
            yield Difference((key, "residency"), name, texts[0], texts[1], self._why(COMPARED[0], pair))
        for compared, before, after in pair.differences():
            what = _("%(residency)s: %(figure)s") % {"residency": name, "figure": compared.label}
            amount = after - before if compared.amount else 0
            yield Difference(
                (key, compared.name), what, compared.text(before), compared.text(after), self._why(compared, pair), amount
            )  # fmt: skip

    def _why(self, compared: Compared, pair: Pair) -> tuple[str, ...]:
        stream = self.streams.get(pair.shown.pk)
        events = [event for act in compared.acts for of in (stream, None) for event in self.events.get((of, act), ())]
        reasons = [_reason(event) for event in sorted(events, key=lambda event: (event.at, event.pk))]
        return (*reasons, *self.later.why(stream, compared.name, pair.new))

    @property
    def totals(self) -> list[Difference]:
        """Return every figure at the top of the page that differs. Its reasons are those of its rows."""
        pairs = zip(self.before.tiles, self.after.tiles, strict=True)
        count = [str(portfolio.sums.residencies) for portfolio in (self.before, self.after)]
        differing = [("residencies", _("Residencies"), *count)] if count[0] != count[1] else []
        differing += [(old.key, old.label[:1].upper() + old.label[1:], old.text, new.text) for old, new in pairs if old.text != new.text]
        # A time that isn't over lengthens by itself, and a day on which a residency is due to graduate passes.
        why = _("See the rows below.") if self.differing else _("Days have passed since the report.")
        return [Difference((key,), what, before, after, (why,)) for key, what, before, after in differing]


def _reason(event: Event) -> str:
    """Say what an act did and when: "Noor Castellane corrected an entry: Vendor, $900, on 3 December 2026: counted again"."""
    text = _("%(what)s, on %(day)s") % {"what": history_text.tell(event).what, "day": day(timezone.localdate(event.at))}
    reason = event.facts.get("reason")
    return f"{text}: {reason}" if reason else f"{text}."


class Later:
    """What was on record at a report's moment and counts only from a later day; at most four queries."""

    def __init__(self, run: ReportRun, today: datetime.date, streams: Sequence[int]) -> None:
        self.on, span = run.on, {"gt": run.on, "lte": today}
        money = MoneyLine.objects.known_at(run.as_of).filter(removed=False, kind=LineKind.SPENT)
        reuse = ReuseLink.objects.known_at(run.as_of)
        # A figure is overdue from the day after it was due.
        due = BenefitQuarter.objects.known_at(run.as_of).filter(due_on__gte=run.on, due_on__lt=today)
        self.streams: Mapping[str, set[int]] = {
            "spent_cents": _streams(_within(money, span), "stream", streams),
            "components_taken": _streams(_within(reuse, span), "taker", streams),
            "components_given": _streams(_within(reuse, span), "giver", streams),
            "still_reports": _streams(due, "residency__stream", streams),
        }

    def why(self, stream: int | None, name: str, new: Facts | None) -> Iterator[str]:
        if stream in self.streams.get(name, ()):
            if name == "still_reports":
                yield _("A quarterly figure has become due since the report.")
            else:
                yield _("Something on record then is dated after the report, %(day)s.") % {"day": day(self.on)}
        elif new and name in ("started_on", "live_on", "due_on", "ended_on", "stays"):
            dated = [each for each in (new.started_on, new.live_on, new.ended_on) if each]
            if dated and max(dated) > self.on:
                yield _("It was on record then with a later date than the report’s, %(day)s.") % {"day": day(self.on)}


def _within(rows: QuerySet[Any], span: Mapping[str, datetime.date]) -> QuerySet[Any]:
    return rows.filter(**{f"on__{name}": value for name, value in span.items()})


def _streams(rows: QuerySet[Any], path: str, streams: Sequence[int]) -> set[int]:
    return set(rows.filter(**{f"{path}__in": streams}).order_by().values_list(path, flat=True)) if streams else set()
