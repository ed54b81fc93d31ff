"""Who is an expert in residence, in what, from when to when (EL-48)."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from acts.act import Actor, act
from acts.revisions import Stale
from community.kinds import Discipline
from community.models import Expert, ExpertDiscipline
from findings import refuse
from ledger.actions import append, lab_stream
from people.actions import known_or_new
from people.models import Person

PLACE = "experts"


@act("community.keep_experts", "people.administer")
def add_expert(
    *,
    disciplines: Collection[str],
    from_on: datetime.date,
    by: Actor,
    person: Person | None = None,
    name: str = "",
    email: str = "",
    availability: str = "",
    to_on: datetime.date | None = None,
) -> Expert:
    """Make somebody an expert in residence; `name` and `email` are of somebody new.

    Raises `Refused` (`expert-unnamed`, `expert-already`, `expert-no-discipline`, `expert-dates`); nothing is written then.
    """
    _settle(disciplines, from_on, to_on)
    person = person or (known_or_new(name=name, email=email, by=by) if name.strip() else None)
    if person is None:
        raise refuse("expert-unnamed", _("No person is named."), _("Choose a person, or enter their name."), PLACE)
    # There may be no expert's row yet to lock: the person's stands for it.
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if Expert.objects.filter(person=person).exists():
        message = _("%(name)s is an expert already.") % {"name": person.name}
        raise refuse("expert-already", message, _("Change that entry."), PLACE)
    expert = Expert.objects.create(person=person, availability=" ".join(availability.split()), from_on=from_on, to_on=to_on)
    ExpertDiscipline.objects.bulk_create(ExpertDiscipline(expert=expert, discipline=discipline) for discipline in sorted(set(disciplines)))
    append(lab_stream(), "expert-added", by=by, facts=_facts(expert, disciplines))
    return expert


@act("community.keep_experts", "people.administer")
def edit_expert(
    expert: Expert,
    *,
    disciplines: Collection[str],
    availability: str,
    from_on: datetime.date,
    to_on: datetime.date | None,
    expected: int,
    by: Actor,
) -> Expert:
    """Change what an expert knows, when they can be had, and from when to when they are one. Sessions that are set stand.

    An edit that changes nothing writes nothing. Raises `Stale`, and `Refused` (`expert-no-discipline`, `expert-dates`).
    """
    current = Expert.objects.select_for_update(of=("self",)).select_related("person").get(pk=expert.pk)
    changes = {"availability": " ".join(availability.split()), "from_on": from_on, "to_on": to_on}
    differing = {name: (getattr(current, name), value) for name, value in changes.items() if getattr(current, name) != value}
    held, wanted = set(current.disciplines), set(disciplines)
    if current.version != expected:
        raise Stale(current, differing | ({"disciplines": (_listed(held), _listed(wanted))} if held != wanted else {}))
    _settle(disciplines, from_on, to_on)
    if not differing and held == wanted:
        return current
    for name, value in changes.items():
        setattr(current, name, value)
    current.version += 1
    current.save(update_fields=[*changes, "version"])
    current.discipline_rows.exclude(discipline__in=wanted).delete()
    ExpertDiscipline.objects.bulk_create(ExpertDiscipline(expert=current, discipline=discipline) for discipline in sorted(wanted - held))
    current = Expert.objects.for_list().get(pk=current.pk)
    append(lab_stream(), "expert-edited", by=by, facts=_facts(current, disciplines))
    return current


def _settle(disciplines: Collection[str], from_on: datetime.date, to_on: datetime.date | None) -> None:
    if not disciplines:
        raise refuse("expert-no-discipline", _("An expert knows at least one discipline."), _("Tick what they know."), PLACE)
    if to_on and to_on < from_on:
        raise refuse("expert-dates", _("The last day is before the first."), _("Choose a later day."), PLACE)


def _listed(disciplines: Collection[str]) -> str:
    return ", ".join(str(discipline.label) for discipline in Discipline if discipline.value in disciplines)


def _facts(expert: Expert, disciplines: Collection[str]) -> dict[str, Any]:
    facts = {"expert": expert.pk, "person": expert.person_id, "name": expert.person.name, "disciplines": sorted(set(disciplines))}
    return facts | {"availability": expert.availability, "from_on": expert.from_on, "to_on": expert.to_on}
