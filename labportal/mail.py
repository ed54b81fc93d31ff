"""The portal's own messages: about accounts and sign-in, and the daily heads of the ledger."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM, Actor
from ledger.actions import lab_stream
from outbox.catalogue.messages import LAB, NAME, MessageKind, Place, Template
from outbox.models import Message
from outbox.queue import queue
from people.actions import person_of
from people.models import AddressChange, Person, User

PRODUCT = Place("product", _("the name of the portal"), settings.PRODUCT_NAME)
PASSWORD_ADDRESS = Place(
    "password_link",
    _("the link to choose a password"),
    "https://portal.example.org/accounts/password/reset/key/their-own-link/",
    needed=True,
    minted=True,
)

# ── Choosing a password ──────────────────────────────────────────────────────────────────────

PASSWORD_LINK = MessageKind(
    "password-link",
    _("Choose a password"),
    (
        Template(
            _("Choose your password for {product}"),
            _(
                """Hello {name},

Use this link to choose a password for your account. It works once and expires after three days.

{password_link}

If you didn't expect this email, you don't need to do anything. Your account stays the same."""
            ),
        ),
    ),
    places=(PRODUCT, PASSWORD_ADDRESS),
    everywhere=(NAME, LAB),
)

ACCOUNT_INVITATION = MessageKind(
    "account-invitation",
    _("New account"),
    (
        Template(
            _("Your account on {product}"),
            _(
                """Hello {name},

{invited_by} has created an account for you on {product}. Sign in with this email address.

Choose your password first:

{password_link}

The link works once, for three days. After that, use “Forgot your password?” on the sign-in page to get a new one."""
            ),
        ),
    ),
    places=(PRODUCT, Place("invited_by", _("who created the account"), "Tomasz Everden"), PASSWORD_ADDRESS),
    everywhere=(NAME, LAB),
)


def queue_password_link(user: User, *, by: Actor) -> Message:
    """Queue an email with a link for `user` to choose a password."""
    return queue(PASSWORD_LINK, **_with_password_link(user, by), params={"product": settings.PRODUCT_NAME})


def queue_account_invitation(user: User, *, by: Actor) -> Message:
    """Queue the first mail to someone whose account `by` has opened."""
    return queue(ACCOUNT_INVITATION, **_with_password_link(user, by), params={"product": settings.PRODUCT_NAME, "invited_by": str(by)})


def _with_password_link(user: User, by: Actor) -> dict[str, Any]:
    """Return the recipient of an email with a password link, and how the link is issued when it is sent."""
    return {
        "to": person_of(user, by=by),
        "about": lab_stream(),
        "key": uuid.uuid4().hex,
        "address": user.email,
        "mint": {"password_link": ["labportal.accounts.mint_password_link", {"user": user.pk}]},
    }


# ── What happens to an account ───────────────────────────────────────────────────────────────

ACCOUNT_PAUSED = MessageKind(
    "account-paused",
    _("Signing in is paused"),
    (
        Template(
            _("Sign-in to {product} is paused for your account"),
            _(
                """Hello {name},

Someone entered {count} wrong passwords for your account on {product} within a day. You can't sign in with your current password until tomorrow.

If it wasn't you, your password hasn't been guessed. To sign in now, use “Forgot your password?” on the sign-in page and choose a new one.

{lab}"""
            ),
        ),
    ),
    places=(PRODUCT, Place("count", _("how many wrong passwords"), 30)),
    everywhere=(NAME, LAB),
)

ADDRESS_CHANGED = MessageKind(
    "account-address-changed",
    _("Sign-in address changed"),
    (
        Template(
            _("Your sign-in address on {product} was changed"),
            _(
                """Hello {name},

{by} has changed your sign-in address for {product} from {old} to {new}.

Your old password no longer works, and you’ve been signed out everywhere. A link to choose a new password was sent to the new address.

If you didn't expect this, contact the lab right away.

{lab}"""
            ),
        ),
    ),
    places=(
        PRODUCT,
        Place("by", _("who changed it"), "Tomasz Everden"),
        Place("old", _("the old address"), "noor@example.org"),
        Place("new", _("the new address"), "noor.castellane@gov.example.org", needed=True),
    ),
    everywhere=(NAME, LAB),
)


def queue_account_paused(account: User, *, guesses: int) -> Message:
    """Tell the owner of an account that wrong passwords have paused it for the day."""
    return queue(
        ACCOUNT_PAUSED,
        to=person_of(account, by=SYSTEM),
        about=lab_stream(),
        key=f"{account.pk}|{timezone.now().isoformat()}",
        params={"product": settings.PRODUCT_NAME, "count": guesses},
        address=account.email,
    )


def queue_address_changed(change: AddressChange) -> Message:
    """Tell the old address that the account's sign-in address has changed (OP-03)."""
    params = {
        "product": settings.PRODUCT_NAME,
        "by": str(change.requested_by or SYSTEM),
        "old": change.from_address,
        "new": change.to_address,
    }
    return queue(
        ADDRESS_CHANGED, to=change.person, about=lab_stream(), key=f"change:{change.pk}", params=params, address=change.from_address
    )


# ── Heads of the ledger ──────────────────────────────────────────────────────────────────────

EXAMPLE = '{"at": "2026-03-03T08:00:00+00:00", "format": "ledger-heads/1"}\n{"hash": "5f1d7a84…", "kind": "lab", …}\n{"sha256": "9c1e…", …}'

LEDGER_HEADS = MessageKind(
    "ledger-heads",
    _("Heads of the ledger"),
    (
        Template(
            _("{day}: heads of the ledger"),
            _(
                """Keep this email where people with write access to the portal's database can't change it. It proves that nothing recorded earlier was rewritten or deleted.

To check, save the three lines below as a file and run: manage.py verify_ledger --against FILE

{lines}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("day", _("the day of the export"), "2026-03-03"),
        Place("lines", _("the lines of the file"), EXAMPLE, needed=True),
    ),
)


def queue_ledger_heads(to: Person, *, address: str, day: str, lines: Iterable[str]) -> Message:
    """Queue the daily export of the ledger's heads, once per day."""
    return queue(LEDGER_HEADS, to=to, about=lab_stream(), key=day, params={"day": day, "lines": "\n".join(lines)}, address=address)
