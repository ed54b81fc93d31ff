"""Mail about changes to an agreement, and about its end, queued in the act that causes it (EL-25, EL-33)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from agreements.invitations.mail import of_next_version
from agreements.models import Agreement, AgreementVersion, Amendment, Party, Signature
from agreements.versions.mail import AGREEMENT, CHANGES, NOTES, NUMBER, TITLE
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue
from people.actions import person_of
from people.lab import lab_operations, lab_staff
from people.models import Person, User

WHERE_CHANGED = Place("place", _("the clause or section that would change"), "4.2 Data")
WHY = Place("reason", _("why"), "Two years is what the schedule of records asks for.", needed=True)


PROPOSED = MessageKind(
    "agreement-amendment-proposed",
    _("A change to an agreement is proposed"),
    (
        Template(
            _("A change is proposed: {title} for {about}"),
            _(
                """Hello {name},

{who} proposes a change to the {title} for {about}.

Where: {place} ({kind})
Why: {reason}

See what differs, then accept or reject it:
{link}"""
            ),
        ),
    ),
    places=(
        TITLE,
        Place("who", _("who proposes the change"), "Dana Lee, Executive Director"),
        WHERE_CHANGED,
        Place("kind", _("what kind of change it is"), _("Change a clause")),
        WHY,
        Place("link", _("the address where changes are decided"), f"{AGREEMENT}amendments/", needed=True),
    ),
    may_wait=True,
)


def preparers(version: AgreementVersion) -> list[User]:
    """Return who sent the version out; after they left the lab, who leads its subject, else all of lab operations (EL-16)."""
    staff = lab_staff()
    sender, lead = version.circulated_by, getattr(version.agreement.subject, "owner", None)
    return next(([account] for account in (sender, lead) if account in staff), None) or lab_operations()


def proposed(amendment: Amendment) -> None:
    """Tell who sent the agreement out that a change is proposed, unless they entered it themselves."""
    agreement = amendment.version.agreement
    params = {
        "title": agreement.template_version.title, "who": amendment.proposer, "place": amendment.place, "kind": amendment.get_kind_display(),
        "reason": amendment.reason, "link": address_of("agreement-amendments", agreement.subject.reference),
    }  # fmt: skip
    for account in preparers(amendment.version):
        if account != amendment.entered_by:
            queue(PROPOSED, to=person_of(account, by=SYSTEM), about=agreement.stream, key=f"amendment:{amendment.pk}", params=params)


DECIDED = MessageKind(
    "agreement-amendment-decided",
    _("What became of a proposed change"),
    (
        Template(
            _("Your change was accepted: {about}"),
            _(
                """Hello {name},

You proposed a change to the {title} for {about}: {place}.

It was accepted. It is part of version {number}, which everyone is asked to sign.

Why: {reason}

{lab}"""
            ),
            wording="accepted",
            when=_("accepted"),
            places=(NUMBER,),
        ),
        Template(
            _("Your change was not taken up: {about}"),
            _(
                """Hello {name},

You proposed a change to the {title} for {about}: {place}.

It was not taken up. The words stay as they are.

Why: {reason}

If that does not settle it, answer this message before you sign.

{lab}"""
            ),
            wording="rejected",
            when=_("not taken up"),
        ),
        Template(
            _("Your change was overtaken: {about}"),
            _(
                """Hello {name},

You proposed a change to the {title} for {about}: {place}.

It can no longer be taken up as you wrote it. {reason}

If you still want it, read what the agreement says now and propose it again. These were your words:

{words}

{lab}"""
            ),
            wording="overtaken",
            when=_("overtaken by another change"),
            places=(Place("words", _("the words that were proposed"), "The team keeps data for two years."),),
        ),
    ),
    places=(TITLE, WHERE_CHANGED, WHY),
    may_wait=True,
)


def decided(amendment: Amendment) -> None:
    """Tell the proposer how their amendment was decided and why, unless their own account decided."""
    if amendment.party is None and amendment.entered_by == amendment.decided_by:
        return
    agreement = amendment.version.agreement
    params = {
        "title": agreement.template_version.title, "place": amendment.place, "reason": amendment.decision_reason,
        "number": amendment.made.number if amendment.made else amendment.version.number, "words": amendment.text or "–",
    }  # fmt: skip
    queue(DECIDED, to=_proposer(amendment), about=agreement.stream, key=f"amendment:{amendment.pk}", params=params, wording=amendment.state)


def _proposer(amendment: Amendment) -> Person:
    return amendment.party.person if amendment.party else person_of(amendment.entered_by, by=SYSTEM)  # type: ignore[arg-type]


AMENDED = MessageKind(
    "agreement-amended",
    _("An agreement was changed"),
    (
        Template(
            _("Changed: {title} for {about}"),
            _(
                """Hello {name},

