"""Queueing and withdrawing messages, in the transaction of the act that causes them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from acts.revisions import Stale
from findings import Refused, refuse
from ledger.actions import append, lab_stream, revise
from ledger.models import Stream
from outbox.digests import release
from outbox.letters import render
from outbox.models import Message, State, Timetable, Wish, Wording, about_of
from outbox.occasions import occasion_of
from outbox.rehearsing import note_queued
from outbox.reminding import REMINDERS
from outbox.rules import subject_findings, text_findings
from outbox.schedule_rules import schedule_faults, turn_faults
from outbox.schedule_words import in_a_sentence
from outbox.schedules import Schedule, as_data
from outbox.texts import Letter, MailParams, Text, stored_params
from outbox.waking import nudge_on_commit
from outbox.wishes import wants_digest, wish_of
from people.models import Person


def queue(
    occasion: str,
    *,
    to: Person,
    about: Stream,
    key: str,
    params: Mapping[str, Any],
    wording: str = "",
    mint: Mapping[str, Any] | None = None,
    due_at: datetime.datetime | None = None,
    address: str = "",
) -> Message:
    """Tell `to` what an act has to say, once; a second call with the same occasion, recipient and key changes nothing (EL-61).

    `said` are the facts for the placeholders of the text that is declared for the occasion, in that `wording` where it has
    several (outbox/texts.py). `mint` maps a placeholder to the dotted path of what makes its value when the message is
    sent, with arguments: `{"signing_link": ["agreements.invitations.mint", {"invitation": 7}]}` (outbox.texts.Said). The
    worker is woken once the surrounding transaction has committed. `address` is for what must go to
    another address than the person's own, such as an account's.
    """
    letter = render(occasion, MailParams(params, wording, mint or {}), name=to.name, about=about_of(about))
    return put(occasion, letter, to=to, about=about, key=key, due_at=due_at, address=address)


def put(
    occasion: str, letter: Letter, *, to: Person, about: Stream, key: str, due_at: datetime.datetime | None = None, address: str = ""
) -> Message:
    """Put a letter into the queue as it is written, once; an act says `queue`, so that its words can be edited (EL-63)."""
    when = due_at or timezone.now()
    waits = occasion_of(occasion).lets_wait(letter.mint) and wants_digest(to)
    message, is_new = Message.objects.get_or_create(
        key=_key(occasion, to, key),
        defaults={
            "occasion": occasion, "stream": about, "person": to, "to_name": to.name, "to_address": address or to.email,
            "subject": " ".join(letter.subject.split())[:200], "text": letter.text, "mint": dict(letter.mint), "facts": stored_params(letter.params),
            "due_at": when, "next_try_at": when, "state": State.HELD if waits else State.QUEUED,
        },
    )  # fmt: skip
    if is_new:
        note_queued(message)
        nudge_on_commit()
    return message


def _key(occasion: str, to: Person, key: str) -> str:
    text = f"{occasion}|{to.pk}|{key}"
    return text if len(text) <= 200 else f"{text[:120]}|{hashlib.sha256(text.encode()).hexdigest()}"


def withdraw(occasion: str, about: Stream, *, key_part: str = "") -> int:
    """Cancel what still waits on `occasion` about a subject, its cause being gone. Returns how many.

    A reminder leaves its key to another: should the cause come back, the next sweep makes it anew.
    """
    waiting = Message.objects.waiting().filter(occasion=occasion, stream=about)
    if key_part:
        waiting = waiting.filter(key__contains=f"|{key_part}")
    return _withdrawn(waiting)


def _withdrawn(waiting: QuerySet[Message]) -> int:
    freed = Concat(Substr("key", 1, 170), Value("|gone-"), Cast("pk", CharField()))
    key = Case(When(due_on=None, then=F("key")), default=freed)
    why = _("Its cause is gone.")
    return waiting.update(key=key, state=State.CANCELLED, claimed_by="", claimed_until=None, last_error=why)


def withdraw_reminders(about: Stream) -> int:
    """Cancel every reminder about a subject that was not sent yet, as it has ended (EL-85). Returns how many."""
    return _withdrawn(Message.objects.unsent().filter(stream=about, occasion__in=list(REMINDERS)))


def readdress(person: Person, old: str, new: str) -> int:
    """Let what was not sent yet to `person` at the address `old` go to `new`, what failed there too. Returns how many."""
    if not old or not new:
        return 0
    return Message.objects.unsent().filter(person=person, to_address__iexact=old).update(to_address=new)


@act("outbox.choose_mail")
def wish(
    person: Person,
    *,
    digest: bool | None = None,
    optional: bool | None = None,
    stopped: Iterable[str] | None = None,
    expected: int | None = None,
    by: Actor,
) -> Wish:
    """Note how `person` wants mail: in a daily digest, none that is optional, none of the kinds `stopped` (EL-64).

    What is not told stays as it was. Once no digest is wanted, what is held for it goes on its own. Raises `Stale` when the
    wish is no longer at version `expected`; None for whoever wants this whatever was wished before.
    """
    row = _locked_wish(person)
    wanted = {"digest": digest, "optional": optional, "stopped": None if stopped is None else sorted(set(stopped))}
    if expected not in (None, row.version):
        raise Stale(row, {name: (getattr(row, name), value) for name, value in wanted.items()})
    return _noted(row, wanted, by=by)


@act("outbox.choose_mail")
def stop(person: Person, occasion: str, *, by: Actor) -> Wish:
    """Send `person` no more optional mail of this kind (EL-64, RFC 8058). What was stopped already stays so, and so does what is not optional."""
    if not occasion_of(occasion).optional:
        return wish_of(person)
    row = _locked_wish(person)
    return _noted(row, {"stopped": sorted({*row.stopped, occasion})}, by=by)


@act("outbox.end_mail_links")
def end_wish_links(person: Person, *, by: Actor) -> Wish:
    """Make every link to `person`'s wishes that was sent so far lead nowhere; mail from now on has new ones."""
    row = _locked_wish(person)
    row.links += 1
    row.save(update_fields=["links"])
    append(lab_stream(), "mail-links-ended", by=by, facts={"person": person.pk})
    return row


