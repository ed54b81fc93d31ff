"""What parties and lab operations are told, in the transaction of the act that causes it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from agreements import change_notes
from agreements.delegation import why_you
from agreements.models import AgreementVersion, Invitation, Party
from agreements.reading import reading_room
from outbox.queue import queue

INVITATION = "agreement-invitation"
IN_FORCE = "agreement-in-force"


def invitation_key(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}:"


def invitation(invitation: Invitation) -> None:
    """Ask a party to read and sign, or to read; the link is minted as the mail leaves (EL-28)."""
    version, party = invitation.version, invitation.party
    params = {
        "title": version.agreement.template_version.title,
        "role": party.role.label,
        "days": version.agreement.template_version.invitation_days,
        "minutes": reading_room(version).minutes,
        "why_you": why_you(party),
    }
    wording = "sign" if invitation.purpose == Invitation.Purpose.SIGN else "inform"
    if version.previous_id:
        wording += "-next"
        params |= of_next_version(version, party)
    queue(
        INVITATION,
        to=party.person,
        about=version.agreement.stream,
        key=f"{invitation_key(invitation)}{invitation.links_asked}",
        params=params,
        wording=wording,
        mint={"signing_link": ["agreements.invitations.mint", {"invitation": invitation.pk}]},
    )


def of_next_version(version: AgreementVersion, party: Party) -> dict[str, Any]:
    """What changed, in full; that a signature on the version before stays there; what holds meanwhile (EL-25, EL-34)."""
    notes = [change_notes.what_became_of_signature(version, party), change_notes.what_holds_meanwhile(version)]
    return {"number": version.number, "changes": change_notes.what_changed(version), "notes": "\n\n".join(note for note in notes if note)}


def in_force(version: AgreementVersion) -> None:
    """Tell every party that the last signature is there (EL-31)."""
    agreement = version.agreement
    params = {
        "title": agreement.template_version.title,
        "day": date_format(timezone.localtime(version.in_force_at), "j F Y"),
        "hash": version.content_sha256,
        "number": version.number,
    }
    for party in agreement.parties.filter(to_at=None).select_related("person"):
        queue(IN_FORCE, to=party.person, about=agreement.stream, key=f"{version.pk}", params=params)
