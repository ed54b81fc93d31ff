"""Mail about signing beside the invitation itself: a code, a decline, a hand-over; queued in the act that causes it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acts.act import SYSTEM
from agreements.models import AgreementVersion, Decline, HandOver, Invitation, Party, Signature, SigningCode, WrongPerson
from ledger.actions import lab_stream
from outbox.catalogue.messages import address_of
from outbox.queue import queue
from people.actions import person_of
from people.lab import at_the_lab, lab_leadership, lab_staff
from people.models import AddressChange, Person, User

CODE = "agreement-code"
RECEIPT = "agreement-receipt"
DECLINED = "agreement-declined"
HAND_OVER = "agreement-hand-over"
HAND_OVER_ANSWER = "agreement-hand-over-answer"
REPLACED = "agreement-replaced"
WRONG_PERSON = "agreement-wrong-person"
ADDRESS_CHANGED = "agreement-address-changed"
ADDRESS_ASKED = "agreement-address-asked"
SENT_OUT = "agreement-sent-out"


def code(code: SigningCode) -> None:
    """Send a one-time code; its digits are made as the mail leaves (EL-28)."""
    invitation = code.invitation
    agreement = invitation.version.agreement
    queue(
        CODE,
        to=invitation.party.person,
        about=agreement.stream,
        key=f"code:{code.pk}",
        params={"title": agreement.template_version.title},
        mint={"signing_code": ["agreements.codes.mint", {"code": code.pk}]},
    )


def signed(signature: Signature, invitation: Invitation, *, given: int, wanted: int) -> None:
    """Give the signer a receipt at once: what they signed, when, how far it is; the link opens the page with the PDF (EL-27)."""
    version = invitation.version
    params = {
        "role": invitation.party.role.label,
        "number": version.number,
        "moment": json.loads(bytes(signature.evidence).split(b"\n", 1)[1])["signed_at_pacific"],
        "standing": how_far(given, wanted),
        "hash": version.content_sha256,
        "evidence": signature.evidence_sha256,
    }
    queue(
        RECEIPT,
        to=invitation.party.person,
        about=version.agreement.stream,
        key=f"signature:{signature.pk}",
        params={"title": version.agreement.template_version.title, **params},
        mint={"signing_link": ["agreements.invitations.mint", {"invitation": invitation.pk}]},
    )


def how_far(given: int, wanted: int) -> str:
    """How far a version is, in words that nobody takes for more."""
    if given >= wanted:
        return _("Everyone has signed: it is in force.")
    return ngettext(
        "Not in force yet: %(given)d of %(wanted)d has signed.", "Not in force yet: %(given)d of %(wanted)d have signed.", given
    ) % {"given": given, "wanted": wanted}


def keepers(version: AgreementVersion) -> list[Person]:
    """Who looks after an agreement for the lab: who made it, who sent it, who owns its subject; all of lab operations if none is there."""
    agreement = version.agreement
    accounts = (agreement.made_by, version.circulated_by, getattr(agreement.subject, "owner", None))
    return [person_of(account, by=SYSTEM) for account in at_the_lab(accounts)]


def declined(decline: Decline) -> None:
    """Everybody who has signed this version, and who keeps it for the lab, hears of a decline (EL-29)."""
    invitation = decline.invitation
    version, party = invitation.version, invitation.party
    params = {"who": party.person.name, "role": party.role.label, "reason": decline.reason}
    lab = keepers(version)
    signers = [s.party.person for s in version.signatures.select_related("party__person").defer("evidence", "annex")]
    page = address_of("agreement", version.agreement.subject.reference)
    _tell(DECLINED, version, f"decline:{decline.pk}", lab, params | {"link": page}, "lab")
    _tell(DECLINED, version, f"decline:{decline.pk}", [person for person in signers if person not in lab], params, "signers")


def hand_over_proposed(hand_over: HandOver) -> None:
    """Lab operations are asked to confirm or refuse a hand-over (EL-29)."""
    version, party = hand_over.version, hand_over.party
    params = {"who": party.person.name, "role": party.role.label, "to": hand_over.name, "reason": hand_over.reason}
    params["link"] = address_of("agreement-hand-over", version.agreement.subject.reference, hand_over.pk)
    _tell(HAND_OVER, version, f"hand-over:{hand_over.pk}", keepers(version), params)


def replacement_asked(hand_over: HandOver) -> None:
    """Everyone at the lab who could confirm that somebody else signs hears that it was asked for (OP-03)."""
    version, party = hand_over.version, hand_over.party
    params = {"by": str(hand_over.proposed_by), "who": party.person.name, "role": party.role.label}
    params |= {"to": f"{hand_over.name}, {hand_over.email}", "reason": hand_over.reason}
    params["link"] = address_of("agreement-hand-over", version.agreement.subject.reference, hand_over.pk)
    staff = [person_of(account, by=SYSTEM) for account in lab_staff() if account.pk != hand_over.proposed_by_id]
    _tell(HAND_OVER, version, f"hand-over:{hand_over.pk}", staff, params, "lab")


def handed_over(hand_over: HandOver) -> None:
    """Who handed over hears that it is done; the new person gets the invitation."""
    version, party = hand_over.version, hand_over.party
    params = {"role": party.role.label, "to": hand_over.name}
    _tell(HAND_OVER_ANSWER, version, f"hand-over:{hand_over.pk}", [party.person], params, "yes")


def hand_over_refused(hand_over: HandOver) -> None:
    """Who proposed somebody else hears why that was refused, and is still asked."""
    version, party = hand_over.version, hand_over.party
    if hand_over.proposed_by_id:  # the party never knew
        return
    params = {"role": party.role.label, "to": hand_over.name, "reason": hand_over.answer}
    _tell(HAND_OVER_ANSWER, version, f"hand-over:{hand_over.pk}", [party.person], params, "no")


def replaced(version: AgreementVersion, party: Party) -> None:
    """Somebody whom lab operations replaced is asked no longer."""
    _tell(REPLACED, version, f"party:{party.pk}", [party.person], {"role": party.role.label})


def wrong_person(report: WrongPerson) -> None:
    """Lab operations hear that a link reached somebody else (D2.7)."""
    invitation = report.link.invitation
    version, party = invitation.version, invitation.party
    params = {"who": party.person.name, "role": party.role.label}
    params["link"] = address_of("agreement-wrong-person", version.agreement.subject.reference, report.pk)
    _tell(WRONG_PERSON, version, f"wrong-person:{report.pk}", keepers(version), params)


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
        _tell(ADDRESS_CHANGED, version, f"change:{change.pk}|{party.pk}|lab", keepers(version), params | title | {"link": page}, "lab")


def address_change_asked(change: AddressChange) -> None:
    """Everyone at the lab who could confirm it hears that a party's address is to change (OP-03)."""
    params = {"who": change.person.name, "old": change.from_address or "–", "new": change.to_address, "by": str(change.requested_by or "–")}
    params |= {"reason": change.reason, "link": address_of("address-change", change.pk)}
    for account in lab_staff():
        if account.pk != change.requested_by_id:
            queue(ADDRESS_ASKED, to=person_of(account, by=SYSTEM), about=lab_stream(), key=f"change:{change.pk}", params=params)


def sent_out(version: AgreementVersion, addresses: str) -> None:
    """Leadership, who prepared it and the program contacts read where each link goes: a wrong address is seen by others than its sender (OP-03)."""
    agreement = version.agreement
    contacts: list[User] = agreement.subject.contacts() if hasattr(agreement.subject, "contacts") else []
    accounts = {account.pk: account for account in (*lab_leadership(), agreement.made_by, *contacts) if account != version.circulated_by}
    params = {"by": str(version.circulated_by), "number": version.number, "addresses": addresses}
    params["link"] = address_of("agreement", agreement.subject.reference)
    _tell(SENT_OUT, version, f"sent:{version.pk}", [person_of(account, by=SYSTEM) for account in accounts.values()], params)


def _tell(occasion: str, version: AgreementVersion, key: str, people: Iterable[Person], params: dict[str, Any], wording: str = "") -> None:
    params = {"title": version.agreement.template_version.title, **params}
    for person in people:
        queue(occasion, to=person, about=version.agreement.stream, key=key, params=params, wording=wording)
