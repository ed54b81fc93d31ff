"""Acts on where a team's people go after graduation (EL-81)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.utils.translation import gettext as _

from acts.act import Actor, act
from findings import Finding, Refused, blocking
from ledger.actions import revise
from people.actions import known_or_new
from people.models import Person
from residencies.lifecycle.team import Goes
from teams.locks import locked
from teams.models import Destination
from teams.roster.actions import recheck

PLACE = "graduation"
MOST_WEEKS = 52


@act("teams.keep_destination")
def decide_destination(
    destination: Destination,
    *,
    goes: str,
    place: str = "",
    on: datetime.date | None = None,
    successor: Person | None = None,
    name: str = "",
    email: str = "",
    overlap_weeks: int | None = None,
    shown_revision: int,
    by: Actor,
) -> Destination:
    """Record where someone on the team goes after graduation: stays, moves or leaves, and who takes over from them.

    For a successor who isn't on record, give `name` and, if known, `email`. What doesn't apply is left out: the place of someone
    who stays, the last day of someone who doesn't leave. Raises `Stale`, and `Refused`: `destination-no-place` for someone who
    moves, `destination-no-day` for someone who leaves, `successor-no-overlap`, `successor-self`, `residency-ended`.
    """
    team = locked(destination.team.subject)
    if successor is None and name.strip():
        successor = known_or_new(name=name, email=email, by=by)
    changes = {
        "goes": goes,
        "place": place.strip() if goes != Goes.STAYS else "",
        "on": on if goes == Goes.LEAVES else None,
        "successor": successor,
        "overlap_weeks": overlap_weeks if successor else None,
    }
    if faults := _faults(destination, changes):
        raise Refused(faults)
    current, _new = Destination.objects.get_or_create(team=team, person=destination.person)
    facts = {"person": current.person_id, "name": destination.person.name, "destination": str(Goes(goes).label)}
    current = revise(
        current, shown_revision=shown_revision, changes=changes, act="destination-decided", by=by, stream=team.stream, facts=facts
    )
    recheck(team, because="destination-decided")
    return current


def _faults(destination: Destination, facts: Mapping[str, object]) -> list[Finding]:
    faults = []
    if facts["goes"] == Goes.MOVES and not facts["place"]:
        faults.append(blocking("destination-no-place", _("The new branch or team is missing."), _("Name the branch or team."), PLACE))
    if facts["goes"] == Goes.LEAVES and not facts["on"]:
        faults.append(blocking("destination-no-day", _("The last day is missing."), _("Enter their last day of work."), PLACE))
    if facts["successor"] and facts["overlap_weeks"] is None:
        message = _("The weeks of overlap are missing.")
        faults.append(blocking("successor-no-overlap", message, _("Enter how many weeks they work together. Use 0 for none."), PLACE))
    if facts["successor"] == destination.person:
        message = _("%(name)s can’t take over from themselves.") % {"name": destination.person.name}
        faults.append(blocking("successor-self", message, _("Choose another person."), PLACE))
    return faults
