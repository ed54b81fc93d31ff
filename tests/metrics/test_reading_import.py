"""Readings from spreadsheets: all or none, every fault by cell, and the same file twice adds nothing (EL-91)."""

import csv
import datetime
import io
import zipfile
from decimal import Decimal as D

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from findings import Refused
from ledger.models import Event
from metrics.definition.actions import retire_metric
from metrics.models import Metric, Observation
from metrics.readings import actions, importing
from residencies.models.states import State
from tests.metrics.factories import RATIO, ago, metric, reading
from tests.pages import text
from tests.residencies.pages import at
from tests.residencies.rows import residency
from web.spreadsheets.reading import TableRefused

pytestmark = pytest.mark.django_db
DAYS, FINISH, COST = "Median days to a decision", "People who finish", "Cost of one transaction"


@pytest.fixture
def of():
    row = residency(State.IN_RESIDENCE)
    metric(row), metric(row, **RATIO, baseline=None), metric(row, name=COST, unit="$", baseline="48.5")
    return row


def rows(*lines):
    return "\n".join(("Metric,Date,Value,Numerator,Denominator,Note,Evidence", *lines))


def test_a_file_adds_its_readings_and_the_same_file_again_adds_nothing(of, ops):
    """EL-91"""
    data = rows(
        f"{DAYS},2026-06-30,58,,,,", f"{DAYS},2026-07-31,55 days,,,Summer,https://example.org/july",
        f"{FINISH},2026-07-31,,30,80,,", f'{COST},2026-06-30,"$1,250.50",,,,', f"{COST},2026-09-30,0,,,,",
    )  # fmt: skip
    plan = importing.import_observations(of, data, source="value.xlsx", by=ops)
    assert (plan.added, plan.known) == (5, 0)
    assert Observation.objects.get(metric__name=FINISH).value == D("37.5")
    assert [each.value for each in Observation.objects.filter(metric__name=COST).order_by("on")] == [D("1250.5"), 0]
    assert Metric.objects.get(name=DAYS).last_value == 55
    event = Event.objects.get(act="readings-imported")
    assert (event.facts["rows"], event.facts["file"]) == (5, "value.xlsx")
    again = importing.import_observations(of, data, by=ops)
    assert (again.added, again.known) == (0, 5)
    assert Observation.objects.count() == 5
    assert Event.objects.filter(act="readings-imported").count() == 1


def test_a_figure_that_was_corrected_since_is_not_brought_back(of, ops):
    data = rows(f"{DAYS},2026-06-30,85,,,,")
    importing.import_observations(of, data, by=ops)
    actions.correct_observation(Observation.objects.get(), value=D(58), reason="Digits swapped.", by=ops)
    assert importing.import_observations(of, data, by=ops).known == 1
    assert Metric.objects.get(name=DAYS).last_value == 58


def test_an_export_imported_again_adds_nothing(of, ops):
    importing.import_observations(of, rows(f"{DAYS},2026-06-30,58,,,A note,", f"{FINISH},2026-07-31,,30,80,,"), by=ops)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(importing.headers())
    writer.writerows(importing.rows_of(Observation.objects.current().select_related("metric")))
    assert importing.import_observations(of, out.getvalue(), by=ops).known == 2


def tomorrow():
    return str(ago(-1))


