"""One reader for every import: the messy files of real offices, each with what is to come of it (K9)."""

from __future__ import annotations

import datetime
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.spreadsheets.files import GOOD, HEADER, bomb, ods, text, with_cached, workbook
from web.spreadsheets.columns import Column, choice, day, line, lines, whole_number, yes_or_no
from web.spreadsheets.reading import Unreadable, read

CASES = Path(__file__).parent / "cases"
DAY = datetime.date(2026, 12, 1)
COLUMNS = (
    Column("name", "Name", line(150), required=True),
    Column("role", "Role", choice({"developer": ("Developer",), "designer": ("Designer",)}), required=True),
    Column("share", "Share in percent", whole_number(1, 100, percent=True), empty=100),
    Column("from_on", "First day", day, ("start date",), empty=None),
    Column("is_senior", "Senior", yes_or_no, empty=False),
    Column("note", "Note", lines(40)),
)
READ = {"name": "Ana Whitecap", "role": "developer", "share": 100, "from_on": DAY, "is_senior": False, "note": "fine"}


def values(data, **more):
    """The values of every row of a file without a fault."""
    table = read(data, COLUMNS, **more)
    assert [fault.sentence for fault in table.faults] == []
    return [record.values for record in table.records]


def sentences(data):
    return [fault.sentence for fault in read(data, COLUMNS).faults]


def merge(book, sheet):
    sheet.merge_cells("A2:A3")


def merge_above(book, sheet):
    sheet.insert_rows(1)
    sheet["A1"] = "Team of the residency"
    sheet.merge_cells("A1:F1")


def percent(book, sheet):
    sheet["C2"], sheet["C2"].number_format = 1, "0%"


def half_percent(book, sheet):
    sheet["C2"], sheet["C2"].number_format = 0.5, "0.00%"


def hidden(book, sheet):
    other = book.create_sheet("Old team")
    other.append(HEADER)
    other.append(["Somebody Else", *GOOD[1:]])
    other.sheet_state = "hidden"


def notes_sheet(book, sheet):
    book.create_sheet("Notes", 0).append(["Please fill in the other sheet"])


# ── Files that are good, however they were saved ─────────────────────────────────────────────

GOOD_FILES = {
    "UTF-8": text(HEADER, GOOD).encode(),
    "UTF-8 with a mark": text(HEADER, GOOD).encode("utf-8-sig"),
    "UTF-16 with tabs: Excel's Unicode text": text(HEADER, GOOD, delimiter="\t").encode("utf-16"),
    "UTF-16 big endian": b"\xfe\xff" + text(HEADER, GOOD, delimiter="\t").encode("utf-16-be"),
    "UTF-16 without a mark": text(HEADER, GOOD, delimiter="\t").encode("utf-16-le"),
    "UTF-32": text(HEADER, GOOD).encode("utf-32"),
    "UTF-32 big endian": b"\x00\x00\xfe\xff" + text(HEADER, GOOD).encode("utf-32-be"),
    "the end of a file as DOS marks it": text(HEADER, GOOD).encode() + b"\x1a",
    "texts forced with an equals sign": text(HEADER, [f'="{c}"' for c in GOOD]).encode(),
    "semicolons": text(HEADER, GOOD, delimiter=";").encode("cp1252"),
    "tabs": text(HEADER, GOOD, delimiter="\t").encode(),
    "bars": text(HEADER, GOOD, delimiter="|").encode(),
    "sep= line": ("sep=;\r\n" + text(HEADER, GOOD, delimiter=";")).encode(),
    "line ends of an old Mac": text(HEADER, GOOD, newline="\r").encode(),
    "line ends of Unix": text(HEADER, GOOD, newline="\n").encode(),
    "no line end at the end": text(HEADER, GOOD).rstrip().encode(),
    "all cells in quotation marks": text([f'"{c}"' for c in HEADER], [f'"{c}"' for c in GOOD]).encode(),
    "blank rows and rows of commas": text("", HEADER, ",,,,,", "", GOOD, ",,,,,").encode(),
    "a title above the header": text("Team of the residency,,,,,", ",,,,,", HEADER, GOOD).encode(),
    "columns in another order and spelling": text("FIRST_DAY,note,senior,Role ,share-in-percent,  Name", "2026-12-01,fine,N,developer,100,Ana Whitecap").encode(),
    "an alias": text(",".join(HEADER).replace("First day", "Start Date"), GOOD).encode(),
    "pasted from Excel": text(HEADER, GOOD, delimiter="\t"),
    "digits grouped, percent sign, no-break space": text(HEADER, ["Ana\u00a0Whitecap", "Developer", "100\u00a0%", "1 December 2026", "No", "fine"]).encode(),
    "a serial number for a day": text(HEADER, ["Ana Whitecap", "Developer", "100.0", "46357", "0", "fine"]).encode(),
    "a day with a midnight": text(HEADER, ["Ana Whitecap", "Developer", "100", "2026-12-01 00:00:00", "FALSE", "fine"]).encode(),
    "a workbook": workbook(HEADER, ["Ana Whitecap", "Developer", 100, DAY, False, "fine"]),
    "a workbook of text": workbook(HEADER, GOOD),
    "percent cells hold 1 for 100 %": workbook(HEADER, GOOD, change=percent),
    "a hidden sheet": workbook(HEADER, GOOD, change=hidden),
    "a sheet of notes before it": workbook(HEADER, GOOD, change=notes_sheet),
    "a merged title": workbook(HEADER, GOOD, change=merge_above),
    "blank rows in a workbook": workbook([], HEADER, [], GOOD),
    "a formula with its last value": with_cached(workbook(HEADER, ['="Ana "&"Whitecap"', *GOOD[1:]]), "A2", "Ana Whitecap"),
    "OpenDocument": ods(HEADER, ["Ana Whitecap", "Developer", 100, DAY, "no", "fine"]),
    "OpenDocument percent": ods(HEADER, ["Ana Whitecap", "Developer", 1.0, DAY, "no", "fine"]),
}  # fmt: skip


