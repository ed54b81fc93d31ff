"""Acts of the outbox's pages: send or withdraw messages by hand, change schedules and templates (EL-60, EL-62, EL-63)."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from acts.revisions import refuse_if_stale
from findings import Refused, refuse
from ledger.actions import append, lab_stream, revise
from outbox.catalogue.messages import Template, subject_findings, text_findings
from outbox.models import Message, ScheduleOverride, State, TemplateOverride
from outbox.queue import nudge_on_commit
from outbox.reminders.declare import REMINDERS
from outbox.reminders.rules import schedule_faults, turn_faults
from outbox.reminders.schedule import Schedule, as_data, in_a_sentence


@act("outbox.send_message", "people.administer")
def cancel(message: Message, *, by: Actor) -> Message:
    """Withdraw a waiting message (EL-62); a digest is withdrawn with all its parts. One that was sent or is being sent isn't changed."""
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
    """Put a message that wasn't sent back in the queue (EL-62). One that is waiting or was sent isn't changed.

    When it is sent, a reminder is still checked for whether it is needed; but what a person sends by hand doesn't expire or wait
    for a digest.
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

    It goes to the person's current address. Secrets such as a signing link are created again at sending, because none is stored.
    Raises `Refused` (`not-sent`) for one that wasn't sent, and for a digest.
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

    When they are sent, reminders are still checked for whether they are needed. Expired ones become stale, because nobody wants
    ten weeks of reminders at once.
    """
    now = timezone.now()
    failed = Message.objects.select_for_update().filter(state=State.FAILED)
    # Stale ones first: the next line reads what is left, and must not queue what has expired.
    failed.filter(useful_until__lte=now).update(state=State.STALE)
    again = list(failed.order_by("pk").values_list("pk", flat=True))
    if again:
        Message.objects.filter(pk__in=again).update(state=State.QUEUED, attempts=0, next_try_at=now, digest=None)
        append(lab_stream(), "messages-resent", by=by, facts={"count": len(again), "messages": again})
        nudge_on_commit()
    return len(again)


@act("outbox.set_schedule")
def set_schedule(
    occasion: str, schedule: Schedule | None, *, valid_from: datetime.date, shown_revision: int, by: Actor, reason: str = ""
) -> ScheduleOverride:
    """Change the schedule of `occasion`'s reminders from a date, or with None return to the default (EL-60).

    What was due before that date doesn't change; waiting messages are checked against the new schedule when they are sent. A
    schedule that was to start later is dropped. Raises `Stale`, KeyError for an unknown occasion, and `Refused`
    (`schedule-step-twice`, `schedule-too-far`, `schedule-to-nobody`, `schedule-repeats`, `schedule-most`,
    `schedule-no-repeat`, `schedule-past`); nothing is written then.
    """
    reminder = REMINDERS[occasion]
    faults = [*schedule_faults(schedule, reminder.audiences)] if schedule else []
    faults += turn_faults(valid_from, timezone.localdate())
    if faults:
        raise Refused(faults)
    # Create first, then lock: without a row, the second of two editors has nothing to wait for.
    ScheduleOverride.objects.get_or_create(occasion=occasion)
    row = ScheduleOverride.objects.select_for_update().get(occasion=occasion)
    refuse_if_stale(row, shown_revision)
    plan = as_data(schedule) if schedule else None
    row.turns = [*(turn for turn in row.turns if turn["from"] < valid_from.isoformat()), {"from": valid_from.isoformat(), "plan": plan}]
    row.revision += 1
    row.save(update_fields=["turns", "revision"])
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
def override_template(template: Template, *, subject: str, words: str, shown_revision: int, by: Actor) -> TemplateOverride:
    """Use this subject and wording from the next message (EL-63). A part that equals the default keeps following the default.

    `shown_revision` is the revision that the form was shown, 0 for none. Raises `Refused` with every wrong placeholder, and
    `Stale` if someone else saved first; nothing has changed then.
    """
    subject, words = subject.strip(), words.replace("\r\n", "\n").strip()
    findings = [*subject_findings(subject, template.known), *text_findings(words, template.known)]
    if findings:
        raise Refused(findings)
    changes = {"subject": "" if subject == str(template.subject) else subject, "text": "" if words == str(template.text) else words}
    row, _created = TemplateOverride.objects.get_or_create(name=template.name, defaults={"revision": 0})
    return revise(row, shown_revision=shown_revision, changes=changes, act="text-worded", by=by, stream=lab_stream())


@act("people.administer")
def restore_template(template: Template, *, shown_revision: int, by: Actor) -> TemplateOverride:
    """Reset a template to the default; raises `Stale` as `override_template` does."""
    row, _created = TemplateOverride.objects.get_or_create(name=template.name, defaults={"revision": 0})
    return revise(
        row, shown_revision=shown_revision, changes={"subject": "", "text": ""}, act="text-to-default", by=by, stream=lab_stream()
    )
