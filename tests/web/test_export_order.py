"""What is exported is what the list shows: filtered and sorted the same way (K16)."""

import inspect
import re

import pytest

from tests.residencies.factories import draft_residency
from tests.security.addresses import addresses

OF_ONE_SUBJECT = {"team-export", "lab-history-export"}
"""A roster by its days and the history in its one order: nothing there can be sorted."""


def export_views():
    """Every view of the portal that writes a spreadsheet, by its address's name."""
    views = {}
    for address in addresses():
        view = inspect.unwrap(address.view)
        if inspect.isfunction(view) and re.search(r"\bexport\(", inspect.getsource(view)):
            views[address.name] = view
    return views


def test_every_export_of_a_list_takes_its_rows_in_the_order_of_the_address():
    views = {name: view for name, view in export_views().items() if name.endswith("-export") and name not in OF_ONE_SUBJECT}
    assert len(views) >= 6, sorted(views)
    # Readings are by metric and date, the portfolio by number, a round's ratings by statement: no list has them.
    unsorted = {name for name, view in views.items() if "in_order(" not in inspect.getsource(view)}
    assert unsorted == {"readings-export", "portfolio-export", "round-export"}


@pytest.mark.django_db
def test_the_residencies_are_exported_in_the_order_of_the_list(as_ops):
    for product in ("Beta", "Alpha", "Gamma"):
        draft_residency(product=product)
    text = as_ops.get("/residencies/export.csv", {"sort": "product"}).content.decode("utf-8-sig")
    assert [row.split(",")[1] for row in text.splitlines()[1:]] == ["Alpha", "Beta", "Gamma"]
    back = as_ops.get("/residencies/export.csv", {"sort": "-product"}).content.decode("utf-8-sig")
    assert [row.split(",")[1] for row in back.splitlines()[1:]] == ["Gamma", "Beta", "Alpha"]
