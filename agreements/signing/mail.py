"""Mail about signing beside the invitation itself: a code, a decline, a hand-over; queued in the act that causes it."""

from __future__ import annotations

import json

from django.utils import timezone
from django.utils.formats import date_format

from acts.act import SYSTEM
from agreements.invitations.mail import managers, tell_each
from agreements.models import AgreementVersion, Decline, HandOver, Invitation, Party, Signature, SigningCode
from agreements.versions.progress import how_far
from outbox.catalogue.messages import address_of
from outbox.queue import queue
from people.actions import person_of
from people.lab import lab_staff

CODE = "agreement-code"


RECEIPT = "agreement-receipt"


DECLINED = "agreement-declined"


HAND_OVER = "agreement-hand-over"


HAND_OVER_ANSWER = "agreement-hand-over-answer"


REPLACED = "agreement-replaced"


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


def declined(decline: Decline) -> None:
    """Everybody who has signed this version, and who keeps it for the lab, hears of a decline (EL-29)."""
    invitation = decline.invitation
    version, party = invitation.version, invitation.party
    params = {"who": party.person.name, "role": party.role.label, "reason": decline.reason}
    lab = managers(version)
    signers = [s.party.person for s in version.signatures.select_related("party__person").defer("evidence", "annex")]
    page = address_of("agreement", version.agreement.subject.reference)
    tell_each(DECLINED, version, f"decline:{decline.pk}", lab, params | {"link": page}, "lab")
    tell_each(DECLINED, version, f"decline:{decline.pk}", [person for person in signers if person not in lab], params, "signers")


def hand_over_proposed(hand_over: HandOver) -> None:
    """Lab operations are asked to confirm or refuse a hand-over (EL-29)."""
    version, party = hand_over.version, hand_over.party
    params = {"who": party.person.name, "role": party.role.label, "to": hand_over.name, "reason": hand_over.reason}
    params["link"] = address_of("agreement-hand-over", version.agreement.subject.reference, hand_over.pk)
    tell_each(HAND_OVER, version, f"hand-over:{hand_over.pk}", managers(version), params)


def replacement_asked(hand_over: HandOver) -> None:
    """Everyone at the lab who could confirm that somebody else signs hears that it was asked for (OP-03)."""
    version, party = hand_over.version, hand_over.party
    params = {"by": str(hand_over.proposed_by), "who": party.person.name, "role": party.role.label}
    params |= {"to": f"{hand_over.name}, {hand_over.email}", "reason": hand_over.reason}
    params["link"] = address_of("agreement-hand-over", version.agreement.subject.reference, hand_over.pk)
    staff = [person_of(account, by=SYSTEM) for account in lab_staff() if account.pk != hand_over.proposed_by_id]
    tell_each(HAND_OVER, version, f"hand-over:{hand_over.pk}", staff, params, "lab")


def handed_over(hand_over: HandOver) -> None:
    """Who handed over hears that it is done; the new person gets the invitation."""
    version, party = hand_over.version, hand_over.party
    params = {"role": party.role.label, "to": hand_over.name}
    tell_each(HAND_OVER_ANSWER, version, f"hand-over:{hand_over.pk}", [party.person], params, "yes")


def hand_over_refused(hand_over: HandOver) -> None:
    """Who proposed somebody else hears why that was refused, and is still asked."""
    version, party = hand_over.version, hand_over.party
    if hand_over.proposed_by_id:  # the party never knew
        return
    params = {"role": party.role.label, "to": hand_over.name, "reason": hand_over.answer}
    tell_each(HAND_OVER_ANSWER, version, f"hand-over:{hand_over.pk}", [party.person], params, "no")


def replaced(version: AgreementVersion, party: Party) -> None:
    """Somebody whom lab operations replaced is asked no longer."""
    tell_each(REPLACED, version, f"party:{party.pk}", [party.person], {"role": party.role.label})


IN_FORCE = "agreement-in-force"


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
