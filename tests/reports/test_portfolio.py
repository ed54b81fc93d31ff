"""The portfolio page: its filters, the rows behind each figure, and its exports (EL-94)."""

import csv
import datetime
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
import time_machine
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from labportal.tasks import count_portfolio
from ledger.actions import append
from metrics.savings.actions import remove_reuse
from reports.portfolio.figures import FIGURES
from reports.portfolio.queries import Scope, facts_for
from reports.portfolio.rules import Period
from residencies.models import Residency
from tests.clock import NOW, TODAY
from tests.factories import account
from tests.metrics.factories import reused
from tests.pages import text
from tests.residencies.rows import residency, row_in

pytestmark = pytest.mark.django_db
COLD, WARM, EXPORT = 10, 4, 8


def on_record(state, act="moved", **fields):
    """A residency with its move to the state in the ledger."""
    row = residency(**fields)
    append(row.stream, act, by=account("lab_ops"), to_state=state)
    whole = row_in(state, row.pk, program_area=row.program_area)
    for name in ("submitted_at", "live_on", "graduation_due_on", "ended_on", "end_reason"):
        setattr(row, name, getattr(whole, name))
    row.state = state
    row.save()
    return row


@pytest.fixture
def reader(client):
    client.force_login(account("viewer"))
    return client


def test_each_figure_opens_its_rows(reader):
    """EL-94"""
    row = on_record("declined", product="=Permits")
    for key in FIGURES:
        assert reader.get(reverse("portfolio-rows", args=[key])).status_code == 200, key
    page = text(reader.get(reverse("portfolio-rows", args=["ended-early"])))
    assert "It was decided." in page
    assert row.reference in page
    assert reader.get(reverse("portfolio-rows", args=["nothing"])).status_code == 404


def test_filters_leave_the_same_residencies_on_the_page_the_rows_and_the_export(reader):
    """EL-94: by ministry and state."""
    mine, other = on_record("in_residence", started_on=TODAY), on_record("in_residence", started_on=TODAY)
    query = {"ministry": mine.program_area.ministry_id, "state": "in_residence"}
    rows = text(reader.get(reverse("portfolio-rows", args=["state-in-residence"]), query))
    assert mine.reference in rows
    assert other.reference not in rows
    exported = reader.get(reverse("portfolio-export", args=["csv"]), query).content.decode("utf-8-sig")
    assert [row["Reference"] for row in csv.DictReader(StringIO(exported))] == [mine.reference]


def test_a_day_before_a_move_shows_the_state_before_it(reader):
    """EL-94: as of any day."""
    row = on_record("in_residence", started_on=TODAY)
    yesterday = Period(TODAY - datetime.timedelta(days=1))
    assert [facts.pk for facts in facts_for(Scope(account("viewer"), Period(TODAY)))] == [row.pk]
    assert list(facts_for(Scope(account("viewer"), yesterday))) == [], "nothing was on record yet"
    page = text(reader.get(reverse("portfolio"), {"on": str(TODAY + datetime.timedelta(days=1))}))
    assert "This date is in the future." in page


def test_an_application_that_was_not_sent_is_left_out(reader):
    on_record("draft")
    assert "No residencies in this period" in text(reader.get(reverse("portfolio")))


def test_the_workbook_holds_numbers_as_numbers_and_nothing_a_program_would_run(reader):
    """EL-94, ASVS 1.2.10"""
    on_record("in_residence", product="=1+1", started_on=timezone.localdate())
    content = reader.get(reverse("portfolio-export", args=["xlsx"])).content
    book = load_workbook(BytesIO(content))
    cells = {head.value: cell for head, cell in zip(*book.active.iter_rows(max_row=2), strict=True)}
    assert cells["Product"].value == "'=1+1"
    assert cells["Days in “In residence”"].value == 0
    assert cells["Training hours"].value == 0
    assert all(cell.data_type != "f" for cell in cells.values())
    # As another library reads it: text and numbers, and no formula.
    [heads, row] = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    shown = dict(zip(heads, row, strict=True))
    assert (shown["Product"], shown["Training hours"], shown["Days in “In residence”"]) == ("'=1+1", 0, 0)
    assert b"<f>" not in ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_page_and_export_ask_the_same_queries_however_many_residencies_there_are(reader, django_assert_num_queries):
    """OP-07, EL-94: eleven for the page, and fewer once it is remembered; its figures change with the next act."""
    for number in range(2):
        on_record("live", product=f"First {number}")
    reader.get(reverse("portfolio"))
    for count in (2, 8):
        append(Residency.objects.earliest("pk").stream, "seen", by=account("lab_ops"))
        with django_assert_num_queries(COLD):
            assert f"<strong>{count}</strong>" in reader.get(reverse("portfolio")).content.decode()
        with django_assert_num_queries(WARM):
            reader.get(reverse("portfolio"))
        for file_format in ("csv", "xlsx"):
            with django_assert_num_queries(EXPORT):
                assert reader.get(reverse("portfolio-export", args=[file_format])).status_code == 200
        for number in range(6):
            on_record("graduated", product=f"More {count} {number}")


