"""Mail about signing beside the invitation itself: code, receipt, in force, decline, change of signer; queued in the act that causes it."""

from __future__ import annotations

import json

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from agreements.models import AgreementVersion, Decline, HandOver, Invitation, Party, Signature, SigningCode
from agreements.versions.mail import (
    ANSWER_PAGE,
    CHANGED_BY,
    HASH,
    LINK,
    NUMBER,
    PAGE,
    ROLE,
    SIGN,
    SIGNATURE,
    SIGNED,
    SIGNER,
    SIGNS,
    SITE,
    TITLE,
    WHO,
    managers,
    queue_for_each,
)
from agreements.versions.progress import how_far
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue
from people.actions import person_of
from people.lab import lab_staff

FINGERPRINT = Place("hash", _("the fingerprint of the version (SHA-256)"), HASH)
REASON = Place("reason", _("the reason given"), "Our legal branch has to look at section 4 first.", needed=True)
FIELD_PAGE = Place("link", _("the page to enter the code on"), f"{SITE}/sign/7/sign/#id_code")
TO = Place("to", _("who is to sign instead"), "Ines Okonkwo")


CODE = MessageKind(
    "agreement-code",
    _("One-time code for an agreement"),
    (
        Template(
            _("Your {code_name}: {title} for {about}"),
            _(
                """Hello {name},

Use this code to {sign} the {title} for {about}:

{signing_code}

Enter code and {sign}:
{link}

The code works once, for ten minutes, in the browser where you asked for it.

If you didn’t ask for it, someone else may have your link. Don’t share the code, and reply to this email to let us know.

{lab}"""
            ),
        ),
    ),
    places=(
        TITLE,
        Place("signing_code", _("the one-time code"), "314159", needed=True, minted=True),
        Place("code_name", _("signing code, endorsement code or approval code"), _("signing code"), default=_("signing code")),
        FIELD_PAGE,
        SIGN,
    ),
)


def code(code: SigningCode) -> None:
    """Queue a one-time code; its digits are chosen as the mail leaves (EL-28)."""
    invitation = code.invitation
    agreement = invitation.version.agreement
    template = agreement.template_version
    queue(
        CODE,
        to=invitation.party.person,
        about=agreement.stream,
        key=f"code:{code.pk}",
        params={**template.words.params, "title": template.title, "link": address_of("sign-sign", invitation.pk) + "#id_code"},
        mint={"signing_code": ["agreements.codes.mint", {"code": code.pk}]},
    )


RECEIPT = MessageKind(
    "agreement-receipt",
    _("Receipt for a party"),
    (
        Template(
            _("You {signed}: {title} for {about}"),
            _(
                """Hello {name},

You {signed} the {title} for {about}, version {number}, as: {role}. This is your receipt.

{signed_label}: {moment}
{standing}

Get your copy:
{signing_link}

Your copy is a PDF of what’s been {signed} so far. It isn’t sealed yet. Once everyone has {signed}, the agreement is in force and you’ll get the sealed PDF.

Fingerprint of the wording you {signed} (SHA-256):
{hash}

Fingerprint of the record of your {signature} (SHA-256):
{evidence}

If you didn’t {sign} this, reply to this email right away.

{lab}"""
            ),
        ),
    ),
    places=(
        TITLE,
        ROLE,
        NUMBER,
        Place("moment", _("when they signed"), "3 March 2026, 2:31:07 p.m. Pacific"),
        Place("standing", _("how many have signed, and whether it’s in force"), "Not in force yet: 3 of 7 have signed.", needed=True),
        LINK,
        FINGERPRINT,
        Place("evidence", _("the fingerprint of the signature’s record (SHA-256)"), HASH),
        Place("signed_label", _("Signed, Endorsed or Approved"), _("Signed"), default=_("Signed")),
        SIGN,
        SIGNED,
        SIGNATURE,
    ),
)


