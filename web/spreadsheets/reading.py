"""The reader for every import: takes any spreadsheet file, and returns rows of values and all errors in one pass.

    table = reading.read(data, COLUMNS)
    table.records   # each with its row number in the spreadsheet and its values
    table.faults    # every error: sheet, row, column, value, and what would be right

A workbook is first turned into the CSV text that a person would have typed (`source`), so that the same rules read both, a page
can show the text for correction, and rows keep their numbers from the spreadsheet.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import sandbox
from findings import Finding, Refused, Severity
from web.spreadsheets.columns import Column, Unfit, cell_text, header_key
from web.spreadsheets.encodings import decode

LARGEST_BYTES = 10_000_000
MOST_ROWS = 5_000
HEADER_WITHIN = 20
DELIMITERS = (",", ";", "\t", "|")
SHOWN = 60
ERROR_VALUE = re.compile(r"#(REF|N/A|DIV/0|VALUE|NAME|NULL|NUM|SPILL|CALC|GETTING_DATA)[!?]?", re.IGNORECASE)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """The file isn't a table with these columns. The message says why, and what would be right."""


@dataclass(frozen=True)
class Fault:
    """An error and its place. `expectation` continues after the value: “isn't a valid date”."""

    row: int
    column: str
    value: str
    expectation: str
    sheet: str = ""

    @property
    def problem(self) -> str:
        return f"{_quoted(self.value)} {self.expectation}" if self.value else self.expectation

    @property
    def sentence(self) -> str:
        """“Row 4, Share in percent: “abc” isn’t a whole number between 1 and 100.”"""
        where = {"sheet": self.sheet, "row": self.row, "column": self.column}
        place = _("Sheet “%(sheet)s”, row %(row)d") % where if self.sheet else _("Row %(row)d") % where
        sentence = f"{place}, {self.column}: {self.problem}" if self.column else f"{place}: {self.problem}"
        return sentence if sentence.endswith("?") else f"{sentence}."


@dataclass(frozen=True)
class Record:
    """A row of the table: its number in the spreadsheet, its values by column, and its original cells."""

    row: int
    values: dict[str, Any]
    cells: tuple[str, ...]


@dataclass
class Table:
    """The content of a file. `records` has every row that isn't blank, and `good` those without errors."""

    header: tuple[str, ...] = ()
    records: list[Record] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sheet: str = ""

    @property
    def good(self) -> list[Record]:
        faulty = {fault.row for fault in self.faults}
        return [record for record in self.records if record.row not in faulty]

    def faulty_rows(self) -> tuple[list[str], list[list[str]]]:
        """Return a header and the rows to correct: each row with errors as it was, and what is wrong with it."""
        reasons: dict[int, list[str]] = {}
        for fault in self.faults:
            reasons.setdefault(fault.row, []).append(f"{fault.column}: {fault.problem}" if fault.column else fault.problem)
        rows = [
            [str(record.row), "; ".join(reasons[record.row]), *record.cells[: len(self.header)]]
            for record in self.records
            if record.row in reasons
        ]
        return [_("Original row"), _("What to correct"), *self.header], rows


class TableRefused(Refused):
    """An import wrote nothing, because rows can't be taken; `table` has every fault with its row, column and value."""

    def __init__(self, table: Table, place: str) -> None:
        self.table, self.place = table, place
        super().__init__([Finding("line-unreadable", Severity.BLOCKS, fault.sentence, place=place) for fault in table.faults])

    def in_short(self) -> list[Finding]:
        """How many, for a page that lists them row by row."""
        rows = len({fault.row for fault in self.table.faults})
        problems = ngettext("%(count)d problem", "%(count)d problems", len(self.table.faults)) % {"count": len(self.table.faults)}
        where = ngettext("%(count)d row", "%(count)d rows", rows) % {"count": rows}
        message = _("Nothing was added: %(problems)s in %(where)s, listed below.") % {"problems": problems, "where": where}
        return [Finding("line-unreadable", Severity.BLOCKS, message, place=self.place)]


