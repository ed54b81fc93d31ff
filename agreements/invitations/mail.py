"""What parties and lab operations are told, in the transaction of the act that causes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import SYSTEM
from agreements.models import AgreementVersion, HandOver, Invitation, Party, WrongPerson
from agreements.versions import history
from agreements.versions.document import reading_room
from ledger.actions import lab_stream
from outbox.catalogue.messages import address_of
from outbox.queue import queue
from people.actions import person_of
from people.lab import lab_staff, lab_staff_among
from people.models import AddressChange, Person

INVITATION = "agreement-invitation"


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
    notes = [history.what_became_of_signature(version, party), history.what_holds_meanwhile(version)]
    return {"number": version.number, "changes": history.what_changed(version), "notes": "\n\n".join(note for note in notes if note)}


def why_you(party: Party) -> str:
    """Why `party` is asked, in three sentences; empty for somebody who was asked in the first place."""
    before = party.delegated_from
    if before is None:
        return ""
    hand_over = HandOver.objects.filter(to_party=party).first()
    params = {
        "who": before.person.name,
        "role": party.role.label,
        "day": date_format(timezone.localdate(party.from_at), "j F Y"),
        "by": str(party.confirmed_by or ""),
        "reason": hand_over.reason if hand_over else "",
    }
    sentences = [
        _("You are asked in place of %(who)s, who handed this over to you."),
        _("The reason given: %(reason)s") if params["reason"] else "",
        _("%(by)s of the lab confirmed it on %(day)s."),
        _("If you sign, you sign in your own name for the role “%(role)s”, and the agreement says that it was handed over."),
    ]
    return " ".join(sentence % params for sentence in sentences if sentence)


WRONG_PERSON = "agreement-wrong-person"


ADDRESS_CHANGED = "agreement-address-changed"


ADDRESS_ASKED = "agreement-address-asked"


def managers(version: AgreementVersion) -> list[Person]:
    """Who looks after an agreement for the lab: who made it, who sent it, who owns its subject; all of lab operations if none is there."""
    agreement = version.agreement
    accounts = (agreement.made_by, version.circulated_by, getattr(agreement.subject, "owner", None))
    return [person_of(account, by=SYSTEM) for account in lab_staff_among(accounts)]


def wrong_person(report: WrongPerson) -> None:
    """Lab operations hear that a link reached somebody else (D2.7)."""
    invitation = report.link.invitation
    version, party = invitation.version, invitation.party
    params = {"who": party.person.name, "role": party.role.label}
    params["link"] = address_of("agreement-wrong-person", version.agreement.subject.reference, report.pk)
    tell_each(WRONG_PERSON, version, f"wrong-person:{report.pk}", managers(version), params)


def address_changed(change: AddressChange, parties: Iterable[Party]) -> None:
    """The old address, and who keeps each agreement, hear that a party's address changed (OP-03)."""
    person = change.person
    params = {
        "old": change.from_address or "–",
        "new": change.to_address or "–",
        "by": str(change.requested_by or change.decided_by or "–"),
    }
    params["confirmed"] = str(change.decided_by or "–")
    for party in parties:
        version = party.agreement.latest()
        title = {"title": version.agreement.template_version.title, "who": person.name}
        if change.from_address:
            queue(
                ADDRESS_CHANGED, to=person, about=version.agreement.stream, key=f"change:{change.pk}|{party.pk}|old", params=params | title,
                wording="party", address=change.from_address,
            )  # fmt: skip
        page = address_of("agreement", version.agreement.subject.reference)
        tell_each(ADDRESS_CHANGED, version, f"change:{change.pk}|{party.pk}|lab", managers(version), params | title | {"link": page}, "lab")


def address_change_asked(change: AddressChange) -> None:
    """Everyone at the lab who could confirm it hears that a party's address is to change (OP-03)."""
    params = {"who": change.person.name, "old": change.from_address or "–", "new": change.to_address, "by": str(change.requested_by or "–")}
    params |= {"reason": change.reason, "link": address_of("address-change", change.pk)}
    for account in lab_staff():
        if account.pk != change.requested_by_id:
            queue(ADDRESS_ASKED, to=person_of(account, by=SYSTEM), about=lab_stream(), key=f"change:{change.pk}", params=params)


def tell_each(
    occasion: str, version: AgreementVersion, key: str, people: Iterable[Person], params: dict[str, Any], wording: str = ""
) -> None:
    params = {"title": version.agreement.template_version.title, **params}
    for person in people:
        queue(occasion, to=person, about=version.agreement.stream, key=key, params=params, wording=wording)
