"""Compose messages: their text, and the mail that is sent.

A text is filled in from its occasion's template (outbox/wording.py): when an act happens, or for a reminder on the day it is
sent. A digest contains the text of each message in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.headerregistry import Address
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acts.registry import Registry, RegistryKind
from findings import Refused
from ledger import subjects
from outbox import calendar_files
from outbox.catalogue.messages import DIGEST, FILE, MINTED, SAID, MailParams, RenderedMail, filled, inert, is_optional, lets_wait
from outbox.delivery.html import as_html
from outbox.models import Message, State, unsealed
from outbox.preferences import links
from outbox.reminders.declare import REMINDERS
from outbox.reminders.due import asked_together, still_holds
from outbox.wording import render

Recipe = TypeVar("Recipe", bound=Callable[..., Any])


class NoLongerHolds(Exception):
    """Raised if a message is no longer needed; it is then withdrawn (EL-65)."""


class PartRefused(NoLongerHolds):
    """Raised if a value that is made at sending was refused. A reminder keeps its key, because it would be refused again."""


class NotWanted(Exception):
    """Raised if the recipient has stopped this kind of mail; the message is then suppressed (EL-64)."""


def letter_of(message: Message) -> RenderedMail:
    """Return what `message` said if it was sent, otherwise what it would say now."""
    if message.is_digest and not message.text:
        return render_digest(message, parts_of(message).parts)
    reminder = REMINDERS.get(message.occasion)
    if message.text or not reminder:
        return RenderedMail(message.subject, message.text, message.mint)
    return render(message.occasion, reminder.letter(message), name=message.to_name, about=message.subject_matter)


def letter_to_read(message: Message) -> RenderedMail:
    """Return what `message` says for a reader of the outbox: with today's news and without secrets (EL-62)."""
    try:
        letter = letter_of(message)
    except NoLongerHolds as gone:
        return RenderedMail(message.subject, str(gone))  # an empty digest says why it won't be sent
    try:
        return with_news(letter)
    except (NoLongerHolds, ObjectDoesNotExist):
        return letter  # what it was about is gone; it will be withdrawn instead of sent


def letter_to_send(message: Message) -> RenderedMail:
    """Return what `message` says at sending, after checking that it is still needed and wanted.

    Raises `NoLongerHolds` and `NotWanted`.
    """
    if not still_holds(message):
        raise NoLongerHolds("What it was about is done, or is now due on another day.")
    if is_optional(message.occasion) and not links.wants(message.person_id, message.occasion):
        raise NotWanted("The recipient turned off this kind of email.")
    return with_news(letter_of(message))


def with_news(letter: RenderedMail) -> RenderedMail:
    """Fill in the values that are made at sending and aren't secret; they are stored as they were sent."""
    late = {name: recipe for name, recipe in letter.mint.items() if name.startswith(SAID)}
    if not late:
        return letter
    values = {name.removeprefix(SAID): inert(str(value)) for name, value in issue_secrets(late).items()}
    rest = {name: recipe for name, recipe in letter.mint.items() if name not in late}
    return replace(letter, text=put_in(letter.text, values), mint=rest)


RECIPES: Registry[Callable[..., Any]] = Registry(RegistryKind.RECIPE)


def recipe(key: str) -> Callable[[Recipe], Recipe]:
    """Register a function that makes a part of a mail at sending, under a permanent key.

    Queued messages contain the key, even those from an earlier release: it is data, wherever the function lives.
    """

    def register(function: Recipe) -> Recipe:
        RECIPES[key] = function
        return function

    return register


def issue_secrets(mint: Mapping[str, Any]) -> dict[str, Any]:
    """Make the values that are filled in at sending: secrets, files, news (EL-28). Raises `PartRefused`."""
    try:
        return {name: (RECIPES.get(key) or import_string(key))(**args) for name, (key, args) in mint.items()}
    except Refused as refusal:  # no one is there to read the reason, so the message is withdrawn and the outbox shows it
        raise PartRefused(str(refusal)) from refusal


def put_in(text: str, values: Mapping[str, Any]) -> str:
    return MINTED.sub(lambda match: values.get(match[1], match[0]), text)