# Every kind of spoiled row: what is in the file, the column at fault, and a part of what is said.
SPOILED = {
    "no metric": (",2026-06-30,5,,,,", "Metric", "needs a value"),
    "an unknown metric": ("Happiness,2026-06-30,5,,,,", "Metric", "“Happiness” isn’t one of the metrics"),
    "no date": (f"{DAYS},,5,,,,", "Date", "needs a value"),
    "no day of any calendar": (f"{DAYS},2026-02-30,5,,,,", "Date", "isn’t a valid date"),
    "an ambiguous date": (f"{DAYS},03/04/2026,5,,,,", "Date", "could be 2026-03-04 or 2026-04-03"),
    "a month": (f"{DAYS},June 2026,5,,,,", "Date", "isn’t a valid date"),
    "a date of another century": (f"{DAYS},1926-06-30,5,,,,", "Date", "isn’t a plausible date"),
    "a typing error in the year": (f"{DAYS},2206-06-30,5,,,,", "Date", "isn’t a plausible date"),
    "a date in the future": (f"{DAYS},TOMORROW,5,,,,", "Date", "That date is in the future"),
    "no value": (f"{DAYS},2026-06-30,,,,,", "Value", "needs a number"),
    "not available": (f"{DAYS},2026-06-30,n/a,,,,", "Value", "“n/a” isn’t a number"),
    "a dash for none": (f"{DAYS},2026-06-30,—,,,,", "Value", "“—” isn’t a number"),
    "another unit": (f"{DAYS},2026-06-30,5 weeks,,,,", "Value", "“5 weeks” isn’t a number"),
    "words": (f"{DAYS},2026-06-30,about five,,,,", "Value", "isn’t a number"),
    "a range": (f"{DAYS},2026-06-30,3-4,,,,", "Value", "isn’t a number"),
    "a value that Excel made a date": (f"{DAYS},2026-06-30,2026-04-03,,,,", "Value", "isn’t a number"),
    "digits that Excel shortened": (f"{DAYS},2026-06-30,1.2E+11,,,,", "Value", "“1.2E+11” isn’t a number"),
    "European grouping": (f'{DAYS},2026-06-30,"1.234,5",,,,', "Value", "“1.234,5” isn’t a number"),
    "an error of a formula": (f"{DAYS},2026-06-30,#DIV/0!,,,,", "Value", "is an error in the spreadsheet"),
    "too many decimals": (f"{DAYS},2026-06-30,5.123456,,,,", "Value", "has more than 4 decimals"),
    "far too large": (f"{DAYS},2026-06-30,999999999999999,,,,", "Value", "is too large"),
    "dollars for days": (f"{DAYS},2026-06-30,$5,,,,", "Value", "has “$”, but this metric is in days"),
    "a percentage for days": (f"{DAYS},2026-06-30,5%,,,,", "Value", "has “%”, but this metric is in days"),
    "a percentage for dollars": (f"{COST},2026-06-30,5%,,,,", "Value", "has “%”, but this metric is in $"),
    "parts of what is no ratio": (f"{DAYS},2026-06-30,5,5,8,,", "Numerator", "“Median days to a decision” isn’t a ratio"),
    "a ratio without parts": (f"{FINISH},2026-06-30,40,,,,", "Numerator", "needs a number: “People who finish” is a ratio"),
    "a ratio with one part": (f"{FINISH},2026-06-30,,30,,,", "Denominator", "needs a number"),
    "a ratio of nothing": (f"{FINISH},2026-06-30,,0,0,,", "Denominator", "Nothing can be divided by 0"),
    "a negative count": (f"{FINISH},2026-06-30,,-3,8,,", "Denominator", "can’t be below 0"),
    "a value that isn't the quotient": (f"{FINISH},2026-06-30,90,30,80,,", "Value", "isn’t the numerator divided by the denominator, which is 37.5%"),
    "twice in the file": (f"{DAYS},2026-06-30,5,,,,\n{DAYS},2026-06-30,6,,,,", "Date", "is in this file twice for this metric, also on row 2"),
    "another figure than on record": (f"{DAYS},2026-05-31,6,,,,", "Value", "differs from the reading on record, 60 days"),
    "a link that is none": (f"{DAYS},2026-06-30,5,,,,javascript:alert(1)", "Evidence", "isn’t a web address"),
    "a note that is too long": (f"{DAYS},2026-06-30,5,,,{'x' * 301},", "Note", "has 301 characters"),
    "a comma in a note": (f"{DAYS},2026-06-30,5,,,one, two, three,", "", "has no column"),
    "a lost letter": (f"{DAYS},2026-06-30,5,,,Ren\ufffde,", "Note", "contains a character that was lost"),
    "a retired metric": ("Old,2026-06-30,5,,,,", "Metric", "has been retired"),
}  # fmt: skip


@pytest.fixture
def spoiled_of(of, ops):
    reading(Metric.objects.get(name=DAYS), "60", on=datetime.date(2026, 5, 31))
    old = metric(of, name="Old")
    retire_metric(old, reason="Gone.", shown_revision=old.revision, by=ops)
    return of


