"""Sending an agreement out, and keeping its links (EL-13, EL-26, EL-28)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from agreements import lettering, messages, notices, rules
from agreements.actions.locking import locked_draft, locked_invitation
from agreements.address_history import changes_for
from agreements.content import canonical, sha256
from agreements.models import AgreementVersion, Invitation, InvitationToken, Party, State
from agreements.new_signers import findings_on_new_signers
from agreements.reminders import UNSIGNED
from agreements.standing import SigningProgress, signing_progress
from findings import Finding, Refused, refuse
from ledger import subjects
from ledger.actions import append
from ledger.models import Stream
from outbox.queue import withdraw
from people.models import AddressChange


def findings_before_circulating(version: AgreementVersion) -> list[Finding]:
    """Everything that stands in the way of sending `version` out: the subject's gates, then the draft's own (EL-13)."""
    rows = signing_progress(version)
    facts = rules.DraftFacts(
        unfilled=[row.role.label for row in rows if row.role.must_sign and row.party is None],
        without_address=[row.person.name for row in rows if row.party and not row.person.email],
        empty_header=[label for label, value in version.header_lines if not value.strip()],
        filled_to_sign=sum(1 for row in rows if row.role.must_sign and row.party),
        signing_sides=[row.role.side for row in rows if row.role.must_sign],
    )
    gates = subjects.findings_before("circulate_agreement", version.agreement.stream, timezone.localdate())
    letters = lettering.in_version(version, {row.person.pk: row.person for row in rows if row.party}.values())
    return [*gates, *rules.before_circulating(facts), *lettering.findings_on(letters, rules.PLACE)]


@act("agreements.circulate")
def circulate(version: AgreementVersion, *, expected: int, by: Actor) -> AgreementVersion:
    """Freeze a draft and invite whoever signs first, and whoever is kept informed (EL-13, EL-26, EL-30).

    From now on triggers refuse any change to its words; its hash is on record. `expected` is the edit of
    the draft that the sender saw. Raises `Refused` with everything in the way; nothing is written then.
    """
    draft = locked_draft(version)
    if draft.version != expected:
        raise refuse(
            "draft-changed", _("Somebody edited the draft since you opened this page."), _("Read it again, then send it."), "agreement"
        )
    findings = [*findings_before_circulating(draft), *findings_on_new_signers(draft, by=by)]
    if findings:
        raise Refused(findings)
    put_out(draft, by=by)
    return draft


@part
def put_out(draft: AgreementVersion, *, by: Any, **facts: Any) -> None:
    """Freeze a draft's words and invite every party (EL-26). Part of an act, which holds the draft's lock."""
    draft.canonical = canonical(draft)
    draft.content_sha256 = sha256(draft.canonical)
    draft.state, draft.circulated_at, draft.circulated_by = State.CIRCULATED, timezone.now(), by
    draft.save(update_fields=["canonical", "content_sha256", "state", "circulated_at", "circulated_by"])
    invited = invite_whose_turn_it_is(draft, by=by)
    append(
        draft.agreement.stream, "agreement-circulated", by=by, from_state=State.DRAFT, to_state=State.CIRCULATED,
        facts={**named(draft), "sha256": draft.content_sha256, "parties": [str(invitation.party) for invitation in invited], **facts},
    )  # fmt: skip
    notices.sent_out(draft, _addresses(draft))


def _addresses(version: AgreementVersion) -> str:
    """Each party with the address its link goes to, and whose address was changed by whom since the agreement was made (OP-03)."""
    parties = list(version.agreement.parties.filter(to_at=None).select_related("person", "role").order_by("role__position"))
    changed = {change.person_id: change for change in changes_for(version.agreement, [party.person_id for party in parties])}
    return "\n".join(_address_line(party, changed.get(party.person_id)) for party in parties)


def _address_line(party: Party, change: AddressChange | None) -> str:
    params = {"name": party.person, "role": party.role, "email": party.person.email}
    if change is None:
        return _("- %(name)s, %(role)s: %(email)s") % params
    params |= {
        "old": change.from_address or "–",
        "by": change.requested_by or "–",
        "day": date_format(timezone.localtime(change.decided_at)),
    }
    return _("- %(name)s, %(role)s: %(email)s (changed from %(old)s by %(by)s on %(day)s)") % params


def named(version: AgreementVersion) -> dict[str, Any]:
    """How ledger events name a version."""
    return {"agreement": version.agreement.reference, "version": version.number}


def whose_turn_it_is(rows: Sequence[SigningProgress]) -> list[SigningProgress]:
    """The parties that were never asked and are asked now. The page before sending announces just these."""
    return [row for row in rows if row.party and not (row.signature or row.invitation or row.ended or row.waits_for_stage)]


@part
def invite_whose_turn_it_is(version: AgreementVersion, *, by: Any) -> list[Invitation]:
    """Invite every party that was never asked about `version`, and whose turn it is now; later stages wait (EL-30)."""
    rows = whose_turn_it_is(signing_progress(version))
    return [_invite(version, row.party, signs=row.role.must_sign, by=by) for row in rows]


def _invite(version: AgreementVersion, party: Any, *, signs: bool, by: Any) -> Invitation:
    purpose = Invitation.Purpose.SIGN if signs else Invitation.Purpose.READ
    invitation = Invitation.objects.create(party=party, version=version, purpose=purpose, sent_by=by)
    queue_link(invitation)
    return invitation


@part
def queue_link(invitation: Invitation) -> None:
    """Have a link sent to the address on record; it is minted as it leaves (EL-28)."""
    invitation.links_asked += 1
    invitation.save(update_fields=["links_asked"])
    messages.invitation(invitation)


@act("agreements.keep_invitations")
def send_new_link(invitation: Invitation, *, by: Actor) -> Invitation:
    """Send the party another link to the same invitation; older links stop working (EL-28).

    An invitation that was ended, or declined, is made anew: the party is asked again (EL-29).
    """
    invitation = locked_invitation(invitation)
    if invitation.party.to_at or invitation.version.state in (State.SUPERSEDED, State.VOID):
        raise refuse("invitation-ended", _("This party is not asked to sign this version any more."), _("See who is."), "agreement")
    if invitation.is_declined and not invitation.revoked_at:
        end_links(invitation, invitation.version.agreement.stream)
    if invitation.revoked_at:
        standing = Invitation.objects.filter(party=invitation.party, version=invitation.version, revoked_at=None).first()
        invitation = standing or Invitation.objects.create(
            party=invitation.party, version=invitation.version, purpose=invitation.purpose, sent_by=account_of(by)
        )
    invitation.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    queue_link(invitation)
    append(
        invitation.version.agreement.stream,
        "signing-link-sent-again",
        by=by,
        facts={**named(invitation.version), "to": str(invitation.party)},
    )
    return invitation


@act("agreements.keep_invitations")
def revoke_invitation(invitation: Invitation, *, by: Actor) -> Invitation:
    """End an invitation: its links stop working now and no waiting mail carries one (EL-28)."""
    invitation = locked_invitation(invitation)
    if invitation.revoked_at:
        return invitation
    stream = invitation.version.agreement.stream
    end_links(invitation, stream)
    append(stream, "invitation-revoked", by=by, facts={**named(invitation.version), "party": str(invitation.party)})
    return invitation


def end_links(invitation: Invitation, stream: Stream) -> None:
    """End an invitation with its links, its codes, and the mail that waits to carry one. Part of an act, which tells why."""
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    InvitationToken.objects.filter(invitation=invitation, revoked_at=None).update(revoked_at=invitation.revoked_at)
    invitation.codes.filter(ended_at=None).update(ended_at=invitation.revoked_at)
    for occasion in (messages.INVITATION, UNSIGNED.occasion):
        withdraw(occasion, stream, key_part=messages.invitation_key(invitation))
