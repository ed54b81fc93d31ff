"""A status report from draft to decision, in a real browser (EL-96)."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from oversight.models import ReportLine
from oversight.status import links
from tests.factories import account, person
from tests.oversight import task_rows
from tests.oversight.status import group, started


@pytest.fixture
def ops(transactional_db):
    return account("lab_ops", name="Noor Castellane")


def fits(page):
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_status_report_goes_from_draft_to_decision(page, phone, open_context, axe, sign_in, ops):
    """EL-96: drafted and sent at a desk, answered by link and decided on a phone; axe finds nothing on either."""
    owner = account("product_owner", name="Priya Wenlock")
    user = account(email="chair@example.org", name="Marguerite Holloway-Sze")
    chair, expert = (
        person(user=user, name="Marguerite Holloway-Sze", email=user.email),
        person(name="Rohan Tidewell", email="rohan@example.org"),
    )
    row, body = started(kept_by=owner, owner=ops), group(chair, by=ops)
    base = f"/residencies/{row.reference}/status/"
    sign_in(page, ops)
    page.goto(base)
    axe(page)
    page.get_by_role("button", name="Write status report").click()
    expect(page.get_by_role("heading", name="Draft of status report 1")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Ask someone").click()
    page.get_by_label("Question").fill("How many people use it?")
    page.get_by_label("Someone new").check()
    page.get_by_label("Name", exact=True).fill("Rohan Tidewell")
    page.get_by_label("Email address").fill(expert.email)
    axe(page)
    page.get_by_role("button", name="Send question").click()
    page.get_by_role("link", name="Add a decision").click()
    page.get_by_label("Decision needed").fill("Agree to a second vendor.")
    page.get_by_label("Group").select_option(label=body.name)
    page.get_by_role("button", name="Add decision").click()
    page.get_by_label("Done", exact=False).first.fill("Held the first review.")
    page.get_by_label("Money").select_option("green")
    page.get_by_label(body.name).check()
    page.get_by_role("button", name="Save and preview").click()
    expect(page.get_by_text("Say why you see it differently").first).to_be_visible()
    page.locator("#id_money_reason").fill("The budget was approved yesterday.")
    page.get_by_role("button", name="Save and preview").click()
    expect(page.get_by_text("It hasn’t been sent yet")).to_be_visible()
    expect(page.get_by_text("The facts propose amber")).to_be_visible()
    axe(page)

    visitor = open_context(viewport={"width": 390, "height": 844}).new_page()
    token = links.issue_line_link(ReportLine.objects.get().pk).rpartition("/")[2]
    visitor.goto(f"/q/{token}")
    axe(visitor)
    visitor.get_by_label("Your answer").fill("About 400.")
    visitor.get_by_role("button", name="Send answer").click()
    expect(visitor.get_by_role("heading", name="Thank you")).to_be_visible()
    axe(visitor)

    page.reload()
    expect(page.get_by_text("About 400.")).to_be_visible()
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_text("Members get an email.")).to_be_visible()
    axe(page)

    # EL-97: what it was counted from was kept, and a task that is done since explains the difference.
    task_rows.task(row, "pia", text="Privacy impact assessment", state="done", done_on=timezone.localdate())
    page.get_by_role("link", name="What has changed since").click()
    expect(page.get_by_text("the figures are the same")).to_be_visible()
    expect(page.get_by_text("Task “Privacy impact assessment”").first).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    axe(page)
    fits(page)
    page.set_viewport_size({"width": 1280, "height": 860})

    sign_in(phone, user)
    phone.goto(f"{base}1/")
    axe(phone)
    fits(phone)
    phone.get_by_role("link", name="Agree to a second vendor.").click()
    axe(phone)
    phone.get_by_role("link", name="Answer the decision").click()
    phone.get_by_label("Accepted").check()
    phone.get_by_label("Reason").fill("We agree.")
    axe(phone)
    fits(phone)
    phone.get_by_role("button", name="Record answer").click()
    expect(phone.get_by_text("Answer recorded: accepted.")).to_be_visible()

    for path in (base, f"{base}1/", f"{base}plan/", "/status/reports/", "/status/decisions/"):
        page.goto(path)
        axe(page)
        page.set_viewport_size({"width": 390, "height": 844})
        axe(page)
        fits(page)
        page.set_viewport_size({"width": 1280, "height": 900})