def test_every_kind_of_spoiled_row_is_named_by_its_cell_and_nothing_is_added(spoiled_of, ops):
    """EL-91: thirty kinds and more, each on its own."""
    assert len(SPOILED) >= 30
    before = Observation.objects.count()
    for kind, (line, column, expectation) in SPOILED.items():
        with pytest.raises(TableRefused) as refused:
            importing.import_observations(spoiled_of, rows(line.replace("TOMORROW", tomorrow())), by=ops)
        faults = refused.value.table.faults
        assert len(faults) == 1, (kind, [fault.sentence for fault in faults])
        assert (faults[0].column, expectation in faults[0].problem) == (column, True), (kind, faults[0].sentence)
    assert Observation.objects.count() == before


def test_all_faults_are_found_in_one_pass_and_no_good_row_is_added(spoiled_of, ops):
    """EL-91: with a file of those rows to correct, each with its reason."""
    lines = [line.replace("TOMORROW", tomorrow()) for kind, (line, *_rest) in SPOILED.items() if kind != "twice in the file"]
    data = rows(f"{DAYS},2026-04-30,59,,,,", *lines, "Happiness,03/04/2026,n/a,,,,")
    with pytest.raises(TableRefused) as refused:
        importing.import_observations(spoiled_of, data, by=ops)
    table = refused.value.table
    assert {fault.row for fault in table.faults} == set(range(3, len(lines) + 4))
    assert len([fault for fault in table.faults if fault.row == len(lines) + 3]) == 3  # a row with three faults says three
    header, faulty = table.faulty_rows()
    assert header[:2] == ["Original row", "What to correct"]
    assert len(faulty) == len(lines) + 1
    assert not Observation.objects.filter(value=59).exists()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", "The file is empty"),
        ("Date,Value\n2026-06-30,5\n", "Columns are missing: Metric"),
        ("Metric,Date,Date,Value\nx,2026-06-30,2026-06-30,5\n", "appear more than once: Date"),
        ("Metric,Date,Value\n" + "x,2026-06-30,5\n" * 10_001, "The limit is 10000"),
    ],
)
def test_what_is_no_table_of_readings_says_why(of, ops, data, expected):
    with pytest.raises(Refused) as refused:
        importing.import_observations(of, data, by=ops)
    assert expected in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_is_read_in_any_of_excels_encodings_and_delimiters(of, ops, encoding):
    data = rows(f"{DAYS},2026-06-30,58,,,Montréal,").replace(",", ";").encode(encoding)
    importing.import_observations(of, data, by=ops)
    assert Observation.objects.get().note == "Montréal"


