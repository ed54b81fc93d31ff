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
from agreements.versions.mail import AGREEMENT, CHANGES, NOTES, NUMBER, SIGN, SIGNATURE, TITLE
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue
from people.actions import person_of
from people.lab import lab_operations, lab_staff
from people.models import Person, User

WHERE_CHANGED = Place("place", _("the clause or section that would change"), "4.2 Data")
WHY = Place("reason", _("why"), "Two years is what the schedule of records asks for.", needed=True)


PROPOSED = MessageKind(
    "agreement-amendment-proposed",
    _("Proposed change to an agreement"),
    (
        Template(
            _("Proposed change: {title} for {about}"),
            _(
                """Hello {name},

{who} has proposed a change to the {title} for {about}.

Where: {place} ({kind})
Why: {reason}

Review the proposed change:
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
        "reason": amendment.reason, "link": address_of("agreement-amendments", agreement.place),
    }  # fmt: skip
    for account in preparers(amendment.version):
        if account != amendment.entered_by:
            queue(PROPOSED, to=person_of(account, by=SYSTEM), about=agreement.stream, key=f"amendment:{amendment.pk}", params=params)


DECIDED = MessageKind(
    "agreement-amendment-decided",
    _("Decision on a proposed change"),
    (
        Template(
            _("Your change was accepted: {about}"),
            _(
                """Hello {name},

You proposed a change to the {title} for {about}: {place}.

The lab accepted it. It’s part of version {number}, which everyone is now asked to {sign}.

Why: {reason}

{lab}"""
            ),
            wording="accepted",
            when=_("accepted"),
            places=(NUMBER,),
        ),
        Template(
            _("Your change was rejected: {about}"),
            _(
                """Hello {name},

You proposed a change to the {title} for {about}: {place}.

The lab rejected it. The wording stays as it is.

Why: {reason}

If that doesn’t resolve your concern, reply to this email before you {sign}.

{lab}"""
            ),
            wording="rejected",
            when=_("rejected"),
        ),
        Template(
            _("Your change was overtaken: {about}"),
            _(
                """Hello {name},

You proposed a change to the {title} for {about}: {place}.

It can no longer be accepted as you wrote it. {reason}

If you still want this change, read the current wording and propose it again. This is what you wrote:

{words}

{lab}"""
            ),
            wording="overtaken",
            when=_("overtaken by another change"),
            places=(Place("words", _("the wording that was proposed"), "The team keeps data for two years."),),
        ),
    ),
    places=(TITLE, WHERE_CHANGED, WHY, SIGN),
    may_wait=True,
)


def decided(amendment: Amendment) -> None:
    """Tell the proposer how their amendment was decided and why, unless their own account decided."""
    if amendment.party is None and amendment.entered_by == amendment.decided_by:
        return
    agreement = amendment.version.agreement
    template = agreement.template_version
    params = {
        **template.words.params, "title": template.title, "place": amendment.place, "reason": amendment.decision_reason,
        "number": amendment.made.number if amendment.made else amendment.version.number, "words": amendment.text or "–",
    }  # fmt: skip
    queue(DECIDED, to=_proposer(amendment), about=agreement.stream, key=f"amendment:{amendment.pk}", params=params, wording=amendment.state)


def _proposer(amendment: Amendment) -> Person:
    return amendment.party.person if amendment.party else person_of(amendment.entered_by, by=SYSTEM)  # type: ignore[arg-type]


AMENDED = MessageKind(
    "agreement-amended",
    _("Changed agreement"),
    (
        Template(
            _("Changed: {title} for {about}"),
            _(
                """Hello {name},

The {title} for {about} has changed. It’s now version {number}.

{notes}

Others {sign} first. When it’s your turn, you’ll get an email with a link.

What changed:

{changes}

Questions? Reply to this email.

{lab}"""
            ),
        ),
    ),
    places=(TITLE, NUMBER, CHANGES, NOTES, SIGN),
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
    template = version.agreement.template_version
    params = {**template.words.params, "title": template.title, **of_next_version(version, party)}
    queue(AMENDED, to=party.person, about=version.agreement.stream, key=f"version:{version.pk}", params=params)


VOIDED = MessageKind(
    "agreement-voided",
    _("Void agreement"),
    (
        Template(
            _("Void: {title} for {about}"),
            _(
                """Hello {name},

The lab voided the {title} for {about} ({reference}) on {day}. It’s no longer in force or open for {signature}.

Why: {reason}

{signed}

You don’t need to do anything. You can still read it with the link in your earlier email until the link expires. If the lab prepares a new agreement, you’ll get a new email.

{lab}"""
            ),
        ),
    ),
    places=(
        TITLE,
        Place("reference", _("the reference of the agreement"), "XL-2026-014-A1"),
        Place("day", _("the day it was voided"), "3 March 2026"),
        WHY,
        Place(
            "signed",
            _("what they signed and that it’s kept; may be empty"),
            "What you signed (version 1) stays on record as it was.",
        ),
        SIGNATURE,
    ),
)


def voided(agreement: Agreement, parties: Iterable[Party], signatures: Iterable[Signature]) -> None:
    """Tell every party that the agreement is void, why, and that what they signed stays on record (EL-33)."""
    signed: dict[int, list[str]] = {}
    for signature in signatures:
        signed.setdefault(signature.party_id, []).append(str(signature.version.number))
    template = agreement.template_version
    params = {
        **template.words.params, "title": template.title, "reason": agreement.void_reason,
        "day": date_format(timezone.localtime(agreement.voided_at), "j F Y"), "reference": agreement.reference,
    }  # fmt: skip
    for party in parties:
        kept = _now("What you %(did)s (version %(numbers)s) is kept as it was.") % {
            "did": template.words.done,
            "numbers": ", ".join(signed.get(party.pk, [])),
        }
        its = params | {"signed": kept if party.pk in signed else ""}
        queue(VOIDED, to=party.person, about=agreement.stream, key=f"agreement:{agreement.pk}", params=its)


CLOSED = MessageKind(
    "agreement-closed",
    _("Agreement closed"),
    (
        Template(
            _("No {signature} needed: {title} for {about}"),
            _(
                """Hello {name},

You don’t need to {sign} version {number} of the {title} for {about}. It’s closed for {signature}.

Why: {reason}

{signed}

{lab}"""
            ),
        ),
    ),
    places=(
        TITLE,
        NUMBER,
        WHY,
        Place("signed", _("what happens to a signature, or that the link no longer works"), _("Your link no longer works.")),
        SIGN,
        SIGNATURE,
    ),
)


def closed(version: AgreementVersion, parties: Iterable[Party], reason: str) -> None:
    """Tell every party that was asked to sign or to read that nothing is left to sign, as the subject has ended (EL-85)."""
    if version.is_draft:
        return
    agreement = version.agreement
    signed = set(Signature.objects.filter(version=version).values_list("party", flat=True))
    template = agreement.template_version
    params = {**template.words.params, "title": template.title, "number": version.number, "reason": reason}
    for party in parties:
        kept = _now("What you %(did)s is kept as it was. You can still read it with your link until the link expires.") % {
            "did": template.words.done
        }
        its = params | {"signed": kept if party.pk in signed else _now("Your link no longer works.")}
        queue(CLOSED, to=party.person, about=agreement.stream, key=f"version:{version.pk}", params=its)