@dataclass(frozen=True)
class Source:
    """A file as CSV text with commas and its blank rows, the sheet it came from, and notes for the user."""

    text: str
    sheet: str = ""
    notes: tuple[str, ...] = ()


def read(data: bytes | str, columns: Sequence[Column], *, most_rows: int = MOST_ROWS, encoding: str = "") -> Table:
    """Read the table in `data`: the bytes of a file, or pasted text. Raises `Unreadable` if there is none with these columns."""
    content = source(data, columns, encoding=encoding)
    return table(content, columns, most_rows=most_rows)


def read_or_refuse(data: bytes | str, columns: Sequence[Column], *, place: str, most_rows: int = MOST_ROWS) -> Table:
    """Read the table in `data` like `read`; part of an act. Raises `Refused` (`line-unreadable`, at `place`) if there is none."""
    try:
        return read(data, columns, most_rows=most_rows)
    except Unreadable as fault:
        raise Refused([Finding("line-unreadable", Severity.BLOCKS, str(fault), place=place)]) from fault


# ── From bytes to text ───────────────────────────────────────────────────────────────────────


def source(data: bytes | str, columns: Sequence[Column], *, encoding: str = "") -> Source:
    """Turn `data` into CSV text. Raises `Unreadable`."""
    if isinstance(data, str):
        return _of_text(data, columns, ())
    if len(data) > LARGEST_BYTES:
        raise Unreadable(_("The file is larger than %(most)d MB. Split it into smaller files.") % {"most": LARGEST_BYTES // 1_000_000})
    if data.startswith(_ZIP):
        return _of_workbook(data, columns)
    if refusal := _no_table(data):
        raise Unreadable(refusal)
    if encoding:
        return _of_text(_decoded_as(data, encoding), columns, ())
    decoded = decode(data)
    if decoded is None:
        raise Unreadable(_("The file’s text can’t be read. Save it as “CSV UTF-8”, or as an Excel workbook (.xlsx)."))
    notes = (
        _("The file doesn’t name its text encoding, so it was read as %(encoding)s. Check that accents in names look right.")
        % {"encoding": decoded.encoding},
    )
    return _of_text(decoded.text, columns, notes if decoded.guessed else ())


def _no_table(data: bytes) -> str:
    """Return why bytes with this beginning can't be read as a table, or ""."""
    head = data[:1024].lstrip().lower()
    if data.startswith(_OLE):
        return _("This is an old Excel workbook (.xls), or one with a password. Save it as .xlsx without a password.")
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"mime-version")):
        return _("This is a web page or an XML file, not a spreadsheet. Open it in Excel and save it as .xlsx.")
    if b"%pdf-" in head:
        return _("This is a PDF. Save the table itself as .xlsx or CSV.")
    return ""


def _decoded_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        raise Unreadable(_("There is no encoding called “%(name)s”.") % {"name": encoding}) from None
    except UnicodeDecodeError:
        raise Unreadable(_("The file isn’t %(name)s text.") % {"name": encoding}) from None


def _of_text(text: str, columns: Sequence[Column], notes: tuple[str, ...]) -> Source:
    text = text.removeprefix("\ufeff").removesuffix("\x1a")  # DOS ended files like this, and old systems still do
    if not text.strip("\ufeff \t\r\n,;|"):
        raise Unreadable(_("The file is empty. The first row must name the columns: %(columns)s.") % {"columns": _labels(columns)})
    if declared := re.match(r"sep=(.)\r?\n", text):
        return Source(_with_commas(text[declared.end() :], declared[1]), notes=notes)
    delimiter = max(DELIMITERS, key=lambda each: _known_headers(text, each, columns))  # if equal, the first: the comma
    return Source(text if delimiter == "," else _with_commas(text, delimiter), notes=notes)


