"""The list of partnerships as CSV and Excel (SP-01)."""

import csv
import datetime
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.workspace import export
from tests.clock import TODAY
from tests.factories import account
from tests.pages import text
from tests.partnerships import factories as make

pytestmark = pytest.mark.django_db


def exported(client, **query):
    answer = client.get(reverse("partnership-export", args=["csv"]), query)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def workbook(client, **query):
    answer = client.get(reverse("partnership-export", args=["xlsx"]), query)
    assert answer.status_code == 200
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)


def test_a_row_has_the_whole_partnership(as_ops, ops):
    """SP-01: the partners of today, models that aren't over, and communities that weren't decided against."""
    row = make.operating(by=ops, name="Joint counter in Picton", lead=ops)
    make.arrangement(
        row, leaf="outreach_scheduled", from_on=TODAY - datetime.timedelta(days=9), to_on=TODAY - datetime.timedelta(days=1), by=ops
    )
    [cells] = exported(as_ops)
    assert cells["Reference"] == row.reference
    assert cells["Stage"] == "Operating"
    assert cells["Lead"] == ops.name
    assert cells["Models"] == "Cross promotion, informal"
    assert cells["Communities"] == "Picton"
    assert cells["Partners"] == "; ".join(partner.organization.name for partner in row.partners.order_by("pk"))
    assert cells["Operating since"] == str(TODAY)
    assert workbook(as_ops)[1][0] == row.reference


def test_a_file_holds_what_the_list_shows_for_the_same_filters(as_ops, ops):
    for name in ("Shared space", "Joint counter"):
        make.partnership(by=ops, name=name)
    assert [row["Partnership"] for row in exported(as_ops, q="shared")] == ["Shared space"]
    assert [row[1] for row in workbook(as_ops, sort="name")[1:]] == ["Joint counter", "Shared space"]
    assert exported(as_ops, state="nonsense") == []
    links = as_ops.get(reverse("partnership-list"), {"q": "shared"}).content.decode()
    for file_format in ("csv", "xlsx"):
        assert f"{reverse('partnership-export', args=[file_format])}?q=shared" in links


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " ="])
def test_no_cell_of_a_file_is_a_formula(as_ops, ops, start):
    """ASVS 1.2.10"""
    make.partnership(by=ops, name=f"{start}HYPERLINK(1)", problem=f"{start}1+1")
    [row] = exported(as_ops)
    assert row["Partnership"].startswith("'")
    assert row["Problem or opportunity"].startswith("'")
    assert str(workbook(as_ops)[1][1]).startswith("'")


def test_a_workbook_too_long_says_so_and_leaves_nothing_out(as_ops, ops, monkeypatch):
    for number in range(4):
        make.partnership(by=ops, name=f"Partnership {number}")
    monkeypatch.setattr(export, "WORKBOOK_ROWS", 3)
    answer = as_ops.get(reverse("partnership-export", args=["xlsx"]), follow=True)
    assert "at most 3 rows here, and this list has 4" in text(answer)
    assert len(exported(as_ops)) == 4


def test_the_number_of_queries_doesnt_grow_with_the_list_and_other_formats_arent_there(client, as_ops, ops):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            exported(as_ops)
        return len(captured)

    make.case(by=ops)
    queries()
    few = queries()
    for _number in range(3):
        make.studied(by=ops)
    assert queries() == few
    assert as_ops.get(reverse("partnership-export", args=["pdf"])).status_code == 404
    client.force_login(account())
    assert client.get(reverse("partnership-export", args=["csv"])).status_code == 403
