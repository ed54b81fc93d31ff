"""`manage.py import_residencies`: what was there before the portal."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from findings import Refused
from ledger.acts import IMPORT
from ledger.models import Event
from ledger.verification import verify
from residencies.actions import import_residencies, program_area_for, record_past, start_intake
from residencies.gates import takes_agreements
from residencies.imports import Row
from residencies.models import Ministry, Repository, Residency
from residencies.states import State

TWENTY = Path(__file__).parents[2] / "labportal" / "demo" / "exchange_lab_teams.csv"
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
    assert "There already: 1." in second
    assert Event.objects.count() == before


def test_a_row_that_was_imported_and_renamed_since_is_still_known(run):
    run(HEADER + GOOD.replace("resident", "alumni"))
    Residency.objects.update(product="Path Finder")
    run(HEADER + GOOD.replace("resident", "alumni"))
    assert Residency.objects.count() == 1


def test_a_dry_run_says_what_would_happen_and_writes_nothing(run):
    said = run(HEADER + GOOD, "--dry-run")

    assert "Would import 1 row: 1 draft intakes." in said
    assert "Ministries it would add: Forests." in said
    assert not (Residency.objects.exists())
    assert not (Ministry.objects.exists())
    assert not (Event.objects.exists())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Forests,Sites,resident,A problem.,\n", "“product” is empty"),
        ("P,  ,Sites,resident,A problem.,\n", "“ministry” is empty"),
        ("P,Forests,,resident,A problem.,\n", "“program_area” is empty"),
        ("P,Forests,Sites,resident,,\n", "“problem” is empty"),
        (f"{'P' * 151},Forests,Sites,resident,A problem.,\n", "“product” has 151 characters; 150 fit"),
        (f"P,Forests,Sites,resident,{'x' * 401},\n", "“problem” has 401 characters; 400 fit"),
        ("P,Forests,Sites,guest,A problem.,\n", "“standing” is “guest”"),
        ("P,Forests,Sites,resident,A problem.,javascript:alert(1)\n", "“javascript:alert(1)” is not the address of a repository"),
        (f"P,Forests,Sites,resident,A problem.,https://example.org/{'x' * 500}\n", "is not the address of a repository"),
        ("P,Forests,Sites,resident,A problem\x00.,\n", "“problem” holds a sign that can't be shown"),
        ("P,Forests,Sites,resident,Slow, and dear.,\n", "It has 7 cells where the first line names 6 columns"),
        ("P,Forests,Sites\n", "It has 3 cells where the first line names 6 columns"),
        (GOOD, "It is the same residency as line 2"),
        (GOOD.replace("Trail Finder", "Other"), "Its program area has a resident already, on line 2"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_reason_and_nothing_is_imported(refusal, row, reason):
    code, said = refusal(HEADER + GOOD + row)

    assert code == 1
    assert "line 3" in said
    assert reason in said
    assert "Nothing was imported. 1 row bad, 1 row could be imported" in said


def test_every_fault_of_every_row_is_named_not_only_the_first(refusal):
    _code, said = refusal(HEADER + ",,Sites,guest,A problem.,\n\nP,,Sites,resident,A problem.,\n")
    for fault in (
        "line 2 (no product): “product”",
        "line 2 (no product): “ministry”",
        "line 2 (no product): “standing”",
        "line 4 (P): “ministry”",
    ):
        assert fault in said


def test_with_skip_bad_the_good_rows_come_in_and_the_bad_ones_are_named(run):
    said = run(HEADER + GOOD + ",Forests,Sites,resident,A problem.,\n", "--skip-bad")

    assert "line 3 (no product): “product” is empty" in said
    assert "Bad and left out: 1." in said
    assert [r.product for r in Residency.objects.all()] == ["Trail Finder"]


def test_a_resident_of_an_area_that_is_busy_is_a_bad_row(run, ops):
    """EL-02"""
    area = program_area_for(Ministry.objects.create(name="Forests"), "recreation sites", by=ops)
    other = start_intake(program_area=area, product="Camp Finder", problem="No room.", by=ops)

    with pytest.raises(CommandError, match="1 row bad"):
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
    ("content", "said"),
    [
        ("", "The file is empty"),
        (" \n\n", "The file is empty"),
        ("product,ministry\nA,B\n", "Columns are missing: program_area, standing, problem, repositories"),
        (HEADER.replace(",", ";"), "Is it separated by semicolons?"),
        ("product," + HEADER, "there more than once: product"),
        ((HEADER + "Caf\xe9,Forests,Sites,resident,p,\n").encode("cp1252"), "Line 2 is not UTF-8 text"),
        (HEADER + 'P,Forests,Sites,resident,"never closed,\n', "begins on line 2 is not CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_said_why(refusal, content, said):
    code, message = refusal(content)
    assert code == 2
    assert said in message


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(CommandError, match=r"can't be read: No such file") as refused:
        call_command("import_residencies", "/nowhere/teams.csv")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_understood(run, encoding):
    run((HEADER + GOOD.replace("Finder", "Führer")).encode(encoding))
    assert Residency.objects.get().product == "Trail Führer"


def test_another_encoding_is_read_when_it_is_named(run):
    run((HEADER + GOOD.replace("Finder", "Führer")).encode("cp1252"), "--encoding", "cp1252")
    assert Residency.objects.get().product == "Trail Führer"


def test_lines_are_counted_through_cells_of_several_lines(refusal):
    _code, said = refusal(HEADER + 'P,Forests,Sites,resident,"one\r\ntwo\nthree",\r\n,Forests,Huts,resident,p,\n')
    assert "line 5 (no product)" in said


def test_what_a_spreadsheet_would_take_for_a_formula_is_kept_as_it_was_written(run):
    run(HEADER + '"=1+1","@Forests","+Sites",resident,"-2 days, \'quoted\'",\n')
    residency = Residency.objects.get()
    assert (residency.product, residency.program_area.name, residency.problem) == ("=1+1", "+Sites", "-2 days, 'quoted'")


def test_columns_may_come_in_any_order_with_others_beside_them(run):
    said = run("Notes,repositories,Problem,standing,Program Area,ministry,product\nx,,Slow.,Resident,Sites,Forests,Trail Finder\n")
    assert "Columns that are not read: notes." in said
    assert Residency.objects.get().problem == "Slow."


def test_a_past_residency_is_graduated_says_how_it_came_and_takes_no_agreement(run, ops):
    """EL-13: no gate was asked, so none can be passed on its strength."""
    run(HEADER + GOOD.replace("resident", "alumni"))
    residency = Residency.objects.get()

    assert (residency.state, residency.before_portal, residency.ended_on) == (State.GRADUATED, True, None)
    event = residency.stream.events.get(act="past-recorded")
    assert (event.to_state, event.actor_name, event.facts["file"], event.facts["line"]) == ("graduated", "import", "teams.csv", 2)
    assert [f.code for f in takes_agreements(residency, None)] == ["not-qualified"]


def test_only_lab_operations_record_a_past_residency(ops, owner, viewer):
    area = program_area_for(Ministry.objects.create(name="Forests"), "Sites", by=ops)
    for account in (owner, viewer):
        with pytest.raises(PermissionDenied):
            record_past(program_area=area, product="P", problem="p", by=account)
    assert record_past(program_area=area, product="P", problem="p", by=ops).before_portal
