"""Mail about signing beside the invitation itself: a code, a decline, a hand-over; queued in the act that causes it."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from agreements.models import SigningCode
from outbox.actions import queue

CODE = "agreement-code"


def code(code: SigningCode) -> None:
    """Send a one-time code; its digits are made as the mail leaves (EL-28)."""
    invitation = code.invitation
    agreement = invitation.version.agreement
    said = {
        "name": invitation.party.person.name,
        "title": agreement.template_version.title,
        "about": str(agreement.subject),
        "lab": settings.LAB_NAME,
    }
    text = _(
        """Hello %(name)s,

Your code to sign the %(title)s for %(about)s:

{{ signing_code }}

Type it on the page where you asked for it. It works for ten minutes, once, and in that browser only.

Did you not ask for it? Then somebody else may have your link. Do not pass the code on, and answer this message.

%(lab)s"""
    )
    queue(
        CODE,
        to=invitation.party.person,
        about=agreement.stream,
        key=f"code:{code.pk}",
        subject=_("Your code to sign: %(title)s for %(about)s") % said,
        text=text % said,
        mint={"signing_code": ["agreements.codes.mint", {"code": code.pk}]},
    )