The {title} for {about} was changed. It is now version {number}.

{notes}

Others sign it first. When it is your turn, you get a message with a link.

What changed:

{changes}

If anything is unclear, answer this message.

{lab}"""
            ),
        ),
    ),
    places=(TITLE, NUMBER, CHANGES, NOTES),
    may_wait=True,
)


def accepted(version: AgreementVersion, amendments: Sequence[Amendment]) -> None:
    """Tell those who get no invitation to the new version: parties whose turn comes later, and proposers who are not parties."""
    recipients = set(version.invitations.values_list("party", flat=True))
    asked_before = version.agreement.parties.filter(to_at=None, invitations__isnull=False).exclude(pk__in=recipients).distinct()
    for party in asked_before.select_related("person", "role"):
        _amended(version, party)
        recipients.add(party.pk)
    for amendment in amendments:
        if amendment.party_id not in recipients:
            decided(amendment)


def _amended(version: AgreementVersion, party: Party) -> None:
    params = {"title": version.agreement.template_version.title, **of_next_version(version, party)}
    queue(AMENDED, to=party.person, about=version.agreement.stream, key=f"version:{version.pk}", params=params)


VOIDED = MessageKind(
    "agreement-voided",
    _("An agreement is void"),
    (
        Template(
            _("Void: {title} for {about}"),
            _(
                """Hello {name},

The {title} for {about} ({reference}) has been void since {day}. It is not in force, and no more signatures are needed.

Why: {reason}

{signed}

You need do nothing. The link in your earlier mail still opens it, to read, until it expires. If a new agreement is made, you get a new message.

{lab}"""
            ),
        ),
    ),
    places=(
        TITLE,
        Place("reference", _("the reference of the agreement"), "XL-2026-014-A1"),
        Place("day", _("the day since which it is void"), "3 March 2026"),
        WHY,
        Place(
            "signed",
            _("what they signed and that it stays on record; may be empty"),
            "What you signed (version 1) stays on record as it was.",
        ),
    ),
)


def voided(agreement: Agreement, parties: Iterable[Party], signatures: Iterable[Signature]) -> None:
    """Tell every party that the agreement is void, why, and that what they signed stays on record (EL-33)."""
    signed: dict[int, list[str]] = {}
    for signature in signatures:
        signed.setdefault(signature.party_id, []).append(str(signature.version.number))
    params = {
        "title": agreement.template_version.title, "reason": agreement.void_reason,
        "day": date_format(timezone.localtime(agreement.voided_at), "j F Y"), "reference": agreement.reference,
    }  # fmt: skip
    for party in parties:
        kept = _now("What you signed (version %(numbers)s) stays on record as it was.") % {"numbers": ", ".join(signed.get(party.pk, []))}
        its = params | {"signed": kept if party.pk in signed else ""}
        queue(VOIDED, to=party.person, about=agreement.stream, key=f"agreement:{agreement.pk}", params=its)


CLOSED = MessageKind(
    "agreement-closed",
    _("An agreement no longer needs signatures"),
    (
        Template(
            _("Nothing left to sign: {title} for {about}"),
            _(
                """Hello {name},

You don't need to sign version {number} of the {title} for {about}. It is closed and can no longer be signed.

Why: {reason}

{signed}

{lab}"""
            ),
        ),
    ),
    places=(TITLE, NUMBER, WHY, Place("signed", _("what stays of a signature, or that the link ended"), _("Your link no longer works."))),
)


def closed(version: AgreementVersion, parties: Iterable[Party], reason: str) -> None:
    """Tell every party that was asked to sign or to read that nothing is left to sign, as the subject has ended (EL-85)."""
    if version.is_draft:
        return
    agreement = version.agreement
    signed = set(Signature.objects.filter(version=version).values_list("party", flat=True))
    params = {"title": agreement.template_version.title, "number": version.number, "reason": reason}
    for party in parties:
        kept = _now("What you signed stays on record as it was, and your link still opens it to read until it expires.")
        its = params | {"signed": kept if party.pk in signed else _now("Your link no longer works.")}
        queue(CLOSED, to=party.person, about=agreement.stream, key=f"version:{version.pk}", params=its)
