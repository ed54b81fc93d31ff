"""Mail about signing beside the invitation itself: a code, a decline, a hand-over; queued in the act that causes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import AgreementVersion, Decline, HandOver, Party, SigningCode, WrongPerson
from outbox.actions import queue
from people.actions import person_of
from people.models import Person, Role, User

CODE = "agreement-code"
DECLINED = "agreement-declined"
HAND_OVER = "agreement-hand-over"
HAND_OVER_ANSWER = "agreement-hand-over-answer"
REPLACED = "agreement-replaced"
WRONG_PERSON = "agreement-wrong-person"


def code(code: SigningCode) -> None:
    """Send a one-time code; its digits are made as the mail leaves (EL-28)."""
    invitation = code.invitation
    agreement = invitation.version.agreement
    said = {
        "name": invitation.party.person.name,
        "title": agreement.template_version.title,
        "about": str(agreement.subject),
        "lab": settings.LAB_NAME,
    }
    text = _(
        """Hello %(name)s,

Your code to sign the %(title)s for %(about)s:

{{ signing_code }}

Type it on the page where you asked for it. It works for ten minutes, once, and in that browser only.

Did you not ask for it? Then somebody else may have your link. Do not pass the code on, and answer this message.

%(lab)s"""
    )
    queue(
        CODE,
        to=invitation.party.person,
        about=agreement.stream,
        key=f"code:{code.pk}",
        subject=_("Your code to sign: %(title)s for %(about)s") % said,
        text=text % said,
        mint={"signing_code": ["agreements.codes.mint", {"code": code.pk}]},
    )


def keepers(version: AgreementVersion) -> list[Person]:
    """Who looks after an agreement for the lab: who made it, who sent it, who owns its subject; all of lab operations if none is there."""
    agreement = version.agreement
    accounts = {agreement.made_by, version.circulated_by, getattr(agreement.subject, "owner", None)}
    there = [account for account in accounts if account and account.is_active]
    everybody = User.objects.filter(is_active=True, role_grants__role=Role.LAB_OPS, role_grants__to_at=None)
    return [person_of(account, by="system") for account in sorted(there or everybody, key=lambda account: account.pk)]


def declined(decline: Decline) -> None:
    """Everybody who has signed this version, and who keeps it for the lab, hears of a decline (EL-29)."""
    invitation = decline.invitation
    version, party = invitation.version, invitation.party
    said = _said(version, who=party.person.name, role=party.role.label, reason=decline.reason)
    subject = _("Declined: %(title)s for %(about)s") % said
    for_lab = _(
        """Hello %(name)s,

%(who)s has declined to sign the %(title)s for %(about)s as: %(role)s.

The reason they gave:
%(reason)s

The agreement can't come into force without this signature. You can talk to them, invite them again, or name somebody else:
%(link)s

%(lab)s"""
    )
    for_signers = _(
        """Hello %(name)s,

You have signed the %(title)s for %(about)s. %(who)s, who was asked to sign as %(role)s, has declined.

The reason they gave:
%(reason)s

Your signature stays as it is. You need to do nothing now. The lab talks to them, and we write to you if the words change.

%(lab)s"""
    )
    lab = keepers(version)
    signers = [s.party.person for s in version.signatures.select_related("party__person").defer("evidence", "annex")]
    _tell(DECLINED, version, f"decline:{decline.pk}", lab, subject, for_lab, said)
    _tell(DECLINED, version, f"decline:{decline.pk}", [person for person in signers if person not in lab], subject, for_signers, said)


def hand_over_proposed(hand_over: HandOver) -> None:
    """Lab operations are asked to confirm or refuse a hand-over (EL-29)."""
    version, party = hand_over.version, hand_over.party
    said = _said(version, who=party.person.name, role=party.role.label, to=hand_over.name, reason=hand_over.reason)
    said["link"] = _site("agreement-hand-over", version.agreement.subject.reference, hand_over.pk)
    text = _(
        """Hello %(name)s,