@pytest.mark.parametrize("data", GOOD_FILES.values(), ids=GOOD_FILES)
def test_a_good_table_reads_the_same_however_it_was_saved(data):
    assert values(data) == [READ]


def test_half_of_a_percent_cell_is_fifty():
    assert values(workbook(HEADER, GOOD, change=half_percent))[0]["share"] == 50


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
@pytest.mark.parametrize("name", ["Renée Côté", "François O’Neil", "Zoë Müller", "Hélène Béïque–Roy"])
def test_accents_survive_in_every_encoding_that_excel_writes(name, encoding):
    """D02: nothing is ever stored that was replaced. What could be Windows or an old Mac is taken for Windows, and said to be a guess."""
    assert values(text(HEADER, [name, *GOOD[1:]]).encode(encoding))[0]["name"] == name


def test_a_file_of_two_encodings_is_not_taken_with_garbled_names():
    """K9: two lists pasted together. What was UTF-8 would be kept as “RenÃ©e” for ever."""
    mixed = text(HEADER, ["Renée", *GOOD[1:]]).encode() + text(["Côté", *GOOD[1:]]).encode("cp1252")
    assert [(fault.row, fault.column, fault.value) for fault in read(mixed, COLUMNS).faults] == [(2, "Name", "RenÃ©e")]


def test_a_guessed_encoding_is_said():
    table = read((CASES / "D02-roster-excel-ansi.csv").read_bytes(), COLUMNS)
    assert table.records[0].values["name"] == "Renée Côté"
    assert "Windows-1252" in table.notes[0]
    assert read(GOOD_FILES["UTF-8"], COLUMNS).notes == ()


@pytest.mark.parametrize("name", ["D10-roster-excel-unicode-text.csv", "D10-roster-semicolons.csv"])
def test_excels_other_ways_to_save_are_read(name):
    assert values((CASES / name).read_bytes())[0]["name"] == "Ana Whitecap"


def test_rows_are_numbered_as_the_spreadsheet_numbers_them():
    """D09: after blank rows, after cells of several lines, and in a workbook."""
    [fault] = read((CASES / "D09-roster-blank-lines.csv").read_bytes(), COLUMNS).faults
    assert fault.sentence == "Row 4, First day: “12/1/2026” could be 2026-12-01 or 2026-01-12. Use YYYY-MM-DD."
    several = text(HEADER, [*GOOD[:5], '"one\r\ntwo"'], ["", *GOOD[1:]])
    assert [fault.row for fault in read(several, COLUMNS).faults] == [3]
    assert [fault.row for fault in read(workbook([], HEADER, [], [], ["", *GOOD[1:]]), COLUMNS).faults] == [5]


def test_trailing_cells_that_excel_left_off_are_empty():
    assert values(text(HEADER, ["Ana Whitecap", "Developer"]))[0]["share"] == 100


