"""The invitation to read and sign, the reminder that a signature is missing, and the report that a link reached the wrong person."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agreements.mail import ANSWER_PAGE, CHANGES, LINK, NOTES, NUMBER, ROLE, TITLE, WHO, managers, queue_for_each
from agreements.models import AgreementVersion, HandOver, Invitation, Party, WrongPerson
from agreements.versions import history
from agreements.versions.document import reading_room
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue

DAYS = Place("days", _("for how many days the link works"), 30)
WHY_YOU = Place(
    "why_you",
    _("for a delegate: who they sign for, who confirmed it and what it means; may be empty"),
    "You are asked in place of Dana Lee, who handed this over to you. Noor Castellane of the lab confirmed it on 3 March 2026.",
)


INVITATION = MessageKind(
    "agreement-invitation",
    _("An agreement to read and sign"),
    (
        Template(
            _("Please read and sign: {title} for {about}"),
            _(
                """Hello {name},

The {title} for {about} is ready. You are asked to sign it as: {role}.

{why_you}

Open it here, on a phone or a computer. You need no account:
{signing_link}

Reading takes about {minutes} minutes, signing one more. You can stop at any time and come back with the same link.

The link is for you alone. Please do not forward it: anyone who has it can open the agreement in your name.

It works for {days} days; after that the page offers you a new one.

If anything is unclear, or if someone else should have received this, reply to this email before you sign.

{lab}"""
            ),
            wording="sign",
            when=_("to a party who signs"),
            places=(WHY_YOU,),
        ),
        Template(
            _("For your information: {title} for {about}"),
            _(
                """Hello {name},

The {title} for {about} has gone out to be signed. You are kept informed as: {role}. You do not need to sign.

Read it here, on a phone or a computer. You need no account:
{signing_link}

The link is for you alone. Please do not forward it. It works for {days} days.

If you have a question, answer this message.

{lab}"""
            ),
            wording="inform",
            when=_("to a person who is kept informed"),
        ),
        Template(
            _("Changed, please sign again: {title} for {about}"),
            _(
                """Hello {name},

The {title} for {about} was changed. It is now version {number}. You are asked to sign it as: {role}.

{why_you}

{notes}

Open it here, on a phone or a computer. You need no account:
{signing_link}

You read only the sections that changed. What you marked as read before stays marked.

The link is for you alone. Please do not forward it. It works for {days} days; after that the page offers you a new one.

What changed:

{changes}

If anything is unclear, answer this message before you sign.

{lab}"""
            ),
            wording="sign-next",
            when=_("to a party who signs, after a change"),
            places=(WHY_YOU, NUMBER, CHANGES, NOTES),
        ),
        Template(
            _("Changed: {title} for {about}"),
            _(
                """Hello {name},

The {title} for {about} was changed. It is now version {number}. You are kept informed as: {role}. You do not need to sign.

{notes}

Read it here, on a phone or a computer. You need no account:
{signing_link}

The link is for you alone. Please do not forward it. It works for {days} days.

What changed:

{changes}

If you have a question, answer this message.

{lab}"""
            ),
            wording="inform-next",
            when=_("to a person who is kept informed, after a change"),
            places=(NUMBER, CHANGES, NOTES),
        ),
    ),
    places=(TITLE, ROLE, DAYS, Place("minutes", _("how many minutes it takes to read"), 12), LINK),
)


def invitation_key(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}:"


def invitation(invitation: Invitation) -> None:
    """Ask a party to read and sign, or to read; the link is issued as the mail leaves (EL-28)."""
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
    """Return what changed, what becomes of a signature on the version before, and what applies until then (EL-25, EL-34)."""
    notes = [history.what_became_of_signature(version, party), history.what_holds_meanwhile(version)]
    return {"number": version.number, "changes": history.what_changed(version), "notes": "\n\n".join(note for note in notes if note)}


def why_you(party: Party) -> str:
    """Return why `party` signs in someone else's place, in three sentences; empty for a party who was asked from the start."""
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
        _now("You are asked in place of %(who)s, who handed this over to you."),
        _now("The reason given: %(reason)s") if params["reason"] else "",
        _now("%(by)s of the lab confirmed it on %(day)s."),
        _now("If you sign, you sign in your own name for the role “%(role)s”, and the agreement says that it was handed over."),
    ]
    return " ".join(sentence % params for sentence in sentences if sentence)


SIGNATURE_MISSING = MessageKind(
    "agreement-unsigned",
    _("A signature is missing"),
    (
        Template(
            _("Your signature is missing: {title} for {about}"),
            _(
                """Hello {name},

On {since} we asked you to sign the {title} for {about} as: {role}. Your signature is still missing.

Open it here, on a phone or a computer. You need no account:
{signing_link}

The link is for you alone. Please do not forward it. It works for {days} days.

If you can’t sign, or if someone else should, reply to this email.

{lab}"""
            ),
        ),
    ),
    places=(TITLE, ROLE, Place("since", _("the day on which they were asked"), "3 March 2026"), DAYS, LINK),
)  # queued by agreements/invitations/reminders.py


WRONG_PERSON = MessageKind(
    "agreement-wrong-person",
    _("A link reached the wrong person"),
    (
        Template(
            _("A link reached the wrong person: {about}"),
            _(
                """Hello {name},

Someone opened a link to the {title} for {about} and reported that it isn’t theirs. The link was sent to {who}, as: {role}.

Check the address and contact them. Then end the invitation, or keep it:
{link}

{lab}"""
            ),
        ),
    ),
    places=(TITLE, WHO, ROLE, ANSWER_PAGE),
)


def wrong_person(report: WrongPerson) -> None:
    """Tell an agreement's managers that a link reached someone else (D2.7)."""
    invitation = report.link.invitation
    version, party = invitation.version, invitation.party
    params = {"who": party.person.name, "role": party.role.label}
    params["link"] = address_of("agreement-wrong-person", version.agreement.subject.reference, report.pk)
    queue_for_each(WRONG_PERSON, version, f"wrong-person:{report.pk}", managers(version), params)
