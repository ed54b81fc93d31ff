"""One mail a day for whoever wants it: made once, of what may wait, and as strict about once as any message (EL-61, EL-64)."""

import datetime
import smtplib

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from agreements.invitations import mail as agreement_messages
from agreements.invitations.reminders import UNSIGNED
from agreements.signing import mail as signing_mail
from dates.moments import morning_from
from outbox import digest as batching
from outbox.catalogue.messages import DIGEST, is_optional, lets_wait
from outbox.delivery import health
from outbox.delivery import worker as delivery_worker
from outbox.delivery.compose import NoLongerHolds
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import claim, deliver_due
from outbox.models import Message, State
from outbox.pages import actions
from outbox.pages.views import message_timeline
from outbox.preferences import actions as preferences_actions
from people.actions import person_of
from people.models import RoleGrant
from tests.actors import ANYONE
from tests.factories import account, person
from tests.outbox.factories import a_digest, digest_of, held, message
from tests.races import at_once
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db

MINT = {"signing_link": ["tests.outbox.factories.mint_link", {"token": "t0ken-secret"}]}


def pacific(text: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


def at(text: str) -> time_machine.travel:
    return time_machine.travel(pacific(text), tick=False)


@pytest.fixture
def dana():
    """Wants one mail a day."""
    somebody = person(name="Dana Lee")
    preferences_actions.choose_mail(somebody, digest=True, by=ANYONE)
    return somebody


def news(to, **facts):
    return message(to, occasion="qualified", **facts)


def states(*messages) -> list[str]:
    return [Message.objects.get(pk=message.pk).state for message in messages]


# ── When, and of what ────────────────────────────────────────────────────────────────────────


def test_what_may_wait_goes_in_one_mail_at_eight_and_is_recorded_as_sent_in_it(dana):
    """EL-64"""
    with at("2026-03-02 14:00"):
        first, second = news(dana, subject="First news", text="Hello Dana Lee,\n\nOne."), news(dana, subject="Second news", text="Two.")
        assert states(first, second) == [State.HELD, State.HELD]
    for moment in ("2026-03-02 14:01", "2026-03-03 07:59"):
        with at(moment):
            sweep()
            assert deliver_due() == 0
    with at("2026-03-03 08:00"):
        assert sweep() == 1
        assert deliver_due() == 1
        assert [sweep(), deliver_due()] == [0, 0]
    (sent,) = mail.outbox
    assert sent.subject == "Your Exchange Lab digest for 3 March: 2 messages"
    assert "1. First news\n2. Second news" in sent.body
    assert sent.body.index("One.") < sent.body.index("Two.")
    assert sent.body.count("Hello Dana Lee,") == 1
    digest = Message.objects.get(occasion=DIGEST)
    rows = Message.objects.filter(digest=digest).order_by("pk")
    assert [(row.pk, row.state, row.sent_at, row.attempts) for row in rows] == [
        (first.pk, State.SENT, digest.sent_at, 1),
        (second.pk, State.SENT, digest.sent_at, 1),
    ]
    assert "One." in digest.text


def test_what_comes_after_eight_waits_for_the_next_morning(dana):
    with at("2026-03-03 08:00"):
        news(dana)
    with at("2026-03-03 08:02"):
        late = news(dana)
        sweep()
        deliver_due()
    assert states(late) == [State.HELD]
    with at("2026-03-04 11:00"):  # the machine was down at eight
        sweep()
        assert deliver_due() == 1
    assert states(late) == [State.SENT]


@pytest.mark.parametrize(
    ("moment", "utc"),
    [
        ("2026-03-07 08:00", "2026-03-07 16:00"),
        ("2026-03-07 08:01", "2026-03-08 15:00"),  # the clocks go forward that night
        ("2025-11-01 20:00", "2025-11-02 16:00"),  # and back
        ("2025-11-02 01:30", "2025-11-02 16:00"),
        ("2026-10-31 20:00", "2026-11-01 15:00"),  # and not back any more
        ("2026-11-01 01:30", "2026-11-01 15:00"),
    ],
)
def test_eight_in_the_morning_is_eight_pacific_on_both_sides_of_the_clock_change(moment, utc):
    """EL-63"""
    assert morning_from(pacific(moment)).astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M") == utc


@pytest.mark.parametrize("occasion", [agreement_messages.INVITATION.key, signing_mail.CODE.key, UNSIGNED.occasion, "password-link"])
def test_requests_to_sign_codes_invitations_and_account_mail_can_neither_be_stopped_nor_wait(dana, occasion):
    """EL-64"""
    assert not is_optional(occasion)
    preferences_actions.choose_mail(dana, optional=False, by=ANYONE)
    message(dana, occasion=occasion)
    if occasion != UNSIGNED.occasion:  # whose cause is asked for as it leaves
        assert deliver_due() == 1
    assert not Message.objects.held()


def test_a_message_with_a_secret_or_a_file_goes_at_once(dana):
    """EL-28"""
    assert states(news(dana, mint=MINT), news(dana, mint={"file:a.ics": ["x.y", {}]})) == [State.QUEUED, State.QUEUED]
    assert lets_wait("qualified", ["said:news"])
    assert not lets_wait("qualified", ["said:news", "signing_link"])


def test_who_asked_for_no_digest_gets_everything_at_once():
    assert states(news(person())) == [State.QUEUED]


@pytest.fixture
def live():
    """Due home on 31 August, looked after by Ruth, who wants a digest."""
    owner = account("lab_ops", name="Ruth Calloway")
    row = residency("live", live_on=datetime.date(2026, 2, 28), graduation_due_on=datetime.date(2026, 8, 31), owner=owner)
    RoleGrant.objects.update(from_at="2026-01-01T12:00Z")
    preferences_actions.choose_mail(person_of(owner, by=ANYONE), digest=True, by=owner)
    return row


def test_a_reminder_due_this_morning_is_in_this_mornings_digest_written_from_todays_facts(live):
    """EL-63, EL-64"""
    with at("2026-07-31 00:05"):
        health.done(health.SWEEP, timezone.now())
        sweep()
        assert list(Message.objects.values_list("state", flat=True)) == [State.HELD]
        live.product = "Heron"
        live.save()
    with at("2026-07-31 08:00"):
        sweep()
        assert deliver_due() == 1
    part = Message.objects.get(occasion="graduation-due")
    assert "Heron graduates in 31 days" in part.subject
    assert part.text
    assert part.subject in mail.outbox[0].body


def test_a_reminder_that_lost_its_cause_is_left_out_and_a_digest_of_nothing_is_not_sent(live):
    """EL-65"""
    with at("2026-07-31 07:00"):
        health.done(health.SWEEP, timezone.now())
        sweep()
    type(live).objects.filter(pk=live.pk).update(state="graduated", ended_on="2026-07-31")
    with at("2026-07-31 08:00"):
        sweep()
        assert deliver_due() == 0
    assert not mail.outbox
    assert set(Message.objects.values_list("occasion", "state")) == {(DIGEST, "cancelled"), ("graduation-due", "cancelled")}


def test_each_is_asked_before_it_is_put_in(dana):
    """EL-64, EL-65: withdrawn, too late, not wanted, of lost cause: left out, and recorded as such."""
    withdrawn, late, gone, unwanted, good = held(dana), held(dana), held(dana), held(dana, occasion="agreement-discussion"), held(dana)
    digest = digest_of(dana)
    Message.objects.filter(pk=late.pk).update(useful_until=timezone.now())
    Message.objects.filter(pk=gone.pk).update(occasion="agreement-discussion", mint={"news": ["tests.outbox.test_digests.lost", {}]})
    actions.cancel(withdrawn, by=ANYONE)
    assert deliver_due() == 1
    assert states(withdrawn, late, gone, unwanted, good) == ["cancelled", "stale", "cancelled", "sent", "sent"]
    other = held(dana, occasion="agreement-discussion")
    preferences_actions.stop(dana, "agreement-discussion", by=ANYONE)
    Message.objects.filter(pk=digest.pk).update(key="of yesterday")
    digest_of(dana)
    assert deliver_due() == 0
    assert states(other) == ["suppressed"]


def lost() -> str:
    raise NoLongerHolds("Nobody said anything after all.")


def broken() -> str:
    raise RuntimeError("a column is gone")


def test_what_can_not_be_told_goes_on_its_own_and_holds_up_nothing(dana):
    spoilt, secret, good = held(dana), held(dana), held(dana)
    digest_of(dana)
    Message.objects.filter(pk=spoilt.pk).update(occasion="agreement-discussion", mint={"news": ["tests.outbox.test_digests.broken", {}]})
    Message.objects.filter(pk=secret.pk).update(mint=MINT, text="Open {{ signing_link }}")
    deliver_due()
    assert states(good) == ["sent"]
    assert "t0ken" not in mail.outbox[0].body
    deliver_due()
    spoilt.refresh_from_db()
    assert (spoilt.state, spoilt.attempts, spoilt.digest) == (State.QUEUED, 1, None)
    assert states(secret) == ["sent"]
    assert "t0ken-secret" in mail.outbox[-1].body


# ── Once ─────────────────────────────────────────────────────────────────────────────────────


def test_a_worker_that_dies_between_the_servers_yes_and_the_record_repeats_this_mail_alone_and_no_more_in_it(dana, monkeypatch):
    """EL-61: the same Message-ID; what came meanwhile waits for the next one, or a server that drops repeats would drop it too."""
    first, second = held(dana), held(dana)
    digest_of(dana)
    with monkeypatch.context() as dying:
        dying.setattr(delivery_worker, "_record", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            deliver_due(worker="dies")
    assert states(first, second) == ["held", "held"]
    meanwhile = held(dana)
    assert digest_of(dana).parts.count() == 2
    deliver_due(worker="next")
    original, repeat = mail.outbox
    assert original.extra_headers["Message-ID"] == repeat.extra_headers["Message-ID"]
    assert original.body == repeat.body
    assert meanwhile.subject not in repeat.body
    assert states(first, second, meanwhile) == ["sent", "sent", "held"]


def test_a_worker_whose_claim_is_no_longer_its_own_records_nothing(dana):
    """R2: neither the digest nor what it holds."""
    digest = a_digest(dana)
    (mine,) = claim("frozen")
    letter = delivery_worker._digest_to_send(mine)
    Message.objects.filter(pk=digest.pk).update(claimed_by="another")
    delivery_worker._record(mine, letter, "frozen")
    assert set(Message.objects.values_list("state", flat=True)) == {"claimed", "held"}


def test_a_digest_that_is_refused_is_tried_again_whole_and_in_the_end_a_person_is_asked(dana, monkeypatch, settings, ops):
    """EL-62"""
    from django.core.mail.backends.locmem import EmailBackend

    settings.OUTBOX_PAUSES_MINUTES = [1]
    digest = a_digest(dana)
    with monkeypatch.context() as refusing:
        refusing.setattr(EmailBackend, "send_messages", lambda self, mails: (_ for _ in ()).throw(smtplib.SMTPDataError(451, b"later")))
        deliver_due()
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=3)):
            deliver_due()
    digest.refresh_from_db()
    assert (digest.state, digest.attempts) == (State.FAILED, 2)
    assert set(digest.parts.values_list("state", flat=True)) == {"held"}
    actions.resend(digest, by=ops)
    assert any(moment.what.endswith("put the message back in the queue.") for moment in message_timeline(digest))
    assert deliver_due() == 1
    assert set(digest.parts.values_list("state", flat=True)) == {"sent"}