def _known_headers(text: str, delimiter: str, columns: Sequence[Column]) -> int:
    """Count the columns that are recognized if `text` is split this way."""
    names = {header for column in columns for header in column.headers}
    head = "\n".join(text.splitlines()[:HEADER_WITHIN])
    try:
        rows = list(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
    except csv.Error:
        return 0
    return max((sum(header_key(cell) in names for cell in row) for row in rows), default=0)


def _with_commas(text: str, delimiter: str) -> str:
    return _csv_text([cells for _row, cells in _records(text, delimiter)])


def _csv_text(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _of_workbook(data: bytes, columns: Sequence[Column]) -> Source:
    try:
        book = sandbox.run("web.spreadsheets.workbook:sheets", {}, data)
    except sandbox.TooMuch:
        raise Unreadable(_("This workbook can’t be read: it is damaged, has a password, or is far larger than it looks.")) from None
    except sandbox.OutOfTime:
        raise Unreadable(_("Reading the workbook took too long. Try again, or save the table as CSV.")) from None
    suitable = [sheet for sheet in book["sheets"] if sheet["too_large"] or _has_header(sheet["rows"], columns)]
    if len(suitable) > 1:
        names = ", ".join(f"“{sheet['name']}”" for sheet in suitable)
        raise Unreadable(_("More than one sheet has these columns: %(names)s. Delete or hide all but one.") % {"names": names})
    if not suitable and len([sheet for sheet in book["sheets"] if any(any(row) for row in sheet["rows"])]) != 1:
        hidden = _(" Hidden sheets aren’t read: %(names)s.") % {"names": ", ".join(book["hidden"])} if book["hidden"] else ""
        raise Unreadable(_("No sheet has a row that names the columns: %(columns)s.") % {"columns": _labels(columns)} + hidden)
    sheet = suitable[0] if suitable else next(sheet for sheet in book["sheets"] if any(any(row) for row in sheet["rows"]))
    return _of_sheet(sheet, book, columns)


def _of_sheet(sheet: dict[str, Any], book: dict[str, Any], columns: Sequence[Column]) -> Source:
    if sheet["too_large"]:
        raise Unreadable(_("The sheet “%(name)s” is too large. Delete the empty rows and columns below and beside the table.") % sheet)
    header = _header_row(sheet["rows"], columns)
    merged = [area for area in sheet["merged"] if area[1][0] >= header]
    if merged:
        raise Unreadable(_("Cells are merged in the sheet “%(name)s”: %(areas)s. Unmerge them, and fill in each cell.") % {
            "name": sheet["name"], "areas": ", ".join(f"{_cell(*first)}:{_cell(*last)}" for first, last in merged[:5])
        })  # fmt: skip
    others = [other["name"] for other in book["sheets"] if other is not sheet and any(any(row) for row in other["rows"])]
    notes = []
    if others or book["hidden"]:
        notes.append(_("Only the sheet “%(name)s” was read.") % sheet)
    return Source(_csv_text(sheet["rows"]), sheet["name"] if len(book["sheets"]) > 1 else "", tuple(notes))


def _cell(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _has_header(rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> bool:
    return any(not _missing(row, columns) for row in rows[:HEADER_WITHIN])


def _header_row(rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> int:
    """Find the row that names the columns: the first with all that are needed, or else the one with the most known names."""
    names = {header for column in columns for header in column.headers}
    first = list(rows[:HEADER_WITHIN])
    for number, row in enumerate(first):
        if not _missing(row, columns):
            return number
    known = [sum(header_key(cell) in names for cell in row) for row in first]
    if any(known):
        return known.index(max(known))
    return next((number for number, row in enumerate(first) if any(cell.strip() for cell in row)), 0)


def _missing(row: Sequence[str], columns: Sequence[Column]) -> list[Column]:
    keys = {header_key(cell) for cell in row}
    return [column for column in columns if column.is_required and not column.headers & keys]


# ── From text to values ──────────────────────────────────────────────────────────────────────


def table(content: Source, columns: Sequence[Column], *, most_rows: int = MOST_ROWS) -> Table:
    """Read the rows of CSV text, each value as its column declares, and collect all errors. Raises `Unreadable`."""
    numbered = list(_records(content.text, ","))
    header_at = _header_row([cells for _row, cells in numbered], columns)
    header = [cell.strip() for cell in numbered[header_at][1]] if numbered else []
    _check_header(header, columns)
    rows = [(row, cells) for row, cells in numbered[header_at + 1 :] if any(cell.strip() for cell in cells)]
    if len(rows) > most_rows:
        raise Unreadable(
            _("The file has %(rows)d rows. The limit is %(most)d. Split it into smaller files.") % {"rows": len(rows), "most": most_rows}
        )
    places = {column.name: _place(column, header) for column in columns}
    ignored = [name for name in header if name and not any(header_key(name) in column.headers for column in columns)]
    read_table = Table(tuple(header), ignored=tuple(ignored), notes=content.notes, sheet=content.sheet)
    for row, cells in rows:
        values = {column.name: _value(read_table, row, column, cells, places[column.name]) for column in columns}
        _check_extra(read_table, row, cells, header)
        read_table.records.append(Record(row, values, (*cells, *[""] * (len(header) - len(cells)))))
    return read_table


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every row of the file, including blank ones, with its number in a spreadsheet; a quoted cell may span lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    while True:
        row += 1
        try:
            yield row, next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Unreadable(_("Row %(row)d can’t be read. Check for a missing or extra quotation mark.") % {"row": row}) from None


def _check_header(header: Sequence[str], columns: Sequence[Column]) -> None:
    missing = _missing(header, columns)
    if missing:
        params = {"missing": _labels(missing), "present": ", ".join(filter(None, header)) or _("nothing")}
        raise Unreadable(_("Columns are missing: %(missing)s. The row that names the columns has: %(present)s.") % params)
    by_column = Counter(column.label for name in header for column in columns if header_key(name) in column.headers)
    by_name = Counter(header_key(name) for name in header if name)
    twice = [label for label, count in by_column.items() if count > 1]
    twice += [name for name in dict.fromkeys(header) if by_name[header_key(name)] > 1 and not _is_known(name, columns)]
    if twice:
        raise Unreadable(
            _("These columns appear more than once: %(twice)s. Keep one of each, and delete or rename the others.")
            % {"twice": ", ".join(twice)}
        )


def _is_known(name: str, columns: Sequence[Column]) -> bool:
    return not name or any(header_key(name) in column.headers for column in columns)


def _place(column: Column, header: Sequence[str]) -> int | None:
    names = column.headers
    return next((place for place, name in enumerate(header) if header_key(name) in names), None)


def _value(into: Table, row: int, column: Column, cells: Sequence[str], place: int | None) -> Any:
    raw = cells[place] if place is not None and place < len(cells) else ""
    text = cell_text(raw.strip())
    if not text:
        if column.required:
            into.faults.append(Fault(row, column.label, "", column.when_empty or _("needs a value"), into.sheet))
        return column.empty
    try:
        if ERROR_VALUE.fullmatch(text):
            raise Unfit(_("is an error in the spreadsheet"))
        return column.kind(text)
    except Unfit as unfit:
        into.faults.append(Fault(row, column.label, text, str(unfit), into.sheet))
        return column.empty


def _check_extra(into: Table, row: int, cells: Sequence[str], header: Sequence[str]) -> None:
    """Report a cell without a column, usually caused by a comma in text without quotation marks, which shifts the rest."""
    unnamed = [cell for place, cell in enumerate(cells) if cell.strip() and (place >= len(header) or not header[place])]
    if unnamed:
        into.faults.append(
            Fault(row, "", unnamed[0].strip(), _("has no column. Is there a comma in a text that isn’t in quotation marks?"), into.sheet)
        )


def _labels(columns: Sequence[Column]) -> str:
    return ", ".join(column.label for column in columns)


def _quoted(value: str) -> str:
    line = " ".join("".join(c if c.isprintable() or c.isspace() else "□" for c in value).split())
    return f"“{line[:SHOWN]}…”" if len(line) > SHOWN else f"“{line}”"