def _noted(row: Wish, wanted: Mapping[str, Any], *, by: object) -> Wish:
    changes = {name: {"from": getattr(row, name), "to": value} for name, value in wanted.items() if value not in (None, getattr(row, name))}
    if not changes:
        return row
    for name, change in changes.items():
        setattr(row, name, change["to"])
    row.version += 1
    row.save(update_fields=[*changes, "version"])
    append(lab_stream(), "mail-wish-set", by=by, facts={"person": row.person_id, "record": "outbox.wish", "changes": changes})
    if not row.digest and release(row.person_id):
        nudge_on_commit()
    return row


def _locked_wish(person: Person) -> Wish:
    return Wish.objects.select_for_update().get_or_create(person=person)[0]


@act("outbox.send_message", "people.administer")
def cancel(message: Message, *, by: Actor) -> Message:
    """Withdraw one message that still waits (EL-62), a digest with all that it holds. One that was sent, or is being sent, stays as it is."""
    digest = Message.objects.select_for_update(of=("self",)).filter(parts=message.pk).first()  # before its part, in the order of delivery
    message = Message.objects.select_for_update().get(pk=message.pk)
    if not message.may_be_cancelled or message.digest_id != (digest and digest.pk) or (digest and digest.state == State.CLAIMED):
        return message
    message.state = State.CANCELLED
    message.save(update_fields=["state"])
    if message.is_digest:
        message.parts.filter(state=State.HELD).update(state=State.CANCELLED)
    append(message.stream or lab_stream(), "message-cancelled", by=by, facts={"message": message.pk, "occasion": message.occasion})
    return message


@act("outbox.send_message", "people.administer")
def resend(message: Message, *, by: Actor) -> Message:
    """Put a message that was not sent back in the queue (EL-62). One that waits or was sent stays as it is.

    A reminder is still asked whether it holds as it leaves; but it is never too late for what a person asks for, and it waits for no digest.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.may_be_resent:
        message.state, message.attempts, message.next_try_at, message.useful_until = State.QUEUED, 0, timezone.now(), None
        message.digest, message.last_error = None, ""
        message.save(update_fields=["state", "attempts", "next_try_at", "useful_until", "digest", "last_error"])
        append(message.stream or lab_stream(), "message-resent", by=by, facts={"message": message.pk, "occasion": message.occasion})
        nudge_on_commit()
    return message


@act("outbox.send_message", "people.administer")
def send_again(message: Message, *, by: Actor) -> Message:
    """Send a message that was sent a second time, as a new message that names the old one (EL-62).

    It goes to the address that the person has now. What is made as mail leaves, such as a signing link, is made anew: no
    secret is kept to be sent twice. Raises `Refused` (`not-sent`) for one that wasn't sent, and for a digest.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if not message.may_be_sent_again:
        raise refuse("not-sent", _("Only a message that was sent on its own can be sent a second time."), place="outbox")
    now = timezone.now()
    times = Message.objects.filter(repeats=message.pk).count() + 1
    copy = Message.objects.create(
        key=f"{message.key[:150]}|again-{message.pk}-{times}", repeats=message, occasion=message.occasion, stream=message.stream,
        person=message.person, to_name=message.person.name if message.person else message.to_name,
        to_address=(message.person.email if message.person else "") or message.to_address, subject=message.subject,
        text=message.text, mint=message.mint, facts=message.facts, due_on=message.due_on, due_at=now, next_try_at=now,
    )  # fmt: skip
    facts = {"message": copy.pk, "repeats": message.pk, "occasion": message.occasion}
    append(message.stream or lab_stream(), "message-sent-again", by=by, facts=facts)
    nudge_on_commit()
    return copy


