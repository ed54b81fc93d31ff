"""What will go out, and when: looked at by operations, changed by an administrator (EL-60, EL-62)."""

import datetime

import pytest
from django.utils import timezone

from outbox.delivery.sweep import sweep
from outbox.models import Message, ScheduleOverride, State
from residencies.models import Residency
from tests.browser.conftest import widths
from tests.factories import account
from tests.outbox.factories import message
from tests.residencies.rows import residency

pytestmark = pytest.mark.usefixtures("stated_day")


@pytest.fixture
def lab(transactional_db):
    """One residency due home in 30 days, reminded of 14 days before; two messages that failed."""
    ops, admin = account("lab_ops", name="Noor Castellane"), account("admin", name="Tomasz Everden")
    row = residency("live", owner=ops, product="Kestrel")
    today = timezone.localdate()
    due = today + datetime.timedelta(days=30)
    Residency.objects.filter(pk=row.pk).update(live_on=today - datetime.timedelta(days=150), graduation_due_on=due)
    sweep()
    Message.objects.all().delete()
    message(state=State.FAILED), message(state=State.FAILED)
    return ops, admin, due


def on(day):
    return f"{day.day} {day:%B %Y}"


@pytest.mark.parametrize("viewport", widths("page", "phone"))
def test_from_the_calendar_to_a_letter_of_that_day(request, viewport, axe, sign_in, lab):
    """EL-60, EL-62: what goes out, to whom and with which words; then all that failed once more."""
    screen = request.getfixturevalue(viewport)
    ops, _admin, due = lab
    day = due - datetime.timedelta(days=14)
    sign_in(screen, ops)
    screen.goto(f"/outbox/ahead/?month={day:%Y-%m}&view=list")
    axe(screen)
    screen.get_by_role("link", name=f"{day:%A} {on(day)}").click()
    axe(screen)
    screen.get_by_text("What it says").first.click()
    screen.get_by_text("Hello Noor Castellane").wait_for()
    screen.locator(".tabs").get_by_role("link", name="Reminders").click()
    axe(screen)
    screen.get_by_role("link", name="Graduation due").click()
    screen.get_by_text(f"On {on(day)} this will go to 1 person").wait_for()
    axe(screen)
    screen.locator(".tabs").get_by_role("link", name="Messages", exact=True).click()
    screen.get_by_role("cell", name="Failed, needs attention").first.wait_for()
    axe(screen)
    assert screen.evaluate("document.querySelector('.table-region').scrollWidth <= innerWidth")
    screen.get_by_role("link", name="Send them all again").click()
    axe(screen)
    screen.get_by_role("button", name="Send them all again").click()
    screen.get_by_text("2 messages are back in the queue.").wait_for()


def test_an_administrator_changes_when_it_is_due_after_a_look(page, axe, sign_in, lab):
    """EL-60"""
    _ops, admin, due = lab
    sign_in(page, admin)
    page.goto("/outbox/reminders/graduation-due/")
    page.get_by_role("link", name="Change when it is due").click()
    axe(page)
    page.get_by_label("Step 6, number").fill("10")
    page.get_by_role("button", name="See what would go out").click()
    page.get_by_text(f"On {on(due - datetime.timedelta(days=10))} this will go to 1 person").wait_for()
    axe(page)
    assert not ScheduleOverride.objects.exists()
    page.get_by_role("button", name="Save schedule").click()
    page.get_by_text("Schedule saved.").wait_for()
    page.get_by_role("link", name="Reset to default").click()
    axe(page)
    page.get_by_role("button", name="Reset to default").click()
    page.get_by_text("The default schedule applies again from tomorrow.").wait_for()


def test_a_filter_begins_at_the_first_page_and_says_itself_once(page, sign_in, lab):
    """What the address held before, a page of the longer list, is not carried along; the order is."""
    ops, _admin, _due = lab
    for number in range(60):
        message(state=State.FAILED if number < 55 else State.CANCELLED)
    sign_in(page, ops)
    page.goto("/outbox/?page=2&sort=due_at")
    for state in ("failed", "cancelled"):
        page.get_by_label("State").select_option(value=state)
        page.wait_for_url(f"**state={state}**")
    page.locator("#results").get_by_text("1 to 5 of 5").wait_for()
    assert page.url.count("state=") == 1
    assert "page=2" not in page.url
    assert "sort=due_at" in page.url
