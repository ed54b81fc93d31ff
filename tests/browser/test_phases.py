"""The phases of a residency in a real browser (EL-05)."""

import datetime

import pytest
from playwright.sync_api import expect

from residencies.lifecycle.phases.checklists import SIGNS
from residencies.models import PhaseSpan, Residency
from residencies.models.states import Phase, State
from tests.browser.conftest import widths
from tests.clock import TODAY
from tests.oversight.task_rows import tick
from tests.residencies.rows import residency

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def resident(ops):
    row = residency(State.IN_RESIDENCE, product="Trail Finder", owner=ops)
    Residency.objects.filter(pk=row.pk).update(phase="align")
    PhaseSpan.objects.filter(residency=row).update(phase="align", from_on=TODAY - datetime.timedelta(days=100))
    tick(row, SIGNS[Phase.ALIGN], "align-sponsors", note="At the kickoff.", by=ops)
    return row


@pytest.mark.parametrize("width", widths(1280, 390))
def test_operations_tick_undo_and_start_the_next_phase_without_a_condition(
    page, axe_at_both_widths, sign_in, troubles, ops, resident, width
):
    """EL-05: without a note it is refused beside the field, and the page keeps what was typed."""
    troubles.forgive("409")  # the act that refuses is what is tried
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, ops)
    page.goto(f"/residencies/{resident.reference}/phases/")
    expect(page.get_by_text("Month 4. By the end of month 4, usually there is an alpha.")).to_be_visible()
    axe_at_both_widths(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_label("Note on how you know: Stakeholders are engaged.").fill("All six came.")
    page.locator("button", has_text="Tick: Stakeholders are engaged.").click()
    expect(page.get_by_text("recorded by Noor Castellane: All six came.")).to_be_visible()
    page.locator("a", has_text="Undo: Stakeholders are engaged.").click()
    axe_at_both_widths(page)
    page.get_by_label("Reason").fill("One of them left.")
    page.get_by_role("button", name="Undo tick").click()
    expect(page.get_by_text("Tick undone.")).to_be_visible()
    expect(page.get_by_text("All six came.")).to_have_count(0)
    page.get_by_role("link", name="Start Resource").click()
    expect(page.get_by_text("The alignment session has been held.")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("button", name="Start Resource").click()
    expect(page.get_by_text("Say in the note why the phase starts anyway.").first).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_label("Note").fill("The session is on Thursday.")
    page.get_by_role("button", name="Start Resource").click()
    expect(page.get_by_text("Trail Finder is now in the “Resource” phase.")).to_be_visible()
    expect(page.get_by_text("The session is on Thursday.")).to_be_visible()
    axe_at_both_widths(page)
