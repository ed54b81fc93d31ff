"""Links to invitations: made as mail leaves, known by their hash alone (EL-28)."""

from __future__ import annotations

import datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from agreements.models import Invitation, InvitationToken, State
from findings import refuse
from outbox.catalogue.messages import address_of
from outbox.delivery.compose import recipe
from web.token_pages import digest, new_token


@recipe("agreements.invitations.mint")
@transaction.atomic
def issue_link(invitation: int) -> str:
    """A new link for the invitation with this id, to be put into a mail that is leaving now.

    Only the SHA-256 of its token is kept. Raises `Refused` when the invitation has ended meanwhile.
    """
    # Ending an invitation locks it too: a link made in the same moment is either ended with it or not made.
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("version__agreement__template_version", "party")
        .get(pk=invitation)
    )
    if not row.is_live:
        raise refuse("invitation-ended", __("The invitation has ended, so we didn’t send a link."))
    token = new_token()
    now = timezone.now()
    lasts = datetime.timedelta(days=row.version.agreement.template_version.invitation_days)
    InvitationToken.objects.create(invitation=row, sha256=digest(token), minted_at=now, expires_at=now + lasts)
    return address_of("open-invitation", token)


def find(token: str) -> InvitationToken | None:
    """The link with this token, whether it still opens or not."""
    rows = InvitationToken.objects.select_related(
        "invitation__party__person", "invitation__party__role", "invitation__version__agreement__stream",
        "invitation__version__agreement__template_version",
    )  # fmt: skip
    return rows.filter(sha256=digest(token)).first()


class Ended(models.TextChoices):
    """Why a link that was sent once opens nothing now; for a token that was never sent nobody learns more than that."""

    EXPIRED = "expired", _("This link has expired. We can send a new one to the address we have on record.")
    NEWER = "newer", _("We sent you a newer link. Look for our latest email, or ask for another link.")
    HANDED_OVER = "handed-over", _("The lab confirmed that someone else will do this in your place. You don’t need to do anything.")
    REPLACED = "replaced", _("The lab has asked someone else instead of you. You don’t need to do anything.")
    VOID = "void", _("This agreement is void. You don’t need to do anything.")
    REVOKED = "revoked", _("The lab ended this invitation. You don’t need to do anything.")

    @property
    def is_final(self) -> bool:
        """Whether no new link will come."""
        return self in (Ended.HANDED_OVER, Ended.REPLACED, Ended.VOID, Ended.REVOKED)


def why_ended(invitation: Invitation, link: InvitationToken | None = None) -> Ended:
    """Why an invitation, or a link to it, opens nothing now."""
    if invitation.party.to_at:
        return Ended.HANDED_OVER if invitation.party.handed_to.exists() else Ended.REPLACED
    if invitation.revoked_at and invitation.version.state == State.VOID:
        return Ended.VOID
    if invitation.revoked_at:
        again = Invitation.objects.filter(party=invitation.party_id, revoked_at=None).exists()
        return Ended.NEWER if again else Ended.REVOKED
    return Ended.NEWER if link and link.revoked_at else Ended.EXPIRED


def opened_by(token: str) -> InvitationToken | None:
    """The link with this token if it opens its invitation now, else None: unknown, expired and revoked are alike."""
    row = find(token)
    return row if row and row.opens_at(timezone.now()) else None
