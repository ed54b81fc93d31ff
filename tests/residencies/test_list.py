"""The list of residencies: found, narrowed, sorted, paged, exported; at one cost whatever its length."""

import csv
import datetime
import html
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from people.actions import save_view
from residencies.listing import views as listing_views
from residencies.ministries.actions import add_ministry
from residencies.models import Conversation, Residency
from residencies.models.states import UNDER_WAY, State
from tests.clock import TODAY
from tests.factories import account
from tests.residencies.rows import MinistryFactory, ProgramAreaFactory, many, residency
from web import paging
from web.paging import PAGE_SIZES
from web.templatetags.portal import day_short, page_numbers

pytestmark = pytest.mark.django_db

LIST = reverse("residency-list")


@pytest.fixture
def lab(as_ops, ops):
    """Four residencies that every filter tells apart."""
    forests = MinistryFactory(name="Forests", short_name="FOR")
    health = MinistryFactory(name="Health")
    residency("draft", product="Permit Mapper", program_area=ProgramAreaFactory(ministry=forests, name="Range Branch"))
    residency("in_review", product="Clinic Finder", program_area=ProgramAreaFactory(ministry=health), owner=ops)
    live = residency("live", product="Trail Finder", program_area=ProgramAreaFactory(ministry=forests), owner=ops, phase="sustain")
    Residency.objects.filter(pk=live.pk).update(graduation_due_on=TODAY - datetime.timedelta(days=3))
    residency("graduated", product="Wildfire Notices", program_area=ProgramAreaFactory(ministry=health), phase="sustain")
    return as_ops


def page(client, **query):
    response = client.get(LIST, query)
    assert response.status_code == 200
    return response


def products(response):
    return [html.unescape(product) for product in re.findall(r'<td[^>]*class="cell-title"><a[^>]*>(.*?)</a>', response.content.decode())]


def shown(client, **query):
    return set(products(page(client, **query)))


def page_text(response):
    return " ".join(response.content.decode().split())


# ── Finding ──────────────────────────────────────────────────────────────────────────────────


def test_the_newest_residency_stands_first(lab):
    assert products(page(lab)) == ["Wildfire Notices", "Trail Finder", "Clinic Finder", "Permit Mapper"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("trail", {"Trail Finder"}),
        ("XL-2026-002", {"Clinic Finder"}),
        ("xl-2026-002", {"Clinic Finder"}),
        ("forests", {"Permit Mapper", "Trail Finder"}),
        ("FOR finder", {"Trail Finder"}),
        ("range branch", {"Permit Mapper"}),
        ("castellane", {"Clinic Finder", "Trail Finder"}),
        ("finder  castellane health", {"Clinic Finder"}),
        ("100%", set()),
        ("_", set()),
        ("'; drop table", set()),
    ],
)
def test_a_residency_is_found_by_reference_product_area_ministry_and_who_looks_after_it(lab, words, expected):
    """EL-01 to EL-03: every word has to be found, in any of them, whatever its case."""
    assert shown(lab, q=words) == expected


def test_a_residency_is_found_by_who_keeps_it_for_the_program_area(lab, owner):
    residency("draft", product="Kept One", kept_by=owner)
    assert shown(lab, q="wenlock") == {"Kept One"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "draft"}, {"Permit Mapper"}),
        ({"state": "under_way"}, {"Permit Mapper", "Clinic Finder", "Trail Finder"}),
        ({"phase": "sustain"}, {"Trail Finder", "Wildfire Notices"}),
        ({"owner": "nobody"}, {"Permit Mapper", "Wildfire Notices"}),
        ({"overdue": "true"}, {"Trail Finder"}),
        ({"phase": "sustain", "state": "graduated"}, {"Wildfire Notices"}),
    ],
)
def test_filters_narrow_the_list_and_add_up(lab, query, expected):
    assert shown(lab, **query) == expected


