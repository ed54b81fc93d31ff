"""Keeping the list of ministries and their program areas (EL-01)."""

from __future__ import annotations

from django.db import transaction

from acts.act import Actor, act
from ledger.actions import append, lab_stream
from residencies.models import Ministry, ProgramArea, Residency


@act("residencies.administer")
def add_ministry(*, name: str, short_name: str = "", by: Actor) -> Ministry:
    """A new ministry, offered in forms. Raises `Refused` (`ministry-known`) when one bears this name."""
    ministry = Ministry.objects.create(name=_one_line(name), short_name=_one_line(short_name))
    append(lab_stream(), "ministry-added", by=by, facts={"ministry": ministry.pk, "name": ministry.name})
    return ministry


@act("residencies.administer")
def correct_ministry(ministry: Ministry, *, name: str, short_name: str, by: Actor) -> Ministry:
    """Mend the spelling of a name; a new name is `rename_ministry`. Raises `Refused` (`ministry-known`)."""
    row = Ministry.objects.select_for_update().get(pk=ministry.pk)
    before = [row.name, row.short_name]
    row.name, row.short_name = _one_line(name), _one_line(short_name)
    if before != [row.name, row.short_name]:
        row.save(update_fields=["name", "short_name"])
        Residency.objects.filter(program_area__ministry=row).index_words()
        facts = {"ministry": row.pk, "from": before, "to": [row.name, row.short_name]}
        append(lab_stream(), "ministry-corrected", by=by, facts=facts)
    return row


@act("residencies.administer")
def rename_ministry(ministry: Ministry, *, name: str, short_name: str = "", by: Actor) -> Ministry:
    """The ministry under its new name: a new row that takes over the program areas; the old one is retired.

    What was circulated and signed under the old name keeps it. Raises `Refused` (`ministry-known`).
    """
    successor = add_ministry(name=name, short_name=short_name, by=by)
    moved = ministry.program_areas.update(ministry=successor)
    Residency.objects.filter(program_area__ministry=successor).index_words()
    retire_ministry(ministry, by=by)
    facts = {"from": ministry.pk, "to": successor.pk, "old_name": ministry.name, "new_name": successor.name, "program_areas": moved}
    append(lab_stream(), "ministry-renamed", by=by, facts=facts)
    return successor


@act("residencies.administer")
def retire_ministry(ministry: Ministry, *, by: Actor) -> Ministry:
    """Offer the ministry in forms no more; what belongs to it stays."""
    return _offer(ministry, False, "ministry-retired", by)


@act("residencies.administer")
def offer_ministry(ministry: Ministry, *, by: Actor) -> Ministry:
    """Offer a retired ministry in forms again."""
    return _offer(ministry, True, "ministry-offered", by)


@transaction.atomic
def _offer(ministry: Ministry, active: bool, act: str, by: object) -> Ministry:
    row = Ministry.objects.select_for_update().get(pk=ministry.pk)
    if row.active != active:
        row.active = active
        row.save(update_fields=["active"])
        append(lab_stream(), act, by=by, facts={"ministry": row.pk, "name": row.name})
    return row


@act("residencies.administer")
def rename_program_area(area: ProgramArea, *, name: str, by: Actor) -> ProgramArea:
    """Let the program area bear another name. Raises `Refused` (`area-known`) when its ministry has one of that name."""
    row = ProgramArea.objects.select_for_update().get(pk=area.pk)
    before, row.name = row.name, _one_line(name)
    if before != row.name:
        row.save(update_fields=["name"])
        Residency.objects.filter(program_area=row).index_words()
        append(lab_stream(), "program-area-renamed", by=by, facts={"program_area": row.pk, "from": before, "to": row.name})
    return row


def _one_line(text: str) -> str:
    return " ".join(text.split())
