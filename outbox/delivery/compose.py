"""What a message says, and the mail that it becomes: the one place where either is put together.

A text comes from the words of its occasion (outbox/wording.py) and the facts that were handed over: an act's as it
happens, a reminder's from the facts of the day on which it leaves. A digest says what each message in it says.
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
    """Raised when a message has lost its cause; it is withdrawn then (EL-65)."""


class PartRefused(NoLongerHolds):
    """Raised when what is made as the message leaves was refused; a reminder keeps its key, for it would be refused again."""


class NotWanted(Exception):
    """Raised when the recipient has stopped mail of this kind; the message is suppressed then (EL-64)."""


def letter_of(message: Message) -> RenderedMail:
    """What `message` says: once sent what it said, before that what it would say now."""
    if message.is_digest and not message.text:
        return render_digest(message, parts_of(message).parts)
    reminder = REMINDERS.get(message.occasion)
    if message.text or not reminder:
        return RenderedMail(message.subject, message.text, message.mint)
    return render(message.occasion, reminder.letter(message), name=message.to_name, about=message.subject_matter)


def letter_to_read(message: Message) -> RenderedMail:
    """What `message` says for whoever looks at the outbox: with today's news, and never a secret (EL-62)."""
    try:
        letter = letter_of(message)
    except NoLongerHolds as gone:
        return RenderedMail(message.subject, str(gone))  # a digest that has nothing left to tell says why it will not go
    try:
        return with_news(letter)
    except (NoLongerHolds, ObjectDoesNotExist):
        return letter  # what it was to tell of is gone; it will be withdrawn as it would leave


def letter_to_send(message: Message) -> RenderedMail:
    """What `message` says as it leaves now; asks first whether it still holds and is wanted.

    Raises `NoLongerHolds` and `NotWanted`.
    """
    if not still_holds(message):
        raise NoLongerHolds("What it was to remind of is done, or is due on another day.")
    if is_optional(message.occasion) and not links.wants(message.person_id, message.occasion):
        raise NotWanted("The recipient has stopped mail of this kind.")
    return with_news(letter_of(message))


def with_news(letter: RenderedMail) -> RenderedMail:
    """The letter with all that is made as it leaves and is no secret; it is kept as it was said."""
    late = {name: recipe for name, recipe in letter.mint.items() if name.startswith(SAID)}
    if not late:
        return letter
    values = {name.removeprefix(SAID): inert(str(value)) for name, value in issue_secrets(late).items()}
    rest = {name: recipe for name, recipe in letter.mint.items() if name not in late}
    return replace(letter, text=put_in(letter.text, values), mint=rest)


RECIPES: Registry[Callable[..., Any]] = Registry(RegistryKind.RECIPE)


def recipe(key: str) -> Callable[[Recipe], Recipe]:
    """Register what makes a part of a mail as it leaves, under a key that stays.

    Queued messages carry the key, those of an earlier release too: it is data, wherever the function lives.
    """

    def register(function: Recipe) -> Recipe:
        RECIPES[key] = function
        return function

    return register


def issue_secrets(mint: Mapping[str, Any]) -> dict[str, Any]:
    """What is made as a mail leaves: secrets, files, news (EL-28). Raises `PartRefused`."""
    try:
        return {name: (RECIPES.get(key) or import_string(key))(**args) for name, (key, args) in mint.items()}
    except Refused as refusal:  # nobody is there to read why: the message is withdrawn, and says so in the outbox
        raise PartRefused(str(refusal)) from refusal


def put_in(text: str, values: Mapping[str, Any]) -> str:
    return MINTED.sub(lambda match: values.get(match[1], match[0]), text)


def as_mail(message: Message, letter: RenderedMail | None = None) -> EmailMultiAlternatives:
    """The message as it leaves, in plain text and in HTML, its secrets minted now into both (EL-28, EL-63)."""
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
    """The letter's HTML to look at, with names in the place of secrets."""
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
    """Replies go to whoever looks after the subject at the lab, else to the lab. Of a message `with_contact()`."""
    if message.stream is None or not message.contact_is_there:
        return settings.LAB_EMAIL
    return str(getattr(message.subject_matter, subjects.kind_of(message.stream).contact).email)


def _address(message: Message) -> str:
    name = "".join(c for c in message.to_name if c.isprintable())
    return str(Address(display_name=name, addr_spec=message.to_address)) if name else message.to_address


RULE = "─" * 60


class TooLate(Exception):
    """Raised when a message is of no use any more; it is stale then (EL-65)."""


class GoesAlone(Exception):
    """Raised when a message bears a file or a secret after all; it then goes on its own."""


@dataclass(frozen=True)
class Part:
    """A message of a digest: what it says, with the names of what is put in, and as it leaves."""

    message: Message
    letter: RenderedMail
    says: str


@dataclass
class Parts:
    """What goes into a digest now, and what does not, with why."""

    parts: list[Part] = field(default_factory=list)
    left_out: list[tuple[Message, Exception]] = field(default_factory=list)


@dataclass(frozen=True)
class Digest(RenderedMail):
    """A letter made of others."""

    parts: tuple[Part, ...] = ()


def parts_of(digest: Message) -> Parts:
    """Ask each message that `digest` holds; changes nothing."""
    contents = Parts()
    held = list(digest.parts.filter(state=State.HELD).with_contact().order_by("pk"))
    with asked_together(held):
        for message in held:
            try:
                contents.parts.append(_part(message))
            except Exception as why:  # whatever one message asks may fail in its own way; the others go
                contents.left_out.append((message, why))
    return contents


def _part(message: Message) -> Part:
    if message.useful_until and message.useful_until <= timezone.now():
        raise TooLate("It is of no use any more.")
    letter = letter_to_send(message)
    if not lets_wait(message.occasion, letter.mint):
        raise GoesAlone("It bears a file or a link of its own.")
    return Part(message, letter, put_in(letter.text, issue_secrets(letter.mint)))


def render_digest(digest: Message, parts: list[Part]) -> Digest:
    """The digest of these parts. Raises `NoLongerHolds` without any."""
    if not parts:
        raise NoLongerHolds("Nothing that it held was left to tell.")
    listed = "\n".join(f"{number}. {part.letter.subject}" for number, part in enumerate(parts, start=1))
    body = "\n\n".join(f"{RULE}\n{number}. {part.letter.subject}\n\n{_core(part)}" for number, part in enumerate(parts, start=1))
    body = f"{body}\n\n{RULE}" if len(parts) > 1 else _core(parts[0])
    count = ngettext("%(count)d message", "%(count)d messages", len(parts)) % {"count": len(parts)}
    params = MailParams({"day": _day(digest), "count": count, "list": listed, "told": body})
    letter = render(DIGEST, params, name=digest.to_name, about=None)
    return Digest(letter.subject, letter.text, params=params, parts=tuple(parts))


def _core(part: Part) -> str:
    """What a part says, without greeting and signature: the digest has its own."""
    text = part.says.strip().removeprefix(filled(_("Hello {name},"), {"name": part.message.to_name}))
    return text.removesuffix(settings.LAB_NAME).strip()


def _day(digest: Message) -> str:
    return date_format(timezone.localtime(digest.due_at), "j F")