%(who)s is asked to sign the %(title)s for %(about)s as: %(role)s. They ask that %(to)s signs instead.

The reason they gave:
%(reason)s

Look at it, then say yes or no:
%(link)s

%(lab)s"""
    )
    _tell(HAND_OVER, version, f"hand-over:{hand_over.pk}", keepers(version), _("Somebody else to sign for %(about)s?") % said, text, said)


def handed_over(hand_over: HandOver) -> None:
    """Who handed over hears that it is done; the new person gets the invitation."""
    version, party = hand_over.version, hand_over.party
    said = _said(version, role=party.role.label, to=hand_over.name)
    text = _(
        """Hello %(name)s,

The lab has said yes: %(to)s signs the %(title)s for %(about)s in your place, as: %(role)s.

There is nothing more for you to do. The links that we sent you no longer open it.

%(lab)s"""
    )
    subject = _("Handed over: %(title)s for %(about)s") % said
    _tell(HAND_OVER_ANSWER, version, f"hand-over:{hand_over.pk}", [party.person], subject, text, said)


def hand_over_refused(hand_over: HandOver) -> None:
    """Who proposed somebody else hears why that was refused, and is still asked."""
    version, party = hand_over.version, hand_over.party
    said = _said(version, role=party.role.label, to=hand_over.name, reason=hand_over.answer)
    text = _(
        """Hello %(name)s,

You asked that %(to)s signs the %(title)s for %(about)s in your place, as: %(role)s. The lab has said no.

Why:
%(reason)s

You are still asked to sign. The link in your earlier mail opens the agreement. If that does not suit you, answer this message.

%(lab)s"""
    )
    subject = _("You are still asked to sign: %(title)s for %(about)s") % said
    _tell(HAND_OVER_ANSWER, version, f"hand-over:{hand_over.pk}", [party.person], subject, text, said)


def replaced(version: AgreementVersion, party: Party) -> None:
    """Somebody whom lab operations replaced is asked no longer."""
    said = _said(version, role=party.role.label)
    text = _(
        """Hello %(name)s,

You were asked to sign or to read the %(title)s for %(about)s as: %(role)s. Somebody else does that now.

There is nothing more for you to do. The links that we sent you no longer open it.

%(lab)s"""
    )
    subject = _("No longer asked of you: %(title)s for %(about)s") % said
    _tell(REPLACED, version, f"party:{party.pk}", [party.person], subject, text, said)


def wrong_person(report: WrongPerson) -> None:
    """Lab operations hear that a link reached somebody else (D2.7)."""
    invitation = report.link.invitation
    version, party = invitation.version, invitation.party
    said = _said(version, who=party.person.name, role=party.role.label)
    said["link"] = _site("agreement-wrong-person", version.agreement.subject.reference, report.pk)
    text = _(
        """Hello %(name)s,

Somebody opened a link to the %(title)s for %(about)s and said: that is not me. The link was sent to %(who)s, as: %(role)s.

Check the address and talk to them. Then end the invitation, or let it go on:
%(link)s

%(lab)s"""
    )
    subject = _("A link reached the wrong person: %(about)s") % said
    _tell(WRONG_PERSON, version, f"wrong-person:{report.pk}", keepers(version), subject, text, said)


def _said(version: AgreementVersion, **more: Any) -> dict[str, Any]:
    agreement = version.agreement
    link = _site("agreement", agreement.subject.reference)
    return {"title": agreement.template_version.title, "about": str(agreement.subject), "lab": settings.LAB_NAME, "link": link, **more}


def _site(name: str, *parts: Any) -> str:
    return settings.SITE_URL.rstrip("/") + reverse(name, args=parts)


def _tell(
    occasion: str, version: AgreementVersion, key: str, people: Iterable[Person], subject: str, text: str, said: dict[str, Any]
) -> None:
    for person in people:
        told = text % {**said, "name": person.name}
        queue(occasion, to=person, about=version.agreement.stream, key=key, subject=subject, text=told, reply_to=settings.LAB_EMAIL)
