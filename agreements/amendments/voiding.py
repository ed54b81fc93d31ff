"""Voiding an agreement: every party gets an email, nothing is deleted (EL-33)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import Actor, act
from agreements.amendments import mail as messages
from agreements.amendments.actions import plain_words
from agreements.invitations.actions import end_links
from agreements.invitations.mail import INVITATION, SIGNATURE_MISSING, invitation_key
from agreements.models import Agreement, AgreementVersion, Amendment, HandOver, Invitation, Party, Signature, State, WrongPerson
from agreements.versions.locks import newest_locked
from findings import Finding, Refused, blocking
from ledger import subjects
from ledger.actions import append
from ledger.subjects import Ending
from outbox.catalogue.messages import MessageKind
from outbox.queue import withdraw
from people.models import User


def standing_of(version: AgreementVersion) -> str:
    """Which version, in which state, a form showed; the form sends it back."""
    return f"{version.number}:{version.state}"


@act("agreements.void")
def void_agreement(agreement: Agreement, *, reason: str, shown_state: str, by: Actor) -> Agreement:
    """End `agreement` and every version of it that is out for signing or in force; nothing is deleted (EL-33).

    Nobody can sign it from now on; links read on until they expire. Parties are told why, and the subject
    follows. `shown_state` is the newest version's number and state as the page showed it (`standing_of`). Raises
    `Refused` when it is void already, changed meanwhile, or without a reason; nothing is written then.
    """
    newest = newest_locked(agreement)
    agreement = newest.agreement
    findings = _findings(newest, reason, shown_state)
    if findings:
        raise Refused(findings)
    about = {"subject": agreement.subject, "agreement": agreement, "purpose": agreement.purpose, "by": by}
    with subjects.followed("agreement_voided", agreement.stream, **about):
        _void(newest, plain_words(reason), by)
    asked = _tell(agreement)
    facts: dict[str, Any] = {"agreement": agreement, "purpose": agreement.purpose, "recipients": [party.person_id for party in asked]}
    subjects.tell("agreement_voided", agreement.stream, by=by, **facts)
    return agreement


def void_with_review(newest: AgreementVersion, reason: str, *, by: Actor) -> None:
    """Make an agreement void as the review that it rests on is open again; its parties are told, the subject's people by the subject."""
    _void(newest, plain_words(reason), by)
    _tell(newest.agreement)


def _void(newest: AgreementVersion, reason: str, by: Actor) -> None:
    """End every version that is out for signing or in force, and what is open about it."""
    agreement = newest.agreement
    ended = void_versions(agreement, [State.CIRCULATED, State.IN_FORCE], reason)
    mark_void(agreement, reason, by=by)
    facts = {"agreement": agreement.reference, "versions": ended, "reason": reason}
    close_open_matters(agreement, _("The agreement was voided: %(reason)s") % {"reason": reason})
    append(agreement.stream, "agreement-voided", by=by, from_state=newest.state, to_state=State.VOID, facts=facts)
    _withdraw_mail(agreement, SIGNATURE_MISSING)


def _findings(newest: AgreementVersion, reason: str, shown_state: str) -> list[Finding]:
    findings = []
    if newest.agreement.voided_at:
        message = _("%(agreement)s is already void.") % {"agreement": newest.agreement}
        findings.append(blocking("void-already", message, _("You don’t need to do anything."), "agreement"))
    elif standing_of(newest) != shown_state:
        params = {"number": newest.number, "state": newest.get_state_display()}
        message = _("The agreement changed after you opened this page. Version %(number)d is now “%(state)s”.") % params
        findings.append(blocking("agreement-changed", message, _("Check it again, then decide."), "agreement"))
    if not reason.strip():
        message, remedy = _("The reason is missing."), _("Give it in a sentence. Every party reads it.")
        findings.append(blocking("reason-missing", message, remedy, "agreement"))
    return findings


def told_of_void(agreement: Agreement) -> list[Party]:
    """Who gets an email when `agreement` is made void: every present party that was ever invited. The page announces the same list."""
    asked = agreement.parties.filter(to_at=None, invitations__isnull=False).distinct()
    return list(asked.select_related("person", "role").order_by("role__position", "pk"))


def _tell(agreement: Agreement) -> list[Party]:
    """Tell every party that was asked; returns them."""
    asked = told_of_void(agreement)
    signatures = Signature.objects.filter(version__agreement=agreement).defer("evidence", "annex").select_related("version")
    messages.voided(agreement, asked, signatures)
    return asked


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


def mark_void(agreement: Agreement, reason: str, *, by: Actor) -> None:
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
    _withdraw_mail(agreement, INVITATION)


def _withdraw_mail(agreement: Agreement, kind: MessageKind) -> None:
    """Withdraw messages of this kind about one agreement; others about the same subject stay."""
    for invitation in Invitation.objects.filter(version__agreement=agreement):
        withdraw(kind, agreement.stream, key_part=invitation_key(invitation))


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
