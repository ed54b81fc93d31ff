"""What a message says, and the mail that it becomes: the one place where either is put together.

A text comes from the words of its occasion (outbox/wordings.py) and the facts that were handed over: an act's as it
happens, a reminder's from the facts of the day on which it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from email.headerregistry import Address
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string

from findings import Refused
from ledger import subjects
from outbox import calendar_files, wishes
from outbox.causes import still_holds
from outbox.design import as_html
from outbox.models import Message, unsealed
from outbox.occasions import occasion_of
from outbox.reminding import REMINDERS
from outbox.texts import FILE, MINTED, SAID, Letter, MailParams, facts_for, filled, inert, text_of
from outbox.wordings import words_of

Recipe = TypeVar("Recipe", bound=Callable[..., Any])


class NoLongerHolds(Exception):
    """Raised when a message has lost its cause; it is withdrawn then (EL-65)."""


class NotWanted(Exception):
    """Raised when the recipient has stopped mail of this kind; the message is suppressed then (EL-64)."""


def render(occasion: str, params: MailParams, *, name: str, about: Any) -> Letter:
    """What is said on `occasion` to `name` about a subject, in the words that hold now.

    Raises LookupError when no text is declared for it, or one of its facts was not handed over.
    """
    text = text_of(occasion, params.wording)
    facts = facts_for(text, params, name=name, about=about)
    subject, words = (filled(part, facts) for part in words_of(text))
    return Letter(" ".join(subject.split())[:200], words, params.mint, params)


def letter_of(message: Message) -> Letter:
    """What `message` says: once sent what it said, before that what it would say now."""
    if message.is_digest and not message.text:
        from outbox import digest_letters  # which asks this module for each part

        return digest_letters.render_digest(message, digest_letters.parts_of(message).parts)
    reminder = REMINDERS.get(message.occasion)
    if message.text or not reminder:
        return Letter(message.subject, message.text, message.mint)
    return render(message.occasion, reminder.letter(message), name=message.to_name, about=message.subject_matter)


def letter_to_read(message: Message) -> Letter:
    """What `message` says for whoever looks at the outbox: with today's news, and never a secret (EL-62)."""
    try:
        letter = letter_of(message)
    except NoLongerHolds as gone:
        return Letter(message.subject, str(gone))  # a digest that has nothing left to tell says why it will not go
    try:
        return with_news(letter)
    except (NoLongerHolds, Refused, ObjectDoesNotExist):
        return letter  # what it was to tell of is gone; it will be withdrawn as it would leave


def letter_to_send(message: Message) -> Letter:
    """What `message` says as it leaves now; asks first whether it still holds and is wanted.

    Raises `NoLongerHolds` and `NotWanted`.
    """
    if not still_holds(message):
        raise NoLongerHolds("What it was to remind of is done, or is due on another day.")
    if occasion_of(message.occasion).optional and not wishes.wants(message.person_id, message.occasion):
        raise NotWanted("The recipient has stopped mail of this kind.")
    return with_news(letter_of(message))


def with_news(letter: Letter) -> Letter:
    """The letter with all that is made as it leaves and is no secret; it is kept as it was said."""
    late = {name: recipe for name, recipe in letter.mint.items() if name.startswith(SAID)}
    if not late:
        return letter
    values = {name.removeprefix(SAID): inert(str(value)) for name, value in minted(late).items()}
    rest = {name: recipe for name, recipe in letter.mint.items() if name not in late}
    return replace(letter, text=put_in(letter.text, values), mint=rest)


RECIPES: dict[str, Callable[..., Any]] = {}


def recipe(key: str) -> Callable[[Recipe], Recipe]:
    """Register what makes a part of a mail as it leaves, under a key that stays.

    Queued messages carry the key, those of an earlier release too: it is data, wherever the function lives.
    """

    def register(function: Recipe) -> Recipe:
        RECIPES[key] = function
        return function

    return register


def minted(mint: Mapping[str, Any]) -> dict[str, Any]:
    """What is made as a mail leaves: secrets, files, news (EL-28)."""
    return {name: (RECIPES.get(key) or import_string(key))(**args) for name, (key, args) in mint.items()}


def put_in(text: str, values: Mapping[str, Any]) -> str:
    return MINTED.sub(lambda match: values.get(match[1], match[0]), text)


def as_mail(message: Message, letter: Letter | None = None) -> EmailMultiAlternatives:
    """The message as it leaves, in plain text and in HTML, its secrets minted now into both (EL-28, EL-63)."""
    letter = letter or with_news(letter_of(message))
    values = minted(letter.mint)
    text = put_in(letter.text, values).rstrip() + wishes.footer(message)
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=text,
        to=[_address(message)],
        reply_to=[replies_to(message)],
        headers=_headers(message),
    )
    mail.attach_alternative(as_html(letter.subject, text), "text/html")
    for name, content in values.items():
        if not name.startswith(FILE):
            continue
        if isinstance(content, str | bytes):
            mail.attach(name.removeprefix(FILE), content)
        else:
            calendar_files.attach(mail, content)
    return mail


def shown_as_html(letter: Letter) -> str:
    """The letter's HTML to look at, with names in the place of secrets."""
    return as_html(letter.subject, unsealed(letter.text))


def _headers(message: Message) -> dict[str, str]:
    return {
        "Message-ID": message.message_id,
        "X-Lab-Message": str(message.pk),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        **wishes.headers(message),
    }


def replies_to(message: Message) -> str:
    """Replies go to whoever looks after the subject at the lab, else to the lab. Of a message `with_contact()`."""
    if message.stream is None or not message.contact_is_there:
        return settings.LAB_EMAIL
    return str(getattr(message.subject_matter, subjects.kind_of(message.stream).contact).email)


def _address(message: Message) -> str:
    name = "".join(c for c in message.to_name if c.isprintable())
    return str(Address(display_name=name, addr_spec=message.to_address)) if name else message.to_address
