"""Acts that keep the list of ministries and program areas (EL-01): add, correct, rename, retire, import, remove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acts.act import Actor, act
from findings import Finding, Refused, Severity, refuse
from ledger.actions import append, lab_stream
from residencies.importing.actions import ministry_for
from residencies.lifecycle.residency import program_area_for
from residencies.models import Ministry, ProgramArea, Residency
from web.spreadsheets.columns import Column, line
from web.spreadsheets.reading import Table, Unreadable, read


@act("residencies.keep_ministries")
def add_ministry(*, name: str, short_name: str = "", by: Actor) -> Ministry:
    """A new ministry, offered in forms. Raises `Refused` (`ministry-known`) when one bears this name."""
    ministry = Ministry.objects.create(name=_one_line(name), short_name=_one_line(short_name))
    append(lab_stream(), "ministry-added", by=by, facts={"ministry": ministry.pk, "name": ministry.name})
    return ministry


@act("residencies.keep_ministries")
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


@act("residencies.keep_ministries")
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


@act("residencies.keep_ministries")
def retire_ministry(ministry: Ministry, *, by: Actor) -> Ministry:
    """Offer the ministry in forms no more; what belongs to it stays."""
    return _offer(ministry, False, "ministry-retired", by)


@act("residencies.keep_ministries")
def offer_ministry(ministry: Ministry, *, by: Actor) -> Ministry:
    """Offer a retired ministry in forms again."""
    return _offer(ministry, True, "ministry-offered", by)


@transaction.atomic
def _offer(ministry: Ministry, active: bool, act: str, by: Actor) -> Ministry:
    row = Ministry.objects.select_for_update().get(pk=ministry.pk)
    if row.active != active:
        row.active = active
        row.save(update_fields=["active"])
        append(lab_stream(), act, by=by, facts={"ministry": row.pk, "name": row.name})
    return row


@act("residencies.keep_ministries")
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


@act("residencies.keep_ministries")
def remove_ministry(ministry: Ministry, *, by: Actor) -> None:
    """Remove a ministry that was added by mistake. Raises `Refused` (`ministry-used`) for one that has a program area."""
    row = Ministry.objects.select_for_update().get(pk=ministry.pk)
    if areas := row.program_areas.count():
        message = ngettext("%(ministry)s has %(count)d program area.", "%(ministry)s has %(count)d program areas.", areas)
        remedy = _("Remove its unused program areas first, or stop offering the ministry in forms.")
        raise refuse("ministry-used", message % {"ministry": row.name, "count": areas}, remedy)
    append(lab_stream(), "ministry-removed", by=by, facts={"ministry": row.pk, "name": row.name})
    row.delete()


@act("residencies.keep_ministries")
def remove_program_area(area: ProgramArea, *, by: Actor) -> None:
    """Remove a program area that was added by mistake. Raises `Refused` (`area-used`) for one that has brought a residency."""
    row = ProgramArea.objects.select_for_update().get(pk=area.pk)
    if residency := row.residencies.first():
        message = _("%(area)s has a residency: %(residency)s.") % {"area": row.name, "residency": residency}
        raise refuse("area-used", message, _("Rename the program area instead. Its record is kept."))
    append(lab_stream(), "program-area-removed", by=by, facts={"program_area": row.pk, "name": row.name})
    row.delete()


# ── Import ───────────────────────────────────────────────────────────────────────────────────


class MinistriesRefused(Refused):
    """Some rows can't be imported; `table` says which and why."""

    def __init__(self, table: Table) -> None:
        self.table = table
        problems = ngettext("%(count)d problem", "%(count)d problems", len(table.faults)) % {"count": len(table.faults)}
        message = _("Nothing was imported: %(problems)s, listed below.") % {"problems": problems}
        super().__init__([Finding("line-unreadable", Severity.BLOCKS, message)])


@dataclass(frozen=True)
class Imported:
    """How many there are now that weren't before."""

    ministries: int
    program_areas: int


def columns() -> tuple[Column, ...]:
    return (
        Column("ministry", _("Ministry"), line(150), required=True),
        Column("short_name", _("Short name"), line(30), ("abbreviation", "acronym")),
        Column("program_area", _("Program area"), line(200), ("area", "branch", "business area")),
    )


@act("residencies.keep_ministries")
def import_ministries(text: str, *, by: Actor) -> Imported:
    """Add the ministries and program areas of a spreadsheet's text, each once; those that are on record stay as they are.

    Raises `MinistriesRefused` when any row has a fault; nothing is added then.
    """
    try:
        table = read(text, columns())
    except Unreadable as fault:
        raise refuse("line-unreadable", str(fault)) from fault
    if table.faults:
        raise MinistriesRefused(table)
    before = Ministry.objects.count(), ProgramArea.objects.count()
    for record in table.records:
        _add(record.values, by)
    return Imported(Ministry.objects.count() - before[0], ProgramArea.objects.count() - before[1])


def _add(values: dict[str, Any], by: Actor) -> None:
    ministry = ministry_for(values["ministry"], by=by)
    if values["short_name"] and not ministry.short_name:
        ministry = correct_ministry(ministry, name=ministry.name, short_name=values["short_name"], by=by)
    if values["program_area"]:
        program_area_for(ministry, values["program_area"], by=by)
