"""The invitation to read and sign, the reminder that a signature is missing, and the report that a link reached the wrong person."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agreements.models import AgreementVersion, HandOver, Invitation, Party, WrongPerson
from agreements.versions import history
from agreements.versions.document import reading_room
from agreements.versions.mail import (
    ANSWER_PAGE,
    CHANGES,
    LINK,
    NOTES,
    NUMBER,
    ROLE,
    SIGN,
    SIGNATURE,
    SIGNED,
    SIGNING,
    TITLE,
    WHO,
    managers,
    queue_for_each,
)
from dates.database import end_of, start_of
from ledger.subjects import kind_of
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.models import Message
from outbox.models import State as MailState
from outbox.queue import queue
from people.models import Person

DAYS = Place("days", _("number of days the link works"), 30)
MINUTES = Place("minutes", _("number of minutes it takes to read"), 12)
SENDER = Place("sender", _("who at the lab sent it"), "Noor Castellane")
CONTACT = Place(
    "contact",
    _("how to reach the sender"),
    "Reply to this email, call Noor Castellane at 250-555-0142, or write to noor.castellane@example.org.",
)
DUE = Place("due", _("the date to sign by, or that it’s overdue"), "Please sign by 17 March 2026.")
POINTS = Place(
    "points",
    _("the first three points of the one-minute summary; may be empty"),
    "- What you promise: a product owner and time to learn\n- What you get: coaching, at no charge\n- What it costs: your team",
)
OTHERS = Place("others", _("the other signers; may be empty"), "Also signing: Ines Okonkwo (Product owner).")
CODE_NOTE = Place(
    "code_note", _("that we’ll email a code, if one is required; may be empty"), "When you sign, we’ll email you a six-digit code."
)
GUIDE = Place(
    "guide",
    _("link to the phase guide, to read before signing; may be empty"),
    "What happens in each phase: https://portal.example.org/residencies/phases/",
)
WHY_YOU = Place(
    "why_you",
    _("for a delegate: who they sign for, who confirmed it and what it means; may be empty"),
    "You’re signing in place of Dana Lee, who handed this over to you. Noor Castellane of the lab confirmed it on 3 March 2026.",
)

POINTS_MOST = 3


INVITATION = MessageKind(
    "agreement-invitation",
    _("Invitation to an agreement"),
    (
        Template(
            _("Please read and {sign}: {title} for {about}"),
            _(
                """Hello {name},

{sender} of {lab} asks you to {sign} the {title} for {about} as: {role}. {due}

{why_you}

{points}

{guide}

Read and {sign}:
{signing_link}

Reading takes about {minutes} minutes and {signing} about one more, on a phone or a computer. You don’t need an account, and you can stop and come back with the same link.

{code_note}

{others}

This link is only for you. Please don’t forward it: anyone who has it can open the agreement in your name. It works for {days} days. After that, you can ask for a new one.

Questions, or should someone else have received this? {contact}

{lab}"""
            ),
            wording="sign",
            when=_("to a party who signs"),
            places=(WHY_YOU, DUE, POINTS, GUIDE, OTHERS, CODE_NOTE),
        ),
        Template(
            _("For your information: {title} for {about}"),
            _(
                """Hello {name},

The {title} for {about} has been sent for {signature}. We’re keeping you informed as: {role}. You don’t need to {sign}.

Read the agreement:
{signing_link}

You don’t need an account. This link is only for you, so please don’t forward it. It works for {days} days.

Questions? {contact}

{lab}"""
            ),
            wording="inform",
            when=_("to a person who is kept informed"),
        ),
        Template(
            _("Changed, please {sign} again: {title} for {about}"),
            _(
                """Hello {name},

The {title} for {about} has changed. It’s now version {number}. {sender} of {lab} asks you to {sign} it as: {role}. {due}

{why_you}

{notes}

Read and {sign}:
{signing_link}

