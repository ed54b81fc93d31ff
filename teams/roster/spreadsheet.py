"""A roster as it leaves for a spreadsheet, and as it comes back. No tables, no clock (EL-41)."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from spelling.clean import clean_line
from teams.choices import Employer, TeamRole
from web.spreadsheets import reading
from web.spreadsheets.columns import Column, choice, day, email, line, whole_number, yes_or_no
from web.spreadsheets.reading import Fault, Record, Table

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
        Column("successor", _("Who takes over"), line(150), ("successor",)),
        Column("email", _("E-mail address"), email, ("email", "email address", "mail")),
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
