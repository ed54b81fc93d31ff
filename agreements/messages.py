"""What parties and lab operations are told, in the transaction of the act that causes it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements import change_notes
from agreements.models import AgreementVersion, Invitation
from agreements.reading import reading_room
from outbox.actions import queue

INVITATION = "agreement-invitation"
IN_FORCE = "agreement-in-force"


def invitation_key(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}:"


def invitation(invitation: Invitation) -> None:
    """Ask a party to read and sign, or to read; the link is minted as the mail leaves (EL-28)."""
    version, party = invitation.version, invitation.party
    said = {
        "name": party.person.name,
        "title": version.agreement.template_version.title,
        "about": str(version.agreement.subject),
        "role": party.role.label,
        "days": version.agreement.template_version.invitation_days,
        "minutes": reading_room(version).minutes,
        "lab": settings.LAB_NAME,
    }
    if version.previous_id:
        subject, text = _of_next_version(invitation, said)
    elif invitation.purpose == Invitation.Purpose.SIGN:
        subject = _("Please read and sign: %(title)s for %(about)s") % said
        text = _asks_to_sign() % said
    else:
        subject = _("For your information: %(title)s for %(about)s") % said
        text = _informs() % said
    queue(
        INVITATION,
        to=party.person,
        about=version.agreement.stream,
        key=f"{invitation_key(invitation)}{invitation.links_asked}",
        subject=subject,
        text=text,
        mint={"signing_link": ["agreements.invitations.mint", {"invitation": invitation.pk}]},
    )


def _of_next_version(invitation: Invitation, said: dict[str, Any]) -> tuple[str, str]:
    """What changed, in full; that a signature on the version before stays there; what holds meanwhile (EL-25, EL-34)."""
    version = invitation.version
    signs = invitation.purpose == Invitation.Purpose.SIGN
    notes = [change_notes.what_became_of_signature(version, invitation.party), change_notes.what_holds_meanwhile(version)]
    said = {
        **said, "number": version.number, "changes": change_notes.what_changed(version),
        "notes": "".join(f"\n{note}\n" for note in notes if note),
    }  # fmt: skip
    subject = _("Changed, please sign again: %(title)s for %(about)s") if signs else _("Changed: %(title)s for %(about)s")
    return subject % said, (_asks_to_sign_next() if signs else _informs_of_next()) % said


def _asks_to_sign_next() -> str:
    return _(
        """Hello %(name)s,

The %(title)s for %(about)s was changed. It is now version %(number)d. You are asked to sign it as: %(role)s.
%(notes)s
Open it here, on a phone or a computer. You need no account:
{{ signing_link }}

You read only the sections that changed. What you marked as read before stays marked.

The link is for you alone. Please do not forward it. It works for %(days)d days; after that the page offers you a new one.

What changed:

%(changes)s

If anything is unclear, answer this message before you sign.

%(lab)s"""
    )


def _informs_of_next() -> str:
    return _(
        """Hello %(name)s,

The %(title)s for %(about)s was changed. It is now version %(number)d. You are kept informed as: %(role)s. You do not need to sign.
%(notes)s
Read it here, on a phone or a computer. You need no account:
{{ signing_link }}

The link is for you alone. Please do not forward it. It works for %(days)d days.

What changed:

%(changes)s

If you have a question, answer this message.

%(lab)s"""
    )


def _asks_to_sign() -> str:
    return _(
        """Hello %(name)s,

The %(title)s for %(about)s is ready. You are asked to sign it as: %(role)s.

Open it here, on a phone or a computer. You need no account:
{{ signing_link }}

Reading takes about %(minutes)d minutes, signing one more. You can stop at any time and come back with the same link.

The link is for you alone. Please do not forward it: whoever has it can open the agreement in your name.

It works for %(days)d days; after that the page offers you a new one.

If anything is unclear, or if this should have gone to somebody else, answer this message before you sign.

%(lab)s"""
    )


def _informs() -> str:
    return _(
        """Hello %(name)s,

The %(title)s for %(about)s has gone out to be signed. You are kept informed as: %(role)s. You do not need to sign.

Read it here, on a phone or a computer. You need no account:
{{ signing_link }}

The link is for you alone. Please do not forward it. It works for %(days)d days.

If you have a question, answer this message.

%(lab)s"""
    )


def in_force(version: AgreementVersion) -> None:
    """Tell every party that the last signature is there (EL-31)."""
    agreement = version.agreement
    said = {
        "title": agreement.template_version.title,
        "about": str(agreement.subject),
        "day": date_format(timezone.localtime(version.in_force_at), "j F Y"),
        "hash": version.content_sha256,
        "number": version.number,
        "lab": settings.LAB_NAME,
    }
    subject = _("In force: %(title)s for %(about)s") % said
    for party in agreement.parties.filter(to_at=None).select_related("person"):
        text = _everyone_signed() % {**said, "name": party.person.name}
        queue(IN_FORCE, to=party.person, about=agreement.stream, key=f"{version.pk}", subject=subject, text=text)


def _everyone_signed() -> str:
    return _(
        """Hello %(name)s,

Everyone who had to sign has signed. The %(title)s for %(about)s is in force since %(day)s.

The link in your earlier mail still opens it, to read and to print, until it expires.

Version %(number)d has this fingerprint (SHA-256). Each copy of it shows the same one:
%(hash)s

Thank you for reading it with care.

%(lab)s"""
    )
