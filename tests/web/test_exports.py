"""Spreadsheets out: no cell is ever a formula (D6)."""

import csv
import datetime
import decimal
import io

import pytest
from django.http import Http404
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from web.exports import export, guarded

TEXTS = st.text() | st.builds(str.__add__, st.text(alphabet=" \t\r\n\u00a0\u200b\ufeff＝＋－＠=+-@'", max_size=4), st.text())


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def cells(content: bytes) -> list[list[object]]:
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows()]


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0=", "＝", "＋", "－", "＠", "\ufeff=", "\u200b=", "\u2003=", "\u00ad="]
)
def test_what_a_spreadsheet_would_run_is_shown_as_text(start):
    assert guarded(f"{start}1+1").startswith("'")


@given(TEXTS)
def test_a_guarded_text_never_starts_a_formula(text):
    assert not str(guarded(text)).lstrip().startswith(("=", "+", "-", "@"))


@given(st.lists(TEXTS, min_size=1, max_size=4))
@example(["=cmd|'/C calc'!A0"])
@example(["\x00\x1b[31m\ufffe"])
def test_no_workbook_holds_a_formula(texts):
    sheet = cells(export("x", "xlsx", ["a"] * len(texts), [texts]).content)
    assert all(cell.data_type in {"s", "n", "inlineStr"} for row in sheet for cell in row)
    assert "f" not in {cell.data_type for row in sheet for cell in row}


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_csv_file_holds_the_rows_it_was_given(texts):
    rows = read_csv(export("x", "csv", ["a"] * len(texts), [texts]).content)
    assert len(rows) == 2
    assert len(rows[1]) == len(texts)
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in rows[1])


def test_numbers_and_dates_stay_what_they_are():
    row = [-3, decimal.Decimal("1.50"), datetime.date(2026, 3, 3), None, True]
    assert [guarded(value) for value in row] == [-3, decimal.Decimal("1.50"), datetime.date(2026, 3, 3), "", "True"]
    number, money, date, *_ = cells(export("x", "xlsx", list("abcde"), [row]).content)[1]
    assert (number.value, number.data_type) == (-3, "n")
    assert money.value == 1.5
    assert date.value == datetime.datetime(2026, 3, 3)


def test_a_header_is_guarded_like_any_cell():
    content = export("x", "csv", ["=1+1"], []).content
    assert read_csv(content) == [["'=1+1"]]


def test_an_instant_is_written_in_pacific_time():
    noon = datetime.datetime(2026, 7, 1, 19, tzinfo=datetime.UTC)
    assert cells(export("x", "xlsx", ["at"], [[noon]]).content)[1][0].value == datetime.datetime(2026, 7, 1, 12)
    assert read_csv(export("x", "csv", ["at"], [[noon]]).content)[1] == ["2026-07-01 12:00:00"]


def test_a_download_is_named_and_typed():
    answer = export("residencies", "csv", ["a"], [])
    assert answer["Content-Disposition"] == 'attachment; filename="residencies.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_another_format_is_not_found():
    with pytest.raises(Http404):
        export("x", "pdf", ["a"], [])