def test_a_digest_is_withdrawn_with_all_it_holds_and_its_parts_can_be_sent_again(dana, ops):
    """EL-62"""
    digest = a_digest(dana)
    actions.cancel(digest, by=ops)
    assert set(Message.objects.values_list("state", flat=True)) == {"cancelled"}
    digest.refresh_from_db()
    assert not digest.may_be_resent
    part = digest.parts.first()
    actions.resend(part, by=ops)
    assert deliver_due() == 1
    part.refresh_from_db()
    assert (part.state, part.digest) == (State.SENT, None)


def test_what_is_in_a_digest_that_leaves_now_can_not_be_withdrawn_any_more(dana, ops):
    digest = a_digest(dana)
    claim("worker")
    part = actions.cancel(digest.parts.first(), by=ops)
    assert part.state == State.HELD


def test_who_goes_back_to_mail_at_once_gets_what_waits(dana):
    """EL-64"""
    first, second = held(dana), held(person())
    preferences_actions.choose_mail(dana, digest=False, by=ANYONE)
    assert states(first, second) == ["queued", "held"]
    assert deliver_due() == 1


def test_what_was_held_in_the_very_moment_somebody_changed_their_mind_is_let_go_by_the_sweep(dana):
    message = held(dana)
    dana.mail_preference.digest = False
    dana.mail_preference.save()
    with at("2026-03-03 05:00"):
        sweep()
    assert states(message) == ["queued"]