def test_a_reuse_is_counted_once_for_who_took_and_for_who_gave(reader):
    """EL-94, EL-98: in the table, the figure and the exports; one that was removed isn't."""
    giver, taker = on_record("live", product="Address lookup", live_on=TODAY), on_record("in_residence", started_on=TODAY)
    reused(taker, giver, "Address field")
    remove_reuse(reused(taker, giver, "Date field"), by=account("lab_ops"))
    facts = {row.pk: (row.components_taken, row.components_given) for row in facts_for(Scope(account("viewer"), Period(TODAY)))}
    assert facts == {giver.pk: (0, 1), taker.pk: (1, 0)}
    page = text(reader.get(reverse("portfolio")))
    assert "1 components reused" in page
    assert "Address field" in page
    assert "Date field" not in page
    rows = text(reader.get(reverse("portfolio-rows", args=["reuse"])))
    assert taker.reference in rows
    assert giver.reference not in rows
    exported = csv.DictReader(StringIO(reader.get(reverse("portfolio-export", args=["csv"])).content.decode("utf-8-sig")))
    assert [(row["Components reused from others"], row["Components given to others"]) for row in exported] == [("0", "1"), ("1", "0")]


# ── When counting takes long (OP-07) ─────────────────────────────────────────────────────────


@pytest.fixture
def slow(monkeypatch, settings):
    """Counting takes longer than a reader waits, and there is a worker; returns the tasks it was woken for."""
    woken = []
    monkeypatch.setattr("reports.portfolio.counting.PATIENCE", -1.0)
    monkeypatch.setattr("reports.portfolio.counting.wake", woken.append)
    settings.CELERY_BROKER_URL = "memory://"
    caches["ledger"].clear()
    yield woken
    caches["ledger"].clear()


def test_a_page_that_takes_long_to_count_shows_the_last_count_and_a_worker_counts_again(reader, slow):
    """OP-07, EL-94: it says when it was counted; nobody waits; after the worker's count it is of now."""
    on_record("in_review")
    assert "Counted on" not in text(reader.get(reverse("portfolio")))
    on_record("in_review")
    page = text(reader.get(reverse("portfolio")))
    assert "Counted on 24 November 2026" in page
    assert "1 residency" in page
    assert slow == ["labportal.tasks.count_portfolio"]
    reader.get(reverse("portfolio"))
    assert len(slow) == 1, "not for every reader"
    assert count_portfolio() == 1
    page = text(reader.get(reverse("portfolio")))
    assert "Counted on" not in page
    assert "2 residencies" in page


def test_a_reader_can_count_at_once_and_an_old_count_is_not_shown(reader, slow):
    """OP-07"""
    on_record("in_review")
    reader.get(reverse("portfolio"))
    on_record("in_review")
    assert "2 residencies" in text(reader.get(reverse("portfolio"), {"again": 1}))
    on_record("in_review")
    with time_machine.travel(NOW + datetime.timedelta(hours=3), tick=True):
        reader.force_login(account("viewer"))
        assert "3 residencies" in text(reader.get(reverse("portfolio")))


def test_without_a_worker_it_is_counted_for_every_reader(reader, slow, settings):
    settings.CELERY_BROKER_URL = ""
    for count in ("1 residency", "2 residencies"):
        on_record("in_review")
        assert count in text(reader.get(reverse("portfolio")))
    assert slow == []
