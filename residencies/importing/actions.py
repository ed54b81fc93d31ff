"""Putting on record what was there before the portal: residents as drafts, alumni as past residencies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from acts.act import IMPORT, Actor, act
from ledger.actions import append, lab_stream
from ledger.models import Event, Stream
from residencies.importing.workbook import RESIDENT, BadRow, Row, identity
from residencies.lifecycle.residency import begin, program_area_for, start_intake
from residencies.models import Ministry, ProgramArea, Repository, Residency
from residencies.models.states import Phase, State
from spelling.clean import clean_line
from spelling.compare import same_title


@dataclass
class Plan:
    """What an import would do: rows to make, rows that are there already, rows that can't be made."""

    new: list[Row] = field(default_factory=list)
    known: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def plan_import(rows: list[Row]) -> Plan:
    """Compare `rows` with what is on record; writes nothing.

    A row is known when a residency of that ministry, program area and product exists, or when it was
    imported before under these names and renamed since: the ledger remembers.
    """
    plan, known, busy = Plan(), _known(), _busy_areas()
    for row in rows:
        other = busy.get(identity(row.ministry, row.program_area))
        if row.identity in known:
            plan.known.append(row)
        elif row.standing == RESIDENT and other:
            reason = _("is in a program area that already has a residency under way: %(other)s") % {"other": other}
            plan.bad.append(BadRow(row.line, row.product[:60], (reason,)))
        else:
            plan.new.append(row)
    return plan


def _known() -> set[tuple[str, ...]]:
    names = ("program_area__ministry__name", "program_area__name", "product")
    here = {identity(*row) for row in Residency.objects.values_list(*names)}
    facts = Event.objects.filter(act__in=("imported", "past-recorded")).values_list("facts", flat=True)
    return here | {identity(f["ministry"], f["program_area"], f["product"]) for f in facts}


def _busy_areas() -> dict[tuple[str, ...], str]:
    rows = Residency.objects.under_way().select_related("program_area__ministry")
    return {identity(r.program_area.ministry.name, r.program_area.name): str(r) for r in rows}


@act("residencies.record_past", on=None, system=IMPORT)
def import_residencies(rows: list[Row], *, by: Actor, source: str) -> list[Residency]:
    """Make a residency of each row that is not known; all of them or, when one fails, none.

    A resident becomes a draft intake, which then goes through every gate (EL-13); an alumni team is
    recorded as past. `source` names the file in the ledger. Imports wait for one another.
    """
    # Two imports of the same sheet at once would each find its rows unknown; the lab's stream makes the second wait.
    Stream.objects.select_for_update().get(pk=lab_stream().pk)
    return [_import_row(row, by=by, source=source) for row in plan_import(rows).new]


def _import_row(row: Row, *, by: Actor, source: str) -> Residency:
    area = program_area_for(ministry_for(row.ministry, by=by), row.program_area, by=by)
    if row.standing == RESIDENT:
        residency = start_intake(program_area=area, product=row.product, problem=row.problem, by=by)
        append(residency.stream, "imported", by=by, facts=_facts(row, source))
    else:
        residency = record_past(program_area=area, product=row.product, problem=row.problem, by=by, facts=_facts(row, source))
    for url in row.repositories:
        add_repository(residency, url, by=by)
    return residency


def _facts(row: Row, source: str) -> dict[str, Any]:
    return {
        "ministry": row.ministry, "program_area": row.program_area, "product": row.product, "standing": row.standing,
        "file": source, "line": row.line,
    }  # fmt: skip


@act("residencies.record_past", system=IMPORT)
def record_past(*, program_area: ProgramArea, product: str, problem: str, by: Actor, facts: dict[str, Any] | None = None) -> Residency:
    """Put a residency on record that had graduated before there was a portal.

    It begins and stays at graduated: no gate was asked, its ledger says so, no dates are made up, and no
    agreement can be made for it (`takes_agreements`).
    """
    residency = begin(program_area, product, problem, state=State.GRADUATED, phase=Phase.SUSTAIN, before_portal=True)
    area_facts = {"ministry": program_area.ministry.name, "program_area": program_area.name, "product": residency.product}
    append(residency.stream, "past-recorded", by=by, to_state=residency.state, facts={**area_facts, **(facts or {})})
    return residency


@act("residencies.record_past", "residencies.keep_ministries", on=None, system=IMPORT)
def ministry_for(name: str, *, by: Actor) -> Ministry:
    """The ministry of that name, made if it is new; spelling it another way does not make two (EL-01)."""
    name = clean_line(name)
    known = next((ministry for ministry in Ministry.objects.all() if same_title(ministry.name, name)), None)
    if known:
        return known
    try:
        with transaction.atomic():
            ministry = Ministry.objects.create(name=name)
    except IntegrityError:  # someone else named it at this moment
        return next(ministry for ministry in Ministry.objects.all() if same_title(ministry.name, name))
    append(lab_stream(), "ministry-added", by=by, facts={"ministry": ministry.pk, "name": name})
    return ministry


@act("residencies.edit_intake", system=IMPORT)
def add_repository(residency: Residency, url: str, *, by: Actor) -> Repository:
    """Say where the product's code is; twice is once."""
    repository, is_new = Repository.objects.get_or_create(residency=residency, url=url.strip())
    if is_new:
        append(residency.stream, "repository-added", by=by, facts={"url": repository.url})
    return repository
