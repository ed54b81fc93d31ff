"""Closing what is open about an agreement: when it is made void, and when its subject ends (EL-33, EL-85).

Parts of acts, under the lock of the agreement and its newest version (`newest_locked`).
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements import amendment_messages as messages
from agreements.actions.sending import end_links
from agreements.messages import INVITATION
from agreements.models import Agreement, AgreementVersion, Amendment, HandOver, Invitation, Signature, State, WrongPerson
from ledger.actions import append
from ledger.subjects import Ending
from outbox.queue import withdraw
from people.models import User


def close_agreement(newest: AgreementVersion, ending: Ending) -> None:
    """End what waits for signatures because the subject has ended; parties who were asked are told.

    A version in force stands as it is. Without one the whole agreement is void.
    """
    agreement = newest.agreement
    in_force = agreement.versions.filter(state=State.IN_FORCE).exists()
    if in_force and not newest.is_open:
        close_open_matters(agreement, _why(agreement, ending))
        return
    reason, asked = _why(agreement, ending), _pending_invitations(newest)
    ended = void_versions(agreement, [State.CIRCULATED], reason)
    if not in_force:
        mark_void(agreement, reason, by=ending.by)
    append(
        agreement.stream, "agreement-closed", by=ending.by, from_state=newest.state, to_state=State.VOID,
        facts={"agreement": agreement.reference, "versions": ended, "reason": reason},
    )  # fmt: skip
    close_open_matters(agreement, reason)
    _end_invitations(newest)
    messages.closed(newest, [invitation.party for invitation in asked], reason)


def void_versions(agreement: Agreement, states: list[str], reason: str) -> list[int]:
    """End the versions at `states`, with the reason; returns their numbers, the newest first."""
    ended = []
    standing = AgreementVersion.objects.select_for_update(of=("self",)).filter(agreement=agreement, state__in=states)
    for version in standing.order_by("-number"):
        ended.append(version.number)
        version.state, version.void_reason = State.VOID, reason
        version.save(update_fields=["state", "void_reason"])
    return ended


def mark_void(agreement: Agreement, reason: str, *, by: Any) -> None:
    """Say on the agreement itself that it is void, from when, why and by whom."""
    agreement.voided_at, agreement.void_reason = timezone.now(), reason
    agreement.voided_by = by if isinstance(by, User) else None
    agreement.save(update_fields=["voided_at", "void_reason", "voided_by"])


def close_open_matters(agreement: Agreement, reason: str) -> None:
    """Proposed changes and hand-overs have nothing left to change; no waiting mail asks anybody to sign."""
    now = timezone.now()
    Amendment.objects.open().filter(version__agreement=agreement).update(
        state=Amendment.State.OVERTAKEN, decided_at=now, decision_reason=reason
    )
    HandOver.objects.filter(version__agreement=agreement, state=HandOver.State.PROPOSED).update(
        state=HandOver.State.REFUSED, decided_at=now, answer=reason
    )
    WrongPerson.objects.filter(link__invitation__version__agreement=agreement, settled_at=None).update(settled_at=now)
    withdraw(INVITATION, agreement.stream)


def _end_invitations(newest: AgreementVersion) -> None:
    """End the invitations to a version that nobody signs any more, but for those who have signed it: they still read what they signed."""
    if newest.is_draft:
        return
    signed = Signature.objects.filter(version=newest).values("party")
    for invitation in newest.invitations.filter(revoked_at=None).exclude(party__in=signed):
        end_links(invitation, newest.agreement.stream)


def _pending_invitations(newest: AgreementVersion) -> list[Invitation]:
    """Who was invited to a version that is out for signing, and still fills the role."""
    if not newest.is_open:
        return []
    return list(newest.invitations.filter(revoked_at=None, party__to_at=None).select_related("party__person", "party__role"))


def _why(agreement: Agreement, ending: Ending) -> str:
    params = {"subject": str(agreement.subject), "day": date_format(ending.on), "state": agreement.subject.get_state_display()}
    sentence = _("%(subject)s ended on %(day)s (%(state)s).") % params
    return f"{sentence} {ending.reason}".strip()
