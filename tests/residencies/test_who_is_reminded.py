"""Who hears of a residency, and who no longer does: whoever left the lab, the program side or a role (EL-60)."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from outbox.delivery import health
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from people.models import RoleGrant, User
from residencies.models import Membership, Residency, Review
from tests.factories import account, person
from tests.residencies.rows import residency
from tests.teams.factories import product_owner, seat

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 9, 1)
LONG_AGO = datetime.datetime(2026, 1, 1, 20, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _nine_in_the_morning(time_machine):
    now_is(time_machine, TODAY)


def now_is(time_machine, day: datetime.date) -> None:
    """Nine in the morning, Pacific, of a day before which nobody looked for reminders for long."""
    time_machine.move_to(datetime.datetime(day.year, day.month, day.day, 16, tzinfo=datetime.UTC), tick=False)
    health.done(health.SWEEP, timezone.now() - datetime.timedelta(days=30))


def recipients(occasion: str) -> list[str]:
    return sorted(Message.objects.filter(occasion=occasion).values_list("to_name", flat=True))


def all_told_since_long_ago(*residencies: Residency) -> None:
    """Sweep, everybody being in place for long."""
    for model in (RoleGrant, Membership):
        model.objects.update(from_at=LONG_AGO)
    Residency.objects.filter(pk__in=[row.pk for row in residencies]).update(live_on=TODAY, graduation_due_on=TODAY)
    sweep()


def leave(role: str, account: User) -> None:
    account.role_grants.filter(role=role).update(to_at=timezone.now())


# ── Whoever left the lab ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def left():
    """Looks after a live residency and an intake, but has left the lab for a program area; the account is open."""
    user = account("lab_ops", "product_owner", name="Ruth Calloway")
    leave("lab_ops", user)
    return user


def test_what_somebody_who_left_the_lab_looked_after_is_nobodys_and_all_of_lab_operations_hear_of_it(ops, left):
    account("lab_ops", name="Ines Okonkwo")
    live = residency("live", owner=left)
    residency("in_review", owner=left).reviews.create(number=1, opened_at=timezone.now() - datetime.timedelta(days=7))
    all_told_since_long_ago(live)
    assert (
        recipients("graduation-clock")
        == recipients("graduation-due")
        == recipients("review-waiting")
        == ["Ines Okonkwo", "Noor Castellane"]
    )


def test_lab_leadership_may_look_after_a_residency_too(ops, lead):
    live = residency("live", owner=lead)
    residency("in_review", owner=lead).reviews.create(number=1, opened_at=timezone.now() - datetime.timedelta(days=7))
    all_told_since_long_ago(live)
    assert recipients("graduation-clock") == recipients("graduation-due") == recipients("review-waiting") == ["Saoirse Lindqvist-Rao"]


def test_replies_go_to_the_lab_once_whoever_looked_after_it_has_left(ops, left, settings):
    all_told_since_long_ago(residency("live", owner=left))
    assert deliver_due() == 2
    assert [letter.reply_to for letter in mail.outbox] == [[settings.LAB_EMAIL]] * 2


# ── The clock ────────────────────────────────────────────────────────────────────────────────


def test_that_the_clock_runs_is_told_to_all_of_lab_operations_where_nobody_looks_after_it_and_to_lab_leadership_never(ops, lead):
    """EL-60, EL-80"""
    account("lab_ops", name="Ines Okonkwo")
    all_told_since_long_ago(residency("live", kept_by=account("product_owner", name="Priya Wenlock")))
    assert recipients("graduation-clock") == ["Ines Okonkwo", "Noor Castellane", "Priya Wenlock"]


def test_that_the_clock_runs_is_told_to_the_team_s_product_owner_of_that_day(ops):
    """EL-60: not to one whose entry was struck out, and not to the rest of the team."""
    live = residency("live", owner=ops)
    product_owner(live, person=person(name="Struck Out"), from_on=LONG_AGO.date()).team.seats.update(struck_at=timezone.now())
    product_owner(live, person=person(name="Gone Before"), from_on=LONG_AGO.date(), to_on=TODAY - datetime.timedelta(days=1))
    product_owner(live, person=person(name="Kofi Marchbanks"), from_on=LONG_AGO.date())
    seat(live, person=person(name="Yuki Penhallow"), from_on=LONG_AGO.date())
    all_told_since_long_ago(live)
    assert recipients("graduation-clock") == recipients("graduation-due") == ["Kofi Marchbanks", "Noor Castellane"]


# ── Whoever has gone ─────────────────────────────────────────────────────────────────────────


def test_whoever_keeps_a_residency_no_more_hears_nothing_of_it(ops):
    """EL-60: its end, its clock, and what the lab asks."""
    live, draft = residency("live", owner=ops), residency("draft", owner=ops)
    week_ago = timezone.now() - datetime.timedelta(days=7)
    draft.reviews.create(number=1, opened_at=week_ago, closed_at=week_ago, outcome=Review.Outcome.MORE_NEEDED)
    gone, present = account("product_owner", name="Gone Before"), account("product_owner", name="Priya Wenlock")
    for row in (live, draft):
        row.memberships.create(user=present)
        row.memberships.create(user=gone, to_at=timezone.now())
    all_told_since_long_ago(live)
    assert recipients("graduation-due") == recipients("graduation-clock") == ["Noor Castellane", "Priya Wenlock"]
    assert recipients("answers-waiting") == ["Priya Wenlock"]


def test_whoever_has_left_a_role_hears_nothing_that_is_meant_for_it(ops, lead):
    """EL-60: what nobody looks after, and what lab leadership is told; a role held before and again counts."""
    for role in ("lab_ops", "lab_lead"):
        leave(role, account(role, name=f"Left {role}"))
    leave("lab_ops", ops)
    RoleGrant.objects.create(user=ops, role="lab_ops")
    residency("submitted").reviews.create(number=1, opened_at=timezone.now() - datetime.timedelta(days=7))
    all_told_since_long_ago(residency("live"))
    assert recipients("review-waiting") == recipients("graduation-clock") == ["Noor Castellane"]
    assert recipients("graduation-due") == ["Noor Castellane", "Saoirse Lindqvist-Rao"]


# ── An intake that waits ─────────────────────────────────────────────────────────────────────


def test_an_intake_that_waits_reminds_after_one_and_two_weeks_then_each_week_twelve_times_at_most(ops, time_machine):
    """EL-60: looked for each month, which leaves no day out."""
    residency("in_review", owner=ops).reviews.create(number=1, opened_at=timezone.now())
    for month in range(1, 6):
        now_is(time_machine, TODAY + datetime.timedelta(days=28 * month))
        all_told_since_long_ago()
    due = Message.objects.filter(occasion="review-waiting").values_list("due_on", flat=True).order_by("due_on")
    assert [(day - TODAY).days for day in due] == [7 * week for week in range(1, 13)]
