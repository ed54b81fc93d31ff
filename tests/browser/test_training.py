"""Champions, training and one's own page in a real browser (EL-44, EL-45)."""

import pytest

from residencies.models import Residency
from teams.models import Champion, Training
from tests.factories import account
from tests.pdfs import PDF
from tests.teams.factories import champion, checked, course, expectation, product_owner, residency, sprinting, training


@pytest.fixture
def ops(transactional_db):
    return account("lab_ops", name="Noor Castellane")


@pytest.fixture
def trail(ops):
    """A team near its live release: a leader who took part of the training, and an alliance team to make up."""
    course(), expectation()
    row = checked(residency(by=ops))
    Residency.objects.filter(pk=row.pk).update(phase="deliver")
    training(row, person=champion(row, name="Anneke Torvald", is_lead=True).person)
    product_owner(row, name="Priya Wenlock", agile_trained_on=None)
    sprinting(row)
    return row


def test_no_page_of_champions_and_training_keeps_anybody_out_on_a_phone(phone, axe, sign_in, ops, trail):
    """Axe finds nothing with everything unfolded, and nothing runs out of the side; at a desk the crawl looks (test_every_page.py)."""
    sign_in(phone, ops)
    home, entry, anneke = f"/residencies/{trail.reference}", Training.objects.get(), Champion.objects.get()
    for url in (
        f"{home}/champions/", f"{home}/champions/{anneke.pk}/lead/", f"{home}/training/", f"{home}/training/log/",
        f"{home}/training/{entry.pk}/certificate/", "/training/", "/training/leaders/", f"/people/{anneke.person_id}/lab/", "/my-lab/",
    ):  # fmt: skip
        phone.goto(url)
        for fold in phone.locator("details.fold > summary").all():
            fold.click()
        axe(phone)
        assert not phone.locator("html").evaluate("html => html.scrollWidth > innerWidth"), url


def test_from_an_alliance_team_to_trained_leaders_with_a_certificate(page, sign_in, ops, trail):
    """EL-44, EL-45"""
    sign_in(page, ops)
    page.goto(f"/residencies/{trail.reference}/champions/")
    page.get_by_role("link", name="Name a champion").click()
    page.get_by_label("Someone new").check()
    page.get_by_label("Name", exact=True).fill("Kofi Marchbanks")
    page.get_by_label("Role").select_option(label="Chief financial officer")
    page.get_by_role("button", name="Name as champion").click()
    page.locator("a", has_text="Make alliance lead: Kofi Marchbanks").click()
    page.get_by_role("button", name="Hand over the lead").click()
    page.get_by_text("Kofi Marchbanks leads the alliance team.").wait_for()
    page.locator("summary", has_text="Expectations of Anneke Torvald").click()
    speaks = "Tells other executives what the team does and why it matters."
    page.get_by_label(f"Note on how you know: {speaks}").fill("At the branch meeting")
    page.locator("button", has_text=f"Tick: {speaks}").click()
    page.get_by_text("At the branch meeting").wait_for(state="attached")
    page.get_by_role("link", name="Agree on a date, then log the training.").first.click()
    page.get_by_label("Course").select_option(label="Agile fundamentals (7 hours)")
    page.get_by_label("Kofi Marchbanks, Chief financial officer").check()
    page.get_by_label("Priya Wenlock, Product owner").check()
    page.get_by_role("button", name="Log training").click()
    page.get_by_text("7 of 14 hours").wait_for()
    assert page.get_by_text("No Agile training yet").count() == 0
    page.locator("a", has_text="Add the certificate: Priya Wenlock, Agile fundamentals").click()
    page.get_by_label("Or a file").set_input_files({"name": "it.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_role("button", name="Save the certificate").click()
    with page.expect_download() as given:
        page.locator("a", has_text="Certificate,").click()
    assert given.value.suggested_filename == "it.pdf"
