"""Reads the facts of a portfolio (EL-94): a constant number of queries, however many residencies there are."""

from __future__ import annotations

import datetime
from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from community.models import Contribution
from community.queries import still_reporting
from dates.moments import moment_of
from ledger.models import Event
from oversight.choices import LineKind
from oversight.models import MoneyLine
from people.models import User
from reports.portfolio.rules import Facts, Period, Stay, in_period, stays_of
from residencies.lifecycle.rules import graduation_due
from residencies.models import PhaseSpan, Residency
from residencies.models.states import ENDED, Phase, State
from residencies.reference_data import figures_over
from teams.choices import Came
from teams.models import Presence, Training

DAY = datetime.timedelta(days=1)
Moves = dict[int, list[tuple[datetime.date, str]]]


def facts_for(user: User, period: Period, *, ministry: int | None = None, phase: str = "", state: str = "") -> list[Facts]:
    """Return the facts of every residency that the account can see and that was under way in the period; nine queries.

    Applications that weren't sent by the last day are left out. `phase` and `state` are those on that day.
    """
    rows = Residency.objects.visible_to(user).select_related("program_area__ministry").order_by("pk")
    if ministry is not None:
        rows = rows.filter(program_area__ministry=ministry)
    residencies = list(rows)
    streams = rows.order_by().values("stream")
    moves, phases = _moves(streams, period), _phases(rows, period)
    hours = _by_stream(_dated(Training.objects.current(), "finished_on", period), "team__stream", streams, Sum("hours"))
    reviews = _reviews(streams, period)
    spent = _by_stream(
        _dated(MoneyLine.objects.counting().filter(kind=LineKind.SPENT), "on", period), "stream", streams, Sum("amount_cents")
    )
    given = _given(rows, period)
    reported = still_reporting(rows, period.last)
    lived = {row.live_on for row in residencies if row.live_on}
    months = figures_over(lived) if lived else {}
    everything = []
    for row in residencies:
        own = moves.get(row.stream_id, [])
        now = own[-1][1] if own else (row.state if row.before_portal else State.DRAFT)
        if now == State.DRAFT:
            continue
        live_on = _until(row.live_on, period)
        expected, attended = reviews.get(row.stream_id, (0, 0))
        everything.append(
            Facts(
                pk=row.pk,
                reference=row.reference,
                product=row.product,
                url=row.get_absolute_url(),
                ministry=row.program_area.ministry.name,
                phase=phases.get(row.pk, row.phase if row.before_portal else Phase.APPLY),
                state=now,
                stays=tuple(_stays(row, own)),
                submitted_on=_until(timezone.localdate(row.submitted_at), period) if row.submitted_at else None,
                started_on=_until(row.started_on, period),
                live_on=live_on,
                due_on=graduation_due(live_on, months[live_on]["months_to_graduation"]) if live_on and not row.before_portal else None,
                ended_on=_until(row.ended_on, period) if now in ENDED else None,
                reason=row.end_reason if now in ENDED else "",
                training_hours=hours.get(row.stream_id) or Decimal(0),
                expected=expected,
                attended=attended,
                minutes_given=given.get(row.pk) or 0,
                spent_cents=spent.get(row.stream_id) or 0,
                still_reports=reported.get(row.pk) if now == State.GRADUATED else None,
            )
        )
    return [
        facts
        for facts in everything
        if in_period(facts, period) and (not phase or facts.phase == phase) and (not state or facts.state == state)
    ]


def _until(day: datetime.date | None, period: Period) -> datetime.date | None:
    return day if day and day <= period.last else None


def _moves(streams: QuerySet[Any], period: Period) -> Moves:
    """Return the moves on record by the end of the period, by stream: the day and the state; one query."""
    before = moment_of(period.last + DAY)
    # A coaching phase moves from one state to another in the ledger, too.
    events = Event.objects.filter(stream__in=streams, at__lt=before, to_state__in=State.values).order_by("stream", "seq")
    moves: Moves = defaultdict(list)
    for stream, at, state in events.values_list("stream", "at", "to_state"):
        if not moves[stream] or moves[stream][-1][1] != state:
            moves[stream].append((timezone.localdate(at), state))
    return moves


def _stays(row: Residency, moves: list[tuple[datetime.date, str]]) -> list[Stay]:
    stated = {State.IN_RESIDENCE: row.started_on, State.LIVE: row.live_on, row.state: row.ended_on if row.state in ENDED else None}
    entered = {str(state): day for state, day in stated.items() if day}
    return stays_of(moves, entered)


def _phases(residencies: QuerySet[Residency], period: Period) -> dict[int, str]:
    """Return the coaching phase of each residency on the last day; one query."""
    spans = PhaseSpan.objects.filter(residency__in=residencies.order_by(), from_on__lte=period.last)
    return dict(spans.order_by("from_on", "pk").values_list("residency", "phase"))


def _dated(rows: QuerySet[Any], field: str, period: Period) -> QuerySet[Any]:
    rows = rows.filter(**{f"{field}__lte": period.last})
    return rows.filter(**{f"{field}__gte": period.first}) if period.first else rows


def _by_stream(rows: QuerySet[Any], path: str, streams: QuerySet[Any], total: Any) -> dict[int, Any]:
    summed = rows.filter(**{f"{path}__in": streams}).order_by().values(key=F(path)).annotate(total=total)
    return dict(summed.values_list("key", "total"))


def _reviews(streams: QuerySet[Any], period: Period) -> dict[int, tuple[int, int]]:
    """Return how many people were expected at reviews that were held, and how many attended or sent a delegate; one query."""
    noted = Presence.objects.exclude(came="").filter(sprint__held_at__isnull=False, sprint__team__stream__in=streams)
    rows = _dated(noted, "sprint__review_on", period).order_by().values(key=F("sprint__team__stream"))
    counted = rows.annotate(expected=Count("pk"), attended=Count("pk", filter=~Q(came=Came.MISSED)))
    return {key: (expected, attended) for key, expected, attended in counted.values_list("key", "expected", "attended")}


def _given(residencies: QuerySet[Residency], period: Period) -> dict[int, int]:
    rows = _dated(Contribution.objects.current().filter(residency__in=residencies.order_by()), "given_on", period)
    return dict(rows.order_by().values("residency").annotate(total=Sum("minutes")).values_list("residency", "total"))