You only need to read the sections that changed. What you marked as read before stays marked.

{code_note}

{others}

This link is only for you, so please don’t forward it. It works for {days} days. After that, you can ask for a new one.

What changed:

{changes}

Questions? {contact}

{lab}"""
            ),
            wording="sign-next",
            when=_("to a party who signs, after a change"),
            places=(WHY_YOU, NUMBER, CHANGES, NOTES, DUE, OTHERS, CODE_NOTE),
        ),
        Template(
            _("Changed: {title} for {about}"),
            _(
                """Hello {name},

The {title} for {about} has changed. It’s now version {number}. We’re keeping you informed as: {role}. You don’t need to {sign}.

{notes}

Read the agreement:
{signing_link}

You don’t need an account. This link is only for you, so please don’t forward it. It works for {days} days.

What changed:

{changes}

Questions? {contact}

{lab}"""
            ),
            wording="inform-next",
            when=_("to a person who is kept informed, after a change"),
            places=(NUMBER, CHANGES, NOTES),
        ),
    ),
    places=(TITLE, ROLE, SENDER, CONTACT, DAYS, MINUTES, LINK, SIGN, SIGNING, SIGNATURE),
)


def invitation_key(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}:"


def invitation(invitation: Invitation) -> None:
    """Ask a party to read and sign, or to read; the link is issued as the mail leaves (EL-28)."""
    version, party = invitation.version, invitation.party
    template = version.agreement.template_version
    params = {
        **template.words.params,
        "title": template.title,
        "role": party.role.label,
        "days": template.invitation_days,
        "minutes": reading_room(version).minutes,
        "why_you": why_you(party),
        "points": "\n".join(f"- {heading}: {text}" for heading, text in template.points[:POINTS_MOST]),
        "guide": guide(version),
        **asked_by(invitation),
        **what_is_asked(invitation),
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
        mint=new_link(invitation),
    )


def guide(version: AgreementVersion) -> str:
    """Return where to read what happens before signing (EL-35); empty for a kind of subject that has no such page."""
    page = kind_of(version.agreement.stream).guide
    return f"{page[0]}: {address_of(page[1])}" if page else ""


def asked_by(invitation: Invitation) -> dict[str, str]:
    """Return who sent an invitation, and how to reach them: by reply, and by phone if their number is known."""
    sender = invitation.sent_by
    phone = Person.objects.filter(user=sender).values_list("phone", flat=True).first()
    call = _now("Reply to this email, call %(name)s at %(phone)s, or write to %(email)s.")
    write = _now("Reply to this email, or write to %(name)s at %(email)s.")
    return {"sender": str(sender), "contact": (call if phone else write) % {"name": str(sender), "phone": phone, "email": sender.email}}


def what_is_asked(invitation: Invitation) -> dict[str, str]:
    """Return by when to sign, who else does, and whether a code will come, each as a sentence."""
    version, party = invitation.version, invitation.party
    verb = version.agreement.template_version.words.params
    signing = version.roles.filter(must_sign=True).values("role")
    parties = Party.objects.filter(agreement=version.agreement_id, to_at=None, role__in=signing).exclude(pk=party.pk)
    names = [f"{other.person} ({other.role.label})" for other in parties.select_related("person", "role").order_by("role__position")]
    late = invitation.sign_by < timezone.localdate()
    due = _now("It was due on %(day)s. Please %(sign)s as soon as you can.") if late else _now("Please %(sign)s by %(day)s.")
    return {
        "due": due % {**verb, "day": date_format(invitation.sign_by, "j F Y")},
        "others": _now("Also %(signing)s: %(names)s.") % {**verb, "names": "; ".join(names)} if names else "",
        "code_note": _now("When you %(sign)s, we’ll email you a six-digit code.") % verb if version.asks_for_code else "",
    }


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
        **party.agreement.template_version.words.params,
        "who": before.person.name,
        "role": party.role.label,
        "day": date_format(timezone.localdate(party.from_at), "j F Y"),
        "by": str(party.confirmed_by or ""),
        "reason": hand_over.reason if hand_over else "",
    }
    sentences = [
        _now("You’re %(signing)s in place of %(who)s, who handed this over to you."),
        _now("Their reason: %(reason)s") if params["reason"] else "",
        _now("%(by)s of the lab confirmed it on %(day)s."),
        _now("You %(sign)s in your own name for the role “%(role)s”, and the agreement says it was handed over to you."),
    ]
    return " ".join(sentence % params for sentence in sentences if sentence)


SIGNATURE_MISSING = MessageKind(
    "agreement-unsigned",
    _("Reminder about an agreement"),
    (
        Template(
            _("Reminder to {sign}: {title} for {about}"),
            _(
                """Hello {name},

