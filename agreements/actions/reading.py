"""What a party does before signing: opens the invitation, reads, asks for another link (EL-23, EL-28)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import messages
from agreements.actions.sending import named, queue_link
from agreements.invitations import find, opened_by
from agreements.models import Invitation, InvitationToken, Section, SectionRead, State
from findings import Finding, Refused, Severity
from ledger.actions import append
from outbox.models import Message

LINKS_AN_HOUR = 3


@transaction.atomic
def open_invitation(token: str) -> InvitationToken | None:
    """A person pressed the button behind a link: the first time is on record (EL-28, D2.4).

    Returns the link, or None when it opens nothing.
    """
    link = opened_by(token)
    if link and Invitation.objects.filter(pk=link.invitation_id, first_opened_at=None).update(first_opened_at=timezone.now()):
        version = link.invitation.version
        append(version.agreement.stream, "invitation-opened", by=link.invitation.party.person, facts={**named(version), "link": link.pk})
    return link


@transaction.atomic
def mark_read(invitation: Invitation, numbers: Iterable[int]) -> int:
    """The party says that it has read these sections; marking twice keeps the first time (EL-23).

    Returns how many were new. Raises `Refused` when the invitation has ended or a number is unknown.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("version__agreement__stream", "party__person")
        .get(pk=invitation.pk)
    )
    wanted = set(numbers)
    sections = list(Section.objects.filter(version=invitation.version, number__in=wanted))
    if not invitation.is_live or len(sections) != len(wanted):
        raise Refused(
            [Finding("invitation-ended", Severity.BLOCKS, _("Your invitation has ended."), _("Ask lab operations for a new one."))]
        )
    known = set(SectionRead.objects.filter(party=invitation.party, section__in=sections).values_list("section_id", flat=True))
    new = [section for section in sections if section.pk not in known]
    SectionRead.objects.bulk_create(SectionRead(party=invitation.party, section=section) for section in new)
    if new:
        facts = {**named(invitation.version), "sections": sorted(section.number for section in new)}
        append(invitation.version.agreement.stream, "sections-read", by=invitation.party.person, facts=facts)
    return len(new)


@transaction.atomic
def ask_for_link(token: str) -> bool:
    """Send a new link to the address on record, for a link that may have expired (EL-28).

    At most three an hour. Does nothing for a token that nobody was ever sent, for an invitation that
    lab operations ended, or past that limit; whoever asks must not learn which. Returns whether mail goes out.
    """
    link = find(token)
    if link is None or not _may_have_another(link.invitation):
        return False
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=link.invitation_id)
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    key = messages.invitation_key(invitation)
    if Message.objects.filter(occasion=messages.INVITATION, key__contains=f"|{key}", made_at__gt=hour_ago).count() >= LINKS_AN_HOUR:
        return False
    link.invitation.links_asked = invitation.links_asked
    queue_link(link.invitation)
    version = link.invitation.version
    append(version.agreement.stream, "signing-link-asked", by=link.invitation.party.person, facts=named(version))
    return True


def _may_have_another(invitation: Invitation) -> bool:
    return invitation.is_live and invitation.version.state in (State.CIRCULATED, State.IN_FORCE)
