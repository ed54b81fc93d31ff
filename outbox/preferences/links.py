"""What people wish of our mail, and the links in it by which they choose without signing in (EL-64).

A link is signed and kept nowhere. It holds for its person's address and until the person ends it: when either changes, all
earlier links lead nowhere.
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
    """What `person` wishes, asked now; whoever said nothing gets all mail, at once."""
    return (MailPreference.objects.filter(person=person).first() if person else None) or MailPreference(person=person)


def wants(person: int | None, occasion: str) -> bool:
    """Whether the person with this key wants optional mail of this kind, asked now."""
    wish = MailPreference.objects.filter(person=person).first()
    return wish is None or wish.wants(occasion)


def refused() -> dict[str, list[int]]:
    """Who wants no optional mail of which kind, by primary key; a kind that everybody wants is left out. One query."""
    refusals: dict[str, list[int]] = {}
    for wish in MailPreference.objects.exclude(optional=True, stopped=[]):
        for occasion in optional():
            if not wish.wants(occasion):
                refusals.setdefault(occasion, []).append(wish.person_id)
    return refusals


def kinds_for(account: User | None) -> dict[str, MessageKind]:
    """The optional kinds of mail that may come to whoever has this account, or none: what only goes to the lab, to the lab alone."""
    at_lab = account is not None and User.objects.filter(is_lab_staff("pk"), pk=account.pk).exists()
    return {name: kind for name, kind in optional().items() if at_lab or not kind.for_lab}


def describe_preference(wish: MailPreference, kinds: Mapping[str, MessageKind]) -> list[str]:
    """What `wish` makes of mail, in sentences: which of these kinds are stopped, and how the rest comes."""
    stopped = [str(kind) for name, kind in kinds.items() if not wish.wants(name)]
    if not stopped:
        return [_("Mail comes once a day.") if wish.digest else _("Mail comes at once.")]
    sentences = [_("%(kind)s: stopped.") % {"kind": kind} for kind in stopped] if wish.optional else [_("No more optional mail comes.")]
    return [*sentences, _("Everything else comes once a day.") if wish.digest else _("Everything else comes at once.")]


# ── The links ────────────────────────────────────────────────────────────────────────────────


def token_of(person: Person, address: str) -> str:
    """What names `person` in a link sent to `address`; the same until either changes or the person ends it."""
    return _signer(address).sign(f"{person.pk}.{_links_ended(person)}")


def whose(token: str) -> Person | None:
    """The person that the token was made for, while it holds."""
    read = TOKEN.fullmatch(token)
    person = Person.objects.select_related("user", "mail_preference").filter(pk=int(read["person"])).first() if read else None
    if read is None or person is None or int(read["links"]) != _links_ended(person):
        return None
    return person if any(_signed(token, address) for address in _addresses(person)) else None


@dataclass(frozen=True)
class MailLinkHolder(Presenter):
    """Someone who came by the link in a mail: it chooses what mail its person gets, and nothing else."""

    token: str
    person: Person

    def __str__(self) -> str:
        return str(self.person)

    def may_choose_for(self, person: Person) -> bool:
        """Whether the link still names this person."""
        named = whose(self.token)
        return named is not None and named.pk == person.pk


def _links_ended(person: Person) -> int:
    wish: MailPreference | None = getattr(person, "mail_preference", None)
    return wish.links if wish else 0


def _signer(address: str) -> Signer:
    # Links that were sent are signed with this salt: it stays, whatever the module is called.
    return Signer(sep=".", salt=f"outbox.wishes|{address.lower()}")


def _signed(token: str, address: str) -> bool:
    try:
        return bool(_signer(address).unsign(token))
    except BadSignature:
        return False


def _addresses(person: Person) -> Iterable[str]:
    return filter(None, (person.email, person.user.email if person.user else ""))


# ── What each mail says of it ────────────────────────────────────────────────────────────────


def footer(message: Message) -> str:
    """The last lines of a mail: where its recipient chooses what comes, and how."""
    if message.person is None:
        return ""
    params = {"link": _site("mail-by-link", token_of(message.person, message.to_address))}
    if is_optional(message.occasion):
        return "\n\n-- \n" + _("Stop this kind of mail, or choose what mail you get and when:\n%(link)s") % params + "\n"
    return "\n\n-- \n" + _("Choose what mail you get, and when:\n%(link)s") % params + "\n"


def headers(message: Message) -> dict[str, str]:
    """How a mail program stops optional mail of this kind with one click, or by a letter to the lab (RFC 8058)."""
    if message.person is None or not is_optional(message.occasion):
        return {}
    stop = _site("mail-stop", token_of(message.person, message.to_address), message.occasion)
    letter = f"mailto:{settings.LAB_EMAIL}?subject={quote('Stop optional mail')}"
    return {"List-Unsubscribe": f"<{stop}>, <{letter}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _site(name: str, *parts: str) -> str:
    return settings.SITE_URL.rstrip("/") + reverse(name, args=parts)


def masked(address: str) -> str:
    """Enough of an address for its owner to know it, such as “d…@gov.bc.ca”."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"