On {since} {sender} of {lab} asked you to {sign} the {title} for {about} as: {role}. You haven’t {signed} yet. {due}

Read and {sign}:
{signing_link}

{code_note}

{others}

This link is only for you, so please don’t forward it. It works for {days} days.

Can’t {sign}, or should someone else? {contact}

{lab}"""
            ),
        ),
    ),
    places=(
        TITLE,
        ROLE,
        Place("since", _("the day they were asked"), "3 March 2026"),
        SENDER,
        CONTACT,
        DUE,
        CODE_NOTE,
        OTHERS,
        DAYS,
        LINK,
        SIGN,
        SIGNED,
    ),
)  # queued by agreements/invitations/reminders.py as it falls due, and here by hand


def signature_missing(invitation: Invitation, *, day: datetime.date) -> None:
    """Remind a party by hand, at most once on `day`; the link is issued as the mail leaves."""
    queue(
        SIGNATURE_MISSING,
        to=invitation.party.person,
        about=invitation.version.agreement.stream,
        key=f"{invitation_key(invitation)}by-hand-{day}",
        params=missing_params(invitation),
        mint=new_link(invitation),
    )


def missing_params(invitation: Invitation) -> dict[str, Any]:
    """Return what a reminder says: as the invitation did, and since when it waits (EL-28)."""
    template = invitation.version.agreement.template_version
    return {
        **template.words.params,
        "title": template.title,
        "role": invitation.party.role.label,
        "since": date_format(timezone.localdate(invitation.made_at), "j F Y"),
        "days": template.invitation_days,
        **asked_by(invitation),
        **what_is_asked(invitation),
    }


def new_link(invitation: Invitation) -> dict[str, Any]:
    """Return what issues a link as the mail leaves."""
    return {"signing_link": ["agreements.invitations.mint", {"invitation": invitation.pk}]}


def was_emailed(invitation: Invitation, *, day: datetime.date) -> bool:
    """Whether the party was invited or reminded on `day`, or will be; what was withdrawn or has expired doesn't count."""
    left_out = (MailState.CANCELLED, MailState.STALE, MailState.SUPPRESSED)
    sent = Message.objects.filter(
        stream=invitation.version.agreement.stream, occasion__in=(INVITATION.key, SIGNATURE_MISSING.key), person=invitation.party.person_id,
        key__contains=f"|{invitation_key(invitation)}", due_at__gte=start_of(day), due_at__lt=end_of(day),
    )  # fmt: skip
    return sent.exclude(state__in=left_out).exists()


WRONG_PERSON = MessageKind(
    "agreement-wrong-person",
    _("A link reached the wrong person"),
    (
        Template(
            _("A link reached the wrong person: {about}"),
            _(
                """Hello {name},

Someone opened a link to the {title} for {about} and reported that it isn’t theirs. The link was sent to {who}, as: {role}.

Contact them and check the address.

End or keep the invitation:
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
    params["link"] = address_of("agreement-wrong-person", version.agreement.place, report.pk)
    queue_for_each(WRONG_PERSON, version, f"wrong-person:{report.pk}", managers(version), params)
