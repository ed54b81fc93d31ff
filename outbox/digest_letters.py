"""What a digest says: each message that it holds, in order, asked one by one whether it still holds and is wanted (EL-64)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outbox import letters
from outbox.causes import asked_together
from outbox.letters import NoLongerHolds, letter_to_send, minted, put_in
from outbox.models import Message, State
from outbox.occasions import DIGEST, occasion_of
from outbox.texts import Letter, MailParams

RULE = "─" * 60


class TooLate(Exception):
    """Raised when a message is of no use any more; it is stale then (EL-65)."""


class GoesAlone(Exception):
    """Raised when a message bears a file or a secret after all; it then goes on its own."""


@dataclass(frozen=True)
class Part:
    """A message of a digest: what it says, with the names of what is put in, and as it leaves."""

    message: Message
    letter: Letter
    says: str


@dataclass
class Parts:
    """What goes into a digest now, and what does not, with why."""

    parts: list[Part] = field(default_factory=list)
    left_out: list[tuple[Message, Exception]] = field(default_factory=list)


@dataclass(frozen=True)
class Digest(Letter):
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
    if not occasion_of(message.occasion).lets_wait(letter.mint):
        raise GoesAlone("It bears a file or a link of its own.")
    return Part(message, letter, put_in(letter.text, minted(letter.mint)))


def render_digest(digest: Message, parts: list[Part]) -> Digest:
    """The digest of these parts. Raises `NoLongerHolds` without any."""
    if not parts:
        raise NoLongerHolds("Nothing that it held was left to tell.")
    listed = "\n".join(f"{number}. {part.letter.subject}" for number, part in enumerate(parts, start=1))
    body = "\n\n".join(f"{RULE}\n{number}. {part.letter.subject}\n\n{_core(part)}" for number, part in enumerate(parts, start=1))
    body = f"{body}\n\n{RULE}" if len(parts) > 1 else _core(parts[0])
    count = ngettext("%(count)d message", "%(count)d messages", len(parts)) % {"count": len(parts)}
    params = MailParams({"day": _day(digest), "count": count, "list": listed, "told": body})
    letter = letters.render(DIGEST, params, name=digest.to_name, about=None)
    return Digest(letter.subject, letter.text, params=params, parts=tuple(parts))


def _core(part: Part) -> str:
    """What a part says, without greeting and signature: the digest has its own."""
    text = part.says.strip()
    text = text.removeprefix(_("Hello %(name)s,") % {"name": part.message.to_name})
    return text.removesuffix(settings.LAB_NAME).strip()


def _day(digest: Message) -> str:
    return date_format(timezone.localtime(digest.due_at), "j F")