def test_the_list_narrows_to_a_ministry_and_to_who_looks_after_it(lab, ops):
    ministry = Residency.objects.get(product="Trail Finder").program_area.ministry
    assert shown(lab, ministry=ministry.pk) == {"Permit Mapper", "Trail Finder"}
    assert shown(lab, owner=ops.pk) == {"Clinic Finder", "Trail Finder"}


def test_a_conversation_that_should_have_been_held_is_overdue_too(lab):
    """EL-84"""
    late = Residency.objects.get(product="Permit Mapper")
    Conversation.objects.create(
        residency=late, expectation="Time", raised_by="The lab", opened_on=TODAY, due_on=TODAY - datetime.timedelta(days=1)
    )
    assert shown(lab, overdue="true") == {"Permit Mapper", "Trail Finder"}


@pytest.mark.parametrize("query", [{"state": "nonsense"}, {"ministry": "0"}, {"owner": "x"}, {"phase": "?"}])
def test_a_filter_that_cannot_be_understood_is_said_and_not_passed_over(lab, query):
    """An address that somebody mistyped must not look like an answer."""
    response = page(lab, **query)
    assert "Select a valid choice" in page_text(response)
    assert not products(response)


@pytest.mark.parametrize(
    "query", [{"page": "999"}, {"page": "x"}, {"per_page": "7"}, {"sort": "nonsense"}, {"q": "a\0b"}, {"overdue": "maybe"}]
)
def test_an_odd_address_gets_a_page(lab, query):
    assert page(lab, **query)


# ── Chips ────────────────────────────────────────────────────────────────────────────────────


def test_each_filter_that_is_on_is_named_in_words_and_can_be_taken_off(lab):
    response = page(lab, state="live", q="trail", overdue="true", page="1")
    chips = response.context["chips"]
    assert [chip.label for chip in chips] == ["State: Live", "Search: trail", "Overdue only"]
    assert chips[0].url == "?q=trail&overdue=true"
    assert products(lab.get(LIST + chips[0].url)) == ["Trail Finder"]


def test_a_search_is_shown_as_words_never_as_markup(lab):
    response = page(lab, q="<b>bold</b>")
    assert "<b>bold</b>" not in response.content.decode()
    assert "&lt;b&gt;bold&lt;/b&gt;" in response.content.decode()


def test_the_list_says_by_how_many_days_graduation_is_late(lab):
    """EL-83: with the date for those who point at it or can't see it."""
    late = Residency.objects.get(product="Trail Finder")
    Residency.objects.filter(pk=late.pk).update(graduation_due_on=TODAY - datetime.timedelta(days=3))
    shown = page_text(page(lab))
    assert ">3 days late<" in shown
    assert f"Graduation due {day_short(TODAY - datetime.timedelta(days=3))}" in shown


# ── Sorting and paging ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("reference", "Permit Mapper"),
        ("-reference", "Wildfire Notices"),
        ("product", "Clinic Finder"),
        ("-product", "Wildfire Notices"),
        ("next_date", "Trail Finder"),
        ("since", "Permit Mapper"),
    ],
)
def test_the_list_is_sorted_by_its_heads(lab, sort, first):
    assert products(page(lab, sort=sort))[0] == first


def test_the_soonest_graduation_stands_first_and_those_without_one_last(lab):
    assert products(page(lab, sort="next_date"))[-1] in {"Permit Mapper", "Clinic Finder"}
    assert products(page(lab, sort="-next_date"))[-1] in {"Permit Mapper", "Clinic Finder"}


def test_pages_hold_every_row_once(as_ops):
    many(60)
    shown_products = [product for number in (1, 2, 3) for product in products(page(as_ops, page=number, sort="since"))]
    assert len(shown_products) == len(set(shown_products)) == 60


@pytest.mark.parametrize("size", PAGE_SIZES)
def test_page_sizes_are_kept_with_filter_and_sort(as_ops, size):
    many(110)
    response = page(as_ops, per_page=size, sort="product", state="under_way")
    assert len(products(response)) == min(size, Residency.objects.under_way().count())
    assert f"per_page={size}" in page_text(response) or size >= Residency.objects.under_way().count()


