"""What the lifecycle asks of teams: reads rosters, calls the rules, never writes (EL-43)."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence

from django.utils.translation import gettext_lazy

from findings import Finding, Severity
from findings.gates import gate
from residencies.models import Residency
from residencies.reference_data import all_figures, figures_over
from teams.facts import Roster, SeatFacts
from teams.models import Seat
from teams.roster import rules
from teams.roster.rules import Stay


def role_checks(residency: Residency, on: datetime.date) -> list[Finding]:
    """Every role check about a residency's team on a day, the gravest first, in two queries (EL-42)."""
    return role_checks_of([residency], on)[residency.stream_id]


def role_checks_over(residency: Residency, days: Collection[datetime.date]) -> dict[datetime.date, list[Finding]]:
    """The role checks of one residency on each of `days`, in two queries however many there are."""
    roster, stay, figures = Seat.objects.of(residency).roster(), stay_of(residency), figures_over(days)
    return {day: rules.check(roster, day, figures[day], stay) for day in days}


def role_checks_of(residencies: Sequence[Residency], on: datetime.date) -> dict[int, list[Finding]]:
    """The role checks of many residencies by stream, in two queries however many there are."""
    seats: dict[int, list[SeatFacts]] = {}
    for seat in Seat.objects.current().filter(team__residency__in=residencies).with_people().select_related("team"):
        seats.setdefault(seat.team.residency_id, []).append(seat.facts)
    figures = all_figures(on)
    return {r.stream_id: rules.check(Roster(tuple(seats.get(r.pk, ()))), on, figures, stay_of(r)) for r in residencies}


@gate(reads=role_checks_of, holds=gettext_lazy("The team is ready to start."))
def ready_to_start(checks: Sequence[Finding], on: datetime.date) -> Iterator[Finding]:
    """Nothing about the team blocks the start (EL-43)."""
    return (finding for finding in checks if finding.severity >= Severity.BLOCKS_START)


@gate(reads=role_checks_of, holds=gettext_lazy("The team is ready to go live."))
def ready_for_live(checks: Sequence[Finding], on: datetime.date) -> Iterator[Finding]:
    """Nothing about the team blocks going live (EL-43)."""
    return (finding for finding in checks if finding.severity >= Severity.BLOCKS_LIVE)


def stay_of(residency: Residency) -> Stay:
    """What the role checks know of the residency beside its roster."""
    return Stay(live_on=residency.live_on, graduation_due_on=residency.graduation_due_on)