def test_what_looks_like_a_formula_stays_text_and_an_exports_apostrophe_goes():
    rows = values(text(HEADER, ["=1+1", *GOOD[1:]], ["'@cmd", *GOOD[1:]], ["'t Hooft", *GOOD[1:]]))
    assert [row["name"] for row in rows] == ["=1+1", "@cmd", "'t Hooft"]


# ── Faults: row, column, value, expectation ──────────────────────────────────────────────────

FAULTS = {
    "share": (["Ana", "Developer", "abc"], "Row 2, Share in percent: “abc” isn’t a whole number between 1 and 100."),
    "share too large": (["Ana", "Developer", '"1,000"'], "Row 2, Share in percent: “1,000” isn’t a whole number between 1 and 100."),
    "a part of a percent": (["Ana", "Developer", "0.5"], "Row 2, Share in percent: “0.5” isn’t a whole number between 1 and 100."),
    "no such day": (["Ana", "Developer", "", "2026-02-30"], "Row 2, First day: “2026-02-30” isn’t a valid date. Use YYYY-MM-DD, for example 2026-03-31."),
    "either of two days": (["Ana", "Developer", "", "03/04/2026"], "Row 2, First day: “03/04/2026” could be 2026-03-04 or 2026-04-03. Use YYYY-MM-DD."),
    "a day far off": (["Ana", "Developer", "", "0206-12-01"], "Row 2, First day: “0206-12-01” isn’t a plausible date. Use a date on or after 1 January 2000."),
    "a role": (["Ana", "Wizard"], "Row 2, Role: “Wizard” isn’t one of: Developer, Designer."),
    "yes or no": (["Ana", "Developer", "", "", "perhaps"], "Row 2, Senior: “perhaps” isn’t yes or no."),
    "too long": (["Ana", "Developer", "", "", "", "x" * 41], f"Row 2, Note: “{'x' * 41}” has 41 characters; the limit is 40."),
    "empty": (["", "Developer"], "Row 2, Name: needs a value."),
    "a lost character": (["Ren\ufffde", "Developer"], "Row 2, Name: “Ren\ufffde” contains a character that was lost (�) when the file was saved. Correct it in the file."),
    "letters read wrongly before": (["RenÃ©e", "Developer"], "Row 2, Name: “RenÃ©e” has garbled letters. Is it “Renée”? Correct it in the file, or save the file as UTF-8."),
    "a NUL": (["A\x00na", "Developer"], "Row 2, Name: “A□na” contains a character that can’t be shown."),
    "an error value": (["Ana", "Developer", "#REF!"], "Row 2, Share in percent: “#REF!” is an error in the spreadsheet."),
    "a comma too many": ([*GOOD, "and more"], "Row 2: “and more” has no column. Is there a comma in a text that isn’t in quotation marks?"),
}  # fmt: skip