def test_a_long_list_is_counted_no_further_than_somebody_looks(as_ops, monkeypatch):
    """What is not known is not said: "more than", no last page; and every row is reached all the same."""
    monkeypatch.setattr(paging, "COUNTED", 50)
    many(110)
    first = page(as_ops)
    assert "1 to 25 of more than 50" in page_text(first)
    assert page_numbers(first.context["table"].page) == [1, 2, None]
    third = page(as_ops, page=3)
    assert "51 to 75 of more than 75" in page_text(third)
    assert page_numbers(third.context["table"].page) == [1, 2, 3, 4, None]
    assert "101 to 110 of 110" in page_text(page(as_ops, page=5))
    shown_products = [product for number in range(1, 6) for product in products(page(as_ops, page=number))]
    assert len(set(shown_products)) == len(shown_products) == 110


@pytest.mark.parametrize("size", ["0", "-1", "100000"])
def test_no_address_asks_for_a_page_of_another_size(as_ops, size):
    many(30)
    assert len(products(page(as_ops, per_page=size))) == PAGE_SIZES[0]


# ── Nothing found ────────────────────────────────────────────────────────────────────────────


def test_an_empty_result_offers_to_take_off_the_last_filter(lab):
    response = page(lab, state="draft", q="nowhere")
    assert "No results" in page_text(response)
    assert "Remove “Search: nowhere”" in page_text(response)
    assert 'href="/residencies/?state=draft"' in page_text(response)


def test_an_empty_lab_says_how_a_first_residency_comes_to_be(as_ops):
    response = page(as_ops)
    assert "No residencies yet" in page_text(response)
    assert reverse("intake-start") in page_text(response)


def test_a_viewer_is_not_offered_to_start_an_intake(client, viewer):
    client.force_login(viewer)
    assert reverse("intake-start") not in page_text(page(client))


# ── Who sees what ────────────────────────────────────────────────────────────────────────────


def test_a_product_owner_sees_and_exports_their_own_alone(client, owner):
    """D4"""
    residency("live", product="Mine", kept_by=owner)
    residency("live", product="Theirs")
    client.force_login(owner)
    assert shown(client) == {"Mine"}
    assert shown(client, q="Theirs") == set()
    assert [row["Product"] for row in exported(client)] == ["Mine"]


def test_somebody_who_no_longer_keeps_a_residency_sees_it_no_more(client, owner):
    mine = residency("live", product="Mine", kept_by=owner)
    mine.memberships.update(to_at=timezone.now())
    client.force_login(owner)
    assert shown(client) == set()


def test_an_account_without_a_role_gets_no_list(client):
    client.force_login(account())
    assert client.get(LIST).status_code == 403


# ── Files ────────────────────────────────────────────────────────────────────────────────────


def exported(client, **query):
    response = client.get(reverse("residency-export", args=["csv"]), query)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def workbook(client, **query):
    response = client.get(reverse("residency-export", args=["xlsx"]), query)
    assert response.status_code == 200
    return list(openpyxl.load_workbook(io.BytesIO(response.content)).active.values)


@pytest.mark.parametrize("query", [{}, {"q": "finder"}, {"state": "under_way", "phase": "sustain"}, {"q": "nowhere"}])
def test_a_file_holds_what_the_list_shows_and_all_of_it(lab, query):
    assert {row["Product"] for row in exported(lab, **query)} == shown(lab, **query)
    assert {row[1] for row in workbook(lab, **query)[1:]} == shown(lab, **query)


def test_a_mistyped_filter_exports_nothing_rather_than_everything(lab):
    assert exported(lab, state="nonsense") == []


def test_a_file_is_not_cut_at_a_page(as_ops):
    many(60)
    assert len(exported(as_ops)) == 60
    assert len(workbook(as_ops)) == 61


