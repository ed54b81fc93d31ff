"""A residency's value in a real browser: metrics and readings with the link in the mail and the chart, savings, and the return (EL-90 to EL-93, EL-98)."""

import re

import pytest
from django.db import transaction

from ledger.actions import append
from metrics.models import Metric
from metrics.readings.links import issue_reading_link
from residencies.models.states import State
from tests.browser.conftest import widths
from tests.factories import account, person
from tests.metrics.factories import ago, series
from tests.oversight.factories import entry
from tests.residencies.rows import residency


@pytest.fixture
def owner(transactional_db):
    return account("product_owner", name="Priya Wenlock")


@pytest.fixture
def trail(owner):
    return residency(State.IN_RESIDENCE, started_on=ago(210), kept_by=owner)


def test_a_team_starts_from_an_example_and_a_number_typed_on_a_phone_is_in_the_chart(page, phone, axe, sign_in, owner, trail):
    """EL-90 to EL-92: three interactions from the mail, without an account; axe finds nothing at 1280 and 390 pixels."""
    sign_in(page, owner)
    page.goto(f"/residencies/{trail.reference}/value/")
    page.get_by_text("No metrics yet").wait_for()
    axe(page)
    page.get_by_role("link", name="Start from an example").click()
    axe(page)
    page.get_by_role("link", name="Median days to a decision").click()
    page.get_by_label("Baseline", exact=True).fill("61")
    page.get_by_label("Date of the baseline").fill(str(ago(190)))
    page.get_by_label("Target", exact=True).fill("15")
    page.get_by_label("Date of the target").fill(str(ago(-120)))
    axe(page)
    page.get_by_role("button", name="Define metric").click()
    page.get_by_text("Metric defined.").wait_for()
    row = Metric.objects.get()
    series(row, 61, 55, 52, 47, 41, every=31)
    Metric.objects.filter(pk=row.pk).update(owner=person(name="Kofi Marchbanks"))
    row.refresh_from_db()
    url = "/" + issue_reading_link(row.pk, row.owner_id, str(row.next_due_on)).split("/", 3)[3]
    phone.goto(url)
    phone.get_by_text("Last reading: 41 days").wait_for()
    axe(phone)
    phone.get_by_label("Value in days").fill("38")
    phone.get_by_label("Date").fill(str(ago(1)))
    phone.get_by_role("button", name="Send reading").click()
    phone.get_by_text("38 days on").wait_for()
    axe(phone)
    page.goto(f"/residencies/{trail.reference}/value/")
    page.get_by_role("img", name=re.compile("Median days to a decision: 61 days → 41 days; target 15 days by")).wait_for()
    axe(page)
    page.get_by_role("link", name="Median days to a decision", exact=True).click()
    page.get_by_text("Entered from an email, Kofi Marchbanks").wait_for()
    axe(page)
    page.get_by_role("link", name="Import readings").click()
    page.get_by_label("Or paste the rows").fill(f"Date\tValue\n{ago(200)}\t64\n")
    page.get_by_role("button", name="Check the rows").click()
    page.get_by_text("1 reading looks unusual").wait_for()
    axe(page)
    page.get_by_role("button", name="Add 1 reading").click()
    page.get_by_text("1 reading added.").wait_for()
    sign_in(phone, owner)
    for path in ("value/", f"value/metrics/{row.pk}/", f"value/metrics/{row.pk}/readings/add/"):
        phone.goto(f"/residencies/{trail.reference}/{path}")
        axe(phone)
        assert not phone.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_saving_is_added_with_its_source_corrected_and_shared(page, phone, axe, sign_in, trail, troubles):
    """EL-93, EL-98: nothing is taken without a source; parts add up to 100% at most; axe finds nothing at 1280 and 390 pixels."""
    troubles.forgive("409")  # a saving without a source is refused
    ops = account("lab_ops", name="Noor Castellane")
    taker = residency(State.IN_RESIDENCE, started_on=ago(100), product="Permit Renewals")
    sign_in(page, ops)
    page.goto(f"/residencies/{trail.reference}/value/savings/")
    page.get_by_text("No savings yet").wait_for()
    axe(page)
    page.get_by_role("link", name="Add a saving").click()
    page.get_by_label("Name").fill("Address lookup that was reused")
    page.get_by_label("Cost avoided").check()
    page.get_by_label("This is an offset: a component was reused").check()
    for label, amount in (("Low", "40,000"), ("Likely", "50,000"), ("High", "60,000")):
        page.get_by_label(label, exact=True).fill(amount)
    page.get_by_label("First day").fill(str(ago(90)))
    page.get_by_label("Last day").fill(str(ago(-275)))
    page.get_by_label("How it’s calculated").fill("Two teams × $25,000.")
    page.get_by_role("button", name="Add saving").click()
    page.get_by_text("A saving needs exactly one source.").first.wait_for()
    axe(page)
    page.get_by_label("Source: a link").fill("https://example.org/estimate")
    page.get_by_role("button", name="Add saving").click()
    page.get_by_text("Saving added.").wait_for()
    page.get_by_role("link", name="Address lookup that was reused", exact=True).click()
    for reference, percent, reason in ((trail.reference, "60", "Others reuse it."), (taker.reference, "40", "")):
        page.get_by_role("link", name="Set a share").click()
        page.get_by_role("textbox", name="Residency").fill(reference)
        page.get_by_label("Share (%)").fill(percent)
        page.get_by_label("Reason").fill(reason)
        axe(page)
        page.get_by_role("button", name="Save share").click()
        page.get_by_text("Share saved.").wait_for()
    page.get_by_text("0% isn’t counted anywhere yet.").wait_for()
    page.get_by_role("link", name="Correct", exact=True).click()
    page.get_by_label("Likely", exact=True).fill("45,000")
    page.get_by_label("Reason").fill("The second team needed less.")
    axe(page)
    page.get_by_role("button", name="Save correction").click()
    page.get_by_text("The second team needed less.").wait_for()
    axe(page)
    entry(trail, amount_cents=20_000_00, by=ops)
    page.goto(f"/residencies/{trail.reference}/value/return/")
    page.get_by_text("÷ $20,000 = $").wait_for()
    axe(page)
    page.get_by_label("Show figures as of").fill(str(ago(1)))
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_text("No cost or savings yet").wait_for()
    axe(page)
    page.get_by_role("link", name="Report", exact=True).click()
    axe(page)
    page.get_by_role("button", name="Seal this report").click()
    page.get_by_text("Sealed. The PDF will be ready in about a minute.").wait_for()
    page.get_by_role("link", name="Value report 1").click()
    page.get_by_text("these figures are the same").wait_for()
    axe(page)
    page.get_by_role("link", name="Address lookup that was reused").click()
    page.get_by_role("link", name="Correct", exact=True).click()
    page.get_by_label("Likely", exact=True).fill("46,000")
    page.get_by_label("Reason").fill("One invoice was missing.")
    page.get_by_role("button", name="Save correction").click()
    page.goto(f"/residencies/{trail.reference}/value/report/1/")
    page.get_by_role("link", name="What has changed since").click()
    page.get_by_text("by Noor Castellane: One invoice was missing.").wait_for()
    axe(page)
    sign_in(phone, ops)
    for path in (
        f"{trail.reference}/value/report/",
        f"{trail.reference}/value/report/1/",
        f"{trail.reference}/value/report/1/changes/",
        f"{trail.reference}/value/return/",
        f"{trail.reference}/value/savings/",
        f"{taker.reference}/value/savings/",
        f"{trail.reference}/value/savings/add/",
    ):
        phone.goto(f"/residencies/{path}")
        axe(phone)
        assert not phone.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("width", widths(1280, 390))
