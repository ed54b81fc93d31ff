"""What a message says: its own text, or a reminder's, written from the facts of the day on which it leaves."""

from __future__ import annotations

from dataclasses import replace
from email.headerregistry import Address
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from ledger import subjects
from outbox.models import PLACEHOLDER, Message, Wish
from outbox.reminding import REMINDERS, Letter
from outbox.sweeping import still_holds

FILE = "file:"  # what is minted under such a name is a file of the mail, not a word of its text


class NoLongerHolds(Exception):
    """Raised when a message has lost its cause; it is withdrawn then (EL-65)."""


class NotWanted(Exception):
    """Raised when the recipient wants no optional mail; the message is suppressed then (EL-64)."""


def letter_of(message: Message) -> Letter:
    """What `message` says: once sent what it said, before that what it would say now."""
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
    if reminder:
        if not still_holds(reminder, message):
            raise NoLongerHolds("What it was to remind of is done, or is due on another day.")
        if reminder.optional and Wish.objects.filter(person=message.person_id, optional=False).exists():
            raise NotWanted("The recipient has stopped optional mail.")
    return letter_of(message)


def as_mail(message: Message, letter: Letter | None = None) -> EmailMessage:
    """The message as it leaves, its secrets minted now (EL-28)."""
    letter = letter or letter_of(message)
    values = {name: import_string(path)(**args) for name, (path, args) in letter.mint.items()}
    body = PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), letter.text)
    mail = EmailMessage(
        subject=letter.subject,
        body=body,
        to=[_address(message)],
        reply_to=[replies_to(message)],
        headers=_headers(message),
    )
    for name, content in values.items():
        if name.startswith(FILE):
            mail.attach(name.removeprefix(FILE), content)
    return mail


def _headers(message: Message) -> dict[str, str]:
    headers = {
        "Message-ID": message.message_id,
        "X-Lab-Message": str(message.pk),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    reminder = REMINDERS.get(message.occasion)
    return headers | {"List-Unsubscribe": f"<{unsubscribe_address(message)}>"} if reminder and reminder.optional else headers


def unsubscribe_address(message: Message) -> str:
    """Where optional mail is stopped: a letter to the lab, which stops it by hand on that person's wish (EL-64)."""
    return f"mailto:{settings.LAB_EMAIL}?subject={quote('Stop optional mail')}"


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