def signed(signature: Signature, invitation: Invitation, *, given: int, wanted: int) -> None:
    """Queue the signer's receipt: what they signed, when, and how many have signed; the link opens the page with the PDF (EL-27)."""
    version = invitation.version
    template = version.agreement.template_version
    params = {
        **template.words.params,
        "title": template.title,
        "role": invitation.party.role.label,
        "number": version.number,
        "moment": json.loads(bytes(signature.evidence).split(b"\n", 1)[1])["signed_at_pacific"],
        "standing": how_far(given, wanted, template.words),
        "hash": version.content_sha256,
        "evidence": signature.evidence_sha256,
    }
    queue(
        RECEIPT,
        to=invitation.party.person,
        about=version.agreement.stream,
        key=f"signature:{signature.pk}",
        params=params,
        mint={"signing_link": ["agreements.invitations.mint", {"invitation": invitation.pk}]},
    )


IN_FORCE = MessageKind(
    "agreement-in-force",
    _("Agreement in force"),
    (
        Template(
            _("In force: {title} for {about}"),
            _(
                """Hello {name},

Everyone who had to {sign} has {signed}. The {title} for {about} has been in force since {day}.

You can still read and print it with the link in your earlier email until the link expires.

Every copy of version {number} shows this fingerprint (SHA-256):
{hash}

Thank you for reading it so carefully.

{lab}"""
            ),
        ),
    ),
    places=(TITLE, Place("day", _("the day the last party signed"), "3 March 2026"), FINGERPRINT, NUMBER, SIGN, SIGNED),
    may_wait=True,
)


def in_force(version: AgreementVersion) -> None:
    """Tell every party that the agreement is in force (EL-31)."""
    agreement = version.agreement
    template = agreement.template_version
    params = {
        **template.words.params,
        "title": template.title,
        "day": date_format(timezone.localtime(version.in_force_at), "j F Y"),
        "hash": version.content_sha256,
        "number": version.number,
    }
    for party in agreement.parties.filter(to_at=None).select_related("person"):
        queue(IN_FORCE, to=party.person, about=agreement.stream, key=f"{version.pk}", params=params)


DECLINED = MessageKind(
    "agreement-declined",
    _("Declined agreement"),
    (
        Template(
            _("Declined: {title} for {about}"),
            _(
                """Hello {name},

{who} has declined to {sign} the {title} for {about} as: {role}.

Their reason:
{reason}

The agreement can't come into force without this {signature}. You can contact them, invite them again, or name another person.

Follow up on the {signature}:
{link}

{lab}"""
            ),
            wording="lab",
            when=_("to the lab"),
            places=(PAGE,),
        ),
        Template(
            _("Declined: {title} for {about}"),
            _(
                """Hello {name},

You have {signed} the {title} for {about}. {who}, who was asked to {sign} as {role}, has declined.

Their reason:
{reason}

Your {signature} stays valid. You don’t need to do anything now. The lab will contact them, and we’ll email you if the agreement changes.

{lab}"""
            ),
            wording="signers",
            when=_("to the parties who have signed"),
        ),
    ),
    places=(TITLE, WHO, ROLE, REASON, SIGN, SIGNED, SIGNATURE),
    may_wait=True,
)


def declined(decline: Decline) -> None:
    """Tell the agreement's managers, and every party who has signed this version, that a party declined (EL-29)."""
    invitation = decline.invitation
    version, party = invitation.version, invitation.party
    params = {"who": party.person.name, "role": party.role.label, "reason": decline.reason}
    lab = managers(version)
    signers = [s.party.person for s in version.signatures.select_related("party__person").defer("evidence", "annex")]
    page = address_of("agreement", version.agreement.place)
    queue_for_each(DECLINED, version, f"decline:{decline.pk}", lab, params | {"link": page}, "lab")
    queue_for_each(DECLINED, version, f"decline:{decline.pk}", [person for person in signers if person not in lab], params, "signers")


HAND_OVER = MessageKind(
    "agreement-hand-over",
    _("Change of party"),
    (
        Template(
            _("Change of {signer} requested: {about}"),
            _(
                """Hello {name},

{who} was asked to {sign} the {title} for {about} as: {role}. They’d like {to} to {sign} instead.

Their reason:
{reason}

Confirm or refuse the request:
{link}

{lab}"""
            ),
            when=_("requested by the party"),
        ),
        Template(
            _("Confirm who {signs} for {about}"),
            _(
                """Hello {name},

{by} has asked that {to} {sign} the {title} for {about} in place of {who}, as: {role}.

Their reason:
{reason}

A second person at the lab has to confirm this. Before you do, check with {who} or their office.

Confirm or refuse the change:
{link}

{lab}"""
            ),
            wording="lab",
            when=_("requested by the lab"),
            places=(CHANGED_BY,),
        ),
    ),
    places=(TITLE, WHO, ROLE, TO, REASON, ANSWER_PAGE, SIGN, SIGNS, SIGNER),
    may_wait=True,
)


