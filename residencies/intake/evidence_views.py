"""Links and files that support a case (EL-12): added, withdrawn, and given out as downloads alone."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from residencies.fetch import condition_or_404, evidence_or_404
from residencies.intake import actions
from residencies.intake.forms import FileForm, LinkForm
from residencies.intake.views import condition_page
from residencies.models import Condition, Evidence
from web.access import needs
from web.acts import press
from web.uploads.storage import as_download


@require_http_methods(["GET", "HEAD", "POST"])
@needs("residencies.edit_intake", condition_or_404)
def add_link(request: HttpRequest, condition: Condition) -> HttpResponse:
    """Add a link; whoever comes back to this address after a refusal is led to the condition's page."""
    if request.method != "POST":
        return redirect(_evidence_part(condition))
    form = LinkForm(request.POST, auto_id="id_link_%s")
    add = lambda: actions.add_evidence_link(condition, title=form.cleaned_data["title"], url=form.cleaned_data["url"], by=request.user)
    return redirect(_evidence_part(condition)) if form.carried_out(add) else condition_page(request, condition, added=form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("residencies.edit_intake", condition_or_404)
def add_file(request: HttpRequest, condition: Condition) -> HttpResponse:
    """Take a file whose content is of a kind that is taken; no more of it is read than the limit."""
    if request.method != "POST":
        return redirect(_evidence_part(condition))
    form = FileForm(request.POST, request.FILES, auto_id="id_file_%s")

    def add() -> None:
        file = form.cleaned_data["file"]
        content = file.read(settings.UPLOAD_LIMIT_BYTES + 1)
        actions.add_evidence_file(condition, title=form.cleaned_data["title"], name=file.name, content=content, by=request.user)

    return redirect(_evidence_part(condition)) if form.carried_out(add) else condition_page(request, condition, added=form)


def _evidence_part(condition: Condition) -> str:
    return f"{reverse(f'intake-condition-{condition.number}', args=[condition.residency.reference])}#evidence"


@require_POST
@needs("residencies.edit_intake", evidence_or_404)
def withdraw(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    return press(
        request,
        lambda: actions.withdraw_evidence(evidence, by=request.user),
        done=_("“%(title)s” withdrawn.") % {"title": evidence.title},
        to=_evidence_part(evidence.condition),
    )


@needs("residencies.view_evidence", evidence_or_404)
def download(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    """The file, always as a download and never as a page of ours (ASVS 3.2.1)."""
    return as_download(evidence.file, evidence.file_name, evidence.content_type)