def test_a_workbook_with_formulas_and_blank_rows_is_read(of, ops):
    """EL-91: the value that a formula last had, dates as dates, and percentages as they are shown."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Metric", "Date", "Value", "Numerator", "Denominator"])
    sheet.append([DAYS, ago(30), 58, None, None])
    sheet.append([])
    sheet.append([FINISH, ago(30), 0.375, 30, 80])
    sheet["C4"].number_format = "0.0%"
    file = io.BytesIO()
    book.save(file)
    assert importing.import_observations(of, file.getvalue(), by=ops).added == 2
    assert Observation.objects.get(metric__name=FINISH).value == D("37.5")


def test_a_file_of_one_metric_needs_no_names(of, ops):
    row = Metric.objects.get(name=DAYS)
    plan = importing.import_observations(of, "Date\tValue\n2026-06-30\t58\n2026-07-31\t55\n", metric=row, by=ops)
    assert plan.added == 2
    with pytest.raises(TableRefused) as refused:
        importing.import_observations(of, f"Metric,Date,Value\n{COST},2026-08-31,58\n", metric=row, by=ops)
    assert "is another metric" in str(refused.value)


def test_doubtful_figures_are_shown_before_they_are_added_and_then_taken(of, ops):
    """EL-91: a jump, a day before the baseline and a negative figure, each by its row."""
    plan = importing.plan_import(
        of,
        importing.read(
            rows(f"{DAYS},{ago(60)},58,,,,", f"{DAYS},{ago(30)},580,,,,", f"{DAYS},{ago(400)},60,,,,", f"{COST},{ago(1)},-5,,,,")
        ),
    )
    assert [planned.row for planned in plan.doubtful] == [3, 4, 5]
    assert plan.doubtful[0].doubt.startswith("580 days is a big change from 58 days")
    assert Observation.objects.count() == 0


def many(count):
    first = ago(0).toordinal()
    days = (datetime.date.fromordinal(first - number % 3_300) for number in range(count))
    names = (DAYS, COST, "Third", "Fourth")
    return rows(*(f"{names[number // 3_300]},{day},{50 + number % 7},,,," for number, day in enumerate(days)))


@pytest.mark.parametrize("count", [10, 10_000])
def test_an_import_takes_the_same_few_queries_however_many_rows_it_has(of, ops, count):
    """EL-91: at most twelve on PostgreSQL; SQLite takes a bounded number of values in a statement."""
    for name in ("Third", "Fourth"):
        metric(of, name=name)
    data = many(count)
    with CaptureQueriesContext(connection) as queries:
        plan = importing.import_observations(of, data, by=ops)
    assert plan.added == count
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    inserts = [sql for sql in statements if sql.startswith("INSERT INTO") and "metrics_observation" in sql]
    if connection.vendor == "postgresql":
        assert len(queries) <= 12, "\n".join(sql[:200] for sql in statements)
    assert len(statements) - len(inserts) <= 12
    assert len(inserts) <= 1 + count // 50


def test_the_export_is_text_and_numbers_for_another_library_and_adds_nothing_when_it_is_imported_again(of, ops, client):
    """EL-91, ASVS 1.2.10"""
    reading(of.stream.metrics.get(name=DAYS), "58", on=ago(3), note="=1+1", by=ops)
    client.force_login(ops)
    content = client.get(at("readings-export", of, "xlsx")).content
    [heads, row] = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    shown = dict(zip(heads, row, strict=True))
    assert (shown["Metric"], shown["Value"], shown["Note"]) == (DAYS, 58, "'=1+1")
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert importing.import_observations(of, content, by=ops).added == 0


# ── The page and the command ─────────────────────────────────────────────────────────────────


def test_the_page_shows_what_would_be_added_before_it_adds_it(of, ops, client):
    client.force_login(ops)
    url = at("readings-import", of)
    data = rows(f"{DAYS},2026-06-30,58,,,,", f"{DAYS},2026-07-31,55,,,,")
    page = client.post(url, {"text": data})
    assert page.status_code == 200
    assert "2 readings to add" in text(page)
    assert not Observation.objects.exists()
    done = client.post(url, {"text": data, "confirm": "yes"}, follow=True)
    assert "2 readings added." in text(done)
    assert Observation.objects.count() == 2
    again = client.post(url, {"text": data})
    assert "Nothing to add" in text(again)
    assert "2 rows are already on record" in text(again)


def test_the_page_lists_faults_and_gives_the_rows_to_correct(of, ops, client):
    client.force_login(ops)
    url = at("readings-import", of)
    data = rows(f"{DAYS},2026-06-30,58,,,,", f"{DAYS},03/04/2026,55,,,,")
    page = client.post(url, {"text": data, "confirm": "yes"})
    assert page.status_code == 422
    assert "could be 2026-03-04 or 2026-04-03" in text(page)
    assert not Observation.objects.exists()
    file = client.post(url, {"text": data, "download": "csv"})
    assert file["Content-Type"].startswith("text/csv")
    assert "could be 2026-03-04" in file.content.decode("utf-8-sig")
    assert "2026-06-30" not in file.content.decode("utf-8-sig")


def test_the_command_imports_a_file_or_says_what_is_wrong(of, tmp_path, capsys):
    file = tmp_path / "value.csv"
    file.write_text(rows(f"{DAYS},2026-06-30,58,,,,", f"{DAYS},{ago(400)},60,,,,"))
    call_command("import_observations", file, "--residency", of.reference, "--dry-run")
    out = capsys.readouterr().out
    assert "Would import 2 readings" in out
    assert "Row 3: " in out
    assert not Observation.objects.exists()
    call_command("import_observations", file, "--residency", of.reference)
    assert "Imported 2 readings. Already on record: 0." in capsys.readouterr().out
    file.write_text(rows(f"{DAYS},03/04/2026,58,,,,"))
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_observations", file, "--residency", of.reference)
    assert "Row 2, Date: “03/04/2026” could be" in capsys.readouterr().err
    for missing in ((tmp_path / "none.csv", of.reference), (file, "XL-2026-999")):
        with pytest.raises(CommandError):
            call_command("import_observations", missing[0], "--residency", missing[1])
