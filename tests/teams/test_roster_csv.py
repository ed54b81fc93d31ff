"""A roster from and to a spreadsheet, and the slider through its days (EL-41)."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from findings import Refused
from ledger.models import Event
from teams.choices import Employer, TeamRole
from teams.models import Seat
from teams.roster.importing import import_roster
from teams.roster.queries import what_if
from tests.pages import markup
from tests.teams.factories import START, residency, seat
from tests.web.spreadsheets.files import workbook
from web.spreadsheets import reading
from web.spreadsheets.columns import Column, line

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 3)
HEAD = "Name,Role,Employer,Vendor,Share in percent,First day,Last day,Successor,Email address\n"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 3, 20, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def trail(ops, owner):
    return residency(by=ops, kept_by=owner)


def test_a_file_becomes_a_roster(trail, ops):
    """EL-41: roles and employers by their words or codes, planned hires as open seats."""
    lines = [
        "Kofi Marchbanks,Developer,Vendor,Saltbox Software,60,2026-01-05,2026-06-30,Yuki Penhallow,kofi@example.org",
        "Open seat,devops,im_branch,,,2026-04-01,,,",
    ]
    kofi, planned = import_roster(trail, HEAD + "\n".join(lines), by=ops)
    assert (kofi.who, kofi.role, kofi.vendor, kofi.share, kofi.to_on) == (
        "Kofi Marchbanks", TeamRole.DEVELOPER, "Saltbox Software", 60, datetime.date(2026, 6, 30),
    )  # fmt: skip
    assert (planned.is_open, planned.role, planned.employer, planned.share) == (True, TeamRole.DEVOPS, Employer.IM_BRANCH, 100)
    assert Event.objects.filter(stream=trail.stream, act="seat-added").count() == 2


def test_what_was_exported_comes_back_as_nothing_new(as_ops, trail, ops):
    """EL-41"""
    seat(trail, name="=1+1", employer=Employer.VENDOR, vendor="@cmd", to_on=TODAY)
    seat(trail, person=None, role=TeamRole.DEVOPS, is_senior=True)
    seat(trail, name="Ann", role=TeamRole.PRODUCT_OWNER, band=3)
    exported = as_ops.get(reverse("team-export", args=[trail.reference, "csv"])).content.decode("utf-8")
    assert import_roster(trail, exported, by=ops) == []
    empty = residency(by=ops)
    seat_by_role = {row.role: row for row in import_roster(empty, exported, by=ops)}
    assert sorted(row.who for row in seat_by_role.values()) == ["=1+1", "Ann", "Open seat"]
    assert seat_by_role[TeamRole.DEVOPS].is_senior
    assert (seat_by_role[TeamRole.PRODUCT_OWNER].band, seat_by_role[TeamRole.PRODUCT_OWNER].is_senior) == (3, False)


def test_everything_wrong_is_said_with_its_line_and_nothing_is_added(trail, ops):
    """EL-41"""
    lines = [
        "Kofi Marchbanks,Wizard,Vendor,Saltbox,200,soon,,,",
        ",Developer,Business area,,,2026-01-05,,,",
        "Yuki,Developer,Business area,,,2026-01-05,,,",
    ]
    with pytest.raises(Refused) as refused:
        import_roster(trail, HEAD + "\n".join(lines), by=ops)
    messages = [finding.message for finding in refused.value.findings]
    assert refused.value.codes == {"line-unreadable"}
    assert [message.split(":")[0] for message in messages] == ["Row 2, Role", "Row 2, Share in percent", "Row 2, First day", "Row 3, Name"]
    assert "“Wizard” isn’t one of: Product owner" in messages[0]
    assert not Seat.objects.exists()


def test_a_tenth_in_a_file_takes_the_whole_file_back(trail, ops):
    """EL-40, R10"""
    lines = [f"Person {n},Developer,Business area,,,2026-01-05,,," for n in range(10)]
    with pytest.raises(Refused) as refused:
        import_roster(trail, HEAD + "\n".join(lines), by=ops)
    assert refused.value.codes == {"team-too-large"}
    assert "Row 11:" in str(refused.value)
    assert not Seat.objects.exists()


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        ("", "The file is empty."),
        ("Name,Role\nx,y", "Columns are missing: Employer, First day."),
        (HEAD + "x,\n" * 101, "The file has 101 rows. The limit is 100."),
    ],
)
def test_a_file_that_is_none_is_said(trail, ops, file, fault):
    with pytest.raises(Refused) as refused:
        import_roster(trail, file, by=ops)
    assert fault in str(refused.value)


def test_a_file_is_brought_in_on_the_page(as_ops, trail):
    """EL-41: what can't be taken stays in the form to be mended."""
    page = reverse("team-import", args=[trail.reference])
    good = HEAD + "Kofi Marchbanks,Developer,Business area,,,2026-01-05,,,"
    bad = as_ops.post(page, {"text": good.replace("Developer", "Wizard")})
    assert bad.status_code == 409
    assert "1 problem in 1 row" in markup(bad)
    assert "“Wizard” isn’t one of: Product owner" in markup(bad)
    assert "Kofi Marchbanks" in markup(bad)
    assert "Choose a file, or paste its rows." in markup(as_ops.post(page, {"text": " "}))
    assert as_ops.post(page, {"file": SimpleUploadedFile("roster.csv", good.encode("utf-8-sig"))}).status_code == 302
    assert Seat.objects.get().who == "Kofi Marchbanks"


