"""Role checks that keep a team from starting or going live, for the lab's home page."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import ngettext

from findings import Severity
from residencies.attention import Attention, since_of
from residencies.models import Residency
from residencies.states import State
from teams.gates import role_checks_of

ASKED_AT = {State.AGREEMENT: Severity.BLOCKS_START, State.IN_RESIDENCE: Severity.BLOCKS_LIVE}


def unready_teams(residencies: Iterable[Residency], on: datetime.date) -> list[Attention]:
    """Those of `residencies` whose team is not ready for the next step; a fixed number of queries."""
    residencies = list(residencies)
    checks = role_checks_of(residencies, on) if residencies else {}
    found = []
    for residency in residencies:
        blocking = sum(finding.severity >= ASKED_AT[State(residency.state)] for finding in checks[residency.pk])
        if blocking:
            found.append(Attention(_sentence(residency, blocking), reverse("team", args=[residency.reference]), since_of(residency)))
    return found


def _sentence(residency: Residency, blocking: int) -> str:
    said = {"residency": str(residency), "count": blocking}
    if residency.state == State.AGREEMENT:
        return (
            ngettext(
                "Mend %(count)d role check before %(residency)s can start",
                "Mend %(count)d role checks before %(residency)s can start",
                blocking,
            )
            % said
        )
    return (
        ngettext(
            "Mend %(count)d role check before %(residency)s can go live",
            "Mend %(count)d role checks before %(residency)s can go live",
            blocking,
        )
        % said
    )
