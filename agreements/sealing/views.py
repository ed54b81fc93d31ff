"""The PDF of an agreement: sealed once it is in force, marked on every page before; and the seal that waits (EL-31)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agreements.invitations.sessions import PartySession, invited
from agreements.models import AgreementVersion, Party, Seal, SealedDocument
from agreements.sealing import actions
from agreements.sealing.bundle import bundle, name_of
from agreements.sealing.gathering import contents_so_far
from agreements.versions import records
from agreements.versions.lookups import page, version_of
from sealing import files
from sealing.decisions import SealForm, choice_about
from sealing.files import Damaged
from sealing.keys import KeyUnusable
from web.access import needs
from web.token_pages import seconds_to_wait

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Waits:
    """Why there is no PDF to give out now: `sealing` when it is on its way, `damaged`, `no_printer`, or `too_many` asked for."""

    why: str
    status: int = 200
    seconds: int = 0

    def marked(self, response: HttpResponse) -> HttpResponse:
        """The page that says so, with when to come back for a program that asks."""
        if self.seconds:
            response["Retry-After"] = str(self.seconds)
        return response


def pdf_of(version: AgreementVersion, request: HttpRequest) -> HttpResponse | Waits:
    """The sealed file, byte for byte; a copy of what is not in force, printed now; or why neither can be had."""
    records.compare_before_printing(version)
    document = SealedDocument.objects.filter(version=version).first()
    name = version.file_name
    if document:
        try:
            return _download(files.sealed_bytes(document), name)
        except files.Damaged as damaged:
            log.error("sealed_file_damaged", document=document.pk, error=str(damaged))
            return Waits("damaged", 503)
    if Seal.objects.filter(version=version).exists():
        return Waits("sealing")
    return _printed(version, request, f"{name}-not-sealed")


def _printed(version: AgreementVersion, request: HttpRequest, name: str) -> HttpResponse | Waits:
    """A copy without a seal; few a minute from one address, for each takes a moment of this server."""
    if wait := seconds_to_print(request.META.get("REMOTE_ADDR", "")):
        return Waits("too_many", 429, wait)
    try:
        from sealing.rendering import NotRendered, render
    except (ImportError, OSError):
        return Waits("no_printer", 503)
    try:
        return _download(render(contents_so_far(version)), name)
    except NotRendered as error:
        log.error("not_printed", version=version.pk, error=str(error))
        return Waits("no_printer", 503)


def _download(data: bytes, name: str) -> HttpResponse:
    """Always a download and never a page of ours (ASVS 3.2.1)."""
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@needs("agreements.view_agreement", version_of)
@require_GET
def pdf(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """A version as PDF, for the lab and whoever may see its subject."""
    result = pdf_of(version, request)
    if isinstance(result, Waits):
        return result.marked(page(request, "pdf_waits", version.agreement.stream, status=result.status, version=version, waits=result))
    return result


@invited
@require_GET
def party_pdf(request: HttpRequest, visitor: PartySession) -> HttpResponse:
    """A party's copy as PDF."""
    version = visitor.invitation.version
    result = pdf_of(version, request)
    if isinstance(result, Waits):
        context = {"invitation": visitor.invitation, "version": version, "template": version.agreement.template_version, "waits": result}
        return result.marked(render(request, "agreements/sign_pdf_waits.html", context, status=result.status))
    return result


@needs("agreements.keep_seal", version_of)
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Since when and why a seal waits, and what lab operations may decide about it."""
    wished = Seal.objects.filter(version=version).first()
    choice = choice_about(wished, print_again=actions.print_again, without_timestamp=actions.seal_without_timestamp)
    form = SealForm(request.POST or None, verb=choice.verb) if choice else None
    if form and choice and form.carried_out(lambda: choice.act(wished, reason=form.cleaned_data["reason"], by=request.user)):
        messages.success(request, _("Saved. We’re trying to seal it again now."))
        return redirect("agreement-seal", version.agreement.place, version.number)
    context: dict[str, Any] = {"version": version, "seal": wished, "form": form, "choice": choice, "document": _document(version)}
    return page(request, "seal", version.agreement.stream, status=form.status if form else 200, **context)


def _document(version: AgreementVersion) -> SealedDocument | None:
    return SealedDocument.objects.filter(version=version).first()


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
def party_bundle(request: HttpRequest, visitor: PartySession) -> HttpResponse:
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


PRINTS_A_MINUTE = 10


def seconds_to_print(address: str) -> int:
    """0 when one more PDF may be printed for `address` now (and counts it), else how many seconds it has to wait."""
    return seconds_to_wait("prints", address, PRINTS_A_MINUTE)
