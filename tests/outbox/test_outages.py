"""What is left behind by workers that die, servers that refuse and people who change their minds in between (EL-61, EL-62, EL-65)."""

import datetime
import smtplib
from types import SimpleNamespace

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends import locmem
from django.utils import timezone

from outbox.delivery import worker
from outbox.delivery.health import complaints
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import claim, deliver_due, deliver_stretch
from outbox.models import Message, State
from outbox.pages.actions import resend, resend_failed
from outbox.pages.forecast import coming, messages_on
from outbox.preferences.actions import stop
from outbox.queue import readdress, withdraw
from outbox.reminders.declare import REMINDERS
from outbox.reminders.due import withdraw_reminders
from outbox.reminders.schedule import LONGEST_USEFUL_DAYS
from people.actions import edit_account, edit_person
from residencies.mail import QUALIFIED
from tests.actors import ANYONE
from tests.factories import account, person
from tests.outbox.days import at, dated_messages
from tests.outbox.factories import held, message
from tests.outbox.reminders import one_of_each_due
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_what_a_worker_claimed_and_died_over_goes_stale_too(live):
    """EL-65: nobody sends it any more, so it may not look as if somebody were about to."""
    with at("2026-08-31 09:00"):
        sweep()
        claim("dead")
    with at("2026-09-06 09:00"):
        sweep()
    assert {state for on, _name, state in dated_messages() if on == "2026-08-31"} == {"claimed"}
    with at("2026-09-07 09:30"):
        sweep()
        deliver_due()
    assert {state for on, _name, state in dated_messages() if on == "2026-08-31"} == {"stale"}
    assert not Message.objects.exclude(claimed_by="").exists()


def test_the_alarm_sees_a_mail_server_that_refuses_everything(failing):
    """Each try moves the next one on, so that nothing is ever ten minutes late."""
    with time_machine.travel("2026-03-02T18:00Z", tick=False) as clock:
        sweep()
        message(), message()
        failing(smtplib.SMTPDataError(451, b"try later"))
        heard = {}
        for minute in range(0, 100, 2):
            clock.move_to(f"2026-03-02T{18 + minute // 60}:{minute % 60:02}Z")
            sweep()
            deliver_due()
            heard[minute] = complaints()
        assert not heard[58]
        assert "refused all mail since 2 March 2026, 10:00 a.m." in heard[98][0]
        failing(None)
        message()
        deliver_due()
        assert complaints() == []


def test_a_worker_pauses_after_a_stretch_and_leaves_the_rest_in_order(monkeypatch):
    """A long queue holds up neither the sweep nor a worker that is told to stop; nothing is put off or tried in vain."""
    monkeypatch.setattr(worker, "time", SimpleNamespace(monotonic=lambda: len(mail.outbox)))  # a second a mail
    monkeypatch.setattr(worker, "STRETCH_SECONDS", 2)
    rows = [message() for _number in range(5)]
    assert deliver_stretch() == 2
    assert Message.objects.filter(state=State.QUEUED, attempts=0, claimed_by="").count() == 3
    assert [deliver_stretch(), deliver_stretch(), deliver_stretch()] == [2, 1, 0]
    assert [email.subject for email in mail.outbox] == [row.subject for row in rows]


def test_what_is_withdrawn_while_the_mail_server_takes_it_is_recorded_as_sent(monkeypatch):
    """EL-61: the record says what happened."""
    row = message(key="late", occasion=QUALIFIED.key)
    plainly = locmem.EmailBackend.send_messages

    def send(self, mails):
        withdraw(QUALIFIED, row.stream)
        return plainly(self, mails)

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", send)
    deliver_due()
    row.refresh_from_db()
    assert (row.state, len(mail.outbox)) == (State.SENT, 1)


def test_an_occasion_that_is_no_more_sends_no_empty_mail():
    """A release may rename or drop one while its reminders wait."""
    row = message(text="", occasion="long-gone", due_on=datetime.date(2026, 3, 2))
    deliver_due()
    row.refresh_from_db()
    assert (row.state, mail.outbox) == (State.CANCELLED, [])


def test_putting_all_that_failed_back_sends_nothing_of_no_use_any_more(live, failing):
    """EL-62, EL-65: nobody gets ten weeks of reminders at once."""
    failing(smtplib.SMTPDataError(552, b"mailbox full"))
    for day in ("2026-08-31", "2026-09-07", "2026-09-14"):
        with at(f"{day} 09:00"):
            sweep()
            deliver_due()
    failing(None)
    with at("2026-09-14 10:00"):
        assert resend_failed(by=ANYONE) == 3
        deliver_due()
    assert {(on, state) for on, _name, state in dated_messages()} == {
        ("2026-08-31", "stale"),
        ("2026-09-07", "stale"),
        ("2026-09-14", "sent"),
    }


def test_what_failed_is_withdrawn_with_the_rest_as_its_subject_ends(live):
    """EL-85: nobody is asked to care for it any more."""
    with at("2026-08-31 09:00"):
        sweep()
        Message.objects.update(state=State.FAILED)
        assert withdraw_reminders(live.stream) == 3
    assert {state for _on, _name, state in dated_messages()} == {"cancelled"}


# ── Addresses ────────────────────────────────────────────────────────────────────────────────


