"""The portfolio page: its filters, the rows behind each figure, and its exports (EL-94)."""

import csv
import datetime
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from ledger.actions import append
from reports.portfolio.figures import FIGURES
from reports.portfolio.queries import facts_for
from reports.portfolio.rules import Period
from residencies.models import Residency
from tests.clock import TODAY
from tests.factories import account
from tests.pages import text
from tests.residencies.rows import residency, row_in

pytestmark = pytest.mark.django_db


def on_record(state, **fields):
    """A residency with its move to the state in the ledger."""
    row = residency(**fields)
    append(row.stream, "moved", by=account("lab_ops"), to_state=state)
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
    assert [facts.pk for facts in facts_for(account("viewer"), Period(TODAY))] == [row.pk]
    assert facts_for(account("viewer"), yesterday) == [], "nothing was on record yet"
    page = text(reader.get(reverse("portfolio"), {"on": str(TODAY + datetime.timedelta(days=1))}))
    assert "This date is in the future." in page


def test_an_application_that_was_not_sent_is_left_out(reader):
    on_record("draft")
    assert "No residencies in this period" in text(reader.get(reverse("portfolio")))


def test_the_workbook_holds_numbers_as_numbers_and_nothing_a_program_would_run(reader):
    """EL-94, ASVS 1.2.10"""
    on_record("in_residence", product="=1+1", started_on=timezone.localdate())
    book = load_workbook(BytesIO(reader.get(reverse("portfolio-export", args=["xlsx"])).content))
    cells = {head.value: cell for head, cell in zip(*book.active.iter_rows(max_row=2), strict=True)}
    assert cells["Product"].value == "'=1+1"
    assert cells["Days in “In residence”"].value == 0
    assert cells["Training hours"].value == 0
    assert all(cell.data_type != "f" for cell in cells.values())


def test_the_page_asks_the_same_queries_however_many_residencies_there_are(reader, django_assert_num_queries):
    """OP-07"""
    for number in range(2):
        on_record("live", product=f"First {number}")
    reader.get(reverse("portfolio"))
    with django_assert_num_queries(14):
        reader.get(reverse("portfolio"))
    for number in range(6):
        on_record("graduated", product=f"More {number}")
    with django_assert_num_queries(14):
        assert reader.get(reverse("portfolio")).status_code == 200
    assert Residency.objects.count() == 8
