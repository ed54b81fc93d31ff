"""Sending an agreement out, and keeping its links (EL-13, EL-26, EL-28)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, act_by_token, part
from agreements.invitations import mail
from agreements.invitations.links import find, opened_by
from agreements.models import AgreementVersion, Invitation, InvitationToken, Section, SectionRead, Signature, State, WrongPerson
from agreements.versions.locks import locked_invitation, version_facts
from agreements.versions.progress import SigningProgress, signing_progress
from findings import Refused, blocking, refuse
from ledger.actions import append
from ledger.models import Stream
from outbox.models import Message
from outbox.queue import withdraw


def whose_turn_it_is(rows: Sequence[SigningProgress]) -> list[SigningProgress]:
    """The parties that were never asked and are asked now. The page before sending announces just these."""
    return [row for row in rows if row.party and not (row.signature or row.invitation or row.ended or row.waits_for_stage)]


@part
def invite_whose_turn_it_is(version: AgreementVersion, *, by: Actor) -> list[Invitation]:
    """Invite every party that was never asked about `version`, and whose turn it is now; later stages wait (EL-30)."""
    rows = whose_turn_it_is(signing_progress(version))
    return [_invite(version, row.party, signs=row.role.must_sign, by=by) for row in rows]


def _invite(version: AgreementVersion, party: Any, *, signs: bool, by: Actor) -> Invitation:
    purpose = Invitation.Purpose.SIGN if signs else Invitation.Purpose.READ
    invitation = Invitation.objects.create(party=party, version=version, purpose=purpose, sent_by=account_of(by))
    queue_link(invitation)
    return invitation


@part
def queue_link(invitation: Invitation) -> None:
    """Have a link sent to the address on record; it is minted as it leaves (EL-28)."""
    invitation.links_asked += 1
    invitation.save(update_fields=["links_asked"])
    mail.invitation(invitation)


@act("agreements.keep_invitations")
def send_new_link(invitation: Invitation, *, by: Actor) -> Invitation:
    """Send the party another link to the same invitation; older links stop working (EL-28).

    An invitation that was ended, or declined, is made anew: the party is asked again (EL-29).
    """
    invitation = locked_invitation(invitation)
    verb = invitation.version.agreement.template_version.words.params
    if invitation.party.to_at or invitation.version.state in (State.SUPERSEDED, State.VOID):
        message = _("This party is no longer asked to %(sign)s this version.") % verb
        raise refuse("invitation-ended", message, _("Check who %(signs)s now.") % verb, "agreement")
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
        facts={**version_facts(invitation.version), "to": str(invitation.party)},
    )
    return invitation


@act("agreements.keep_invitations")
def remind_signer(invitation: Invitation, *, by: Actor) -> Invitation:
    """Email the party that its signature is missing, with a further link; the links it has go on working (EL-28, EL-60).

    Raises `Refused` for a party that isn't asked to sign, or has answered (`not-asked-to-sign`), and for one that was
    emailed about it today already, or will be (`reminded-today`).
    """
    invitation = locked_invitation(invitation)
    signed = (
        Signature.objects.filter(version=invitation.version, role=invitation.party.role_id) if invitation.version.content_sha256 else None
    )
    if not invitation.may_sign or invitation.version.agreement.voided_at or (signed and signed.exists()):
        message = _("This person has already %(signed)s or declined, or is no longer asked to %(sign)s.")
        raise refuse("not-asked-to-sign", message % invitation.version.agreement.template_version.words.params, place="agreement")
    today = timezone.localdate()
    if mail.was_emailed(invitation, day=today):
        raise refuse(
            "reminded-today", _("We’ve already emailed them about this today."), _("Send a reminder tomorrow, or call."), "agreement"
        )
    mail.signature_missing(invitation, day=today)
    facts = {**version_facts(invitation.version), "to": str(invitation.party)}
    append(invitation.version.agreement.stream, "signer-reminded", by=by, facts=facts)
    return invitation


@act("agreements.keep_invitations")
def revoke_invitation(invitation: Invitation, *, by: Actor) -> Invitation:
    """End an invitation: its links stop working now and no waiting mail carries one (EL-28)."""
    invitation = locked_invitation(invitation)
    if invitation.revoked_at:
        return invitation
    stream = invitation.version.agreement.stream
    end_links(invitation, stream)
    append(stream, "invitation-revoked", by=by, facts={**version_facts(invitation.version), "party": str(invitation.party)})
    return invitation


def end_links(invitation: Invitation, stream: Stream) -> None:
    """End an invitation with its links, its codes, and the mail that waits to carry one. Part of an act, which tells why."""
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    InvitationToken.objects.filter(invitation=invitation, revoked_at=None).update(revoked_at=invitation.revoked_at)
    invitation.codes.filter(ended_at=None).update(ended_at=invitation.revoked_at)
    for kind in (mail.INVITATION, mail.SIGNATURE_MISSING):
        withdraw(kind, stream, key_part=mail.invitation_key(invitation))


LINKS_AN_HOUR = 3


@act_by_token
def open_invitation(token: str, *, agent: str = "") -> InvitationToken | None:
    """The button behind a link was pressed: the first time is on record, with how soon and by which program (EL-28, D2.4).

    Nobody's act yet: mail scanners press buttons too. A party acts by marking sections as read, and by signing.
    Returns the link, or None when it opens nothing.
    """
    link, now = opened_by(token), timezone.now()
    if link and Invitation.objects.filter(pk=link.invitation_id, first_opened_at=None).update(first_opened_at=now, first_opened_by=link):
        version = link.invitation.version
        facts = {"party": str(link.invitation.party), "link": link.pk, "seconds": link.seconds_until(now), "agent": agent[:200]}
        append(version.agreement.stream, "signing-link-opened", by="system", at=now, facts={**version_facts(version), **facts})
    return link


@act("agreements.answer")
def mark_read(invitation: Invitation, numbers: Iterable[int], *, by: Actor) -> int:
    """The party says that it has read these sections; marking twice keeps the first time (EL-23).

    The evidence tells sections marked one by one from those confirmed together in one press. Returns how many were new. Raises `Refused` when the invitation has ended or a number is unknown.
    """
    invitation = locked_invitation(invitation)
    wanted = set(numbers)
    sections = list(Section.objects.filter(version=invitation.version, number__in=wanted))
    if not invitation.is_live or len(sections) != len(wanted):
        raise Refused([blocking("invitation-ended", _("Your invitation has ended."), _("Ask lab operations for a new invitation."))])
    known = set(SectionRead.objects.filter(party=invitation.party, section__in=sections).values_list("section_id", flat=True))
    new = [section for section in sections if section.pk not in known]
    how = SectionRead.How.TOGETHER if len(new) > 1 else SectionRead.How.ONE_BY_ONE
    SectionRead.objects.bulk_create(SectionRead(party=invitation.party, section=section, how=how) for section in new)
    if new:
        facts = {**version_facts(invitation.version), "sections": sorted(section.number for section in new), "how": how}
        append(invitation.version.agreement.stream, "sections-read", by=invitation.party.person, facts=facts)
    return len(new)


@act_by_token
def ask_for_link(token: str) -> bool:
    """Send a new link to the address on record, for a link that may have expired (EL-28).

    For a version that was replaced meanwhile it is one to the newest that the party is invited to (EL-25).
    At most three an hour. Does nothing for a token that nobody was ever sent, for an invitation that
    lab operations ended, or past that limit; whoever asks must not learn which. Returns whether mail goes out.
    """
    link = find(token)
    invitation = _link_target(link.invitation) if link else None
    if invitation is None:
        return False
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    key = mail.invitation_key(invitation)
    if Message.objects.filter(occasion=mail.INVITATION.key, key__contains=f"|{key}", made_at__gt=hour_ago).count() >= LINKS_AN_HOUR:
        return False
    queue_link(invitation)
    append(invitation.version.agreement.stream, "signing-link-asked", by=invitation.party.person, facts=version_facts(invitation.version))
    return True


def _link_target(invitation: Invitation) -> Invitation | None:
    """What a new link may open, locked: this invitation, or the same party's newest one if its version was replaced."""
    if not invitation.is_live:
        return None
    rows = Invitation.objects.filter(party=invitation.party_id, revoked_at=None, version__state__in=[State.CIRCULATED, State.IN_FORCE])
    if invitation.version.state != State.SUPERSEDED:
        rows = rows.filter(pk=invitation.pk)
    known = rows.select_related(
        "version__agreement__stream", "version__agreement__template_version", "version__previous", "party__person", "party__role"
    )
    return known.select_for_update(of=("self",)).order_by("-version__number").first()


