"""What the list of residencies says of teams: what keeps one from starting or from going live (EL-06, EL-43)."""

from __future__ import annotations

import datetime

from findings import Finding, Severity
from residencies.listing import obstacles
from residencies.models import Residency
from residencies.models.states import State
from teams.gates import role_checks_of

BLOCKING = {State.AGREEMENT: Severity.BLOCKS_START, State.IN_RESIDENCE: Severity.BLOCKS_LIVE}


def in_the_way(residencies: list[Residency], on: datetime.date) -> dict[int, list[Finding]]:
    """The role checks that block the next step of each of `residencies`, in two queries however many there are."""
    checks = role_checks_of(residencies, on)
    return {r.pk: [finding for finding in checks[r.pk] if finding.severity >= BLOCKING[State(r.state)]] for r in residencies}


def register() -> None:
    """Called once, when the app is ready."""
    obstacles.register(BLOCKING, in_the_way)