def test_a_reuse_is_recorded_once_and_shown_to_who_gave_who_took_and_in_the_portfolio(page, axe_at_both_widths, sign_in, trail, width):
    """EL-94, EL-98: from either side; removed if it was a mistake."""
    ops = account("lab_ops", name="Noor Castellane")
    taker = residency(State.IN_RESIDENCE, started_on=ago(100), product="Permit Renewals")
    for row in (trail, taker):
        with transaction.atomic():
            append(row.stream, "moved", by=ops, to_state="in_residence")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto(f"/residencies/{trail.reference}/value/savings/")
    page.get_by_text("No reuse recorded yet.").wait_for()
    page.get_by_role("link", name="Record reuse").click()
    axe_at_both_widths(page)
    page.get_by_label("They reuse one of our components").check()
    page.get_by_role("textbox", name="Component").fill("Address lookup")
    page.get_by_role("textbox", name="Residency").fill(taker.reference)
    page.get_by_role("textbox", name="Reused since").fill(str(ago(2)))
    page.get_by_role("button", name="Record reuse").click()
    page.get_by_text("Reuse recorded. It is on both residencies’ pages.").wait_for()
    page.get_by_text(f"Given to Permit Renewals ({taker.reference})").wait_for()
    axe_at_both_widths(page)
    page.goto(f"/residencies/{taker.reference}/value/savings/")
    page.get_by_text(f"Reused from {trail.product} ({trail.reference})").wait_for()
    page.goto("/reports/portfolio/")
    page.get_by_role("row", name=re.compile("^Address lookup")).get_by_role("link", name="Permit Renewals").wait_for()
    page.goto(f"/residencies/{taker.reference}/value/savings/")
    page.get_by_role("link", name="Remove Address lookup").click()
    axe_at_both_widths(page)
    page.get_by_role("button", name="Remove reuse").click()
    page.get_by_text("No reuse recorded yet.").wait_for()