@act_by_token
def say_wrong_person(token: str) -> WrongPerson | None:
    """Tell lab operations that a link reached somebody else; once a link, until they have looked (D2.7).

    The link still works until they end it: whoever holds it can do no harm that they could not do silently,
    and a scanner that presses buttons must not lock the right person out. Returns None for a link that
    opens nothing.
    """
    link = opened_by(token)
    if link is None:
        return None
    # The inner block is a savepoint: after a violated constraint PostgreSQL refuses every query of the whole transaction.
    try:
        with transaction.atomic():
            report = WrongPerson.objects.create(link=link)
    except IntegrityError:
        return WrongPerson.objects.get(link=link, settled_at=None)
    version, party = link.invitation.version, link.invitation.party
    append(
        version.agreement.stream, "wrong-person-said", by="system", facts={**version_facts(version), "party": str(party), "link": link.pk}
    )
    mail.wrong_person(report)
    return report


@act("agreements.keep_invitations")
def settle_wrong_person(report: WrongPerson, *, end: bool, by: Actor) -> WrongPerson:
    """Lab operations have looked: the invitation ends with all its links, or goes on (D2.7). Deciding twice changes nothing."""
    report = (
        WrongPerson.objects.select_for_update(of=("self",)).select_related("link__invitation__version__agreement__stream").get(pk=report.pk)
    )
    if report.settled_at:
        return report
    report.settled_at, report.settled_by = timezone.now(), account_of(by)
    report.save(update_fields=["settled_at", "settled_by"])
    invitation = report.link.invitation
    version = invitation.version
    append(
        version.agreement.stream, "wrong-person-settled", by=by,
        facts={**version_facts(version), "party": str(invitation.party), "ended": end},
    )  # fmt: skip
    if end:
        revoke_invitation(invitation, by=by)
    return report
