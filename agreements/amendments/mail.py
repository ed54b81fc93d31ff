"""What people are told of changes to an agreement, in the transaction of the act that causes it (EL-25, EL-33)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import SYSTEM
from agreements.invitations.mail import of_next_version
from agreements.models import Agreement, AgreementVersion, Amendment, Party, Signature
from outbox.catalogue.messages import address_of
from outbox.queue import queue
from people.actions import person_of
from people.lab import lab_operations, lab_staff
from people.models import Person, User

PROPOSED = "agreement-amendment-proposed"
DECIDED = "agreement-amendment-decided"
AMENDED = "agreement-amended"
VOIDED = "agreement-voided"
CLOSED = "agreement-closed"


def preparers(version: AgreementVersion) -> list[User]:
    """Return who sent the version out; after they left the lab, who leads its subject, else all of lab operations (EL-16)."""
    staff = lab_staff()
    sender, lead = version.circulated_by, getattr(version.agreement.subject, "owner", None)
    return next(([account] for account in (sender, lead) if account in staff), None) or lab_operations()


def proposed(amendment: Amendment) -> None:
    """Tell whoever sent the agreement out that a change is proposed; nobody is told of what they do themselves."""
    agreement = amendment.version.agreement
    params = {
        "title": agreement.template_version.title, "who": amendment.proposer, "place": amendment.place, "kind": amendment.get_kind_display(),
        "reason": amendment.reason, "link": address_of("agreement-amendments", agreement.subject.reference),
    }  # fmt: skip
    for account in preparers(amendment.version):
        if account != amendment.entered_by:
            queue(PROPOSED, to=person_of(account, by=SYSTEM), about=agreement.stream, key=f"amendment:{amendment.pk}", params=params)


def decided(amendment: Amendment) -> None:
    """Tell the proposer what became of it, and why; an account that decided on its own proposal knows."""
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


def accepted(version: AgreementVersion, amendments: Sequence[Amendment]) -> None:
    """Tell whoever does not read it in an invitation: parties whose turn comes later, and proposers who are no party."""
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
        kept = _("What you signed (version %(numbers)s) stays on record as it was.") % {"numbers": ", ".join(signed.get(party.pk, []))}
        its = params | {"signed": kept if party.pk in signed else ""}
        queue(VOIDED, to=party.person, about=agreement.stream, key=f"agreement:{agreement.pk}", params=its)


def closed(version: AgreementVersion, parties: Iterable[Party], reason: str) -> None:
    """Tell every party that was asked to sign, or to read, that there is nothing left to sign: the subject has ended (EL-85)."""
    if version.is_draft:
        return
    agreement = version.agreement
    signed = set(Signature.objects.filter(version=version).values_list("party", flat=True))
    params = {"title": agreement.template_version.title, "number": version.number, "reason": reason}
    for party in parties:
        kept = _("What you signed stays on record as it was, and your link still opens it to read until it expires.")
        its = params | {"signed": kept if party.pk in signed else _("Your link no longer works.")}
        queue(CLOSED, to=party.person, about=agreement.stream, key=f"version:{version.pk}", params=its)
