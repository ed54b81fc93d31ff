"""Who stands behind a residency, from a day on (EL-44)."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from acts.revisions import Stale
from findings import refuse
from ledger.actions import append, revise
from people.actions import known_or_new
from people.models import Person
from residencies.models import Residency
from teams.actions.locking import locked
from teams.models import Champion, Team

CHAMPIONS_PAGE = "champions"


@act("teams.plan_sprints")
def name_champion(
    residency: Residency,
    *,
    role: str,
    from_on: datetime.date,
    by: Actor,
    person: Person | None = None,
    name: str = "",
    email: str = "",
    is_lead: bool = False,
) -> Champion:
    """Make somebody a champion from a day on; `name` and `email` are of somebody new (EL-44).

    Raises `Refused` (`nobody-named`, `champion-already`, `lead-already`, `residency-ended`); nothing is written then.
    """
    team = locked(residency)
    person = person or (known_or_new(name=name, email=email, by=by) if name.strip() else None)
    if person is None:
        raise refuse("nobody-named", _("Nobody is named."), _("Choose somebody, or write their name."), CHAMPIONS_PAGE)
    if team.champions.filter(person=person, to_on=None).exists():
        raise refuse(
            "champion-already", _("%(name)s is a champion already.") % {"name": person.name}, _("Change that entry."), CHAMPIONS_PAGE
        )
    _one_lead(team, is_lead, None)
    champion = Champion.objects.create(team=team, person=person, role=role, is_lead=is_lead, from_on=from_on)
    append(team.residency.stream, "champion-named", by=by, facts=_champion_facts(champion) | {"from_on": from_on})
    return champion


@act("teams.keep_champion")
def edit_champion(champion: Champion, *, expected: int, by: Actor, **changes: Any) -> Champion:
    """Correct a champion's role, or who leads the alliance team. Raises `Stale`, and `Refused` (`lead-already`, `residency-ended`)."""
    team = locked(Residency.objects.get(team__champions=champion.pk))
    _one_lead(team, bool(changes.get("is_lead")), champion)
    return revise(champion, expected=expected, changes=changes, act="champion-edited", by=by, stream=team.residency.stream)


@act("teams.keep_champion")
def end_champion(champion: Champion, *, on: datetime.date, expected: int, by: Actor) -> Champion:
    """Make `on` somebody's last day as champion; the entry stays. Raises `Stale`, and `Refused` (`dates-reversed`, `residency-ended`)."""
    team = locked(Residency.objects.get(team__champions=champion.pk))
    current = Champion.objects.select_for_update(of=("self",)).select_related("person").get(pk=champion.pk)
    if current.version != expected:
        raise Stale(current, {"to_on": (current.to_on, on)})
    if on < current.from_on:
        raise refuse("dates-reversed", _("The last day is before the first."), _("Choose a later day."), CHAMPIONS_PAGE)
    current.to_on, current.missed_in_row = on, 0
    current.is_lead = current.is_lead and on >= timezone.localdate()
    current.version += 1
    current.save(update_fields=["to_on", "missed_in_row", "is_lead", "version"])
    append(team.residency.stream, "champion-ended", by=by, facts=_champion_facts(current) | {"to_on": on})
    return current


@act("teams.keep_champion")
def hand_lead(champion: Champion, *, expected: int, by: Actor) -> Champion:
    """Let `champion` lead the alliance team from now on, in place of whoever does (EL-44).

    Raises `Stale`, and `Refused` (`not-champion` for somebody whose last day is past, `residency-ended`).
    """
    team = locked(Residency.objects.get(team__champions=champion.pk))
    current = Champion.objects.select_for_update(of=("self",)).select_related("person").get(pk=champion.pk)
    if current.version != expected:
        raise Stale(current, {})
    if current.to_on and current.to_on < timezone.localdate():
        message = _("%(name)s is no champion of this residency any more.") % {"name": current.person.name}
        raise refuse("not-champion", message, _("Name them again first."), CHAMPIONS_PAGE)
    if current.is_lead:
        return current
    before = _lead_of(team)
    if before:
        _take_lead(before)
    current.is_lead = True
    current.version += 1
    current.save(update_fields=["is_lead", "version"])
    facts = _champion_facts(current) | ({"before": before.person.name} if before else {})
    append(team.residency.stream, "lead-handed", by=by, facts=facts)
    return current


def _one_lead(team: Team, wanted: bool, but: Champion | None) -> None:
    lead = _lead_of(team) if wanted else None
    if lead is None or lead == but:
        return
    if lead.to_on is None or lead.to_on >= timezone.localdate():
        message = _("%(name)s leads the alliance team.") % {"name": lead.person.name}
        raise refuse("lead-already", message, _("Save without that; then hand the lead over on the page of champions."), CHAMPIONS_PAGE)
    _take_lead(lead)


def _lead_of(team: Team) -> Champion | None:
    return team.champions.filter(is_lead=True).select_related("person").first()


def _take_lead(lead: Champion) -> None:
    lead.is_lead = False
    lead.version += 1
    lead.save(update_fields=["is_lead", "version"])


def _champion_facts(champion: Champion) -> dict[str, Any]:
    return {"champion": champion.pk, "person": champion.person_id, "name": champion.person.name, "role": champion.role}