def as_mail(message: Message, letter: RenderedMail | None = None) -> EmailMultiAlternatives:
    """Build the mail in plain text and HTML, with secrets minted now into both (EL-28, EL-63)."""
    letter = letter or with_news(letter_of(message))
    values = issue_secrets(letter.mint)
    text = put_in(letter.text, values).rstrip() + links.footer(message)
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


def shown_as_html(letter: RenderedMail) -> str:
    """Return the letter's HTML for display, with names in place of secrets."""
    return as_html(letter.subject, unsealed(letter.text))


def _headers(message: Message) -> dict[str, str]:
    return {
        "Message-ID": message.message_id,
        "X-Lab-Message": str(message.pk),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        **links.headers(message),
    }


def replies_to(message: Message) -> str:
    """Return the reply address: the subject's contact at the lab, or else the lab. Load the message `with_contact()`."""
    if message.stream is None or not message.contact_is_there:
        return settings.LAB_EMAIL
    return str(getattr(message.subject_matter, subjects.kind_of(message.stream).contact).email)


def _address(message: Message) -> str:
    name = "".join(c for c in message.to_name if c.isprintable())
    return str(Address(display_name=name, addr_spec=message.to_address)) if name else message.to_address


RULE = "─" * 60


class TooLate(Exception):
    """Raised if a message has expired; it is then stale (EL-65)."""


class GoesAlone(Exception):
    """Raised if a message turns out to have a file or a secret; it is then sent separately."""


@dataclass(frozen=True)
class Part:
    """A message in a digest: its letter with the names of minted values, and its final text."""

    message: Message
    letter: RenderedMail
    says: str


@dataclass
class Parts:
    """The messages that go into a digest now, and those left out, with the reason."""

    parts: list[Part] = field(default_factory=list)
    left_out: list[tuple[Message, Exception]] = field(default_factory=list)


@dataclass(frozen=True)
class Digest(RenderedMail):
    """A letter made up of other letters."""

    parts: tuple[Part, ...] = ()


def parts_of(digest: Message) -> Parts:
    """Check each message in `digest`; changes nothing."""
    contents = Parts()
    held = list(digest.parts.filter(state=State.HELD).with_contact().order_by("pk"))
    with asked_together(held):
        for message in held:
            try:
                contents.parts.append(_part(message))
            except Exception as why:  # any message may fail in its own way; the others are still sent
                contents.left_out.append((message, why))
    return contents


def _part(message: Message) -> Part:
    if message.useful_until and message.useful_until <= timezone.now():
        raise TooLate("It has expired.")
    letter = letter_to_send(message)
    if not lets_wait(message.occasion, letter.mint):
        raise GoesAlone("It has its own file or link.")
    return Part(message, letter, put_in(letter.text, issue_secrets(letter.mint)))


def render_digest(digest: Message, parts: list[Part]) -> Digest:
    """Write the digest of these parts. Raises `NoLongerHolds` if there are none."""
    if not parts:
        raise NoLongerHolds("None of the messages in it were still needed.")
    listed = "\n".join(f"{number}. {part.letter.subject}" for number, part in enumerate(parts, start=1))
    body = "\n\n".join(f"{RULE}\n{number}. {part.letter.subject}\n\n{_core(part)}" for number, part in enumerate(parts, start=1))
    body = f"{body}\n\n{RULE}" if len(parts) > 1 else _core(parts[0])
    count = ngettext("%(count)d message", "%(count)d messages", len(parts)) % {"count": len(parts)}
    params = MailParams({"day": _day(digest), "count": count, "list": listed, "told": body})
    letter = render(DIGEST, params, name=digest.to_name, about=None)
    return Digest(letter.subject, letter.text, params=params, parts=tuple(parts))


def _core(part: Part) -> str:
    """Return a part's text without greeting and signature, because the digest has its own."""
    text = part.says.strip().removeprefix(filled(_("Hello {name},"), {"name": part.message.to_name}))
    return text.removesuffix(settings.LAB_NAME).strip()


def _day(digest: Message) -> str:
    return date_format(timezone.localtime(digest.due_at), "j F")