@pytest.mark.parametrize(("row", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_row_column_value_and_what_would_be_right(row, sentence):
    assert sentences(text(HEADER, row)) == [sentence]


DAYS = {
    "25/12/2026": (2026, 12, 25),
    "12/25/2026": (2026, 12, 25),
    "1/1/2026": (2026, 1, 1),
    "Dec 1, 2026": (2026, 12, 1),
    "1-Dec-26": (2026, 12, 1),
    "Tuesday, December 1st, 2026": (2026, 12, 1),
    "2026/12/1": (2026, 12, 1),
}


@pytest.mark.parametrize(("text_", "expected"), DAYS.items(), ids=DAYS)
def test_days_that_can_only_be_one_are_taken_however_they_are_written(text_, expected):
    assert day(text_) == datetime.date(*expected)


def test_all_faults_are_found_in_one_pass_and_good_rows_stay_good():
    table = read(text(HEADER, GOOD, ["", "Wizard", "abc"], GOOD, ["Ben", "Developer", "0"]), COLUMNS)
    assert [(fault.row, fault.column) for fault in table.faults] == [
        (3, "Name"),
        (3, "Role"),
        (3, "Share in percent"),
        (5, "Share in percent"),
    ]
    assert [record.row for record in table.good] == [2, 4]


def test_an_error_cell_of_a_workbook_is_a_fault_also_where_a_cell_may_be_empty():
    def break_it(book, sheet):
        sheet["C2"], sheet["C2"].data_type = "#REF!", "e"

    assert sentences(workbook(HEADER, GOOD, change=break_it)) == ["Row 2, Share in percent: “#REF!” is an error in the spreadsheet."]


def test_a_workbook_of_several_sheets_says_which_one():
    faults = sentences(workbook(HEADER, ["Ana", "Wizard"], change=notes_sheet))
    assert faults == ["Sheet “Team”, row 2, Role: “Wizard” isn’t one of: Developer, Designer."]


def test_faulty_rows_come_with_the_reason_and_as_they_were():
    table = read(text(HEADER, GOOD, ["Ben", "Wizard", "abc"]), COLUMNS)
    header, rows = table.faulty_rows()
    assert header == ["Original row", "What to correct", *HEADER]
    assert rows == [["3", "Role: “Wizard” isn’t one of: Developer, Designer; Share in percent: “abc” isn’t a whole number between 1 and 100", "Ben", "Wizard", "abc", "", "", ""]]  # fmt: skip


def test_columns_that_are_not_read_are_named():
    assert read(text("Name,Role,Shoe size", "Ana,Developer,38"), COLUMNS).ignored == ("Shoe size",)


# ── What is no table ─────────────────────────────────────────────────────────────────────────


def two_sheets(book, sheet):
    book.create_sheet("Copy").append(HEADER)


REFUSALS = {
    "nothing": (b"", "The file is empty. The first row must name the columns: Name, Role"),
    "only commas": (b",,,\r\n,,,\r\n", "The file is empty"),
    "a missing column": (text("Name,Share", "Ana,1"), "Columns are missing: Role. The row that names the columns has: Name, Share."),
    "a column twice": (text("Name,Role,Name", "a,Developer,b"), "appear more than once: Name"),
    "a column twice by an alias": (text("Name,Role,First day,Start date", "a,Developer,,"), "appear more than once: First day"),
    "another column twice": (text("Name,Role,Team,team", "a,Developer,,"), "appear more than once: Team, team"),
    "a quotation mark never closed": (text(HEADER, 'Ana,"Developer'), "Row 2 can’t be read. Check for a missing or extra quotation mark"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel workbook (.xls), or one with a password"),
    "a web page called .xls": (b"<html><table><tr><td>Name</td></tr></table></html>", "web page or an XML file, not a spreadsheet"),
    "a PDF": (b"%PDF-1.7\n", "This is a PDF"),
    "any other archive": (b"PK\x03\x04" + b"\0" * 200, "This workbook can’t be read"),
    "merged cells": (workbook(HEADER, GOOD, GOOD, change=merge), "Cells are merged in the sheet “Team”: A2:A3"),
    "two sheets with the table": (workbook(HEADER, GOOD, change=two_sheets), "More than one sheet has these columns: “Team”, “Copy”"),
    "no sheet with the table": (workbook(["a", "b"], ["c", "d"]), "Columns are missing: Name, Role"),
    "too many rows": (text(HEADER, *[GOOD] * 5001), "The file has 5001 rows. The limit is 5000."),
    "too large": (b"x" * 10_000_001, "larger than 10 MB"),
    "a picture": (bytes(range(128, 256)) * 40, "Columns are missing"),
}


@pytest.mark.parametrize(("data", "sentence"), REFUSALS.values(), ids=REFUSALS)
def test_what_is_no_such_table_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(Unreadable) as refused:
        read(data, COLUMNS)
    assert sentence in str(refused.value)


def test_a_workbook_that_unpacks_without_end_is_refused():
    with pytest.raises(Unreadable, match="can’t be read"):
        read(bomb(), COLUMNS)


def test_a_cell_at_the_far_end_of_the_sheet_is_refused():
    def far(book, sheet):
        sheet["XFD1048576"] = "x"

    with pytest.raises(Unreadable, match=r"too large|can’t be read"):
        read(workbook(HEADER, GOOD, change=far), COLUMNS)


# ── Whatever comes ───────────────────────────────────────────────────────────────────────────


@given(st.binary(max_size=300).filter(lambda data: not data.startswith(b"PK\x03\x04")))
def test_no_bytes_do_more_than_be_refused(data):
    with suppress(Unreadable):
        read(data, COLUMNS)


CELLS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=8))
def test_every_row_is_good_or_has_a_fault_and_none_is_lost(rows):
    import csv
    import io

    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADER, *rows])
    table = read(out.getvalue().encode(), COLUMNS)
    filled = [number for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)]
    assert [record.row for record in table.records] == filled
    assert {record.row for record in table.good} | {fault.row for fault in table.faults} == set(filled)
    assert all("\ufffd" not in str(value) for record in table.good for value in record.values.values())
