"""A party declines to sign (EL-29)."""

from __future__ import annotations

from acts.act import Actor, act
from agreements import messages, notices, rules
from agreements.actions.locking import locked_to_answer
from agreements.actions.sending import named
from agreements.models import Decline, Invitation, Signature
from agreements.reminders import UNSIGNED
from findings import Refused
from ledger.actions import append
from outbox.queue import withdraw


@act("agreements.answer")
def decline(invitation: Invitation, reason: str, *, by: Actor) -> Decline:
    """The party does not sign, and says why; whoever has signed and whoever prepared it hears (EL-29).

    The agreement stays out for signing. Lab operations can invite the party again, or let somebody else sign.
    Raises `Refused` with everything in the way, such as a signature: what was signed stays signed.
    """
    invitation = locked_to_answer(invitation)
    findings = [*rules.before_answering(answer_facts(invitation)), *rules.reason_given(reason)]
    if findings:
        raise Refused(findings)
    decline = Decline.objects.create(invitation=invitation, reason=reason.strip())
    version, party = invitation.version, invitation.party
    append(
        version.agreement.stream, "declined-to-sign", by=by,
        facts={**named(version), "role": party.role.label, "name": party.person.name, "decline": decline.pk},
    )  # fmt: skip
    withdraw(UNSIGNED.occasion, version.agreement.stream, key_part=messages.invitation_key(invitation))
    notices.declined(decline)
    return decline


def answer_facts(invitation: Invitation) -> rules.AnswerFacts:
    """What decides whether a party may decline, or hand over, now."""
    version, party = invitation.version, invitation.party
    return rules.AnswerFacts(
        version_open=version.is_open,
        party_is_current=party.to_at is None,
        invitation_live=invitation.revoked_at is None,
        role_signs=invitation.purpose == Invitation.Purpose.SIGN,
        signed_already=Signature.objects.filter(version=version, role=party.role_id).exists(),
        declined=Decline.objects.filter(invitation=invitation).exists(),
    )
