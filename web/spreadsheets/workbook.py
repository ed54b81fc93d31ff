"""Runs in the sandbox to read a workbook: bytes in, the cells of its sheets as text out. Doesn't use Django.

Excel and LibreOffice store values, not what you see: a cell showing 100% contains 1, and a date is a number. Here each
becomes the text that a person would type: `100%`, `2026-12-01`. Formulas give the value that was last calculated.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

PERCENT = "%"
MOST_ROWS, MOST_COLUMNS = 20_000, 200
ODS_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
ODS_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
ODS_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def sheets(head: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Return every visible sheet with all its rows from the first, and only the names of hidden ones."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    visible, hidden = [], []
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        if about.visible != SheetVisibleEnum.Visible:
            hidden.append(about.name)
            continue
        sheet = book.get_sheet_by_name(about.name)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            visible.append({"name": about.name, "too_large": True, "rows": [], "merged": []})
            continue
        rows = sheet.to_python(skip_empty_area=False)
        marks = _marks(data, about.name)
        visible.append({
            "name": about.name, "too_large": False, "merged": [list(map(list, area)) for area in sheet.merged_cell_ranges or ()],
            "rows": [[_text(value, marks.get((r, c), "")) for c, value in enumerate(row)] for r, row in enumerate(rows)],
        })  # fmt: skip
    return {"sheets": visible, "hidden": hidden}


def _text(value: Any, mark: str) -> str:
    if mark and mark != PERCENT:
        return mark
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        number = round(value * 100, 6) if mark else value
        return f"{int(number) if number == int(number) else number!r}{mark}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def _marks(data: bytes, name: str) -> dict[tuple[int, int], str]:
    """Return what the values don't show, by row and column from 0: which cells are percentages, and which are errors."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml") if "content.xml" in archive.namelist() else None
    return dict(_marks_of_ods(content, name) if content else _marks_of_xlsx(data, name))


def _marks_of_xlsx(data: bytes, name: str) -> Iterator[tuple[tuple[int, int], str]]:
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True)[name]
    for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS):
        for cell in row:
            if cell.value is None:
                continue
            if cell.data_type == "e":
                yield (cell.row - 1, cell.column - 1), str(cell.value)
            elif "%" in (cell.number_format or ""):
                yield (cell.row - 1, cell.column - 1), PERCENT


def _marks_of_ods(content: bytes, name: str) -> Iterator[tuple[tuple[int, int], str]]:
    for table in ElementTree.fromstring(content).iter(f"{ODS_TABLE}table"):  # noqa: S314 - in the sandbox
        if table.get(f"{ODS_TABLE}name") != name:
            continue
        at = 0
        for row in table.iter(f"{ODS_TABLE}table-row"):
            repeated = int(row.get(f"{ODS_TABLE}number-rows-repeated", "1"))
            marks = list(_marks_of_ods_row(row))
            for offset in range(min(repeated, MOST_ROWS) if marks else 0):
                yield from (((at + offset, column), mark) for column, mark in marks)
            at += repeated


def _marks_of_ods_row(row: ElementTree.Element) -> Iterator[tuple[int, str]]:
    at = 0
    for cell in row:
        repeated = int(cell.get(f"{ODS_TABLE}number-columns-repeated", "1"))
        is_percent = cell.get(f"{ODS_OFFICE}value-type") == "percentage"
        is_error = cell.get(f"{ODS_CALC}value-type") == "error"
        if is_percent or is_error:
            mark = PERCENT if is_percent else "".join(cell.itertext()) or "#VALUE!"
            yield from ((column, mark) for column in range(at, at + min(repeated, MOST_COLUMNS)))
        at += repeated
