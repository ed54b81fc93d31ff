"""`manage.py import_residencies`: what was there before the portal."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from acts.act import IMPORT
from findings import Refused
from ledger.models import Event
from ledger.verification import verify
from residencies.importing.actions import import_residencies, record_past
from residencies.importing.workbook import TABLE, Row
from residencies.lifecycle.gates import takes_agreements
from residencies.lifecycle.residency import program_area_for, start_intake
from residencies.models import Ministry, Repository, Residency
from residencies.models.states import State
from tests.web.spreadsheets.files import workbook
from web.spreadsheets import reading

TWENTY = Path(__file__).parents[2] / "demo" / "exchange_lab_teams.csv"
HEADER = "product,ministry,program_area,standing,problem,repositories\n"
GOOD = "Trail Finder,Forests,Recreation Sites,resident,Hikers get lost.,https://example.org/trails\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(tmp_path):
    """Writes a file and gives back its path."""

    def written(content: str | bytes) -> str:
        file = tmp_path / "teams.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(file)

    return written


@pytest.fixture
def run(written):
    """Imports a file and gives back what was said."""

    def run(content: str | bytes, *options: str) -> str:
        out = StringIO()
        call_command("import_residencies", written(content), *options, stdout=out, stderr=out)
        return out.getvalue()

    return run


@pytest.fixture
def refusal(written):
    """Imports a file that is refused; gives back the exit code and all that was said."""

    def refusal(content: str | bytes, *options: str) -> tuple[int, str]:
        out = StringIO()
        with pytest.raises(CommandError) as refused:
            call_command("import_residencies", written(content), *options, stdout=out, stderr=out)
        assert not Residency.objects.exists()
        return refused.value.returncode, out.getvalue() + str(refused.value)

    return refusal


def test_the_labs_twenty_teams_are_imported_residents_as_drafts_and_alumni_as_past():
    call_command("import_residencies", str(TWENTY), stdout=StringIO())

    states = list(Residency.objects.values_list("state", flat=True))
    assert (states.count(State.DRAFT), states.count(State.GRADUATED), len(states)) == (9, 11, 20)
    assert Repository.objects.filter(residency__product="Mines Digital Services").count() == 3
    assert verify().broken is None


def test_a_second_run_adds_nothing(run):
    first = run(HEADER + GOOD)
    before = Event.objects.count()
    second = run(HEADER + GOOD.replace("Trail Finder", " trail  FINDER "))

    assert "Imported 1 row: 1 draft intakes." in first
    assert "Imported 0 rows." in second
    assert "Already on record: 1." in second
    assert Event.objects.count() == before


def test_a_row_that_was_imported_and_renamed_since_is_still_known(run):
    run(HEADER + GOOD.replace("resident", "alumni"))
    Residency.objects.update(product="Path Finder")
    run(HEADER + GOOD.replace("resident", "alumni"))
    assert Residency.objects.count() == 1


def test_a_dry_run_says_what_would_happen_and_writes_nothing(run):
    output = run(HEADER + GOOD, "--dry-run")

    assert "Would import 1 row: 1 draft intakes." in output
    assert "Ministries it would add: Forests." in output
    assert not (Residency.objects.exists())
    assert not (Ministry.objects.exists())
    assert not (Event.objects.exists())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Forests,Sites,resident,A problem.,\n", "product: needs a value"),
        ("P,  ,Sites,resident,A problem.,\n", "ministry: needs a value"),
        ("P,Forests,,resident,A problem.,\n", "program_area: needs a value"),
        ("P,Forests,Sites,resident,,\n", "problem: needs a value"),
        (f"{'P' * 151},Forests,Sites,resident,A problem.,\n", "has 151 characters; the limit is 150"),
        (f"P,Forests,Sites,resident,{'x' * 401},\n", "has 401 characters; the limit is 400"),
        ("P,Forests,Sites,guest,A problem.,\n", "standing: “guest” isn’t one of: resident, alumni"),
        ("P,Forests,Sites,resident,A problem.,javascript:alert(1)\n", "“javascript:alert(1)”, which isn’t the address of a repository"),
        (f"P,Forests,Sites,resident,A problem.,https://example.org/{'x' * 500}\n", "which isn’t the address of a repository"),
        ("P,Forests,Sites,resident,A problem\x00.,\n", "contains a character that can’t be shown"),
        ("P,Forests,Sites,resident,Slow, and dear.,\n", "repositories: “and dear.” contains “and”"),
        ("P,Forests,Sites,resident,A problem.,,more\n", "“more” has no column"),
        ("P,Forests,Sites\n", "standing: needs a value"),
        (GOOD, "is the same residency as row 2"),
        (GOOD.replace("Trail Finder", "Other"), "is in a program area that already has a residency under way, in row 2"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_reason_and_nothing_is_imported(refusal, row, reason):
    code, message = refusal(HEADER + GOOD + row)

    assert code == 1
    assert "Row 3" in message
    assert reason in message
    assert "Nothing was imported. 1 row with problems, 1 row could be imported" in message


def test_every_fault_of_every_row_is_named_not_only_the_first(refusal):
    _code, message = refusal(HEADER + ",,Sites,guest,A problem.,\n\nP,,Sites,resident,A problem.,\n")
    for fault in (
        "Row 2 (no product): product:",
        "Row 2 (no product): ministry:",
        "Row 2 (no product): standing:",
        "Row 4 (P): ministry:",
    ):
        assert fault in message


def test_with_skip_bad_the_good_rows_come_in_and_the_bad_ones_are_named(run):
    output = run(HEADER + GOOD + ",Forests,Sites,resident,A problem.,\n", "--skip-bad")

    assert "Row 3 (no product): product: needs a value" in output
    assert "Left out because of problems: 1." in output
    assert [r.product for r in Residency.objects.all()] == ["Trail Finder"]


def test_a_resident_of_an_area_that_is_busy_is_a_bad_row(run, ops):
    """EL-02"""
    area = program_area_for(Ministry.objects.create(name="Forests"), "recreation sites", by=ops)
    other = start_intake(program_area=area, product="Camp Finder", problem="No room.", by=ops)

    with pytest.raises(CommandError, match="1 row with problems"):
        run(HEADER + GOOD)
    assert str(other) in run(HEADER + GOOD, "--skip-bad")
    assert Residency.objects.count() == 1


def test_an_alumni_team_and_a_resident_of_one_area_do_not_clash(run):
    """EL-02: only what is under way does."""
    run(HEADER + GOOD + GOOD.replace("Trail Finder", "Hut Booking").replace("resident", "alumni"))
    assert Residency.objects.count() == 2


def test_when_a_row_fails_while_writing_none_is_kept(ops):
    """A residency that comes between plan and writing takes the others of the file with it."""
    rows = [Row(2, "A", "Forests", "Sites", "resident", "p"), Row(3, "B", "Forests", "Sites", "resident", "p")]
    with pytest.raises(Refused) as refused:
        import_residencies(rows, by=IMPORT, source="x.csv")
    assert refused.value.codes == {"area-busy"}
    assert not (Residency.objects.exists())
    assert not (Ministry.objects.exists())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "The file is empty"),
        (" \n\n", "The file is empty"),
        ("product,ministry\nA,B\n", "Columns are missing: program_area, standing, problem, repositories"),
        ("product," + HEADER, "appear more than once: product"),
        (HEADER + 'P,Forests,Sites,resident,"never closed,\n', "Row 2 can’t be read. Check for a missing or extra quotation mark"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_said_why(refusal, content, expected):
    code, message = refusal(content)
    assert code == 2
    assert expected in message


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(CommandError, match=r"can't be read: No such file") as refused:
        call_command("import_residencies", "/nowhere/teams.csv")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_understood(run, encoding):
    run((HEADER + GOOD.replace("Finder", "Führer")).encode(encoding))
    assert Residency.objects.get().product == "Trail Führer"


def test_what_excel_saves_is_read_and_a_guessed_encoding_is_said(run):
    """K9: the same reader as the roster's."""
    output = run((HEADER + GOOD.replace("Finder", "Führer")).replace(",", ";").encode("cp1252"))
    assert Residency.objects.get().product == "Trail Führer"
    assert "it was read as Windows-1252" in output


