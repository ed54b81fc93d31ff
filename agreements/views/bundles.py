"""All that proves an agreement, in one ZIP: for the lab and its auditors with addresses and browsers, for a party without (EL-32)."""

from __future__ import annotations

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from agreements import actions
from agreements.access import Visitor, invited, version_of
from agreements.bundle import bundle, name_of
from agreements.models import AgreementVersion, Party
from agreements.sealing.files import Damaged
from agreements.sealing.keys import KeyUnusable
from agreements.views.pages import page
from agreements.views.sealing import Waits
from web.access import needs

log = structlog.get_logger(__name__)


@needs("agreements.take_evidence", version_of)
@require_POST
def operations_bundle(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Hand out the bundle with its annexes to the lab and its auditors, and record that they took it (OP-04).

    A draft has nothing to prove.
    """
    if version.is_draft:
        raise Http404
    response = _packed(version, annexes=True)
    if response is None:
        return page(request, "pdf_waits", version.agreement.stream, status=503, version=version, waits=Waits("damaged", 503))
    # Only now: a bundle that was refused (503 above, or altered records) was never taken, and must not stand on record.
    actions.record_evidence_taken(version, by=request.user)
    return response


@invited
@require_GET
def party_bundle(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """For a party, without the annexes, and without others' signatures before all have signed."""
    version = visitor.invitation.version
    response = _packed(version, annexes=False, party=visitor.invitation.party)
    if response is None:
        context = {"invitation": visitor.invitation, "version": version, "template": version.agreement.template_version}
        return render(request, "agreements/sign_pdf_waits.html", {**context, "waits": Waits("damaged", 503)}, status=503)
    return response


def _packed(version: AgreementVersion, *, annexes: bool, party: Party | None = None) -> HttpResponse | None:
    """The download (ASVS 3.2.1), or None when the sealed file or the issuers can't be given out."""
    try:
        response = HttpResponse(bundle(version, annexes=annexes, party=party), content_type="application/zip")
    except (Damaged, KeyUnusable) as error:
        log.error("bundle_not_made", version=version.pk, error=str(error))
        return None
    response["Content-Disposition"] = f'attachment; filename="{name_of(version)}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