def test_a_new_address_gets_the_digest(dana):
    held(dana)
    dana.email = "new@example.org"
    dana.save()
    assert digest_of(dana).to_address == "new@example.org"


def test_reading_the_outbox_page_of_a_digest_changes_nothing_and_shows_what_it_holds(dana, client, ops):
    """EL-62"""
    client.force_login(ops)
    with at("2026-03-02 14:00"):
        message = news(dana, subject="First news")
        page = client.get(reverse("outbox-message", args=[message.pk])).content.decode()
    assert "for the digest of 3 March 2026, 8" in " ".join(page.split())
    with at("2026-03-03 08:00"):
        sweep()
        digest = Message.objects.get(occasion=DIGEST)
        page = client.get(reverse("outbox-message", args=[digest.pk])).content.decode()
        assert "First news" in page
        assert states(message) == ["held"]
        deliver_due()
        assert "Sent in the" in client.get(reverse("outbox-message", args=[message.pk])).content.decode()
    actions.cancel(a_digest(person()), by=ops)
    gone = Message.objects.filter(occasion=DIGEST).latest("pk")
    assert client.get(reverse("outbox-message", args=[gone.pk])).status_code == 200


# ── Many hands ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twelve_sweeps_at_once_make_one_digest_a_person_and_lose_nothing():
    """R6"""
    people = [person() for _ in range(5)]
    for somebody in people * 3:
        held(somebody)
    now = morning_from(timezone.now())
    assert sum(at_once(lambda _hand: batching.make(now), 12)) == 5
    assert Message.objects.filter(occasion=DIGEST).count() == 5
    assert all(digest.parts.count() == 3 for digest in Message.objects.filter(occasion=DIGEST))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_send_each_digest_once():
    """R6"""
    people = [person() for _ in range(4)]
    for somebody in people:
        a_digest(somebody)
    at_once(lambda hand: deliver_due(worker=f"worker-{hand}"), 8)
    deliver_due()
    digest_ids = [sent.extra_headers["Message-ID"] for sent in mail.outbox]
    assert len(digest_ids) == len(set(digest_ids)) == 4
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_changes_their_mind_as_the_digest_is_made_gets_each_message_once():
    """R6: in the digest, or on its own."""
    people = [person() for _ in range(6)]
    for somebody in people * 2:
        held(somebody)
    now = morning_from(timezone.now())

    def hand(number: int) -> object:
        return batching.make(now) if number % 2 else preferences_actions.choose_mail(people[number // 2], digest=False, by=ANYONE)

    at_once(hand, 12)
    Message.objects.filter(occasion=DIGEST).update(next_try_at=timezone.now())
    deliver_due()
    assert set(Message.objects.exclude(occasion=DIGEST).values_list("state", flat=True)) == {"sent"}
    mail_text = "".join(sent.body + sent.subject for sent in mail.outbox)
    alone = {sent.subject for sent in mail.outbox}
    for row in Message.objects.exclude(occasion=DIGEST):
        assert (row.subject in alone) != (row.digest_id is not None)
        assert row.text in mail_text
