"""Exports as spreadsheets: the filtered rows, with no cell that a program could run as a formula (ASVS 1.2.10)."""

from __future__ import annotations

import csv
import datetime
import decimal
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain, islice, zip_longest
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

FORMATS = ("csv", "xlsx")
DANGEROUS = "=+-@"
CONTROLS = ("\t", "\r", "\n")
MEASURED = 500  # rows that decide how wide a workbook's columns are
NARROWEST, WIDEST, PADDING = 8, 60, 3  # characters; the header also has room for an arrow
# Characters that XML, and so a workbook, can't hold; and invisible ones that can come before the first visible character.
UNKEEPABLE = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
UNSEEN = re.compile(r"\A[\s\u200b-\u200f\u2028-\u202e\u2060-\u206f\u00ad\ufeff]+")


def guarded(value: Any) -> Any:
    """Return `value` as a cell: numbers and dates unchanged, and text that can't be read as a formula.

    Text gets a leading apostrophe if its first visible character could start a formula, even after spaces or
    in its full-width form. Characters that a workbook can't hold are dropped. Times are in Pacific time.
    """
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if timezone.is_aware(value) else value
    if isinstance(value, (int, float, decimal.Decimal, datetime.date)) and not isinstance(value, bool):
        return value
    text = UNKEEPABLE.sub("", str(value))
    start = unicodedata.normalize("NFKC", UNSEEN.sub("", text, count=1))[:1]
    return f"'{text}" if (start and start in DANGEROUS) or text[:1] in CONTROLS else text


def export(name: str, file_format: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return `rows` as a CSV download (UTF-8 with a byte order mark, which Excel needs) or XLSX. Http404 for any other format."""
    if file_format not in FORMATS:
        raise Http404(file_format)
    cells = ([guarded(value) for value in row] for row in rows)
    write = _csv if file_format == "csv" else _xlsx
    response = write([str(guarded(str(column))) for column in header], cells)
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
    rows = iter(rows)
    first = [header, *islice(rows, MEASURED)]
    # Before the first row is written, because a write-only sheet ignores widths that are set later.
    for number, width in enumerate(_widths(first), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    count = 0
    for row in chain(first, rows):
        sheet.append([_cell(sheet, value) for value in row])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(header), 1))}{count}"
    data = io.BytesIO()
    book.save(data)
    return HttpResponse(data.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def _widths(rows: Iterable[Sequence[Any]]) -> list[int]:
    """Return the width of each column in characters: that of its longest line, within limits."""
    longest = (
        max((len(line) for value in column for line in str(value).splitlines()), default=0) for column in zip_longest(*rows, fillvalue="")
    )
    return [min(max(length + PADDING, NARROWEST), WIDEST) for length in longest]


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
