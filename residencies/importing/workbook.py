"""A table of residencies: bytes in, good rows and bad rows out, by the one reader of every import. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from spelling.compare import title_key
from web.spreadsheets import reading
from web.spreadsheets.columns import Column, Unfit, choice, line, lines
from web.spreadsheets.reading import Fault, Table, Unreadable

__all__ = ["ALUMNI", "COLUMNS", "LONGEST", "RESIDENT", "BadRow", "Row", "Sheet", "Unreadable", "identity", "read"]

RESIDENT, ALUMNI = "resident", "alumni"
LONGEST = {"product": 150, "ministry": 150, "program_area": 200, "problem": 400}
LONGEST_URL = 500

_is_url = URLValidator(schemes=["http", "https"])


def _repositories(text: str) -> tuple[str, ...]:
    addresses = tuple(dict.fromkeys(line(10_000)(text).split()))
    for url in addresses:
        if not _is_address(url):
            raise Unfit(_("contains “%(url)s”, which isn’t the address of a repository") % {"url": url[:80]})
    return addresses


def _is_address(url: str) -> bool:
    try:
        _is_url(url)
    except ValidationError:
        return False
    return len(url) <= LONGEST_URL


TABLE = (
    Column("product", "product", line(LONGEST["product"]), required=True),
    Column("ministry", "ministry", line(LONGEST["ministry"]), required=True),
    Column("program_area", "program_area", line(LONGEST["program_area"]), ("business area",), required=True),
    Column("standing", "standing", choice({RESIDENT: ("resident",), ALUMNI: ("alumni", "alumnus")}), ("state", "status"), required=True),
    Column("problem", "problem", lines(LONGEST["problem"]), ("problem statement",), required=True),
    Column("repositories", "repositories", _repositories, ("repository",), needed=True, empty=()),
)
COLUMNS = tuple(column.name for column in TABLE)


@dataclass(frozen=True)
class Row:
    """One good row; `line` is its number in the spreadsheet."""

    line: int
    product: str
    ministry: str
    program_area: str
    standing: str
    problem: str
    repositories: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes two rows the same residency, however they are spelled."""
        return identity(self.ministry, self.program_area, self.product)


@dataclass(frozen=True)
class BadRow:
    line: int
    product: str
    reasons: tuple[str, ...]


@dataclass
class Sheet:
    """What a file holds: rows in the file's order, columns that aren't read, and the table that they come from."""

    rows: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    table: Table = field(default_factory=Table)


def identity(*names: str) -> tuple[str, ...]:
    return tuple(title_key(name) for name in names)


def read(data: bytes, encoding: str = "") -> Sheet:
    """The rows of a file with the columns of `COLUMNS`, in any order; `encoding` when the file doesn't say it.

    Raises `Unreadable` when there is no such table in it.
    """
    table = reading.read(data, TABLE, encoding=encoding)
    first_lines: dict[tuple[str, ...], int] = {}
    rows = []
    for record in table.good:
        row = Row(record.row, **record.values)
        repeats = [Fault(record.row, "", row.product, reason, table.sheet) for reason in _repeats(row, first_lines)]
        table.faults += repeats
        rows += [] if repeats else [row]
    return Sheet(rows, _bad_rows(table), sorted(table.ignored), table)


def _bad_rows(table: Table) -> list[BadRow]:
    reasons: dict[int, list[str]] = {}
    for fault in table.faults:
        reasons.setdefault(fault.row, []).append(f"{fault.column}: {fault.problem}" if fault.column else fault.problem)
    return [
        BadRow(record.row, str(record.values["product"])[:60], tuple(reasons[record.row]))
        for record in table.records
        if record.row in reasons
    ]


def _repeats(row: Row, first_lines: dict[tuple[str, ...], int]) -> Iterator[str]:
    before = first_lines.setdefault(row.identity, row.line)
    if before != row.line:
        yield _("is the same residency as row %(row)d") % {"row": before}
    if row.standing != RESIDENT:
        return
    area = identity(row.ministry, row.program_area)
    busy = first_lines.setdefault(area, row.line)
    if busy not in (row.line, before):
        yield _("is in a program area that already has a residency under way, in row %(row)d. Only one at a time is allowed") % {
            "row": busy
        }
