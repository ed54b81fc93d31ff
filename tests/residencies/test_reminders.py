"""Who is reminded of what about a residency (EL-60)."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from people.models import RoleGrant
from residencies.graduation.actions import extend_graduation
from residencies.models import Membership, Residency, Review
from tests.factories import account, person
from tests.residencies.rows import residency
from tests.teams.factories import product_owner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stated_day")]
LONG_AGO = datetime.datetime(2026, 1, 1, 20, tzinfo=datetime.UTC)


def recipients(occasion: str) -> list[str]:
    return sorted(set(Message.objects.filter(occasion=occasion).values_list("to_name", flat=True)))


def at_nine(day: datetime.date) -> datetime.datetime:
    """After eight in the morning of `day`, when reminders leave."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))


def since_long_ago() -> None:
    for model in (RoleGrant, Membership):
        model.objects.update(from_at=LONG_AGO)


def test_the_team_s_product_owner_is_told_of_graduation_beside_those_who_keep_it(ops):
    """EL-60"""
    today = timezone.localdate()
    row = residency("live", owner=ops, kept_by=account("product_owner", name="Priya Wenlock"))
    product_owner(row, person=person(name="Kofi Marchbanks"), from_on=today - datetime.timedelta(days=90))
    product_owner(
        row, person=person(name="Gone Before"), from_on=today - datetime.timedelta(days=90), to_on=today - datetime.timedelta(days=1)
    )
    Residency.objects.filter(pk=row.pk).update(graduation_due_on=today)
    since_long_ago()
    sweep()
    assert recipients("graduation-due") == ["Kofi Marchbanks", "Noor Castellane", "Priya Wenlock"]


def test_going_live_tells_that_the_clock_runs(ops):
    """EL-60, EL-80"""
    today = timezone.localdate()
    row = residency("live", owner=ops, kept_by=account("product_owner", name="Priya Wenlock"))
    Residency.objects.filter(pk=row.pk).update(live_on=today, graduation_due_on=today + datetime.timedelta(days=184))
    since_long_ago()
    with time_machine.travel(at_nine(today + datetime.timedelta(days=1))):
        sweep()
        deliver_due()
    assert recipients("graduation-clock") == ["Noor Castellane", "Priya Wenlock"]
    assert mail.outbox[0].subject == f"The clock to graduation has started: {row}"


def test_a_day_for_graduation_that_is_corrected_to_an_earlier_one_takes_its_reminders_along(ops, lead):
    """EL-83: what waits for the day given by mistake is not sent, what the earlier day asks for is."""
    today = timezone.localdate()
    days = lambda count: today + datetime.timedelta(days=count)
    row = residency("live", owner=ops, live_on=days(-220), graduation_due_on=days(-30))
    since_long_ago()
    extend_graduation(row, to_on=days(14), reason="Hiring.", by=lead)
    sweep()
    extend_graduation(row, to_on=days(1), reason="The day was wrong.", by=lead)
    with time_machine.travel(at_nine(today + datetime.timedelta(days=1))):
        sweep()
        deliver_due()
    assert {message.subject for message in mail.outbox if "benefit owner" not in message.subject} == {f"Today: {row} graduates"}
    assert Message.objects.get(occasion="graduation-due", due_on=today).state == "cancelled"


@pytest.mark.parametrize(("days", "wanted"), [(6, 0), (7, 1), (14, 1), (15, 1)])
def test_an_intake_that_waits_for_the_lab_reminds_whoever_reviews_it(ops, days, wanted):
    row = residency("in_review", owner=ops)
    row.reviews.create(number=1, opened_at=timezone.now() - datetime.timedelta(days=days))
    since_long_ago()
    sweep()
    assert Message.objects.filter(occasion="review-waiting").exclude(state="stale").count() == wanted


def test_an_intake_that_nobody_looks_after_reminds_all_of_lab_operations(ops):
    residency("submitted").reviews.create(number=1, opened_at=timezone.now() - datetime.timedelta(days=7))
    account("lab_ops", name="Ines Okonkwo")
    since_long_ago()
    sweep()
    assert recipients("review-waiting") == ["Ines Okonkwo", "Noor Castellane"]


def test_an_answered_intake_reminds_nobody(ops):
    row = residency("in_review", owner=ops)
    row.reviews.create(number=1, opened_at=timezone.now() - datetime.timedelta(days=7))
    since_long_ago()
    sweep()
    row.reviews.update(closed_at=timezone.now(), outcome=Review.Outcome.QUALIFIED)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert deliver_due() == 0


def test_questions_that_wait_remind_the_program_area_until_it_has_answered(ops):
    """EL-60: intake waiting."""
    row = residency("draft", kept_by=account("product_owner", name="Priya Wenlock"), owner=ops)
    week_ago = timezone.now() - datetime.timedelta(days=7)
    row.reviews.create(number=1, opened_at=week_ago, closed_at=week_ago, outcome=Review.Outcome.MORE_NEEDED)
    residency("draft", kept_by=account("product_owner"))
    since_long_ago()
    sweep()
    assert recipients("answers-waiting") == ["Priya Wenlock"]
    row.reviews.create(number=2, opened_at=timezone.now())
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert deliver_due() == 0
