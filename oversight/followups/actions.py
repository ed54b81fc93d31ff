"""Acts on follow-ups: schedule, answer, and change who is asked (EL-56, EL-82)."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from findings import refuse
from ledger import subjects
from ledger.actions import append
from ledger.subjects import Subject
from outbox.models import Message
from outbox.queue import withdraw_all
from oversight.followups import rules
from oversight.followups.mail import FOLLOW_UP_DUE
from oversight.models import FollowUp, InUse
from people.actions import known_or_new
from people.models import Person

PLACE = "follow-up"


@part
def schedule_follow_ups(subject: Subject, *, ended_on: datetime.date, team: Sequence[str], contacts: Sequence[int]) -> list[FollowUp]:
    """Schedule the follow-ups of a subject that ends, in the transaction and before the event of its end (EL-56).

    `contacts` are keys of people, in the order in which they are asked: the first is the contact, the next the fallback.
    """
    contact, fallback, *_others = [*dict.fromkeys(contacts), None, None]
    rows = [
        FollowUp(stream=subject.stream, kind=kind, due_on=due_on, team=list(team), contact_id=contact, fallback_id=fallback)
        for kind, due_on in rules.due_days(ended_on).items()
    ]
    return FollowUp.objects.bulk_create(rows)


@act("oversight.answer_follow_up")
def answer_follow_up(
    follow_up: FollowUp,
    *,
    in_use: str,
    together: Collection[str] = (),
    changed: str = "",
    right_contact: bool | None = None,
    name: str = "",
    email: str = "",
    by: Actor,
) -> FollowUp:
    """Record the answer to a follow-up. A second answer changes nothing and returns the first.

    `name` and `email` are of the new contact, if the contact isn't the right one any more. Names in `together` that weren't asked
    about are left out. Raises `Refused`: `follow-up-early` before the due date, `follow-up-no-use` for an unknown answer.
    """
    current = _locked(follow_up)
    if current.answered_on:
        return current
    if in_use not in InUse.values:
        raise refuse("follow-up-no-use", _("There’s no answer on whether the product is in use."), _("Choose an answer."), PLACE)
    if timezone.localdate() < current.due_on:
        raise refuse("follow-up-early", _("This follow-up isn’t due yet."), _("Answer it on its due date or later."), PLACE)
    current.answered_on = timezone.localdate()
    current.answered_by, current.answered_by_name = account_of(by), str(by)[:150]
    current.in_use, current.changed = in_use, changed.strip()
    current.together = [person for person in current.team if person in set(together)]
    if current.asks_for_contact:
        current.right_contact = right_contact is not False
        if not current.right_contact:
            # As text: someone with a link must not learn who has an address on record, so staff add the person.
            current.new_contact_name, current.new_contact_email = name.strip(), email.strip()
    current.save()
    facts = {
        "follow_up": str(current),
        "in_use": str(current.get_in_use_display()),
        "together": len(current.together),
        "asked_about": len(current.team),
        **({"changed": current.changed} if current.changed else {}),
        **({"new_contact": current.new_contact_name} if current.new_contact_name else {}),
    }
    append(current.stream, "follow-up-answered", by=by, facts=facts)
    return current


@act("oversight.keep_follow_up")
def change_follow_up_contact(follow_up: FollowUp, *, contact: Person | None, by: Actor, name: str = "", email: str = "") -> FollowUp:
    """Ask someone else, who gets the next email. Raises `Refused` (`follow-up-answered`)."""
    current = _locked(follow_up)
    if current.answered_on:
        raise refuse("follow-up-answered", _("This follow-up has been answered."), _("You don’t need to do anything."), PLACE)
    if contact is None and name.strip():
        contact = known_or_new(name=name, email=email, by=by)
    if contact is None:
        raise refuse("follow-up-no-contact", _("The contact is missing."), _("Choose a person on record, or add someone new."), PLACE)
    if current.contact_id == contact.pk:
        return current
    before, current.contact = current.contact, contact
    current.save(update_fields=["contact"])
    withdraw_all(Message.objects.unsent().filter(stream=current.stream_id, occasion=FOLLOW_UP_DUE.key, facts__follow_up=current.pk))
    facts = {"follow_up": str(current), "from": before.name if before else "", "to": contact.name}
    append(current.stream, "follow-up-contact-changed", by=by, facts=facts)
    return current


def _locked(follow_up: FollowUp) -> FollowUp:
    """Lock a follow-up, its subject first, and return it as it is now."""
    subject = subjects.lock(follow_up.stream)
    current = FollowUp.objects.select_for_update(of=("self",)).select_related("contact").get(pk=follow_up.pk)
    current.stream = subject.stream
    return current
