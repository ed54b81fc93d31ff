"""Links to invitations: made as mail leaves, known by their hash alone (EL-28)."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Invitation, InvitationToken
from findings import refuse

TOKEN_BYTES = 32


@transaction.atomic
def mint(invitation: int) -> str:
    """A new link for the invitation with this id, to be put into a mail that is leaving now.

    Only the SHA-256 of its token is kept. Raises `Refused` when the invitation has ended meanwhile.
    """
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("version__agreement__template_version", "party")
        .get(pk=invitation)
    )
    if not row.is_live:
        raise refuse("invitation-ended", _("The invitation has ended: no link is sent."))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    lasts = datetime.timedelta(days=row.version.agreement.template_version.invitation_days)
    InvitationToken.objects.create(invitation=row, sha256=digest(token), minted_at=now, expires_at=now + lasts)
    return settings.SITE_URL.rstrip("/") + reverse("open-invitation", args=[token])


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str) -> InvitationToken | None:
    """The link with this token, whether it still opens or not."""
    rows = InvitationToken.objects.select_related(
        "invitation__party__person", "invitation__party__role", "invitation__version__agreement__stream",
        "invitation__version__agreement__template_version",
    )  # fmt: skip
    return rows.filter(sha256=digest(token)).first()


def opened_by(token: str) -> InvitationToken | None:
    """The link with this token if it opens its invitation now, else None: unknown, expired and revoked are alike."""
    row = find(token)
    return row if row and row.opens_at(timezone.now()) else None
