"""What a party does on the signing pages."""

import re

from playwright.sync_api import Page


def read_every_section(page: Page) -> None:
    """Scroll to the end, where the bar's button speaks of the whole, and press it."""
    page.wait_for_url(re.compile("/read/"))  # else the page that is being left is scrolled
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.get_by_role("button", name="I have read every section").click()


def press_give_feedback(talk) -> None:
    """Open the discussion of a clause; with scripts, its forms come into the page."""
    talk.locator("[id^='fold-']").first.click()
