"""Spreadsheets as offices make them, written by the tests themselves."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook

HEADER = ["Name", "Role", "Share in percent", "First day", "Senior", "Note"]
GOOD = ["Ana Whitecap", "Developer", "100", "2026-12-01", "no", "fine"]
ODS_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def text(*rows: list[str] | str, delimiter: str = ",", newline: str = "\r\n") -> str:
    return newline.join(row if isinstance(row, str) else delimiter.join(row) for row in rows) + newline


def workbook(*rows: list[Any], change: Callable[[Any, Any], None] | None = None) -> bytes:
    """A workbook of one sheet; `change(book, sheet)` does to it what offices do."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Team"
    for row in rows:
        sheet.append(row)
    if change:
        change(book, sheet)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def with_cached(data: bytes, cell: str, value: str) -> bytes:
    """As Excel saves a formula: with the value that it had."""
    return rewritten(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: (
            xml.replace(f'<c r="{cell}"', f'<c r="{cell}" t="str"', 1)
            .replace("<v></v>", f"<v>{value}</v>")
            .replace("<v />", f"<v>{value}</v>")
        ),
    )


def rewritten(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content.decode()) if name == part else content)
    return out.getvalue()


def ods(*rows: list[Any], name: str = "Team") -> bytes:
    """An OpenDocument spreadsheet of one sheet; a float below 1.01 is a percentage, an empty list a blank row."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row)) or '<table:table-cell/>'}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0"?><office:document-content {ODS_NAMESPACES} office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="{name}">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return out.getvalue()


def _ods_cell(value: Any) -> str:
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="percentage" office:value="{value}"><text:p>{value:.0%}</text:p></table:table-cell>'
    if isinstance(value, datetime.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"><text:p>{value}</text:p></table:table-cell>'
    if isinstance(value, int):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def bomb() -> bytes:
    """A small workbook that unpacks to more than the sandbox may hold."""
    row = '<row><c t="inlineStr"><is><t>' + "x" * 30_000 + "</t></is></c></row>"
    huge = row * 20_000
    return rewritten(workbook(HEADER), "xl/worksheets/sheet1.xml", lambda xml: xml.replace("</sheetData>", huge + "</sheetData>"))
