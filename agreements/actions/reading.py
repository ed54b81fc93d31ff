"""What a party does before signing: opens the invitation, reads, asks for another link (EL-23, EL-28)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act, act_by_token
from agreements import messages
from agreements.actions.locking import locked_invitation
from agreements.actions.sending import named, queue_link
from agreements.invitations import find, opened_by
from agreements.models import Invitation, InvitationToken, Section, SectionRead, State
from findings import Refused, blocking
from ledger.actions import append
from outbox.models import Message

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
        append(version.agreement.stream, "signing-link-opened", by="system", at=now, facts={**named(version), **facts})
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
        raise Refused([blocking("invitation-ended", _("Your invitation has ended."), _("Ask lab operations for a new one."))])
    known = set(SectionRead.objects.filter(party=invitation.party, section__in=sections).values_list("section_id", flat=True))
    new = [section for section in sections if section.pk not in known]
    how = SectionRead.How.TOGETHER if len(new) > 1 else SectionRead.How.ONE_BY_ONE
    SectionRead.objects.bulk_create(SectionRead(party=invitation.party, section=section, how=how) for section in new)
    if new:
        facts = {**named(invitation.version), "sections": sorted(section.number for section in new), "how": how}
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
    key = messages.invitation_key(invitation)
    if Message.objects.filter(occasion=messages.INVITATION, key__contains=f"|{key}", made_at__gt=hour_ago).count() >= LINKS_AN_HOUR:
        return False
    queue_link(invitation)
    append(invitation.version.agreement.stream, "signing-link-asked", by=invitation.party.person, facts=named(invitation.version))
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