def test_a_file_tells_each_row_whole(lab):
    row = next(row for row in exported(lab) if row["Product"] == "Trail Finder")
    assert row["Reference"] == "XL-2026-003"
    assert row["Ministry"] == "Forests"
    assert row["State"] == "Live"
    assert row["Graduation due"] == str(TODAY - datetime.timedelta(days=3))
    assert row["Lab lead"] == "Noor Castellane"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " ="])
def test_no_cell_of_a_file_is_a_formula(as_ops, start):
    """ASVS 1.2.10"""
    residency("draft", product=f"{start}HYPERLINK(1)", problem=f"{start}1+1")
    row = exported(as_ops)[0]
    assert row["Product"].startswith("'")
    assert row["The problem"].startswith("'")
    assert str(workbook(as_ops)[1][1]).startswith("'")


def test_a_workbook_too_long_says_so_and_leaves_nothing_out(lab, monkeypatch):
    monkeypatch.setattr(listing_views, "WORKBOOK_ROWS", 3)
    response = lab.get(reverse("residency-export", args=["xlsx"]), {"sort": "product"}, follow=True)
    assert "at most 3 rows here, and this list has 4" in page_text(response)
    assert len(exported(lab)) == 4


def test_another_format_is_not_found(lab):
    assert lab.get(reverse("residency-export", args=["pdf"])).status_code == 404


# ── Cost ─────────────────────────────────────────────────────────────────────────────────────


def queries(client, **query):
    with CaptureQueriesContext(connection) as context:
        page(client, **query)
    return len(context)


ASKED = [{}, {"q": "product 1"}, {"state": "under_way", "sort": "product"}, {"overdue": "true"}, {"per_page": "100", "sort": "since"}]


def test_the_list_costs_the_same_at_ten_rows_and_at_two_thousand(as_ops):
    """Constant: rows over every state with nothing remembered, so that every kind of obstacle is asked for, and a search by names."""
    many(11)
    page(as_ops)
    small = [queries(as_ops, **query) for query in ASKED]
    many(1989)
    large = [queries(as_ops, **query) for query in ASKED]
    assert small == large
    assert max(large) <= 19  # 18 that work out the rows, and the ends of their chains, which spare them the next time


def test_an_export_reads_in_batches(as_ops):
    many(11)
    with CaptureQueriesContext(connection) as few:
        exported(as_ops)
    many(500)
    with CaptureQueriesContext(connection) as more:
        exported(as_ops)
    assert len(few) == len(more)


def test_every_state_can_be_listed(as_ops):
    for state in State:
        residency(state, product=f"At {state.value}")
    assert len(shown(as_ops)) == len(State)
    assert len(shown(as_ops, state="under_way")) == len(UNDER_WAY)


def test_on_a_phone_a_row_is_a_card_whose_cells_say_what_they_are(as_ops):
    """The style shows the labels; roles keep it a table for screen readers."""
    residency()
    rows = page(as_ops).content.decode()
    assert "table-region table-cards" in rows
    for label in ("Reference", "Program area", "State, since", "Phase", "Blockers", "Next date", "Lab lead"):
        assert f'role="cell" data-label="{label}"' in rows


def test_choices_and_views_are_remembered_only_until_the_labs_next_act(lab, ops):
    add_ministry(name="Fisheries", short_name="FISH", by=account("admin"))
    page(lab)
    with CaptureQueriesContext(connection) as queries:
        assert "Fisheries" in page_text(page(lab))
    assert not [query for query in queries if 'FROM "people_savedview"' in query["sql"] or 'FROM "residencies_ministry"' in query["sql"]]
    add_ministry(name="Tourism", short_name="TOUR", by=account("admin"))
    colleague = account("lab_lead", name="Ottilie Brandt")
    save_view(ops, page="residency-list", name="Mine, late", query="overdue=true", by=ops)
    text = page_text(page(lab))
    assert all(words in text for words in ("Tourism", colleague.name, "Mine, late"))
