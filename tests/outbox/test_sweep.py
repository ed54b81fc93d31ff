"""From what is due to messages, set by set, once (EL-60, EL-61, EL-65)."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends import locmem
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbox import queue as outbox_queue
from outbox.delivery import health
from outbox.delivery import sweep as delivery_sweep
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message, State
from outbox.pages import actions
from outbox.preferences import actions as preferences_actions
from outbox.reminders import declare, due
from people.models import Person, RoleGrant, User
from residencies.graduation import actions as graduation_actions
from residencies.lifecycle import residency as residency_acts
from residencies.mail import QUALIFIED
from residencies.models import Residency
from residencies.reminders import GRADUATION
from tests.actors import ANYONE
from tests.factories import account
from tests.outbox.days import DUE, at, dated_messages
from tests.races import at_once
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db


def test_everybody_concerned_is_told_once_however_often_it_is_looked_for(live):
    """EL-61"""
    with at("2026-07-31 09:00"):
        assert [sweep(), sweep(), sweep()] == [2, 0, 0]
        assert deliver_due() == 2
        assert sweep() == 0
    assert dated_messages() == [("2026-07-31", "Priya Wenlock", "sent"), ("2026-07-31", "Ruth Calloway", "sent")]
    assert mail.outbox[0].subject == f"{live} graduates in 31 days"


def test_a_reminder_sent_a_second_time_leaves_while_its_cause_holds_and_no_longer(live):
    """EL-62, EL-85: the copy is asked about as the first was; after the end it stays behind."""
    with at("2026-07-31 09:00"):
        sweep()
        deliver_due()
        first = Message.objects.filter(state=State.SENT).order_by("pk")[0]
        copy = actions.send_again(first, by=ANYONE)
        assert deliver_due() == 1
        copy.refresh_from_db()
        last = actions.send_again(copy, by=ANYONE)
        Residency.objects.filter(pk=live.pk).update(state="withdrawn", ended_on=datetime.date(2026, 7, 31), end_reason="It ended.")
        assert deliver_due() == 0
    last.refresh_from_db()
    assert (copy.state, last.state) == (State.SENT, State.CANCELLED)


def test_it_leaves_in_the_morning_of_its_day_pacific(live):
    """EL-63"""
    with at("2026-07-30 23:59"):
        assert sweep() == 0
    with at("2026-07-31 00:00"):
        assert sweep() == 2
        assert deliver_due() == 0
    with at("2026-07-31 07:59"):
        assert deliver_due() == 0
    with at("2026-07-31 08:00"):
        assert deliver_due() == 2


def test_leadership_hears_of_it_from_the_day_on(live):
    """EL-60: escalating."""
    with at("2026-08-31 09:00"):
        sweep()
    assert ("2026-08-31", "Saoirse Lindqvist-Rao", "queued") in dated_messages()
    assert not [row for row in dated_messages() if row[1].startswith("Saoirse") and row[0] < "2026-08-31"]


def test_after_three_days_down_what_is_useful_goes_and_what_is_stale_is_marked(live):
    """R7, EL-65: the two-week reminder fell into the outage and is still of use; with a month down the one before it is not."""
    with at("2026-08-15 09:00"):
        sweep()
        deliver_due()
    with at("2026-08-20 09:00", after_outage=True):
        sweep()
        assert deliver_due() == 2
    assert {row for row in dated_messages() if row[0] == "2026-08-17"} == {
        ("2026-08-17", "Ruth Calloway", "sent"),
        ("2026-08-17", "Priya Wenlock", "sent"),
    }
    with at("2026-09-22 09:00", after_outage=True):
        sweep()
        assert deliver_due() == 3
    states = {(on, state) for on, _name, state in dated_messages() if on > "2026-08-17"}
    assert states == {("2026-08-31", "stale"), ("2026-09-07", "stale"), ("2026-09-14", "stale"), ("2026-09-21", "sent")}


def test_what_waited_too_long_is_not_sent_even_before_the_sweep_has_marked_it(live):
    """EL-65"""
    with at("2026-08-31 09:00"):
        sweep()
    with at("2026-09-07 09:00"):
        assert deliver_due() == 0
        sweep()
        assert {state for on, _name, state in dated_messages() if on == "2026-08-31"} == {"stale"}


def test_a_text_is_written_from_the_facts_of_the_day_on_which_it_leaves(live):
    """EL-63"""
    with at("2026-07-31 09:00"):
        sweep()
        assert not Message.objects.exclude(text="").exists()
    Residency.objects.filter(pk=live.pk).update(product="Heron")
    with at("2026-08-03 09:00"):
        deliver_due()
    assert "Heron graduates in 28 days" in mail.outbox[0].subject
    row = Message.objects.filter(state=State.SENT)[0]
    assert (row.subject, "Heron" in row.text) == (mail.outbox[0].subject, True)


def test_an_extension_moves_the_ladder_and_leaves_neither_a_stale_reminder_nor_a_gap(live, lead):
    """R7, EL-83: what waits for the old date is not sent; where both ladders meet it is sent once."""
    with at("2026-08-17 07:00"):
        sweep()
        graduation_actions.extend_graduation(live, to_on=datetime.date(2026, 9, 30), reason="More time.", by=lead)
    with at("2026-08-17 08:00"):
        assert deliver_due() == 0
        assert {state for _on, _name, state in dated_messages()} <= {"cancelled", "stale"}
    with at("2026-08-30 09:00"):
        assert sweep() == 2
        assert deliver_due() == 0, "it is a Sunday"
    with at("2026-08-31 09:00"):
        assert deliver_due() == 2
    assert "graduates in 30 days" in mail.outbox[0].subject


def test_a_cause_that_comes_back_is_told_after_all(live, ops):
    """Whoever looks after it hands it on and takes it back within the morning."""
    owner = live.owner
    with at("2026-07-31 07:00"):
        sweep()
        residency_acts.assign(live, to=ops, by=ops)
    with at("2026-07-31 09:00"):
        assert deliver_due() == 1
        residency_acts.assign(live, to=owner, by=ops)
        assert sweep() == 1
        assert deliver_due() == 1
    assert sorted(name for _on, name, state in dated_messages() if state == "sent") == ["Priya Wenlock", "Ruth Calloway"]


@pytest.mark.parametrize("end", ["graduated", "pivoted"])
def test_nobody_is_reminded_of_what_has_ended(live, end):
    """EL-85"""
    with at("2026-07-31 07:00"):
        sweep()
        fields = {"end_reason": "It was decided.", "ended_on": "2026-07-31"}
        Residency.objects.filter(pk=live.pk).update(state=end, **fields)
    with at("2026-07-31 09:00"):
        assert deliver_due() == 0
        assert sweep() == 0
    assert {state for _on, _name, state in dated_messages()} == {"cancelled"}


def test_an_act_withdraws_what_waits_about_its_subject_and_nothing_else(live):
    """EL-85"""
    with at("2026-07-31 07:00"):
        sweep()
        outbox_queue.queue(QUALIFIED, to=Person.objects.first(), about=live.stream, key="1", params={"link": "https://x.example.test/"})
        assert due.withdraw_reminders(live.stream) == 2
    assert Message.objects.waiting().get().occasion == "qualified"


def test_who_joins_later_is_not_told_what_was_due_before(live, ops):
    with at("2026-07-31 09:00"):
        sweep()
        deliver_due()
    with at("2026-08-02 09:00"):
        joined = live.memberships.create(user=ops)
        assert joined.from_at
    with at("2026-08-03 09:00", after_outage=True):
        assert {row for row in dated_messages() if row[1] == ops.name} == set()
        sweep()
        assert ops.name not in {name for _on, name, _state in dated_messages()}


def test_an_account_that_may_no_longer_sign_in_is_not_written_to_and_its_residency_falls_to_all_of_the_lab(live):
    live.owner.is_active = False
    live.owner.save()
    account("lab_ops", name="Ines Okonkwo")
    RoleGrant.objects.update(from_at="2026-01-01T12:00Z")
    with at("2026-07-31 09:00"):
        sweep()
    assert [name for _on, name, _state in dated_messages()] == ["Ines Okonkwo", "Priya Wenlock"]


def test_one_person_in_two_parts_is_told_once(live):
    live.memberships.create(user=live.owner, from_at="2026-01-01T12:00Z")
    with at("2026-07-31 09:00"):
        assert sweep() == 2


def test_an_occasion_that_fails_stops_no_other_and_the_sweep_does_not_count_as_done(live, monkeypatch):
    def broken():
        raise RuntimeError("a column is gone")

    declared = declare.REMINDERS
    monkeypatch.setattr(declare, "REMINDERS", {})  # where the spoilt one makes itself known
    spoilt = declare.Reminder(GRADUATION.kind, GRADUATION.schedule, broken, [], GRADUATION.letter, "a day")
    monkeypatch.setattr(delivery_sweep, "REMINDERS", {"spoilt": spoilt, **declared})
    with at("2026-07-30 09:00"):
        pass
    with time_machine.travel("2026-07-31T16:00Z"):
        assert sweep() > 0
        assert health.done_on(health.SWEEP) == datetime.date(2026, 7, 30)


def test_what_somebody_does_not_want_is_suppressed_unless_it_is_not_optional(live, ops):
    """EL-64"""
    row = residency("in_review", owner=live.owner)
    row.reviews.create(number=1, opened_at="2026-07-24T17:00Z")
    with at("2026-07-31 09:00"):
        sweep()
        preferences_actions.choose_mail(live.owner.person, optional=False, by=ANYONE)
        deliver_due()
    states = dict(Message.objects.filter(person=live.owner.person).values_list("occasion", "state"))
    assert states == {"review-waiting": "suppressed", "graduation-due": "sent"}


def test_optional_mail_says_how_to_stop_it_and_replies_go_to_whoever_looks_after_it(live):
    """EL-64"""
    row = residency("in_review", owner=live.owner)
    row.reviews.create(number=1, opened_at="2026-07-24T17:00Z")
    with at("2026-07-31 09:00"):
        sweep()
        deliver_due()
    by_kind = {letter.subject.split(":")[0][:15]: letter for letter in mail.outbox}
    optional = next(letter for subject, letter in by_kind.items() if subject.startswith("Intake waiting"))
    assert optional.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert all(letter.reply_to == [live.owner.email] for letter in mail.outbox)
    assert not [letter for letter in mail.outbox if "graduates" in letter.subject and "List-Unsubscribe" in letter.extra_headers]


def leave_together(count):
    """Deliver a reminder about each of `count` residencies; returns how often it was asked whether they still hold."""
    for number in range(count):
        owner = account("lab_ops", name=f"Owner {number}")
        residency("live", live_on=datetime.date(2026, 2, 28), graduation_due_on=DUE, owner=owner)
    RoleGrant.objects.update(from_at="2026-01-01T12:00Z")
    with at("2026-07-31 09:00"):
        assert sweep() == count
        with CaptureQueriesContext(connection) as queries:
            assert deliver_due() == count
    return sum("WITH concerned" in query["sql"] for query in queries)


def test_reminders_that_leave_together_are_asked_about_together():
    """EL-65, R8"""
    assert leave_together(12) == 1


def test_what_was_found_of_them_is_asked_again_before_it_is_old(monkeypatch):
    """EL-65: of those that are left."""
    monkeypatch.setattr(due, "FRESH_SECONDS", 0)
    assert leave_together(5) == 5


def test_a_cause_that_goes_while_a_batch_leaves_takes_its_reminder_along(live, monkeypatch):
    """EL-65: with the first letter the second person's account is closed."""
    monkeypatch.setattr(due, "FRESH_SECONDS", 0)
    with at("2026-07-31 09:00"):
        assert sweep() == 2
        second = Message.objects.order_by("pk").last().person.user

        class Closing(locmem.EmailBackend):
            def send_messages(self, messages):
                User.objects.filter(pk=second.pk).update(is_active=False)
                return super().send_messages(messages)

        monkeypatch.setattr("outbox.delivery.worker.get_connection", lambda **how: Closing(**how))
        assert deliver_due() == 1
    assert [row.state for row in Message.objects.order_by("pk")] == ["sent", "cancelled"]


def test_an_insert_is_one_statement_an_occasion_however_many_are_due():
    """EL-61: never a loop of saves."""
    with at("2026-07-31 09:00"):
        counts = []
        for number in (1, 40):
            for _ in range(number):
                residency("live", live_on=datetime.date(2026, 2, 28), graduation_due_on=DUE, owner=None)
            RoleGrant.objects.update(from_at="2026-01-01T12:00Z")
            account("lab_ops")
            RoleGrant.objects.update(from_at="2026-01-01T12:00Z")
            with CaptureQueriesContext(connection) as queries:
                assert sweep() > 0
            inserts = [q for q in queries if "INSERT INTO outbox_message" in q["sql"]]
            counts.append(len(inserts))
        assert counts[0] == counts[1] <= len(declare.REMINDERS)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_sweeps_at_once_make_no_second_row(live):
    """R6"""
    with at("2026-07-31 09:00"):
        sweep_once = lambda _number: sweep()
        assert sum(at_once(sweep_once, 20)) == 2
    assert Message.objects.count() == 2
