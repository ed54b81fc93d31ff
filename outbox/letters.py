"""What a message says: its own text, or a reminder's, written from the facts of the day on which it leaves."""

from __future__ import annotations

from dataclasses import replace
from email.headerregistry import Address
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from ledger import subjects
from outbox import wishes
from outbox.models import PLACEHOLDER, Message
from outbox.occasions import occasion_of
from outbox.reminding import REMINDERS, Letter
from outbox.sweeping import still_holds

FILE = "file:"  # what is minted under such a name is a file of the mail, not a word of its text


class NoLongerHolds(Exception):
    """Raised when a message has lost its cause; it is withdrawn then (EL-65)."""


class NotWanted(Exception):
    """Raised when the recipient has stopped mail of this kind; the message is suppressed then (EL-64)."""


def letter_of(message: Message) -> Letter:
    """What `message` says: once sent what it said, before that what it would say now."""
    if message.is_digest and not message.text:
        from outbox.digest_letters import parts_of, written  # which asks this module for each part

        return written(message, parts_of(message).parts)
    reminder = REMINDERS.get(message.occasion)
    if reminder and not message.text:
        letter = reminder.letter(message)
        return replace(letter, subject=" ".join(letter.subject.split())[:200])
    return Letter(message.subject, message.text, message.mint)


def letter_to_send(message: Message) -> Letter:
    """What `message` says as it leaves now; asks first whether it still holds and is wanted.

    Raises `NoLongerHolds` and `NotWanted`.
    """
    reminder = REMINDERS.get(message.occasion)
    if reminder and not still_holds(reminder, message):
        raise NoLongerHolds("What it was to remind of is done, or is due on another day.")
    if occasion_of(message.occasion).optional and not wishes.wants(message.person_id, message.occasion):
        raise NotWanted("The recipient has stopped mail of this kind.")
    return letter_of(message)


def minted(letter: Letter) -> dict[str, Any]:
    """What is put into the letter as it leaves: secrets, files, and texts of the moment."""
    return {name: import_string(path)(**args) for name, (path, args) in letter.mint.items()}


def filled(text: str, values: dict[str, Any]) -> str:
    """`text` with `values` in the place of their names."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def as_mail(message: Message, letter: Letter | None = None) -> EmailMessage:
    """The message as it leaves, its secrets minted now (EL-28)."""
    letter = letter or letter_of(message)
    values = minted(letter)
    mail = EmailMessage(
        subject=letter.subject,
        body=filled(letter.text, values).rstrip() + wishes.footer(message),
        to=[_address(message)],
        reply_to=[replies_to(message)],
        headers=_headers(message),
    )
    for name, content in values.items():
        if name.startswith(FILE):
            mail.attach(name.removeprefix(FILE), content)
    return mail


def _headers(message: Message) -> dict[str, str]:
    return {
        "Message-ID": message.message_id,
        "X-Lab-Message": str(message.pk),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        **wishes.headers(message),
    }


def replies_to(message: Message) -> str:
    """Replies go to whoever looks after the subject at the lab, else to the lab."""
    contact = _contact(message)
    return message.reply_to or (contact.email if contact and contact.is_active else settings.LAB_EMAIL)


def _contact(message: Message) -> Any:
    subject = message.subject_matter
    return getattr(subject, subjects.kind_of(message.stream).contact or "", None) if subject and message.stream else None


def _address(message: Message) -> str:
    name = "".join(c for c in message.to_name if c.isprintable())
    return str(Address(display_name=name, addr_spec=message.to_address)) if name else message.to_address
