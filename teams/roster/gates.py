"""What the lifecycle asks of teams: reads rosters, calls the rules, never writes (EL-43)."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from typing import TypeGuard

from django.utils.translation import gettext_lazy

from findings import Finding, Severity
from findings.gates import gate
from ledger.subjects import Subject
from residencies.models import Residency
from residencies.reference_data import all_figures, figures_over
from teams.facts import Roster, SeatFacts
from teams.models import CHECKED, Seat
from teams.roster import rules
from teams.roster.rules import Stay


def role_checks(subject: Subject, on: datetime.date) -> list[Finding]:
    """Every role check about a residency's team on a day, the gravest first, in two queries; none of another kind of subject (EL-42)."""
    return role_checks_of([subject], on)[subject.stream_id] if isinstance(subject, Residency) else []


def is_checked(subject: Subject) -> TypeGuard[Residency]:
    """Whether the roster is checked: of a residency, while its team is made up, in residence and live. Other kinds of subject have no checks."""
    return isinstance(subject, Residency) and subject.state in CHECKED


def role_checks_over(subject: Subject, days: Collection[datetime.date]) -> dict[datetime.date, list[Finding]]:
    """The same on each of `days`, in two queries however many there are."""
    if not isinstance(subject, Residency):
        return {day: [] for day in days}
    roster, stay, figures = Seat.objects.of(subject).roster(), stay_of(subject), figures_over(days)
    return {day: rules.check(roster, day, figures[day], stay) for day in days}


def role_checks_of(residencies: Sequence[Residency], on: datetime.date) -> dict[int, list[Finding]]:
    """The role checks of many residencies by stream, in two queries however many there are."""
    seats: dict[int, list[SeatFacts]] = {}
    streams = [residency.stream_id for residency in residencies]
    for seat in Seat.objects.current().filter(team__stream__in=streams).with_people().select_related("team"):
        seats.setdefault(seat.team.stream_id, []).append(seat.facts)
    figures = all_figures(on)
    return {r.stream_id: rules.check(Roster(tuple(seats.get(r.stream_id, ()))), on, figures, stay_of(r)) for r in residencies}


@gate(reads=role_checks_of, holds=gettext_lazy("The team is ready to start."))
def ready_to_start(checks: Sequence[Finding], on: datetime.date) -> Iterator[Finding]:
    """Nothing about the team blocks the start (EL-43)."""
    return (finding for finding in checks if finding.severity >= Severity.BLOCKS_START)


@gate(reads=role_checks_of, holds=gettext_lazy("The team is ready to go live."))
def ready_for_live(checks: Sequence[Finding], on: datetime.date) -> Iterator[Finding]:
    """Nothing about the team blocks going live (EL-43)."""
    return (finding for finding in checks if finding.severity >= Severity.BLOCKS_LIVE)


def stay_of(subject: Subject) -> Stay:
    """When a residency went live and is due to graduate; of another kind of subject, nothing."""
    if not isinstance(subject, Residency):
        return Stay()
    return Stay(live_on=subject.live_on, graduation_due_on=subject.graduation_due_on)
