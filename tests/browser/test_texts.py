"""An administrator words a text anew and sees it as it will arrive; operations see a message as its reader does (EL-62, EL-63)."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from outbox.models import TemplateOverride
from outbox.queue import queue
from residencies.mail import QUALIFIED
from tests.browser.conftest import AXE_TAGS, widths
from tests.factories import account, person
from tests.residencies.rows import residency

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def message():
    return queue(
        QUALIFIED, to=person(name="Dana Lee"), about=residency("live", product="Kestrel").stream, key="1",
        params={"link": "https://portal.example.test/kestrel/"},
    )  # fmt: skip


def test_a_text_is_found_tried_refused_saved_and_seen(page, sign_in, message, troubles):
    """EL-63"""
    troubles.forgive("favicon.ico")  # Django's administration names none
    sign_in(page, account("admin"))
    page.goto(reverse("admin:outbox_templateoverride_changelist"))
    page.get_by_label("Find a text").fill("all six conditions")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Residency qualified").click()
    preview = page.frame_locator("iframe#preview")
    expect(preview.get_by_text("Hello Dana Lee").or_(preview.get_by_text("Good news")).first).to_be_visible()

    page.locator("#id_text").fill("Dear {nmae},\n\nSee what the lab found:\n{link}")
    expect(preview.get_by_text("{nmae} isn’t a placeholder in this text")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("{nmae} isn’t a placeholder in this text")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("Dear {nmae},\n\nSee what the lab found:\n{link}")
    assert not TemplateOverride.objects.exists()

    steps = page.evaluate("history.length")
    page.locator("#id_text").fill("Dear {name},\n\nSee what the lab found:\n{link}")
    expect(preview.locator("pre")).to_contain_text("Dear Dana Lee,")
    as_html = preview.frame_locator("iframe")
    expect(as_html.get_by_role("link", name="See what the lab found")).to_have_css("color", "rgb(255, 255, 255)")
    assert page.evaluate("history.length") == steps, "a preview is no step that Back goes through"
    options = {"resultTypes": ["violations"], "runOnly": AXE_TAGS, "preload": False}
    faults = Axe().run(page, context="#templateoverride_form section", options=options)
    assert not faults.violations_count, faults.generate_report()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("row", name="Residency qualified")).to_contain_text("Edited")


@pytest.mark.parametrize("where", widths("page", "phone"))
def test_a_message_is_shown_as_its_reader_sees_it(where, request, sign_in, message, axe):
    """EL-62"""
    page = request.getfixturevalue(where)
    sign_in(page, account("lab_ops"))
    page.goto(reverse("outbox-message", args=[message.pk]))
    mail = page.frame_locator("iframe.mail-frame")
    expect(mail.get_by_role("heading", name="Qualified")).to_be_visible()
    expect(mail.get_by_text("https://portal.example.test/kestrel/")).to_be_visible()
    expect(mail.locator("a").first).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    axe(page)
    assert not page.locator("html").evaluate("html => html.scrollWidth > innerWidth")