def test_another_encoding_is_read_when_it_is_named(run):
    run((HEADER + GOOD.replace("Finder", "Führer")).encode("cp850"), "--encoding", "cp850")
    assert Residency.objects.get().product == "Trail Führer"


def test_a_workbook_is_read(written, tmp_path):
    """K9"""
    (tmp_path / "teams.xlsx").write_bytes(workbook(HEADER.strip().split(","), GOOD.strip().split(",")))
    call_command("import_residencies", str(tmp_path / "teams.xlsx"), stdout=StringIO())
    assert Residency.objects.get().product == "Trail Finder"


def test_rows_are_counted_as_a_spreadsheet_does_through_cells_of_several_lines(refusal):
    _code, message = refusal(HEADER + 'P,Forests,Sites,resident,"one\r\ntwo\nthree",\r\n,Forests,Huts,resident,p,\n')
    assert "Row 3 (no product)" in message


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_rows_to_correct_are_written_with_their_reasons(refusal, tmp_path, ending):
    """K9: and come back through the same reader once they are corrected."""
    refusal(HEADER + GOOD + "=P,Forests,Sites,guest,A problem.,\n", "--faulty", str(tmp_path / f"faulty.{ending}"))
    table = reading.read((tmp_path / f"faulty.{ending}").read_bytes(), TABLE)
    assert table.ignored == ("Original row", "What to correct")
    [record] = table.records
    assert record.cells[:3] == ("3", "standing: “guest” isn’t one of: resident, alumni", "'=P")
    assert record.values["product"] == "=P"


