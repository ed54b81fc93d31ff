"""The main job, end to end: a qualified residency, its agreement, start, going live, home (issue 2)."""

import datetime
import re

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from acts.act import SYSTEM
from agreements.drafting import templates
from agreements.models import AgreementVersion
from ledger.verification import verify
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from oversight.checklists import actions as task_actions
from oversight.models import ChecklistItem, FollowUp
from residencies.lifecycle.rules import graduation_due
from residencies.models import Residency
from residencies.models.states import State
from teams.choices import Employer, TeamRole
from tests.agreements.factories import fill_roles, sign, to_sign
from tests.browser.test_agreement import links, narrow, sign_by_link
from tests.clock import TODAY
from tests.oversight.task_rows import carry_out_plan, plan_part, write_plan
from tests.residencies.factories import ops, qualified_residency
from tests.teams.factories import all_stay, seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _site(settings, live_server):
    settings.SITE_URL = live_server.url


@pytest.fixture
def officer():
    return ops(name="Noor Castellane")


@pytest.fixture
def desk(page, sign_in, officer):
    sign_in(page, officer)
    return page


def step(page, name):
    """Go to a step of the residency by its button."""
    page.locator(".page-actions").get_by_role("link", name=name).click()


def refused(page, heading, axe):
    """The panel of a refused act; how many lines it has, one for each place where something is missing."""
    expect(page.get_by_role("region", name=heading)).to_be_visible()
    axe(page)
    return page.locator(".refused .finding:not(.finding-met)").count()


def there_and_back(page, remedy, axe):
    """Follow a remedy's link to where it is mended, and come back by the link there."""
    panel = page.url
    page.locator(".refused").get_by_role("link", name=remedy).first.click()
    axe(page)
    page.get_by_role("link", name="Back to the step you came from").click()
    expect(page).to_have_url(panel)


def test_from_qualified_to_home(desk, phone, axe, officer):
    """EL-04, EL-20 to EL-31, EL-40 to EL-43, EL-56, EL-72, EL-80 to EL-83: every refusal leads to where it is mended, and back."""
    templates.install_standard_template(by=SYSTEM)
    residency = qualified_residency(product="Farm Relief Claims", reviewer=officer)
    desk.goto(residency.get_absolute_url())
    axe(desk)

    agree(desk, residency, officer)
    begin(desk, phone, residency, officer, axe)
    go_live(desk, residency, officer, axe)
    go_home(desk, residency, axe)
    follow_up_by_email(phone, residency, axe)

    desk.locator(".tabs-link", has_text="History").click()
    axe(desk)
    for sentence in (
        "started the agreement",
        "started the residency",
        "recorded that the product went live",
        "recorded that the team graduated",
    ):
        expect(desk.locator(".timeline").get_by_text(sentence).first).to_be_visible()
    assert verify().broken is None


def agree(desk, residency, officer):
    """Prepare the agreement, name the parties, send it out."""
    step(desk, "Prepare the agreement")
    desk.get_by_role("button", name="Prepare the agreement").click()
    expect(desk.get_by_text("Can’t be sent yet")).to_be_visible()
    fill_roles(AgreementVersion.objects.get(), by=officer)
    desk.reload()
    desk.get_by_role("link", name="Send for signature").click()
    desk.get_by_role("button", name="Send for signature").click()
    expect(desk.get_by_text("Agreement sent for signature")).to_be_visible()


def begin(desk, phone, residency, officer, axe):
    """Refused while nobody has signed and there is no team; then everybody signs, the team is there, and it starts."""
    desk.goto(residency.get_absolute_url())
    step(desk, "Start the residency")
    version = AgreementVersion.objects.get()
    signers = to_sign(version)
    assert refused(desk, "Can't start yet", axe) == 3
    assert desk.locator(".refused .task-findings > li").count() == len(signers)
    there_and_back(desk, f"{len(signers)} signatures", axe)

    (link, name), *_others = links(version)
    sign_by_link(phone, link, name, lambda: narrow(phone))
    for invitation in signers[1:]:
        sign(invitation)
    desk.get_by_role("link", name="Check again").click()
    assert refused(desk, "Can't start yet", axe) == 2

    desk.locator(".refused .finding a").first.click()
    desk.get_by_role("link", name="Add to the team").first.click()
    axe(desk)
    desk.get_by_label("Someone new").check()
    desk.get_by_label("Name", exact=True).fill("Priya Wenlock")
    desk.get_by_label("Role", exact=False).first.select_option(TeamRole.PRODUCT_OWNER)
    desk.get_by_label("Employer").select_option(Employer.BUSINESS_AREA)
    desk.get_by_label("First day").fill(str(TODAY))
    desk.get_by_label("Agile training finished on").fill(str(TODAY))
    desk.get_by_role("button", name="Add to the roster").click()
    expect(desk.get_by_text("Resolved: The team has no product owner.")).to_be_visible()
    seat(residency, role=TeamRole.DEVELOPER, employer=Employer.IM_BRANCH)
    desk.get_by_role("link", name="Back to the step you came from").click()
    expect(desk.locator(".refused")).to_have_count(0)
    axe(desk)
    desk.get_by_role("button", name="Start the residency").click()
    expect(desk.get_by_text("Farm Relief Claims is in residence.")).to_be_visible()


