"""What lab operations do every week, counted in presses and fields from the page where they are (the issue: three each, twenty to name
seven parties)."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from agreements.drafting.actions import set_signatories
from agreements.models import Invitation
from outbox.models import Message
from teams.models import Presence, Sprint
from tests.agreements.factories import circulated, draft, sign, to_sign
from tests.factories import account, person
from tests.residencies.factories import qualified_residency
from tests.teams.factories import champion, checked, residency, seat, sprinting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST, MOST_FOR_PARTIES = 3, 20


class Counted:
    """A page on which every press and every field that is filled counts one."""

    def __init__(self, page, start):
        self.page, self.presses = page, 0
        page.goto(start)

    def press(self, target):
        self.presses += 1
        target.click()

    def fill(self, label, text):
        self.presses += 1
        self.page.get_by_label(label, exact=True).fill(text)


def test_all_silent_signers_are_reminded_in_three_presses_from_home(page, sign_in, axe):
    """EL-27: whoever has signed gets no reminder."""
    version = circulated()
    signed, *waiting = to_sign(version)
    sign(signed)
    asked = timezone.now() - datetime.timedelta(days=9)
    Invitation.objects.filter(version=version).update(made_at=asked)
    Message.objects.update(due_at=asked)
    sign_in(page, account("lab_ops"))
    lab = Counted(page, "/")
    lab.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Agreements"))
    axe(page)
    lab.press(page.get_by_role("button", name=re.compile("^Remind all who haven.t signed: ")))
    page.get_by_text(f"{len(waiting)} reminders are on their way").wait_for()
    reminded = Message.objects.filter(occasion="agreement-unsigned").values_list("person", flat=True)
    assert set(reminded) == {invitation.party.person.pk for invitation in waiting}
    assert lab.presses <= MOST


def test_attendance_of_nine_with_one_absent_takes_three_presses(phone, sign_in):
    """EL-51: one who missed it, then everyone else."""
    ops = account("lab_ops")
    trail = checked(residency(by=ops))
    for number in range(7):
        seat(trail, name=f"Member {number}")
    champion(trail, name="Anneke Torvald", is_lead=True)
    champion(trail, name="Ivo Brandt")
    begun = timezone.localtime() - datetime.timedelta(minutes=1)
    review = sprinting(trail)[0]
    Sprint.objects.filter(pk=review.pk).update(review_on=begun.date(), review_at=begun.time())
    sign_in(phone, ops)
    lab = Counted(phone, f"/residencies/{trail.reference}/sprints/")
    lab.press(phone.locator(".review-line", has_text="Sprint 1").get_by_role("link").first)
    lab.press(phone.locator("button", has_text="Missed: Ivo Brandt"))
    phone.locator("button[aria-pressed=true]", has_text="Missed: Ivo Brandt").wait_for()
    lab.press(phone.get_by_role("button", name="Everyone else attended"))
    expect(phone.locator("button[aria-pressed=true]")).to_have_count(9)
    came = dict(Presence.objects.filter(sprint=review).values_list("person__name", "came"))
    assert (came.pop("Ivo Brandt"), set(came.values()), len(came)) == ("missed", {"came"}, 8)
    assert lab.presses <= MOST


@pytest.mark.parametrize("known", [True, False], ids=["lab-and-owner-proposed", "all-typed"])
def test_seven_parties_are_named_in_twenty_presses_and_fields(page, sign_in, axe, known):
    """EL-22, EL-36: from the agreement to all parties saved, also if nobody is proposed and each gets a name and an address."""
    ops = account("lab_ops")
    version = draft(residency=qualified_residency())
    roles = list(version.roles.filter(must_sign=True).order_by("position"))
    if known:
        for n, role in enumerate(role for role in roles if role.side == "lab"):
            set_signatories({role.label: (person(name=f"Lab Signer {n}", email=f"lab{n}@example.org"), None)}, by=ops)
    sign_in(page, ops)
    lab = Counted(page, f"/residencies/{version.agreement.subject.reference}/agreement/")
    lab.press(page.get_by_role("link", name="Name 7 signers"))
    page.get_by_role("heading", name="Parties to the agreement", level=2).wait_for()
    for n, role in enumerate(roles):
        if not page.get_by_label(role.label, exact=True).input_value():
            lab.fill(role.label, f"Signer Number{n} <signer{n}@example.org>")
    lab.press(page.get_by_role("button", name="Save parties"))
    page.get_by_text("Parties saved.").wait_for()
    axe(page)
    assert version.agreement.parties.filter(to_at=None).count() == len(roles) == 7
    assert lab.presses <= MOST_FOR_PARTIES
