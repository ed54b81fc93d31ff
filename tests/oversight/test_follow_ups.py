"""Follow-ups after 6 and 12 months: scheduled, asked about by email, answered without an account, and never lost (EL-56, EL-82)."""

import datetime

import pytest
from django.core import mail as mailbox
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from findings import Refused
from outbox.delivery.sweep import sweep
from outbox.models import Message
from oversight.followups.actions import answer_follow_up, change_follow_up_contact
from oversight.followups.links import FollowUpLinkHolder, follow_up_link
from oversight.followups.rules import due_days, share_together
from oversight.followups.todo import unanswered_follow_ups
from oversight.models import FollowUp, FollowUpLink
from people.models import Person
from residencies.models.states import State
from tests.clock import TODAY
from tests.factories import person
from tests.oversight.follow_ups import TEAM, by_link, follow_up, token_of
from tests.pages import client_of, text
from tests.residencies.pages import send
from tests.residencies.rows import residency

DAY = datetime.timedelta(days=1)
pg = pytest.mark.django_db


@pytest.fixture
def graduated(owner):
    return residency(State.GRADUATED, kept_by=owner)


def asked(row):
    """Who has an email about a follow-up, in order."""
    rows = Message.objects.filter(stream=row.stream, occasion="follow-up-due", state__in=["queued", "sent"])
    return list(rows.order_by("due_on", "pk").values_list("to_name", flat=True))


# ── Rules ────────────────────────────────────────────────────────────────────────────────────


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)))
def test_follow_ups_are_due_six_and_twelve_calendar_months_later(day):
    """EL-56"""
    due = due_days(day)
    assert due["twelve_months"].year == day.year + 1
    assert due["twelve_months"].month == day.month
    assert (due["six_months"].year * 12 + due["six_months"].month) - (day.year * 12 + day.month) == 6


@given(st.sets(st.sampled_from("abcdefgh")), st.lists(st.sampled_from("abcdefghij")), st.integers(0, 9))
def test_only_people_who_were_asked_about_count_and_each_once(team, ticked, left):
    """EL-56"""
    share = share_together(sorted(team), ticked, len(team) + left)
    assert share.count == sum(name in ticked for name in team)
    assert 0 <= share.percent <= 100
    assert share.total or share.percent == 0


# ── Answering from the email ─────────────────────────────────────────────────────────────────


@pg
def test_the_questions_are_answered_from_the_email_in_two_presses(graduated):
    """EL-56: choose whether it is in use, send; no account."""
    row = follow_up(graduated)
    browser, page = Client(), reverse("follow-up-answer", args=[token_of(row)])
    shown = browser.get(page)
    assert "How is Product 1 doing?" in text(shown)
    assert [box.data["selected"] for box in shown.context["form"]["together"]] == [True] * 3, "most people are still there"
    answer = send(browser, page, {"in_use": "partly", "together": TEAM[:2], "changed": "A new owner."}, follow=True)
    assert "Thank you" in text(answer)
    assert "Ana Morrow, Bo Lindqvist" in text(answer)
    row.refresh_from_db()
    assert (row.in_use, row.together, row.changed, row.answered_on) == ("partly", TEAM[:2], "A new owner.", TODAY)
    assert (row.answered_by, row.answered_by_name) == (None, row.contact.name)
    event = graduated.stream.events.get()
    assert (event.act, event.actor_name, event.facts["together"]) == ("follow-up-answered", row.contact.name, 2)


@pg
def test_a_second_press_counts_once_and_shows_the_first_answer(graduated):
    row = follow_up(graduated)
    browser, page = Client(), reverse("follow-up-answer", args=[token_of(row)])
    for answer in ("yes", "no"):
        response = send(browser, page, {"in_use": answer, "together": TEAM}, follow=True)
        assert "Thank you" in text(response)
    again = answer_follow_up(row, in_use="no", by=by_link_of_answered(row))
    assert (again.in_use, FollowUp.objects.get().in_use) == ("yes", "yes")
    assert graduated.stream.events.count() == 1


def by_link_of_answered(row):
    return FollowUpLinkHolder(FollowUpLink.objects.filter(follow_up=row).latest("pk"))


@pg
def test_without_an_answer_nothing_is_sent_and_what_was_typed_stays(graduated):
    row = follow_up(graduated)
    response = send(Client(), reverse("follow-up-answer", args=[token_of(row)]), {"changed": "We moved to another branch."})
    assert response.status_code == 422
    assert "We moved to another branch." in response.content.decode()
    assert FollowUp.objects.get().answered_on is None


@pg
def test_only_the_last_one_asks_whether_the_contact_is_right_and_keeps_the_new_one_as_words(graduated):
    """EL-56: someone with a link doesn't learn whose an address on record is."""
    known = person()
    early, late = follow_up(graduated), follow_up(graduated, kind="twelve_months")
    assert "right person to ask" not in text(Client().get(reverse("follow-up-answer", args=[token_of(early)])))
    sent = {"in_use": "yes", "right_contact": "no", "name": "Maya Prentiss", "email": known.email}
    response = send(Client(), reverse("follow-up-answer", args=[token_of(late)]), sent, follow=True)
    assert f"Ask Maya Prentiss {known.email} from now on" in text(response)
    assert known.name not in text(response)
    late.refresh_from_db()
    assert (late.right_contact, late.new_contact_name, late.new_contact_email) == (False, "Maya Prentiss", known.email)
    assert not Person.objects.filter(name="Maya Prentiss").exists()


