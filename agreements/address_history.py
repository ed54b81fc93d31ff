"""Which addresses of an agreement's parties changed since it was made, for its page, its mail and a signature's evidence (OP-03)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from agreements.models import Agreement
from people.models import AddressChange


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
