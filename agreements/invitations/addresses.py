"""What an email address means for signing: whose may not change by one account alone, and what follows when it does (OP-03)."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from agreements.invitations.actions import end_links
from agreements.models import Agreement, AgreementVersion, Invitation, Party, Signature, State
from agreements.versions import mail
from agreements.versions.locks import version_facts
from ledger.actions import append
from people.models import AddressChange, Person


def asked_to_sign(person: Person) -> list[str]:
    """Every agreement that the person is asked to sign, or would be: once a void one is made again, or its words change."""
    return [f"{party.agreement.reference}, {party.role}" for party in _signing(person, OUT | AGAIN | _void())]


def open_parties(person: Person) -> list[Party]:
    """The roles that the person fills where a signature is wanted of them; one query.

    An ended or expired link changes nothing: a new one would go to the address on record.
    """
    return _signing(person, (OUT & ~SIGNED) | AGAIN | _void())


OUT = Exists(AgreementVersion.objects.filter(agreement=OuterRef("agreement"), state=State.CIRCULATED))


AGAIN = Exists(AgreementVersion.objects.filter(agreement=OuterRef("agreement"), state=State.DRAFT)) & Q(agreement__replaces__isnull=False)


# Whoever has signed a version that is still out is asked again by the next one: their address stays guarded until it is in force.
SIGNED = Exists(Signature.objects.filter(role=OuterRef("role"), version__agreement=OuterRef("agreement"), version__state=State.CIRCULATED))


def _void() -> Q:
    return Q(agreement__voided_at__gt=timezone.now() - AFTER_VOID)


def _signing(person: Person, when: Any) -> list[Party]:
    parties = Party.objects.filter(when, person=person, to_at=None, role__must_sign=True)
    return list(parties.select_related("role", "agreement").order_by("pk"))


def follow(change: AddressChange) -> None:
    """End the open links of whoever's address changed, and say so to the old address and to who keeps the agreement.

    A new link goes out by a further act alone.
    """
    parties = list(Party.objects.filter(person=change.person_id, to_at=None).select_related("agreement__stream", "role", "person"))
    if not parties:
        return
    for party in parties:
        _end_links(party, change)
    mail.address_changed(change, parties)


def _end_links(party: Party, change: AddressChange) -> None:
    rows = Invitation.objects.select_for_update(of=("self",)).filter(party=party, revoked_at=None, version__state=State.CIRCULATED)
    for invitation in rows.filter(purpose=Invitation.Purpose.SIGN).select_related("version__agreement__stream"):
        if Signature.objects.filter(party=party, version=invitation.version).exists():
            continue
        end_links(invitation, invitation.version.agreement.stream)
        append(
            invitation.version.agreement.stream, "party-address-changed", by=change.decided_by or change.requested_by or "system",
            facts={**version_facts(invitation.version), "party": str(party), "change": change.pk},
        )  # fmt: skip


def changes_for(agreement: Agreement, people: list[int], *, waiting: bool = False) -> list[AddressChange]:
    """Changes of these people's addresses since the agreement, or the void one that it replaces, was made; `waiting` ones too if asked."""
    first = agreement
    while first.replaces:
        first = first.replaces
    wanted = Q(state=AddressChange.State.APPLIED, decided_at__gte=first.made_at)
    rows = AddressChange.objects.filter(wanted | Q(state=AddressChange.State.WAITING) if waiting else wanted, person__in=people)
    return list(rows.select_related("person", "requested_by", "decided_by").order_by("requested_at", "pk"))


def as_evidence(changes: list[AddressChange]) -> list[dict[str, Any]] | None:
    """Changes of the signer's address as the record of a signature tells them; the addresses stay in its annex (EL-27)."""
    entries = [
        {"asked_by": str(change.requested_by or ""), "confirmed_by": str(change.decided_by or "") or None, "at": change.decided_at}
        for change in changes
    ]
    return entries or None


def as_annex(changes: list[AddressChange]) -> list[dict[str, Any]] | None:
    """The same changes with what only the lab keeps: from which address to which, and why."""
    return [{"from": change.from_address, "to": change.to_address, "reason": change.reason} for change in changes] or None


# An agreement that was voided is usually made again: who was asked to sign it is not sent elsewhere meanwhile.
AFTER_VOID = datetime.timedelta(days=90)
