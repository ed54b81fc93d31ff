"""Spreadsheets out: what is filtered is what is exported, and no cell is ever a formula (ASVS 1.2.10)."""

from __future__ import annotations

import csv
import datetime
import decimal
import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from openpyxl import Workbook

FORMATS = ("csv", "xlsx")
DANGEROUS = "=+-@\t\r\n"


def guarded(value: Any) -> Any:
    """`value` as a cell: numbers and dates as they are, text never read as a formula.

    Text whose first visible character (also after spaces, also in a full-width form) could start a
    formula gets a leading apostrophe. Characters that a workbook cannot hold are dropped.
    """
    if value is None:
        return ""
    if isinstance(value, (int, float, decimal.Decimal, datetime.date)) and not isinstance(value, bool):
        return value
    text = "".join(c for c in str(value) if c in "\t\n\r" or unicodedata.category(c) != "Cc")
    start = unicodedata.normalize("NFKC", text.lstrip(" \u00a0\u200b\ufeff"))[:1]
    return f"'{text}" if start and start in DANGEROUS else text


def export(name: str, file_format: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download of `rows` as CSV (UTF-8 with a mark, so that Excel reads it) or XLSX. Http404 for another format."""
    if file_format not in FORMATS:
        raise Http404(file_format)
    cells = ([guarded(value) for value in row] for row in rows)
    write = _csv if file_format == "csv" else _xlsx
    response = write([str(column) for column in header], cells)
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    return response


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")


def _xlsx(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    sheet.freeze_panes = "A2"
    for row in (header, *rows):
        sheet.append([_cell(sheet, value) for value in row])
    data = io.BytesIO()
    book.save(data)
    return HttpResponse(data.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
