"""Reads the facts of a portfolio (EL-94): a constant number of queries, however many residencies there are.

Residencies and their moves are read side by side, in pieces, and each residency's facts are given as soon as they are known: an export
of ten thousand takes no more memory than one of a hundred, apart from a few numbers for each.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import CharField, Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from community.models import Contribution
from community.queries import still_reporting
from dates.database import entered_by
from dates.moments import moment_of
from ledger.models import Event, Stream
from ledger.subjects import subject_of, with_subject
from metrics.models import ReuseLink
from oversight.choices import LineKind
from oversight.models import MoneyLine
from people.models import User
from reports.portfolio.rules import Facts, Party, Period, Reuse, Stay, in_period, stays_of
from residencies.lifecycle.rules import graduation_due
from residencies.models import PhaseSpan, Residency
from residencies.models.states import ENDED, Phase, State
from residencies.reference_data import figure_history
from teams.choices import Came
from teams.models import Presence, Training

DAY = datetime.timedelta(days=1)
PIECE = 1000
AMOUNT = DecimalField(max_digits=20, decimal_places=2)
NOTHING = (Decimal(0), Decimal(0))
READ = (
    "reference",
    "product",
    "stream",
    "state",
    "phase",
    "submitted_at",
    "started_on",
    "live_on",
    "ended_on",
    "end_reason",
    "before_portal",
)
Moves = list[tuple[datetime.date, str]]
NONE: tuple[int, Moves] = (0, [])


@dataclass(frozen=True)
class Scope:
    """Which residencies a portfolio covers: all that the account can see, of a ministry, in a phase or state on the last day.

    Without an account, all there are. With `known_at`, by what was on record at that moment, whatever was entered, corrected or removed
    since: a sealed portfolio is recomputed with it (EL-97). Without it, by what is on record now.
    """

    user: User | None
    period: Period
    ministry: int | None = None
    phase: str = ""
    state: str = ""
    known_at: datetime.datetime | None = None

    @property
    def rows(self) -> QuerySet[Residency]:
        rows = Residency.objects.visible_to(self.user) if self.user else Residency.objects.all()
        if self.known_at:
            rows = rows.filter(made_at__lte=self.known_at)
        return rows.filter(program_area__ministry=self.ministry) if self.ministry is not None else rows

    def covers(self, facts: Facts) -> bool:
        return in_period(facts, self.period) and self.phase in ("", facts.phase) and self.state in ("", facts.state)


def facts_for(scope: Scope) -> Iterator[Facts]:
    """Yield the facts of every residency in the scope that was under way in the period; five queries.

    Applications that weren't sent by the last day are left out. `phase` and `state` are those on that day.
    """
    period, rows, known_at = scope.period, scope.rows, scope.known_at
    sums, reporting = _sums(scope), still_reporting(rows, period.last, known_at)
    months = figure_history("months_to_graduation", known_at)
    moves = _moves(scope)
    stream, own = next(moves, NONE)
    for row in _residencies(scope).iterator(chunk_size=PIECE):
        while stream < row.stream_id and stream:
            stream, own = next(moves, NONE)
        of_row = own if stream == row.stream_id else []
        now = of_row[-1][1] if of_row else (row.state if row.before_portal else State.DRAFT)
        if now == State.DRAFT:
            continue
        submitted_on, started_on, live_on, ended_on = (_until(day, period) for day in _days(row, of_row, now, known_at))
        training, given, spent, taken, gave = (
            sums.get((kind, row.stream_id), NOTHING)[0] for kind in (TRAINING, GIVEN, SPENT, TAKEN, GAVE)
        )
        expected, attended = sums.get((REVIEWS, row.stream_id), NOTHING)
        facts = Facts(
            pk=row.pk,
            reference=row.reference,
            product=row.product,
            url=row.get_absolute_url(),
            ministry=row.ministry_name,
            phase=row.phase_then or (row.phase if row.before_portal else Phase.APPLY),
            state=now,
            stays=tuple(_stays(now, of_row, started_on, live_on, ended_on)),
            submitted_on=submitted_on,
            started_on=started_on,
            live_on=live_on,
            due_on=graduation_due(live_on, months(live_on)) if live_on and not row.before_portal else None,
            ended_on=ended_on,
            reason=row.end_reason if now in ENDED else "",
            training_hours=training.normalize() + 0,
            expected=int(expected),
            attended=int(attended),
            minutes_given=int(given),
            spent_cents=int(spent),
            components_taken=int(taken),
            components_given=int(gave),
            still_reports=reporting.get(row.pk) if now == State.GRADUATED else None,
        )
        if scope.covers(facts):
            yield facts


def _residencies(scope: Scope) -> QuerySet[Any]:
    """Return the residencies by stream, with their coaching phase on the last day; one query.

    With `known_at`, also `live_then`: the day of the final release until someone corrected it later.
    """
    spans = PhaseSpan.objects.filter(residency=OuterRef("pk"), from_on__lte=scope.period.last).order_by("-from_on", "-pk")
    if scope.known_at:
        spans = spans.filter(entered_by(scope.known_at, "entered_at"))
    # Only what is counted, and the ministry's name instead of its row: of ten thousand, making the objects takes longer than the query.
    then = {"phase_then": Subquery(spans.values("phase")[:1]), "ministry_name": F("program_area__ministry__name")}
    rows = scope.rows.only(*READ).annotate(**then).order_by("stream")
    if scope.known_at is None:
        return rows
    corrected = Event.objects.filter(stream=OuterRef("stream"), act="release-corrected", at__gt=scope.known_at).order_by("seq")
    return rows.annotate(live_then=Subquery(corrected.values(before=KeyTextTransform("from", "facts"))[:1]))


Day = datetime.date | None


def _days(row: Any, moves: Moves, now: str, known_at: datetime.datetime | None) -> tuple[Day, Day, Day, Day]:
    """Return when a residency was submitted and started, went live and ended, as is on record now or was at a moment."""
    ended_on = row.ended_on if now in ENDED else None
    submitted_on = timezone.localdate(row.submitted_at) if row.submitted_at else None
    if known_at is None:
        return submitted_on, row.started_on, row.live_on, ended_on
    if row.submitted_at and row.submitted_at > known_at:
        # It was sent again since, so the day is that of the last time it had been sent by then.
        submitted_on = next((day for day, state in reversed(moves) if state == State.SUBMITTED), None)
    reached = {state for _day, state in moves} | ({now} if row.before_portal else set())
    live_on = datetime.date.fromisoformat(row.live_then) if row.live_then else row.live_on
    return (
        submitted_on,
        row.started_on if reached & {State.IN_RESIDENCE, State.LIVE, State.GRADUATED} else None,
        live_on if reached & {State.LIVE, State.GRADUATED} else None,
        ended_on,
    )


def _until(day: datetime.date | None, period: Period) -> datetime.date | None:
    return day if day and day <= period.last else None


def _moves(scope: Scope) -> Iterator[tuple[int, Moves]]:
    """Yield the moves on record by the end of the period, by stream: the day and the state; one query."""
    before = moment_of(scope.period.last + DAY)
    streams = scope.rows.order_by().values("stream")
    # A coaching phase moves from one state to another in the ledger, too.
    events = Event.objects.filter(stream__in=streams, at__lt=before, to_state__in=State.values).order_by("stream", "seq")
    if scope.known_at:
        events = events.filter(at__lte=scope.known_at)
    listed, zone = events.values_list("stream", "at", "to_state").iterator(chunk_size=PIECE), timezone.get_current_timezone()
    for stream, group in groupby(listed, key=itemgetter(0)):
        states = [(at.astimezone(zone).date(), state) for _stream, at, state in group]
        yield stream, [move for number, move in enumerate(states) if not number or states[number - 1][1] != move[1]]


def _stays(now: str, moves: Moves, started_on: Day, live_on: Day, ended_on: Day) -> list[Stay]:
    stated = {State.IN_RESIDENCE: started_on, State.LIVE: live_on, **({now: ended_on} if now in ENDED else {})}
    entered = {str(state): day for state, day in stated.items() if day}
    return stays_of(moves, entered)


# ── Sums ─────────────────────────────────────────────────────────────────────────────────────

TRAINING, REVIEWS, GIVEN, SPENT, TAKEN, GAVE = "training", "reviews", "given", "spent", "taken", "gave"


def _sums(scope: Scope) -> dict[tuple[str, int], tuple[Decimal, Decimal]]:
    """Return what was put in and given in the period, by kind and stream; one query.

    Of reviews: how many people were expected at those that were held, and how many attended or sent a delegate.
    """
    trainings, noted, given, lines, reuse = _counting(scope.known_at)
    came = Count("pk", filter=~Q(came_then=Came.MISSED) if scope.known_at else ~Q(came=Came.MISSED))
    sources: list[tuple[str, QuerySet[Any], str, str, Any, Any]] = [
        (TRAINING, trainings, "team__stream", "finished_on", Sum("hours"), Value(0)),
        (REVIEWS, noted, "sprint__team__stream", "sprint__review_on", Count("pk"), came),
        (GIVEN, given, "residency__stream", "given_on", Sum("minutes"), Value(0)),
        (SPENT, lines.filter(kind=LineKind.SPENT), "stream", "on", Sum("amount_cents"), Value(0)),
        (TAKEN, reuse, "taker", "on", Count("pk"), Value(0)),
        (GAVE, reuse, "giver", "on", Count("pk"), Value(0)),
    ]
    streams = scope.rows.order_by().values("stream")
    first, *rest = (
        _dated(queryset, day, scope.period).filter(**{f"{path}__in": streams}).order_by().values(key=F(path))
        .annotate(source=Value(name, output_field=CharField()), first=Cast(first, AMOUNT), second=Cast(second, AMOUNT))
        .values_list("source", "key", "first", "second")
        for name, queryset, path, day, first, second in sources
    )  # fmt: skip
    return {(name, stream): (first, second) for name, stream, first, second in first.union(*rest, all=True)}


def _counting(known_at: datetime.datetime | None) -> tuple[QuerySet[Any], ...]:
    """Return training, attendance, contributions, money and reuse that count: now, or at the moment `known_at`."""
    held = Presence.objects.filter(sprint__held_at__isnull=False)
    if known_at is None:
        now = (Training.objects.current(), held.exclude(came=""), Contribution.objects.current(), MoneyLine.objects.counting())
        return *now, ReuseLink.objects.current()
    noted: QuerySet[Any] = held.filter(sprint__held_at__lte=known_at).known_at(known_at)
    noted = noted.exclude(came_then="")
    lines = MoneyLine.objects.known_at(known_at).filter(removed=False)
    then = (Training.objects.known_at(known_at), noted, Contribution.objects.known_at(known_at), lines)
    return *then, ReuseLink.objects.known_at(known_at)


def _dated(rows: QuerySet[Any], field: str, period: Period) -> QuerySet[Any]:
    rows = rows.filter(**{f"{field}__lte": period.last})
    return rows.filter(**{f"{field}__gte": period.first}) if period.first else rows


# ── Reuse ────────────────────────────────────────────────────────────────────────────────────


def reuse_over(scope: Scope) -> list[Reuse]:
    """Return who gave which component to whom in the period, where the giver or the taker is in the scope; one query.

    Each component counts once between two residencies, which the database holds.
    """
    streams = scope.rows.order_by().values("stream")
    counting = ReuseLink.objects.known_at(scope.known_at) if scope.known_at else ReuseLink.objects.current()
    links = _dated(counting, "on", scope.period).filter(Q(giver__in=streams) | Q(taker__in=streams))
    rows = links.select_related(*with_subject("giver"), *with_subject("taker")).order_by("giver", "component", "taker")
    return [Reuse(_party(row.giver), _party(row.taker), row.component, row.on) for row in rows]


def _party(stream: Stream) -> Party:
    subject = subject_of(stream)
    return Party(stream.pk, subject.reference, subject.name, subject.get_absolute_url())
