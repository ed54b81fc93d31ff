"""Mail about signing beside the invitation itself: a code, a decline, a hand-over; queued in the act that causes it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import AgreementVersion, Decline, HandOver, Invitation, Party, Signature, SigningCode, WrongPerson
from ledger.acts import SYSTEM
from outbox.actions import queue
from outbox.texts import address_of
from people.actions import person_of
from people.lab import at_the_lab
from people.models import Person

CODE = "agreement-code"
RECEIPT = "agreement-receipt"
DECLINED = "agreement-declined"
HAND_OVER = "agreement-hand-over"
HAND_OVER_ANSWER = "agreement-hand-over-answer"
REPLACED = "agreement-replaced"
WRONG_PERSON = "agreement-wrong-person"


def code(code: SigningCode) -> None:
    """Send a one-time code; its digits are made as the mail leaves (EL-28)."""
    invitation = code.invitation
    agreement = invitation.version.agreement
    queue(
        CODE,
        to=invitation.party.person,
        about=agreement.stream,
        key=f"code:{code.pk}",
        said={"title": agreement.template_version.title},
        mint={"signing_code": ["agreements.codes.mint", {"code": code.pk}]},
    )


def signed(signature: Signature, invitation: Invitation, *, given: int, wanted: int) -> None:
    """Give the signer a receipt at once: what they signed, when, how far it is; the link opens the page with the PDF (EL-27)."""
    version = invitation.version
    said = {
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
        said={"title": version.agreement.template_version.title, **said},
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
    said = {"who": party.person.name, "role": party.role.label, "reason": decline.reason}
    lab = keepers(version)
    signers = [s.party.person for s in version.signatures.select_related("party__person").defer("evidence", "annex")]
    page = address_of("agreement", version.agreement.subject.reference)
    _tell(DECLINED, version, f"decline:{decline.pk}", lab, said | {"link": page}, "lab")
    _tell(DECLINED, version, f"decline:{decline.pk}", [person for person in signers if person not in lab], said, "signers")


def hand_over_proposed(hand_over: HandOver) -> None:
    """Lab operations are asked to confirm or refuse a hand-over (EL-29)."""
    version, party = hand_over.version, hand_over.party
    said = {"who": party.person.name, "role": party.role.label, "to": hand_over.name, "reason": hand_over.reason}
    said["link"] = address_of("agreement-hand-over", version.agreement.subject.reference, hand_over.pk)
    _tell(HAND_OVER, version, f"hand-over:{hand_over.pk}", keepers(version), said)


def handed_over(hand_over: HandOver) -> None:
    """Who handed over hears that it is done; the new person gets the invitation."""
    version, party = hand_over.version, hand_over.party
    said = {"role": party.role.label, "to": hand_over.name}
    _tell(HAND_OVER_ANSWER, version, f"hand-over:{hand_over.pk}", [party.person], said, "yes")


def hand_over_refused(hand_over: HandOver) -> None:
    """Who proposed somebody else hears why that was refused, and is still asked."""
    version, party = hand_over.version, hand_over.party
    said = {"role": party.role.label, "to": hand_over.name, "reason": hand_over.answer}
    _tell(HAND_OVER_ANSWER, version, f"hand-over:{hand_over.pk}", [party.person], said, "no")


def replaced(version: AgreementVersion, party: Party) -> None:
    """Somebody whom lab operations replaced is asked no longer."""
    _tell(REPLACED, version, f"party:{party.pk}", [party.person], {"role": party.role.label})


def wrong_person(report: WrongPerson) -> None:
    """Lab operations hear that a link reached somebody else (D2.7)."""
    invitation = report.link.invitation
    version, party = invitation.version, invitation.party
    said = {"who": party.person.name, "role": party.role.label}
    said["link"] = address_of("agreement-wrong-person", version.agreement.subject.reference, report.pk)
    _tell(WRONG_PERSON, version, f"wrong-person:{report.pk}", keepers(version), said)


def _tell(occasion: str, version: AgreementVersion, key: str, people: Iterable[Person], said: dict[str, Any], wording: str = "") -> None:
    said = {"title": version.agreement.template_version.title, **said}
    for person in people:
        queue(occasion, to=person, about=version.agreement.stream, key=key, said=said, wording=wording)