def test_a_workbook_and_what_excel_saves_are_brought_in_on_the_page(as_ops, trail):
    """K9, D02: no name is ever stored with a character replaced; percent cells are percents."""
    header = [*HEAD.strip().split(",")]
    data = workbook(header, ["Renée Côté", "Developer", "Business area", "", 0.6, datetime.date(2026, 1, 5)], change=as_percent)
    page = reverse("team-import", args=[trail.reference])
    assert as_ops.post(page, {"file": SimpleUploadedFile("roster.xlsx", data)}).status_code == 302
    added = Seat.objects.get()
    assert (added.who, added.share, added.from_on) == ("Renée Côté", 60, datetime.date(2026, 1, 5))
    ansi = (HEAD + "François O'Neil,Developer,Business area,,,2026-01-05,,,").replace(",", ";").encode("cp1252")
    looked = as_ops.post(page, {"file": SimpleUploadedFile("roster.csv", ansi), "look-ahead": "1"})
    assert "it was read as Windows-1252" in markup(looked)
    assert as_ops.post(page, {"text": looked.context["form"]["text"].value()}).status_code == 302
    assert "François O'Neil" in {row.who for row in Seat.objects.all()}


def as_percent(book, sheet):
    sheet["E2"].number_format = "0%"


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_faulty_rows_are_downloaded_with_the_reason_and_nothing_is_added(as_ops, trail, file_format):
    """K9: also what only the roster's own rules refuse."""
    page = reverse("team-import", args=[trail.reference])
    rows = HEAD + "Kofi,Wizard,Business area,,,2026-01-05,,,\nAnn,Developer,Business area,,,2026-01-05,,,"
    response = as_ops.post(page, {"text": rows, "download": file_format})
    assert f"roster-problems.{file_format}" in response["Content-Disposition"]
    table = reading.read(
        response.content, (Column("problem", "What to correct", line(500), required=True), Column("name", "Name", line(50), required=True))
    )
    assert [(record.cells[0], record.values["name"]) for record in table.records] == [("2", "Kofi")]
    assert "“Wizard” isn’t one of" in table.records[0].values["problem"]
    assert not Seat.objects.exists()
    ten = HEAD + "\n".join(f"Person {n},Developer,Business area,,,2026-01-05,,," for n in range(10))
    assert b"Person 9" in as_ops.post(page, {"text": ten, "download": "csv"}).content
    assert not Seat.objects.exists()


def test_pulling_the_slider_shows_the_roster_of_that_day(as_ops, trail):
    """EL-41"""
    seat(trail, name="Kofi Marchbanks", from_on=START, to_on=datetime.date(2026, 1, 31))
    seat(trail, name="Yuki Penhallow", from_on=datetime.date(2026, 2, 1))
    page = reverse("team", args=[trail.reference])
    first = as_ops.get(page, {"day": "0"})
    assert "1 person on 5 January 2026" in markup(first)
    assert first.context["roster"].groups[0][2][0].seat.who == "Kofi Marchbanks"
    assert "1 person on 4 February 2026" in markup(as_ops.get(page, {"day": "30"}))
    assert as_ops.get(page, {"day": "99999"}).context["roster"].on == TODAY
    assert as_ops.get(page, {"day": "5000"}).context["roster"].on == as_ops.get(page).context["roster"].axis.last


def test_a_file_says_what_it_would_change_before_it_is_brought_in(as_ops, trail):
    """EL-42: nothing is saved by looking, and the lines of the file are in the form afterwards."""
    page = reverse("team-import", args=[trail.reference])
    assert page in markup(as_ops.get(reverse("team", args=[trail.reference]))), "an empty roster needs it most"
    lines = HEAD + "Kofi Marchbanks,Developer,Business area,,,2026-01-05,,,\nYuki Penhallow,Product owner,Business area,,,2026-09-01,,,"
    file = SimpleUploadedFile("roster.csv", lines.encode("utf-8-sig"))
    looked = as_ops.post(page, {"file": file, "look-ahead": "1"})
    assert not Seat.objects.exists()
    today, later = looked.context["foreseen"]
    assert (today.day, later.day) == (TODAY, datetime.date(2026, 9, 1))
    assert "no-product-owner" in {finding.code for finding in later.closed} - {finding.code for finding in today.closed}
    kept = looked.context["form"]["text"].value()
    assert kept == lines
    assert "2 entries were added to the roster." in markup(as_ops.post(page, {"text": kept}, follow=True))
    assert "Nothing was added" in markup(as_ops.post(page, {"text": kept}, follow=True))
    assert Seat.objects.count() == 2


def test_looking_ahead_over_many_days_asks_no_more(as_ops, trail, django_assert_num_queries):
    """EL-42: roster and figures, before and after, and what it takes to take it back."""
    days = [datetime.date(2026, 4, 1) + datetime.timedelta(weeks=week) for week in range(40)]
    no_act = lambda: None
    with django_assert_num_queries(7):
        assert len(what_if(trail, no_act, days)) == 40
