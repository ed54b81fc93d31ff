"""What lab operations do every week, counted in presses from the page where they are (the issue: three each)."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from agreements.models import Invitation
from outbox.models import Message
from teams.models import Presence, Sprint
from tests.agreements.factories import circulated, sign, to_sign
from tests.factories import account
from tests.teams.factories import champion, checked, residency, seat, sprinting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = 3


class Counted:
    """A page on which every press counts one."""

    def __init__(self, page, start):
        self.page, self.presses = page, 0
        page.goto(start)

    def press(self, target):
        self.presses += 1
        target.click()


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
