"""For the lab's home page: role checks that keep a team from starting or going live, and champions who miss reviews."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from findings import Severity
from residencies.attention import MOST, Attention, since_of
from residencies.models import Residency
from residencies.states import UNDER_WAY, State
from teams.gates import role_checks_of
from teams.models import Champion, Sprint
from teams.sprint_rules import RAISED_AFTER

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


def missed_champions() -> list[Attention]:
    """Champions who missed two reviews in a row or more, of residencies under way (EL-51); one query."""
    rows = (
        Champion.objects.filter(to_on=None, missed_in_row__gte=RAISED_AFTER, team__residency__state__in=UNDER_WAY)
        .select_related("person", "team__residency")
        .annotate(since=Subquery(_held().values("review_on")[:1]))
    )
    return [
        Attention(_about_champion(row), reverse("sprints", args=[row.team.residency.reference]), row.since or row.from_on)
        for row in rows.order_by("since")[:MOST]
    ]


def _held() -> QuerySet[Sprint]:
    return Sprint.objects.filter(team=OuterRef("team"), held_at__isnull=False).order_by("-review_on")


def _about_champion(champion: Champion) -> str:
    said = {"name": champion.person.name, "count": champion.missed_in_row, "residency": str(champion.team.residency)}
    return _("Talk with %(name)s, who missed %(count)d reviews of %(residency)s in a row") % said
