"""A roster from a spreadsheet: all of it or nothing (EL-41)."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from acts.act import Actor, act
from findings import Finding, Refused, Severity
from ledger.subjects import Subject
from spelling.clean import clean_line
from spelling.compare import title_key
from teams.choices import Employer, TeamRole
from teams.locks import locked
from teams.models import Seat, Team
from teams.roster.actions import recheck, seated
from web.spreadsheets import reading
from web.spreadsheets.columns import Column, choice, day, email, line, whole_number, yes_or_no
from web.spreadsheets.reading import Fault, Record, Table, TableRefused, Unreadable

MOST_LINES = 100
OPEN_SEAT = "open seat"


def columns() -> tuple[Column, ...]:
    """The fields of an entry and their columns, in order."""
    return (
        Column(
            "name",
            _("Name"),
            _name,
            ("person", "team member", "full name"),
            required=True,
            when_empty=_("needs a name, or “Open seat” for a planned hire"),
        ),
        Column("role", _("Role"), _choice_of(TeamRole), required=True),
        Column("employer", _("Employer"), _choice_of(Employer), required=True),
        Column("vendor", _("Vendor"), line(150), ("company",)),
        Column("share", _("Share in percent"), whole_number(1, 100, percent=True), ("share", "percent", "FTE in percent"), empty=100),
        Column("from_on", _("First day"), day, ("start date", "start"), required=True, empty=None),
        Column("to_on", _("Last day"), day, ("end date", "end"), empty=None),
        Column("successor", _("Successor"), line(150), ("who takes over",)),
        Column("email", _("Email address"), email, ("email", "e-mail address", "mail")),
        Column("is_senior", _("Senior"), yes_or_no, empty=False),
        Column("band", _("Management band"), whole_number(1, 6), ("band",), empty=None),
    )


def headers() -> list[str]:
    return [column.label for column in columns()]


def entries(data: bytes | str) -> Table:
    """Every entry of a file or of pasted lines, and all faults. Raises `Unreadable` when they are no roster."""
    table = reading.read(data, columns(), most_rows=MOST_LINES)
    table.faults += [fault for record in table.good if (fault := _ends_before_it_begins(record, table))]
    return table


def turning_days(record: Record) -> set[datetime.date]:
    """The days on which the team would change by an entry: its first, and the one after its last."""
    first, last = record.values["from_on"], record.values["to_on"]
    return {day for day in (first, last and last + datetime.timedelta(days=1)) if day}


def _name(text: str) -> str:
    return "" if clean_line(text).lower() == OPEN_SEAT else line(150)(text)


def _choice_of(choices: Any) -> Any:
    return choice({each.value: (str(each.label),) for each in choices})


def _ends_before_it_begins(record: Record, table: Table) -> Fault | None:
    first, last = record.values["from_on"], record.values["to_on"]
    if not (first and last and last < first):
        return None
    return Fault(record.row, _("Last day"), str(last), _("is before the first day, %(first)s") % {"first": first}, table.sheet)


# ── The import ────────────────────────────────────────────────────────────────────────────────────


class RosterRefused(TableRefused):
    """Entries can't be taken; `table` has every fault with its row, column and value."""

    def __init__(self, table: Table) -> None:
        super().__init__(table, "team")


@act("teams.edit_team")
def import_roster(subject: Subject, data: bytes | str, *, by: Actor) -> list[Seat]:
    """Add every entry of a spreadsheet or of pasted lines that isn't on the roster yet; what was exported comes back as nothing new.

    An entry is there already when somebody of that name, or an open seat, has the role from the same day. Raises
    `RosterRefused` with what is wrong in every row (`line-unreadable`, and as `add_seat` does), and `Refused` when there is no
    roster in it; nothing is written then.
    """
    team = locked(subject)
    table = _entries(data)
    signs = {_sign(seat.person.name if seat.person else "", seat.role, seat.from_on) for seat in Seat.objects.of(subject)}
    added: list[Seat] = []
    refused: list[tuple[Record, Finding]] = []
    for record in table.records if not table.faults else ():
        sign = _sign(record.values["name"], record.values["role"], record.values["from_on"])
        if sign not in signs:
            signs.add(sign)
            _add(team, record, added, refused, by)
    table.faults += [Fault(record.row, "", "", _sentence(finding), table.sheet) for record, finding in refused]
    if table.faults:
        raise RosterRefused(table) if not refused else _with_codes(table, refused)
    if added:
        recheck(team, because="seat-added")
    return added


def _entries(data: bytes | str) -> Table:
    try:
        return entries(data)
    except Unreadable as fault:
        raise Refused([Finding("line-unreadable", Severity.BLOCKS, str(fault), place="team")]) from fault


def _add(team: Team, record: Record, added: list[Seat], refused: list[tuple[Record, Finding]], by: Actor) -> None:
    try:
        added.append(seated(team, by=by, **record.values))
    except Refused as why:  # not the end of the act: every other row is tried as well, and all faults are told together
        refused += [(record, finding) for finding in why.findings]


def _sentence(finding: Finding) -> str:
    return f"{finding.message} {finding.remedy}".strip().removesuffix(".")


def _with_codes(table: Table, refused: list[tuple[Record, Finding]]) -> RosterRefused:
    """The refusal with the codes of the rules that refused, one finding for each row's fault."""
    error = RosterRefused(table)
    pairs = zip(error.findings, refused, strict=True)
    error.findings = [replace(table_finding, code=finding.code, severity=finding.severity) for table_finding, (_record, finding) in pairs]
    return error


def _sign(name: str, role: str, from_on: Any) -> tuple[str, str, Any]:
    return title_key(name), role, from_on