@pg
def test_a_link_is_known_by_its_hash_alone_and_expires(graduated):
    row = follow_up(graduated)
    token = token_of(row)
    link = FollowUpLink.objects.get()
    assert token not in str(FollowUpLink.objects.values().get())
    assert follow_up_link(token) == link
    FollowUpLink.objects.update(expires_on=TODAY - DAY)
    assert Client().get(reverse("follow-up-answer", args=[token])).status_code == 404
    with pytest.raises(PermissionDenied):
        answer_follow_up(row, in_use="yes", by=FollowUpLinkHolder(link))


@pg
def test_a_link_answers_its_own_follow_up_alone(graduated):
    own, other = follow_up(graduated), follow_up(graduated, kind="twelve_months")
    with pytest.raises(PermissionDenied):
        answer_follow_up(other, in_use="yes", by=by_link(own))


@pg
def test_a_follow_up_is_not_answered_before_it_is_due(graduated, ops):
    with pytest.raises(Refused) as early:
        answer_follow_up(follow_up(graduated, days_ago=-1), in_use="yes", by=ops)
    assert early.value.codes == {"follow-up-early"}


# ── Staff ────────────────────────────────────────────────────────────────────────────────────


@pg
def test_staff_enter_an_answer_that_they_were_told(graduated, ops):
    row = follow_up(graduated, days_ago=20)
    client = client_of(ops)
    assert "Enter answer" in text(client.get(row.get_absolute_url()))
    response = send(client, reverse("follow-up-enter", args=[graduated.reference, row.pk]), {"in_use": "no"}, follow=True)
    assert f"Answered by {ops.name}" in text(response)
    assert "0 of the 3 people" in text(response)
    assert "Enter answer" not in text(response)


@pg
def test_another_contact_gets_the_next_email_and_the_waiting_one_is_withdrawn(graduated, ops):
    row = follow_up(graduated)
    sweep()
    assert asked(row) == [row.contact.name]
    other = person()
    change_follow_up_contact(row, contact=other, by=ops)
    sweep()
    assert asked(row) == [other.name]


@pg
def test_an_unanswered_follow_up_is_on_home_after_two_weeks(graduated):
    row = follow_up(graduated, days_ago=14)
    assert unanswered_follow_ups(TODAY) == []
    FollowUp.objects.update(due_on=TODAY - 15 * DAY)
    (line,) = unanswered_follow_ups(TODAY)
    assert (line.title, line.url, line.note) == ("6-month follow-up not answered", row.get_absolute_url(), f"Asked: {row.contact.name}")
    answer_follow_up(row, in_use="yes", by=by_link(row))
    assert unanswered_follow_ups(TODAY) == []


# ── Reminders ────────────────────────────────────────────────────────────────────────────────


def sweep_on(days):
    """Sweep as on a day so many days from today."""
    return sweep(timezone.now() + days * DAY)


@pg
def test_the_contact_is_asked_on_the_day_and_the_fallback_once_two_weeks_have_passed(graduated):
    """EL-56"""
    row = follow_up(graduated, fallback=person())
    sweep()
    assert asked(row) == [row.contact.name]
    FollowUp.objects.update(due_on=TODAY - 14 * DAY)
    sweep()
    assert set(asked(row)) == {row.contact.name, row.fallback.name}


@pg
@pytest.mark.parametrize("reached", [False, None])
def test_the_fallback_is_asked_at_once_if_the_contact_cannot_be_reached(graduated, reached):
    """EL-56: the person left, or there never was one."""
    contact = person(email="") if reached is False else None
    row = follow_up(graduated, contact=contact, fallback=person())
    sweep()
    assert asked(row) == [row.fallback.name]


@pg
def test_the_fallback_is_asked_if_the_email_to_the_contact_failed(graduated):
    row = follow_up(graduated, fallback=person())
    sweep()
    Message.objects.filter(person=row.contact).update(state="failed")
    sweep()
    assert asked(row) == [row.fallback.name]


@pg
def test_an_outage_of_forty_days_delays_the_questions_and_loses_none(graduated):
    """EL-65: nothing is compared with today's date alone."""
    row = follow_up(graduated, days_ago=40, fallback=person())
    sweep()
    assert sorted(asked(row)) == sorted([row.contact.name, row.fallback.name])
    sweep()
    assert len(asked(row)) == 2, "the next sweep asks no one a second time"


@pg
def test_an_answered_follow_up_is_not_asked_about(graduated):
    row = follow_up(graduated)
    answer_follow_up(row, in_use="yes", by=by_link(row))
    sweep()
    assert asked(row) == []


@pg
def test_the_email_has_a_link_made_as_it_leaves(graduated, settings):
    row = follow_up(graduated)
    sweep()
    message = Message.objects.with_contact().get(occasion="follow-up-due")
    assert message.text == ""
    from outbox.delivery.compose import as_mail, letter_to_send

    mail = as_mail(message, letter_to_send(message))
    assert mail.subject == f"How is {graduated} doing?"
    link = next(word for word in mail.body.split() if "/f/" in word)
    assert follow_up_link(link.rsplit("/", 1)[-1]).person == row.contact
    assert mailbox.outbox == []