def hand_over_proposed(hand_over: HandOver) -> None:
    """Ask the agreement's managers to confirm or refuse a hand-over that a party proposed (EL-29)."""
    version, party = hand_over.version, hand_over.party
    params = {"who": party.person.name, "role": party.role.label, "to": hand_over.name, "reason": hand_over.reason}
    params["link"] = address_of("agreement-hand-over", version.agreement.place, hand_over.pk)
    queue_for_each(HAND_OVER, version, f"hand-over:{hand_over.pk}", managers(version), params)


def replacement_asked(hand_over: HandOver) -> None:
    """Ask everyone at the lab but the requester to confirm that someone else signs (OP-03)."""
    version, party = hand_over.version, hand_over.party
    params = {"by": str(hand_over.proposed_by), "who": party.person.name, "role": party.role.label}
    params |= {"to": f"{hand_over.name}, {hand_over.email}", "reason": hand_over.reason}
    params["link"] = address_of("agreement-hand-over", version.agreement.place, hand_over.pk)
    staff = [person_of(account, by=SYSTEM) for account in lab_staff() if account.pk != hand_over.proposed_by_id]
    queue_for_each(HAND_OVER, version, f"hand-over:{hand_over.pk}", staff, params, "lab")


HAND_OVER_ANSWER = MessageKind(
    "agreement-hand-over-answer",
    _("Answer to a change of party request"),
    (
        Template(
            _("Change of {signer} confirmed: {title} for {about}"),
            _(
                """Hello {name},

The lab has confirmed your request. {to} will {sign} the {title} for {about} in your place, as: {role}.

You don’t need to do anything. The links we sent you no longer open the agreement.

{lab}"""
            ),
            wording="yes",
            when=_("the lab confirmed it"),
        ),
        Template(
            _("You are still asked to {sign}: {title} for {about}"),
            _(
                """Hello {name},

You asked for {to} to {sign} the {title} for {about} in your place, as: {role}. The lab has refused your request.

Why:
{reason}

We still need your {signature}. Use the link in your earlier email to open the agreement. Questions? Reply to this email.

{lab}"""
            ),
            wording="no",
            when=_("the lab refused it"),
            places=(REASON,),
        ),
    ),
    places=(TITLE, ROLE, TO, SIGN, SIGNATURE, SIGNER),
    may_wait=True,
)


def handed_over(hand_over: HandOver) -> None:
    """Tell the party who handed over that the lab confirmed it; the new signer gets the invitation instead."""
    version, party = hand_over.version, hand_over.party
    params = {"role": party.role.label, "to": hand_over.name}
    queue_for_each(HAND_OVER_ANSWER, version, f"hand-over:{hand_over.pk}", [party.person], params, "yes")


def hand_over_refused(hand_over: HandOver) -> None:
    """Tell the party who proposed someone else why the lab refused, and that they are still asked to sign."""
    version, party = hand_over.version, hand_over.party
    if hand_over.proposed_by_id:  # the party never knew
        return
    params = {"role": party.role.label, "to": hand_over.name, "reason": hand_over.answer}
    queue_for_each(HAND_OVER_ANSWER, version, f"hand-over:{hand_over.pk}", [party.person], params, "no")


REPLACED = MessageKind(
    "agreement-replaced",
    _("Replaced party"),
    (
        Template(
            _("Someone else was asked instead: {title} for {about}"),
            _(
                """Hello {name},

You were asked to {sign} or to read the {title} for {about} as: {role}. The lab has asked someone else to do this instead.

You don’t need to do anything. The links we sent you no longer open the agreement, and we won’t send new ones. If you think this is a mistake, reply to this email.

{lab}"""
            ),
        ),
    ),
    places=(TITLE, ROLE, SIGN),
    may_wait=True,
)


def replaced(version: AgreementVersion, party: Party) -> None:
    """Tell a party whom the lab replaced that nothing more is asked of them."""
    queue_for_each(REPLACED, version, f"party:{party.pk}", [party.person], {"role": party.role.label})
