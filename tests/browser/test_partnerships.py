"""A partnership from the idea to its agreement, in a real browser (SP-01, SP-04, SP-06; story 1)."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from agreements.drafting import actions as drafting
from agreements.drafting import sending
from partnerships.agreement.template import offered_template
from partnerships.models import Partnership
from people.models import Organization
from tests.agreements.factories import sign, to_sign
from tests.browser.conftest import widths
from tests.factories import account, person
from tests.partnerships import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
YEAR = make.datetime.timedelta(days=365)


def no_sideways_scroll(page):
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def add_partner(page, name, level, coordinator):
    """A partner that isn't in the directory yet, with a coordinator who isn't on record."""
    page.get_by_label("Name of a new organization").fill(name)
    page.get_by_label("Its level of government").select_option(label=level)
    page.get_by_label("Someone new").check()
    page.get_by_label("Name", exact=True).fill(coordinator)
    page.get_by_label("Email address").fill(f"{coordinator.split()[0].lower()}@example.org")
    page.get_by_role("button", name="Add partner").click()
    expect(page.get_by_text(f"{name} is now a partner.")).to_be_visible()


@pytest.mark.parametrize("width", widths(1280, 390))
def test_from_an_idea_to_an_agreement_in_force(page, axe_at_both_widths, sign_in, transactional_db, width):
    """Each refused move lists all that is missing, and both partners sign from links."""
    ops = account("lab_ops", name="Noor Castellane")
    page.set_viewport_size({"width": width, "height": 900})
    page.set_default_timeout(20_000)
    sign_in(page, ops)
    page.goto("/partnerships/")
    expect(page.get_by_text("No partnerships yet")).to_be_visible()
    axe_at_both_widths(page)
    page.get_by_role("link", name="Start a partnership").click()
    page.get_by_label("Name").fill("Shared space in Picton")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Start partnership").click()
    expect(page.get_by_text("7 things are missing.")).to_be_visible()
    axe_at_both_widths(page)
    no_sideways_scroll(page)
    row = Partnership.objects.select_related("stream").get()
    at = f"/partnerships/{row.reference}/"

    # ── The case ──
    page.goto(f"{at}partners/add/")
    axe_at_both_widths(page)
    add_partner(page, "Prince Edward County", "Municipal", "Ines Halvorsen")
    page.goto(f"{at}partners/add/")
    add_partner(page, "Ontario service agency", "Provincial", "Mateo Lindgren")
    axe_at_both_widths(page)
    no_sideways_scroll(page)
    page.goto(f"{at}edit/")
    for label, name in (("Problem or opportunity", "problem"), ("Purpose", "purpose"), ("Vision", "vision")):
        page.get_by_role("textbox", name=label).fill(make.WORDS[name])
    for side in ("clients", "partners", "employees"):
        page.get_by_label(f"Value for {side}").fill(make.WORDS[f"value_{side}"])
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("One thing is missing.")).to_be_visible()
    make.done(row, "G05", by=ops)
    page.goto(f"{at}moves/study_feasibility/")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Study feasibility").click()
    expect(page.get_by_text("is now “Feasibility”")).to_be_visible()

    # ── The study ──
    page.goto(f"{at}moves/begin_agreeing/")
    expect(page.get_by_text("Can’t start the agreement yet. 4 things are missing")).to_be_visible()
    axe_at_both_widths(page)
    page.goto(f"{at}sites/add/")
    page.get_by_role("textbox", name="Name").fill("Town hall")
    page.get_by_role("textbox", name="Community").fill("Picton")
    page.get_by_label("Rural").check()
    page.get_by_role("textbox", name="Parking").fill("Ten places")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Add site").click()
    expect(page.get_by_text("Town hall was added as a candidate.")).to_be_visible()
    make.site(row, name="Old post office", by=ops)
    page.goto(f"{at}sites/")
    page.get_by_role("link", name=re.compile(r"^Choose\s?: Town hall$")).click()
    page.get_by_role("textbox", name="Reason").fill("It has parking.")
    page.get_by_role("button", name="Choose site").click()
    expect(page.get_by_text("Town hall is chosen.")).to_be_visible()
    axe_at_both_widths(page)
    no_sideways_scroll(page)
    page.goto(f"{at}arrangements/add/")
    page.get_by_role("combobox", name="Model").select_option(label="Co-location, shared space")
    page.get_by_role("combobox", name="Site").select_option(label="Town hall")
    page.get_by_label("First day").fill(str(timezone.localdate()))
    page.get_by_role("textbox", name="Reason").fill("Two small offices.")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Add arrangement").click()
    expect(page.get_by_text("The arrangement was added.")).to_be_visible()
    make.seated(row, by=ops)
    page.goto(f"{at}governance/")
    axe_at_both_widths(page)
    page.get_by_role("combobox", name="Board").select_option(label=f"Board of {row.reference}")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    make.done(row, "G06", "G08", by=ops)
    page.goto(f"{at}moves/begin_agreeing/")
    page.get_by_role("button", name="Start the agreement").click()
    expect(page.get_by_text("is now “Agreeing”")).to_be_visible()

    # ── The agreement ──
    page.goto(f"{at}moves/begin_preparing/")
    expect(page.get_by_text("Can’t start preparing yet. 3 things are missing")).to_be_visible()
    page.goto(f"{at}ending/add/")
    page.get_by_label("An event").check()
    page.get_by_role("textbox", name="Criterion").fill("The lease of the town hall ends")
    axe_at_both_widths(page)
    page.get_by_role("button", name="Add criterion").click()
    expect(page.get_by_text("Criterion added. Once it’s met, a decision is due within 30 days.")).to_be_visible()
    page.goto(f"{at}ending/edit/")
    page.locator("#id_review_on").fill(str(timezone.localdate() + YEAR))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    axe_at_both_widths(page)
    no_sideways_scroll(page)
    version = drafting.prepare(row.stream, offered_template(), header={"until": str(timezone.localdate() + 3 * YEAR)}, by=ops)
    for slot in version.roles.select_related("role"):
        drafting.set_party(version, slot.role, person(), by=ops)
    version.refresh_from_db()
    version = sending.circulate(version, shown_revision=version.revision, by=ops)
    page.goto(f"{at}agreement/")
    axe_at_both_widths(page)
    no_sideways_scroll(page)
    for invitation in to_sign(version):
        sign(invitation)
    page.goto(f"{at}moves/begin_preparing/")
    page.get_by_role("button", name="Start preparing").click()
    expect(page.get_by_text("is now “Preparing”")).to_be_visible()
    axe_at_both_widths(page)
    for part in ("history/", "tasks/", "money/", "barriers/", "status/", "value/"):
        page.goto(f"{at}{part}")
        axe_at_both_widths(page)
    page.goto("/people/organizations/")
    axe_at_both_widths(page)
    assert Organization.objects.count() == 2