@act("outbox.send_message", "people.administer")
def resend_failed(*, by: Actor) -> int:
    """Put every message that failed back in the queue (EL-62); returns how many.

    A reminder is still asked whether it holds as it leaves. What is of no use any more becomes stale: nobody wants
    ten weeks of reminders at once.
    """
    now = timezone.now()
    failed = Message.objects.select_for_update().filter(state=State.FAILED)
    failed.filter(useful_until__lte=now).update(state=State.STALE)
    again = list(failed.order_by("pk").values_list("pk", flat=True))
    if again:
        Message.objects.filter(pk__in=again).update(state=State.QUEUED, attempts=0, next_try_at=now, digest=None)
        append(lab_stream(), "messages-resent", by=by, facts={"count": len(again), "messages": again})
        nudge_on_commit()
    return len(again)


@act("outbox.set_schedule")
def set_schedule(
    occasion: str, schedule: Schedule | None, *, valid_from: datetime.date, expected: int, by: Actor, reason: str = ""
) -> Timetable:
    """Let the reminders of `occasion` be due by `schedule` from a day on, None for the default again (EL-60).

    What was due before that day stays as it was; what waits is asked as it leaves whether it still fits. A schedule
    that was to begin later is dropped. Raises `Stale`, KeyError for an unknown occasion, and `Refused`
    (`schedule-step-twice`, `schedule-too-far`, `schedule-to-nobody`, `schedule-repeats`, `schedule-most`,
    `schedule-no-repeat`, `schedule-past`); nothing is written then.
    """
    reminder = REMINDERS[occasion]
    faults = [*schedule_faults(schedule, reminder.audiences)] if schedule else []
    faults += turn_faults(valid_from, timezone.localdate())
    if faults:
        raise Refused(faults)
    Timetable.objects.get_or_create(occasion=occasion)
    row = Timetable.objects.select_for_update().get(occasion=occasion)
    if row.version != expected:
        raise Stale(row, {})
    plan = as_data(schedule) if schedule else None
    row.turns = [*(turn for turn in row.turns if turn["from"] < valid_from.isoformat()), {"from": valid_from.isoformat(), "plan": plan}]
    row.version += 1
    row.save(update_fields=["turns", "version"])
    sentence = in_a_sentence(schedule or reminder.schedule, reminder.audiences)
    facts = {
        "reminder": str(reminder.label),
        "schedule": sentence,
        "default": schedule is None,
        "valid_from": valid_from,
        "reason": reason.strip(),
    }
    append(lab_stream(), "schedule-set", by=by, facts=facts)
    return row


@act("people.administer")
def word_text(text: Text, *, subject: str, words: str, expected: int, by: Actor) -> Wording:
    """Have a text say `words` under `subject` from the next message on (EL-63). What is as the default has it follows the default.

    `expected` is the count of edits that the form was shown, 0 for none. Raises `Refused` with every placeholder that is
    wrong, and `Stale` when somebody else's edit came first; nothing has changed then.
    """
    subject, words = subject.strip(), words.replace("\r\n", "\n").strip()
    findings = [*subject_findings(subject, text.known), *text_findings(words, text.known)]
    if findings:
        raise Refused(findings)
    changes = {"subject": "" if subject == str(text.subject) else subject, "text": "" if words == str(text.text) else words}
    row, _created = Wording.objects.get_or_create(name=text.name, defaults={"version": 0})
    return revise(row, expected=expected, changes=changes, act="text-worded", by=by, stream=lab_stream())


@act("people.administer")
def default_text(text: Text, *, expected: int, by: Actor) -> Wording:
    """Have a text say again what it says by default; raises `Stale` as `word_text` does."""
    row, _created = Wording.objects.get_or_create(name=text.name, defaults={"version": 0})
    return revise(row, expected=expected, changes={"subject": "", "text": ""}, act="text-to-default", by=by, stream=lab_stream())
