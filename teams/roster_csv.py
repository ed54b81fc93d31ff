"""A roster as it leaves for a spreadsheet, and as it comes back. No tables, no clock (EL-41)."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from teams.roles import Employer, TeamRole

MOST_LINES = 100
OPEN_SEAT = "open seat"
BANDS = ("1", "2", "3", "4", "5", "6")


def columns() -> dict[str, str]:
    """The fields of an entry with the heads of their columns, in order."""
    return {
        "name": _("Name"), "role": _("Role"), "employer": _("Employer"), "vendor": _("Vendor"), "share": _("Share in percent"),
        "from_on": _("First day"), "to_on": _("Last day"), "successor": _("Who takes over"), "email": _("E-mail address"),
        "is_senior": _("Senior"), "band": _("Management band"),
    }  # fmt: skip


@dataclass
class Line:
    """One line of the file: what `add_seat` is to be told, or why it can't be read."""

    number: int
    facts: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def days(self) -> set[datetime.date]:
        """The days on which the team would change by it: its first, and the one after its last."""
        first, last = self.facts.get("from_on"), self.facts.get("to_on")
        return {day for day in (first, last and last + datetime.timedelta(days=1)) if day}


def lines_of(text: str) -> list[Line]:
    """Every line of a CSV file with a head, by number as a spreadsheet counts; a head without a needed column is the one fault."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        return [Line(1, faults=[_("This is no CSV file.")])]
    if not rows:
        return [Line(1, faults=[_("The file is empty.")])]
    known = {head.lower(): name for name, head in columns().items()}
    heads = [known.get(cell.strip().lower(), "") for cell in rows[0]]
    missing = [head for name, head in columns().items() if name in ("name", "role", "employer", "from_on") and name not in heads]
    if missing:
        return [Line(1, faults=[_("The first line lacks: %(columns)s.") % {"columns": ", ".join(missing)}])]
    if len(rows) - 1 > MOST_LINES:
        return [Line(1, faults=[_("At most %(most)d lines are taken at once.") % {"most": MOST_LINES}])]
    return [_line(number, dict(zip(heads, row, strict=False))) for number, row in enumerate(rows[1:], start=2)]


def _line(number: int, cells: dict[str, str]) -> Line:
    cell = {name: value.strip().removeprefix("'") for name, value in cells.items()}
    line = Line(number)
    name = cell.get("name", "")
    line.facts = {
        "name": "" if name.lower() == OPEN_SEAT else name,
        "email": cell.get("email", ""),
        "vendor": cell.get("vendor", ""),
        "successor": cell.get("successor", ""),
    }
    line.facts |= {"role": _choice(line, TeamRole, cell.get("role", "")), "employer": _choice(line, Employer, cell.get("employer", ""))}
    line.facts |= {"from_on": _day(line, cell.get("from_on", "")), "share": _share(line, cell.get("share", ""))}
    line.facts["to_on"] = _day(line, cell["to_on"]) if cell.get("to_on") else None
    line.facts |= {"is_senior": _yes(line, cell.get("is_senior", "")), "band": _band(line, cell.get("band", ""))}
    if not name:
        line.faults.append(_("Nobody is named; write “Open seat” for a planned hire."))
    return line


def _choice(line: Line, choices: Any, said: str) -> str:
    for choice in choices:
        if said.lower() in (choice.value, str(choice.label).lower()):
            return str(choice.value)
    line.faults.append(_("“%(said)s” is none of: %(choices)s.") % {"said": said, "choices": ", ".join(str(c.label) for c in choices)})
    return ""


def _day(line: Line, said: str) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(said)
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2099:
        line.faults.append(_("“%(said)s” is no day such as 2026-03-31.") % {"said": said})
        return None
    return day


def _yes(line: Line, said: str) -> bool:
    if said.lower() not in ("", "yes", "no", _("Yes").lower(), _("No").lower()):
        line.faults.append(_("“%(said)s” is neither yes nor no.") % {"said": said})
    return said.lower() in ("yes", _("Yes").lower())


def _band(line: Line, said: str) -> int | None:
    if said in BANDS:
        return int(said)
    if said:
        line.faults.append(_("“%(said)s” is no management band from 1 to 6.") % {"said": said})
    return None


def _share(line: Line, said: str) -> int:
    if not said:
        return 100
    if said.isascii() and said.isdigit() and 1 <= int(said[:4]) <= 100:
        return int(said)
    line.faults.append(_("“%(said)s” is no share from 1 to 100 percent.") % {"said": said})
    return 0


def faults_of(lines: list[Line]) -> Iterator[tuple[int, str]]:
    """Each fault with the number of its line."""
    for line in lines:
        for fault in line.faults:
            yield line.number, fault
