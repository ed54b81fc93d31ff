"""Reading a table of residencies from a CSV file: bytes in, good rows and bad rows out. No database, no clock."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from unicodedata import category

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from people.names import title_key

RESIDENT, ALUMNI = "resident", "alumni"
COLUMNS = ("product", "ministry", "program_area", "standing", "problem", "repositories")
LONGEST = {"product": 150, "ministry": 150, "program_area": 200, "problem": 400}
LONGEST_URL = 500
LARGEST_BYTES = 10_000_000

_is_url = URLValidator(schemes=["http", "https"])


class Unreadable(Exception):
    """The file is no such table; the message says why and what would be right."""


@dataclass(frozen=True)
class Row:
    """One good row: `line` is where it begins in the file, the first line being 1."""

    line: int
    product: str
    ministry: str
    program_area: str
    standing: str
    problem: str
    repositories: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes two rows the same residency, whatever their capitals and spaces."""
        return identity(self.ministry, self.program_area, self.product)


@dataclass(frozen=True)
class BadRow:
    line: int
    product: str
    reasons: tuple[str, ...]


@dataclass
class Sheet:
    """What a file holds: rows in the file's order, and the columns nobody reads."""

    rows: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def identity(*names: str) -> tuple[str, ...]:
    return tuple(title_key(name) for name in names)


def read(data: bytes, encoding: str = "") -> Sheet:
    """The rows of a CSV file with the columns of `COLUMNS`, in any order.

    Without `encoding` it is UTF-8, with or without a byte order mark, or UTF-16 with one. Raises
    `Unreadable` when it is empty, too large, not text, or lacks a column.
    """
    records = _records(_decoded(data, encoding))
    _line, header = next(records, (0, []))
    places = _places(header)
    sheet = Sheet(ignored=sorted(set(places) - set(COLUMNS)))
    seen: dict[tuple[str, ...], int] = {}
    for line, cells in records:
        values = {name: cells[place] if place < len(cells) else "" for name, place in places.items() if name in COLUMNS}
        row = _row(line, values)
        reasons = [*_misfits(cells, header), *_faults(row), *_repeats(row, seen)]
        if reasons:
            sheet.bad.append(BadRow(line, row.product[:60], tuple(reasons)))
        else:
            sheet.rows.append(row)
    return sheet


def _decoded(data: bytes, encoding: str) -> str:
    if len(data) > LARGEST_BYTES:
        raise Unreadable(_("The file is larger than %(most)d MB. Split it.") % {"most": LARGEST_BYTES // 1_000_000})
    try:
        text = data.decode(encoding or _encoding_of(data))
    except LookupError:
        raise Unreadable(_("There is no encoding called “%(name)s”.") % {"name": encoding}) from None
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        said = {"line": line, "encoding": encoding or "UTF-8"}
        raise Unreadable(
            _("Line %(line)d is not %(encoding)s text. Save the file as “CSV UTF-8”, or name its encoding: --encoding cp1252.") % said
        ) from None
    if not text.strip():
        raise Unreadable(_("The file is empty. Its first line names the columns: %(columns)s.") % {"columns": ", ".join(COLUMNS)})
    return text


def _encoding_of(data: bytes) -> str:
    return "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the line it begins on; a quoted cell may span lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            said = {"line": begins, "fault": fault}
            raise Unreadable(
                _("The record that begins on line %(line)d is not CSV: %(fault)s. Is a quotation mark missing?") % said
            ) from None
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _places(header: list[str]) -> dict[str, int]:
    names = ["_".join(name.split()).casefold() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if missing:
        said = {"missing": ", ".join(missing), "found": ", ".join(filter(None, names))}
        hint = _(" Is it separated by semicolons? Save it with commas.") if ";" in "".join(names) else ""
        raise Unreadable(_("Columns are missing: %(missing)s. The first line has: %(found)s.") % said + hint)
    if twice:
        raise Unreadable(_("These columns are there more than once: %(twice)s.") % {"twice": ", ".join(twice)})
    return {name: place for place, name in enumerate(names) if name}


def _row(line: int, values: dict[str, str]) -> Row:
    one_line = {name: " ".join(values[name].split()) for name in ("product", "ministry", "program_area")}
    problem = values["problem"].replace("\r\n", "\n").replace("\r", "\n").strip()
    repositories = tuple(dict.fromkeys(values["repositories"].split()))
    return Row(line, **one_line, standing=values["standing"].strip().casefold(), problem=problem, repositories=repositories)


def _misfits(cells: list[str], header: list[str]) -> Iterator[str]:
    if len(cells) != len(header):
        said = {"cells": len(cells), "columns": len(header)}
        yield _("It has %(cells)d cells where the first line names %(columns)d columns; is a comma not in quotation marks?") % said


def _faults(row: Row) -> Iterator[str]:
    for name, most in LONGEST.items():
        value = getattr(row, name)
        if not value:
            yield _("“%(column)s” is empty.") % {"column": name}
        if len(value) > most:
            said = {"column": name, "length": len(value), "most": most}
            yield _("“%(column)s” has %(length)d characters; %(most)d fit.") % said
        if any(category(c) in ("Cc", "Cs") and c not in "\n\t" for c in value):
            yield _("“%(column)s” holds a sign that can't be shown.") % {"column": name}
    if row.standing not in (RESIDENT, ALUMNI):
        yield _("“standing” is “%(standing)s”; it is “resident” or “alumni”.") % {"standing": row.standing[:40]}
    for url in row.repositories:
        if not _address(url):
            yield _("“%(url)s” is not the address of a repository.") % {"url": url[:80]}


def _address(url: str) -> bool:
    try:
        _is_url(url)
    except ValidationError:
        return False
    return len(url) <= LONGEST_URL


def _repeats(row: Row, seen: dict[tuple[str, ...], int]) -> Iterator[str]:
    before = seen.setdefault(row.identity, row.line)
    if before != row.line:
        yield _("It is the same residency as line %(line)d.") % {"line": before}
    if row.standing != RESIDENT:
        return
    area = identity(row.ministry, row.program_area)
    busy = seen.setdefault(area, row.line)
    if busy not in (row.line, before):
        yield _("Its program area has a resident already, on line %(line)d; one residency at a time is under way.") % {"line": busy}
