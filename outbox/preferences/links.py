"""Email preferences, and the links in mail that let people change them without signing in (EL-64).

A link is signed and isn't stored. It works until the person's address changes or they end their links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _

from outbox.catalogue.messages import MessageKind, is_optional, optional
from outbox.models import MailPreference, Message
from people.identity import Presenter
from people.lab import is_lab_staff
from people.models import Person, User

TOKEN = re.compile(r"(?P<person>\d{1,18})\.(?P<links>\d{1,9})\.[\w-]{43}", re.ASCII)


def preference_of(person: Person | None) -> MailPreference:
    """Return `person`'s current email preference; by default they get all mail right away."""
    return (MailPreference.objects.filter(person=person).first() if person else None) or MailPreference(person=person)


def wants(person: int | None, occasion: str) -> bool:
    """Return whether the person with this key currently wants optional mail of this kind."""
    wish = MailPreference.objects.filter(person=person).first()
    return wish is None or wish.wants(occasion)


def refused() -> dict[str, list[int]]:
    """Return who stopped which kind of optional mail, by primary key, without kinds that no one stopped; one query."""
    refusals: dict[str, list[int]] = {}
    for wish in MailPreference.objects.exclude(optional=True, stopped=[]):
        for occasion in optional():
            if not wish.wants(occasion):
                refusals.setdefault(occasion, []).append(wish.person_id)
    return refusals


def kinds_for(account: User | None) -> dict[str, MessageKind]:
    """Return the optional kinds of mail that someone with this account, or None, may get; kinds for the lab only if they are lab staff."""
    at_lab = account is not None and User.objects.filter(is_lab_staff("pk"), pk=account.pk).exists()
    return {name: kind for name, kind in optional().items() if at_lab or not kind.for_lab}


def describe_preference(wish: MailPreference, kinds: Mapping[str, MessageKind]) -> list[str]:
    """Describe `wish` in sentences: which of these kinds are stopped, and how the rest is sent."""
    stopped = [str(kind) for name, kind in kinds.items() if not wish.wants(name)]
    if not stopped:
        return [_("Email is sent once a day.") if wish.digest else _("Email is sent right away.")]
    sentences = [_("%(kind)s: stopped.") % {"kind": kind} for kind in stopped] if wish.optional else [_("Optional email is stopped.")]
    return [*sentences, _("Everything else is sent once a day.") if wish.digest else _("Everything else is sent right away.")]


# ── The links ────────────────────────────────────────────────────────────────────────────────


def token_of(person: Person, address: str) -> str:
    """Return the token for `person` in a link sent to `address`; the same until either changes or the person ends their links."""
    return _signer(address).sign(f"{person.pk}.{_links_ended(person)}")


def whose(token: str) -> Person | None:
    """Return the person that the token was made for, or None if it no longer works."""
    read = TOKEN.fullmatch(token)
    person = Person.objects.select_related("user", "mail_preference").filter(pk=int(read["person"])).first() if read else None
    if read is None or person is None or int(read["links"]) != _links_ended(person):
        return None
    return person if any(_signed(token, address) for address in _addresses(person)) else None


@dataclass(frozen=True)
class MailLinkHolder(Presenter):
    """Someone who came through the link in a mail. They can change that person's email preferences and nothing else."""

    token: str
    person: Person

    def __str__(self) -> str:
        return str(self.person)

    def may_choose_for(self, person: Person) -> bool:
        """Return whether the link still names this person."""
        named = whose(self.token)
        return named is not None and named.pk == person.pk


def _links_ended(person: Person) -> int:
    wish: MailPreference | None = getattr(person, "mail_preference", None)
    return wish.links if wish else 0


def _signer(address: str) -> Signer:
    # Links already sent are signed with this salt: never change it, whatever the module is called.
    return Signer(sep=".", salt=f"outbox.wishes|{address.lower()}")


def _signed(token: str, address: str) -> bool:
    try:
        return bool(_signer(address).unsign(token))
    except BadSignature:
        return False


def _addresses(person: Person) -> Iterable[str]:
    return filter(None, (person.email, person.user.email if person.user else ""))


# ── Footer and headers of each mail ────────────────────────────────────────────────────────────────


def footer(message: Message) -> str:
    """Return the last lines of a mail, with the link to its recipient's email preferences."""
    if message.person is None:
        return ""
    params = {"link": _site("mail-by-link", token_of(message.person, message.to_address))}
    if is_optional(message.occasion):
        return "\n\n-- \n" + _("Stop this kind of email, or choose which email you get and when:\n%(link)s") % params + "\n"
    return "\n\n-- \n" + _("Choose which email you get, and when:\n%(link)s") % params + "\n"


def headers(message: Message) -> dict[str, str]:
    """Return the headers that let a mail program stop this kind of optional mail with one click, or by an email to the lab (RFC 8058)."""
    if message.person is None or not is_optional(message.occasion):
        return {}
    stop = _site("mail-stop", token_of(message.person, message.to_address), message.occasion)
    letter = f"mailto:{settings.LAB_EMAIL}?subject={quote('Stop optional mail')}"
    return {"List-Unsubscribe": f"<{stop}>, <{letter}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _site(name: str, *parts: str) -> str:
    return settings.SITE_URL.rstrip("/") + reverse(name, args=parts)


def masked(address: str) -> str:
    """Return enough of an address for its owner to recognize it, such as “d…@gov.bc.ca”."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"
