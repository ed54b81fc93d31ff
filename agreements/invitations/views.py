"""Links and invitations as lab operations keep them (EL-28)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agreements.invitations import actions as invitations_actions
from agreements.models import Invitation
from agreements.versions.lookups import back_to, invitation_of, page
from outbox.queue import announcement, recipients
from web.access import needs
from web.acts import press
from web.forms import ActForm

# ── Invitations ──────────────────────────────────────────────────────────────────────────────


@needs("agreements.keep_invitations", invitation_of)
@require_POST
def new_link(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Send the party another link; older ones stop working (EL-28)."""
    return press(
        request,
        lambda: invitations_actions.send_new_link(invitation, by=request.user),
        done=_("A new link is on its way to %(name)s.") % {"name": invitation.party.person},
        to=invitation.version.agreement.get_absolute_url(),
    )


@needs("agreements.keep_invitations", invitation_of)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Say what ending an invitation does, then do it (EL-28)."""
    form = ActForm(request.POST or None)
    if form.is_valid():
        invitations_actions.revoke_invitation(invitation, by=request.user)
        messages.success(request, _("Invitation ended. %(name)s can no longer open the agreement.") % {"name": invitation.party.person})
        return back_to(invitation.version)
    mailed = recipients(lambda: invitations_actions.revoke_invitation(invitation, by=request.user))
    context: dict[str, Any] = {
        "version": invitation.version,
        "invitation": invitation,
        "form": form,
        "consequences": [announcement(mailed)],
    }
    return page(request, "revoke", invitation.version.agreement.stream, **context)