def test_a_corrected_address_is_where_mail_that_failed_or_waits_goes(ops):
    """EL-62: also what is sent again; what went to another address than the person's own stays with that."""
    dana = person(email="dana@wrong.example.org")
    failed, waits, elsewhere = message(dana, state=State.FAILED), message(dana), message(dana, to_address="dana@account.example.org")
    sent = message(dana, state=State.SENT, sent_at=timezone.now())
    edit_person(dana, shown_revision=dana.revision, by=ops, email="dana@right.example.org")
    resend(failed, by=ops)
    deliver_due()
    assert sorted(email.to[0].rpartition("<")[2].strip(">") for email in mail.outbox) == [
        "dana@account.example.org", "dana@right.example.org", "dana@right.example.org",
    ]  # fmt: skip
    for row, address in ((waits, "dana@right.example.org"), (elsewhere, "dana@account.example.org"), (sent, "dana@wrong.example.org")):
        row.refresh_from_db()
        assert row.to_address == address


@pytest.mark.parametrize("own", ["moves@old.example.org", ""])
def test_a_person_moves_with_their_account(ops, own):
    """EL-62"""
    user = account("product_owner", email="moves@old.example.org")
    her = person(user=user, email=own)
    message(her, to_address="moves@old.example.org")
    edit_account(user, email="moves@new.example.org", by=ANYONE)
    deliver_due()
    assert "moves@new.example.org" in mail.outbox[0].to[0]


def test_a_person_with_another_address_than_their_account_keeps_it(ops):
    user = account("product_owner", email="hers@old.example.org")
    her = person(user=user, email="work@example.org")
    row = message(her)
    edit_account(user, email="hers@new.example.org", by=ANYONE)
    her.refresh_from_db(), row.refresh_from_db()
    assert (her.email, row.to_address) == ("work@example.org", "work@example.org")


def test_nothing_is_sent_nowhere(ops):
    """Somebody whose address is taken away keeps what waits at the old one, to fail there and be seen."""
    assert readdress(person(email="a@example.org"), "a@example.org", "") == 0


# ── On the page ──────────────────────────────────────────────────────────────────────────────


def test_the_page_says_what_the_server_said_and_leads_to_where_it_is_mended(client, ops, failing):
    """EL-62"""
    client.force_login(ops)
    row = message(person(email="gone@example.org"))
    failing(smtplib.SMTPRecipientsRefused({"gone@example.org": (550, b"5.1.1 User unknown")}))
    deliver_due()
    page = client.get(f"/outbox/{row.pk}/")
    assert "The mail server doesn’t accept mail for this address. The server said: 550 5.1.1 User unknown" in text(page)
    assert f"/people/{row.person_id}/edit/" in page.content.decode()
    assert resend_failed(by=ops) == 1
    assert "put all failed messages back in the queue." in text(client.get(f"/outbox/{row.pk}/"))


def test_what_was_left_out_is_sent_only_after_a_word_of_warning(client, ops):
    """EL-62"""
    client.force_login(ops)
    row = message(state=State.CANCELLED, last_error="It’s no longer needed.", due_at=datetime.datetime(2026, 3, 2, 18, tzinfo=datetime.UTC))
    page = client.get(f"/outbox/{row.pk}/")
    assert "Withdrawn. It was due on 2 March 2026" in text(page)
    assert "Why it wasn’t sent It’s no longer needed." in text(page)
    client.post(f"/outbox/{row.pk}/resend/")
    page = client.get(f"/outbox/{row.pk}/")
    assert "It’s no longer needed." not in text(page)


# ── Foretold ─────────────────────────────────────────────────────────────────────────────────


def test_who_is_concerned_twice_is_foretold_once(live):
    """EL-60: as the sweep makes it."""
    live.memberships.create(user=live.owner, from_at="2026-01-01T12:00Z")
    day = datetime.date(2026, 8, 31)
    with at("2026-08-20 09:00"):
        sweep()  # from which on everybody with an account is known as a person
        [foretold] = coming(day, day)
        names = [row.to_name for row in messages_on(day)]
    with at("2026-08-31 00:10"):
        assert sweep() == foretold.messages == foretold.people == len(names)
    assert sorted(names) == sorted(Message.objects.values_list("to_name", flat=True))


def test_what_waits_for_the_digest_is_foretold_for_its_day():
    """EL-64: until eight that is today, then tomorrow."""
    with time_machine.travel("2026-03-02T15:30Z", tick=False) as clock:  # half past seven, Pacific
        held(person(), due_at=timezone.now())
        days = {}
        for moment in ("2026-03-02T15:30Z", "2026-03-02T16:30Z"):
            clock.move_to(moment)
            days[moment] = [str(row.day) for row in coming(datetime.date(2026, 3, 2), datetime.date(2026, 3, 4))]
    assert list(days.values()) == [["2026-03-02"], ["2026-03-03"]]


def test_what_nobody_wants_is_not_foretold(ops):
    """EL-64"""
    first, second = message(occasion="review-waiting"), message(occasion="review-waiting")
    stop(first.person, "review-waiting", by=ANYONE)
    today = timezone.localdate()
    assert [each.messages for each in coming(today, today)] == [1]
    stop(second.person, "review-waiting", by=ANYONE)
    assert coming(today, today) == []


def test_forty_days_down_lose_no_reminder_whose_cause_still_holds():
    """EL-60, EL-61: of every kind that is declared, the last that was due still leaves, unless it is about a day that is long over."""
    with at("2026-03-16 09:00"):
        one_of_each_due()
    with at("2026-04-27 09:00", after_outage=True):
        sweep()
        leaving = set(Message.objects.filter(state=State.QUEUED).values_list("occasion", flat=True))
    ends = {name: reminder.schedule.reach[1] for name, reminder in REMINDERS.items()}
    over = {name for name, last in ends.items() if last is not None and last + LONGEST_USEFUL_DAYS < 40}
    assert over == {"graduation-clock", *(name for name, reminder in REMINDERS.items() if reminder.schedule.counts_down)}
    assert set(REMINDERS) - leaving - over == set()
