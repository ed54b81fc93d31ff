"""Who stands behind a residency, from a day on (EL-44)."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from findings import refuse
from ledger.actions import append
from ledger.versioned import Stale, revise
from people.actions import add_person
from people.models import Person
from residencies.models import Residency
from teams.actions.locking import locked
from teams.models import Champion, Team
from teams.sprint_rules import PLACE


@transaction.atomic
def name_champion(
    residency: Residency,
    *,
    role: str,
    from_on: datetime.date,
    by: Any,
    person: Person | None = None,
    name: str = "",
    email: str = "",
    is_lead: bool = False,
) -> Champion:
    """Make somebody a champion from a day on; `name` and `email` are of somebody new (EL-44).

    Raises `Refused` (`nobody-named`, `champion-already`, `lead-already`, `residency-ended`); nothing is written then.
    """
    team = locked(residency)
    person = person or (add_person(name=name, email=email, by=by) if name.strip() else None)
    if person is None:
        raise refuse("nobody-named", _("Nobody is named."), _("Choose somebody, or write their name."), PLACE)
    if team.champions.filter(person=person, to_on=None).exists():
        raise refuse("champion-already", _("%(name)s is a champion already.") % {"name": person.name}, _("Change that entry."), PLACE)
    _one_lead(team, is_lead, None)
    champion = Champion.objects.create(team=team, person=person, role=role, is_lead=is_lead, from_on=from_on)
    append(team.residency.stream, "champion-named", by=by, facts=_said(champion) | {"from_on": from_on})
    return champion


@transaction.atomic
def edit_champion(champion: Champion, *, expected: int, by: Any, **changes: Any) -> Champion:
    """Correct a champion's role, or who leads the alliance team. Raises `Stale`, and `Refused` (`lead-already`, `residency-ended`)."""
    team = locked(Residency.objects.get(team__champions=champion.pk))
    _one_lead(team, bool(changes.get("is_lead")), champion)
    return revise(champion, expected=expected, changes=changes, act="champion-edited", by=by, stream=team.residency.stream)


@transaction.atomic
def end_champion(champion: Champion, *, on: datetime.date, expected: int, by: Any) -> Champion:
    """Make `on` somebody's last day as champion; the entry stays. Raises `Stale`, and `Refused` (`dates-reversed`, `residency-ended`)."""
    team = locked(Residency.objects.get(team__champions=champion.pk))
    current = Champion.objects.select_for_update(of=("self",)).select_related("person").get(pk=champion.pk)
    if current.version != expected:
        raise Stale(current, {"to_on": (current.to_on, on)})
    if on < current.from_on:
        raise refuse("dates-reversed", _("The last day is before the first."), _("Choose a later day."), PLACE)
    current.to_on, current.missed_in_row = on, 0
    current.version += 1
    current.save(update_fields=["to_on", "missed_in_row", "version"])
    append(team.residency.stream, "champion-ended", by=by, facts=_said(current) | {"to_on": on})
    return current


def _one_lead(team: Team, wanted: bool, but: Champion | None) -> None:
    lead = team.champions.filter(to_on=None, is_lead=True).select_related("person").first() if wanted else None
    if lead and lead != but:
        message = _("%(name)s leads the alliance team.") % {"name": lead.person.name}
        raise refuse("lead-already", message, _("Take that away from them first."), PLACE)


def _said(champion: Champion) -> dict[str, Any]:
    return {"champion": champion.pk, "person": champion.person_id, "name": champion.person.name, "role": champion.role}