def go_live(desk, residency, officer, axe):
    """Refused without a plan, assessments and a DevOps specialist; each is mended from the panel, and the clock starts."""
    step(desk, "Go live")
    assert refused(desk, "Can't go live yet", axe) == 3
    write_plan(residency)
    part = plan_part(residency, note="", owner=None)
    desk.get_by_role("link", name="Check again").click()
    desk.get_by_role("link", name="Complete the graduation plan.").click()
    desk.get_by_role("link", name=re.compile(f"^Edit ?: {part}$")).click()
    axe(desk)
    desk.get_by_label("Plan", exact=True).fill("The digital branch")
    desk.get_by_label("Someone new").check()
    desk.get_by_label("Name", exact=True).fill("Imani Roe")
    desk.get_by_role("button", name="Save changes").click()
    assert refused(desk, "Can't go live yet", axe) == 2

    desk.get_by_role("link", name="Complete 2 assessments").click()
    desk.get_by_role("link", name="Privacy impact assessment").click()
    axe(desk)
    desk.get_by_label("Date completed").fill(str(TODAY))
    desk.get_by_label("Link").fill("https://example.org/pia.pdf")
    desk.get_by_role("button", name="Mark as done").click()
    assert refused(desk, "Can't go live yet", axe) == 2

    other = ChecklistItem.objects.get(checklist__stream=residency.stream, code="stra")
    task_actions.complete_task(other, done_on=TODAY, url="https://example.org/stra.pdf", shown_revision=other.revision, by=officer)
    seat(residency, role=TeamRole.DEVOPS, employer=Employer.IM_BRANCH, is_senior=True)
    desk.get_by_role("link", name="Check again").click()
    desk.get_by_role("button", name="Go live").click()
    due = graduation_due(TODAY, 6)
    expect(desk.get_by_text(f"Graduation is due on {due.day} {due:%B %Y}")).to_be_visible()
    expect(desk.locator(".subject-facts")).to_contain_text(f"{(due - TODAY) // datetime.timedelta(days=1)} days to graduation")
    axe(desk)


def go_home(desk, residency, axe):
    """Refused until the plan is carried out and it is known where everyone goes; then the team is home and nothing is left to press."""
    step(desk, "Graduate")
    assert refused(desk, "Can't graduate yet", axe) == 2
    carry_out_plan(residency)
    all_stay(residency)
    part = plan_part(residency, state="open", done_on=None)
    desk.get_by_role("link", name="Check again").click()
    desk.get_by_role("link", name="Carry it out, then mark it as done in the graduation plan.").click()
    desk.get_by_role("link", name=re.compile(f"^Mark as done ?: {part}$")).click()
    desk.get_by_label("Date completed").fill(str(TODAY))
    desk.get_by_role("button", name="Mark as done").click()
    desk.get_by_label("Home branch").fill("Digital branch")
    axe(desk)
    desk.get_by_role("button", name="Graduate").click()
    expect(desk.get_by_text("The team joined Digital branch.")).to_be_visible()
    axe(desk)
    assert Residency.objects.get(pk=residency.pk).state == State.GRADUATED
    assert desk.locator(f'a[href^="{reverse("residency-move", args=[residency.reference, "graduate"])}"]').count() == 0


def follow_up_by_email(phone, residency, axe):
    """EL-56, EL-82: six months later someone in the home ministry answers from the email, without an account."""
    row = FollowUp.objects.filter(stream=residency.stream).earliest("due_on")
    FollowUp.objects.filter(pk=row.pk).update(due_on=TODAY)
    sweep()
    deliver_due()
    link = next(match for letter in reversed(mail.outbox) if (match := re.search(r"http://\S+/f/\S+", letter.body)))[0]
    phone.goto(link)
    axe(phone)
    phone.get_by_label("Yes", exact=True).first.check()
    phone.get_by_role("button", name="Send answers").click()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    axe(phone)
    row.refresh_from_db()
    assert row.answered_on
