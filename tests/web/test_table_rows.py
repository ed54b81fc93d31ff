"""The rows of a list as web/paging.py writes them."""

import datetime
import re

import django_tables2 as tables
from django.template import Context
from django.utils.html import conditional_escape

from residencies.models import Residency
from web.paging import DateColumn, TemplateColumn, written_rows


class Sample(tables.Table):
    product = tables.Column(linkify=lambda record: f"/{record.reference}/")
    state = tables.Column(attrs={"td": {"class": "cell-wide"}})
    display = tables.Column(accessor="get_state_display")
    graduation_due_on = tables.Column(default="Not known")
    word = tables.Column(accessor="notes__words__1", default="None")
    live_on = DateColumn(verbose_name="Live")
    both = TemplateColumn("{{ record.reference }}: {{ value }}", accessor="product")
    pk = tables.Column(empty_values=())

    def render_state(self, value, record):
        return f"{value} <{record.reference}>"


def rows():
    first = Residency(reference="LAB-1", product="Wells & Water", state="live", live_on=datetime.date(2026, 3, 3))
    first.notes = {"words": ["one", "two"]}
    return [first, Residency(reference="LAB-2", product="", state="draft")]


def test_cells_are_the_ones_django_tables2_renders():
    """With links, choices in words, defaults, paths, and everything escaped."""
    table = Sample(rows())
    expected = [[str(conditional_escape(cell)) for cell in row] for row in table.rows]
    html = written_rows(table, Context())
    assert [re.findall(r"<td [^>]*>(.*?)</td>", row) for row in html.splitlines()] == expected
    assert "Live &lt;LAB-1&gt;" in html
    assert '<a href="/LAB-1/">Wells &amp; Water</a>' in html


def test_a_list_of_cards_names_each_cell_for_narrow_screens():
    table = Sample(rows())
    table.cards = True
    assert '<td class="cell-wide" role="cell" data-label="State">' in written_rows(table, Context())