def test_what_a_spreadsheet_would_take_for_a_formula_is_kept_as_it_was_written(run):
    run(HEADER + '"=1+1","@Forests","+Sites",resident,"-2 days, \'quoted\'",\n')
    residency = Residency.objects.get()
    assert (residency.product, residency.program_area.name, residency.problem) == ("=1+1", "+Sites", "-2 days, 'quoted'")


def test_columns_may_come_in_any_order_with_others_beside_them(run):
    output = run("Notes,repositories,Problem,standing,Program Area,ministry,product\nx,,Slow.,Resident,Sites,Forests,Trail Finder\n")
    assert "Columns that were ignored: Notes." in output
    assert Residency.objects.get().problem == "Slow."


def test_a_past_residency_is_graduated_says_how_it_came_and_takes_no_agreement(run, ops):
    """EL-13: no gate was asked, so none can be passed on its strength."""
    run(HEADER + GOOD.replace("resident", "alumni"))
    residency = Residency.objects.get()

    assert (residency.state, residency.before_portal, residency.ended_on) == (State.GRADUATED, True, None)
    event = residency.stream.events.get(act="past-recorded")
    assert (event.to_state, event.actor_name, event.facts["file"], event.facts["line"]) == ("graduated", "import", "teams.csv", 2)
    assert [f.code for f in takes_agreements([residency], None)[residency.stream_id]] == ["not-qualified"]


def test_only_lab_operations_record_a_past_residency(ops, owner, viewer):
    area = program_area_for(Ministry.objects.create(name="Forests"), "Sites", by=ops)
    for account in (owner, viewer):
        with pytest.raises(PermissionDenied):
            record_past(program_area=area, product="P", problem="p", by=account)
    assert record_past(program_area=area, product="P", problem="p", by=ops).before_portal
