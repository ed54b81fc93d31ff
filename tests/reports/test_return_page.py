"""The return's page: cost and savings as of any day, each term with its rows (EL-93)."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from oversight.models import MoneyLine
from oversight.money.actions import correct_entry
from tests.clock import NOW, TODAY
from tests.factories import account
from tests.metrics.factories import ago, corrected, saving
from tests.oversight.factories import entry
from tests.teams.factories import residency

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def ops():
    return account("lab_ops")


@pytest.fixture
def earlier(ops):
    """A residency that had spent $20,000 and saved $50,000 a year ten days ago, both corrected since."""
    with time_machine.travel(NOW - 10 * DAY, tick=True):
        of = residency(by=ops)
        line = entry(of, kind="spent", on=timezone.localdate(), amount_cents=20_000_00, by=ops)
        row = saving(of, from_on=ago(9), to_on=ago(0), by=ops)
    values = {name: getattr(line, name) for name in ("kind", "item", "payer", "vendor", "on", "source")}
    correct_entry(line, **values, amount_cents=25_000_00, reason="An invoice was missing.", shown_revision=line.revision, by=ops)
    corrected(row, likely_cents=45_000_00, by=ops)
    return of


def test_the_return_shows_what_is_known_now_and_what_was_known_on_an_earlier_day(client, earlier, ops):
    """EL-93: corrections after that day don't count."""
    client.force_login(ops)
    now = client.get(f"/residencies/{earlier.reference}/value/return/").context["result"]
    assert (now.cost, now.kinds[0].total.likely, now.kinds[0].words) == (
        25_000_00,
        45_000_00,
        "$1.80 for each $1 spent, from $1.60 to $2.40.",
    )
    then = client.get(f"/residencies/{earlier.reference}/value/return/?on={TODAY - 10 * DAY}").context["result"]
    assert (then.cost, then.kinds[0].total.likely) == (20_000_00, 50_000_00)
    before = client.get(f"/residencies/{earlier.reference}/value/return/?on={TODAY - 11 * DAY}").context["result"]
    assert (before.cost, before.kinds) == (None, [])


def test_the_page_shows_the_source_of_each_cost_and_takes_15_queries_at_most(client, earlier, ops, django_assert_max_num_queries):
    """EL-93"""
    for number in range(30):
        entry(earlier, kind="spent", item=f"Item {number}", on=TODAY, source="" if number else "Invoice 7", by=ops)
        saving(earlier, name=f"Saving {number}", by=ops)
    client.force_login(ops)
    with django_assert_max_num_queries(15):
        html = client.get(f"/residencies/{earlier.reference}/value/return/").content.decode()
    assert "Invoice 7" in html
    assert f"{len([line for line in MoneyLine.objects.current() if not line.source])} entries have no source." in html


def test_a_residency_without_figures_says_what_to_do(client, ops):
    """EL-93"""
    of = residency(by=ops)
    client.force_login(ops)
    assert "No cost or savings yet" in client.get(f"/residencies/{of.reference}/value/return/?on=nonsense").content.decode()
