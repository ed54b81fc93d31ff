"""The lock that every act on a team takes first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from findings import refuse
from residencies.models import Residency
from teams.models import Team


def locked(residency: Residency) -> Team:
    """The residency's team, made on first use, locked until the transaction ends. Raises `Refused` once the residency has ended."""
    team = locked_anyhow(residency)
    if not team.residency.is_under_way:
        params = {"residency": str(team.residency), "state": team.residency.get_state_display()}
        message = _("%(residency)s has ended (%(state)s); its roster is a record now.") % params
        raise refuse("residency-ended", message, _("Nothing needs to be done."), "team")
    return team


def locked_anyhow(residency: Residency) -> Team:
    """The same for a residency that may have ended."""
    # Made first, locked second; and the team's row rather than its seats', as a seat that is being added has none yet.
    Team.objects.get_or_create(residency=residency)
    return Team.objects.select_for_update(of=("self",)).select_related("residency__stream").get(residency=residency)
