"""What the lifecycle asks of a team: reads the roster, calls the rules, never writes (EL-43)."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable

from findings import Finding, Severity
from residencies.listing import obstacles
from residencies.models import Residency
from residencies.models.states import State
from residencies.reference_data import all_figures, figures_over
from teams.facts import Roster, SeatFacts
from teams.models import Seat
from teams.roster import rules
from teams.roster.rules import Stay


def role_checks(residency: Residency, on: datetime.date) -> list[Finding]:
    """Every role check about a residency's team on a day, the gravest first, in two queries (EL-42)."""
    return role_checks_over(residency, [on])[on]


def role_checks_over(residency: Residency, days: Collection[datetime.date]) -> dict[datetime.date, list[Finding]]:
    """The role checks of one residency on each of `days`, in two queries however many there are."""
    roster, stay, figures = Seat.objects.of(residency).roster(), stay_of(residency), figures_over(days)
    return {day: rules.check(roster, day, figures[day], stay) for day in days}


def role_checks_of(residencies: Iterable[Residency], on: datetime.date) -> dict[int, list[Finding]]:
    """The role checks of many residencies by primary key, in two queries however many there are."""
    residencies = list(residencies)
    seats: dict[int, list[SeatFacts]] = {}
    for seat in Seat.objects.current().filter(team__residency__in=residencies).with_people().select_related("team"):
        seats.setdefault(seat.team.residency_id, []).append(seat.facts)
    figures = all_figures(on)
    return {r.pk: rules.check(Roster(tuple(seats.get(r.pk, ()))), on, figures, stay_of(r)) for r in residencies}


def ready_to_start(residency: Residency, on: datetime.date) -> list[Finding]:
    """What stands in the way of starting, on the team's side (EL-43)."""
    return [finding for finding in role_checks(residency, on) if finding.severity >= Severity.BLOCKS_START]


def ready_for_live(residency: Residency, on: datetime.date) -> list[Finding]:
    """What stands in the way of going live, on the team's side (EL-43)."""
    return [finding for finding in role_checks(residency, on) if finding.severity >= Severity.BLOCKS_LIVE]


def stay_of(residency: Residency) -> Stay:
    """What the role checks know of the residency beside its roster."""
    return Stay(live_on=residency.live_on, graduation_due_on=residency.graduation_due_on)


BLOCKING = {State.AGREEMENT: Severity.BLOCKS_START, State.IN_RESIDENCE: Severity.BLOCKS_LIVE}


def in_the_way(residencies: list[Residency], on: datetime.date) -> dict[int, list[Finding]]:
    """The role checks that block the next step of each of `residencies`, in two queries however many there are."""
    checks = role_checks_of(residencies, on)
    return {r.pk: [finding for finding in checks[r.pk] if finding.severity >= BLOCKING[State(r.state)]] for r in residencies}


def register() -> None:
    """Called once, when the app is ready."""
    obstacles.register(BLOCKING, in_the_way)
