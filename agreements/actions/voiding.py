"""Ending an agreement for good: everybody is told, nothing is deleted (EL-33)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from acts.act import Actor, act
from agreements import amendment_messages as messages
from agreements.actions.amendments import plain_words
from agreements.actions.closing import close_open_matters, mark_void, void_versions
from agreements.actions.locking import newest_locked
from agreements.models import Agreement, AgreementVersion, Party, Signature, State
from agreements.reminders import UNSIGNED
from findings import Finding, Refused, blocking
from ledger import subjects
from ledger.actions import append
from outbox.queue import withdraw


def standing_of(version: AgreementVersion) -> str:
    """What a form carries to say which version, in which state, somebody meant."""
    return f"{version.number}:{version.state}"


@act("agreements.void")
def void_agreement(agreement: Agreement, *, reason: str, shown_state: str, by: Actor) -> Agreement:
    """End `agreement` and every version of it that is out for signing or in force; nothing is deleted (EL-33).

    Nobody can sign it from now on; links read on until they expire. Parties are told why, and the subject
    follows. `seen` is the newest version's number and state as the page showed it (`standing_of`). Raises
    `Refused` when it is void already, changed meanwhile, or without a reason; nothing is written then.
    """
    newest = newest_locked(agreement)
    agreement = newest.agreement
    findings = _findings(newest, reason, shown_state)
    if findings:
        raise Refused(findings)
    reason = plain_words(reason)
    ended = void_versions(agreement, [State.CIRCULATED, State.IN_FORCE], reason)
    mark_void(agreement, reason, by=by)
    facts = {"agreement": agreement.reference, "versions": ended, "reason": reason}
    close_open_matters(agreement, _("The agreement was made void: %(reason)s") % {"reason": reason})
    append(agreement.stream, "agreement-voided", by=by, from_state=newest.state, to_state=State.VOID, facts=facts)
    withdraw(UNSIGNED.occasion, agreement.stream)
    _tell(agreement, by)
    return agreement


def _findings(newest: AgreementVersion, reason: str, shown_state: str) -> list[Finding]:
    findings = []
    if newest.agreement.voided_at:
        message = _("%(agreement)s is void already.") % {"agreement": newest.agreement}
        findings.append(blocking("void-already", message, _("There is nothing more to do."), "agreement"))
    elif standing_of(newest) != shown_state:
        params = {"number": newest.number, "state": newest.get_state_display()}
        message = _("The agreement changed since you opened this page: version %(number)d is “%(state)s” now.") % params
        findings.append(blocking("agreement-changed", message, _("Look at it again, then decide."), "agreement"))
    if not reason.strip():
        message, remedy = _("There is no reason."), _("Say why, in a sentence: every party reads it.")
        findings.append(blocking("reason-missing", message, remedy, "agreement"))
    return findings


def told_of_void(agreement: Agreement) -> list[Party]:
    """Who is told when `agreement` is made void: every present party that was ever asked about it. The page announces just these."""
    asked = agreement.parties.filter(to_at=None, invitations__isnull=False).distinct()
    return list(asked.select_related("person", "role").order_by("role__position", "pk"))


def _tell(agreement: Agreement, by: Any) -> None:
    asked = told_of_void(agreement)
    signatures = Signature.objects.filter(version__agreement=agreement).defer("evidence", "annex").select_related("version")
    messages.voided(agreement, asked, signatures)
    subjects.tell("agreement_voided", agreement.stream, by=by, agreement=agreement, recipients=[party.person_id for party in asked])
