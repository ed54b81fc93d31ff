"""Agreements signed on paper: record a scan, have it confirmed, read it, take everything about it along."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from agreements.models import PaperAgreement
from agreements.paper import actions
from agreements.sealing.bundle import paper_bundle
from agreements.versions.lookups import page, paper_of, partnership_of
from ledger import subjects
from ledger.models import Stream
from web.access import needs
from web.forms import ActForm, DayField
from web.uploads.storage import as_download


class PaperForm(ActForm):
    """The scan, and what is printed on it."""

    verb = gettext_lazy("Record the scan")
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, help_text=gettext_lazy("As printed on the first page."))
    parties = forms.CharField(
        label=gettext_lazy("Parties"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("As printed, one on each line."),
    )
    signers = forms.CharField(
        label=gettext_lazy("Signers"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("As printed: name, title and date of each signature, one on each line."),
    )  # fmt: skip
    signed_on = DayField(label=gettext_lazy("Date of the last signature"), help_text=gettext_lazy("YYYY-MM-DD, as printed."))
    scan = forms.FileField(
        label=gettext_lazy("Scan"),
        help_text=gettext_lazy("One PDF with all pages, up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
    )


class ConfirmPaperForm(ActForm):
    verb = gettext_lazy("Confirm the scan")
    compared = forms.BooleanField(
        label=gettext_lazy("I have read the scan. Parties, signers and dates are entered as printed, and all pages are there.")
    )


class WithdrawPaperForm(ActForm):
    verb = gettext_lazy("Withdraw the scan")
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


@needs("agreements.record_paper", partnership_of)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, stream: Stream) -> HttpResponse:
    """Upload the scan and enter what is printed on it."""
    form = PaperForm(request.POST or None, request.FILES or None)
    if form.carried_out(lambda: _record(stream, form, request)):
        messages.success(request, _("Scan recorded. It counts once a colleague has compared and confirmed it."))
        return redirect("agreement", subjects.subject_of(stream).reference)
    return page(request, "paper_record", stream, status=form.status, form=form)


def _record(stream: Stream, form: PaperForm, request: HttpRequest) -> None:
    facts = form.facts
    scan = facts.pop("scan")
    content = scan.read(settings.UPLOAD_LIMIT_BYTES + 1)
    actions.record_paper(stream, **facts, name=scan.name, content=content, by=request.user)


@needs("agreements.confirm_paper", paper_of)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, paper: PaperAgreement) -> HttpResponse:
    """Compare the scan with what was entered, then vouch for both."""
    form = ConfirmPaperForm(request.POST or None)
    if form.carried_out(lambda: actions.confirm_paper(paper, by=request.user)):
        messages.success(request, _("Scan confirmed. The agreement is now in force, labelled as signed on paper."))
        return redirect("agreement", subjects.subject_of(paper.stream).reference)
    over = actions.findings_before_confirming_paper(paper, by=request.user)
    return page(request, "paper_confirm", paper.stream, status=form.status, form=form, paper=paper, over=over)


@needs("agreements.record_paper", paper_of)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, paper: PaperAgreement) -> HttpResponse:
    """Say what withdrawing the scan does, then do it."""
    form = WithdrawPaperForm(request.POST or None)
    if form.carried_out(lambda: actions.withdraw_paper(paper, reason=form.cleaned_data["reason"], by=request.user)):
        messages.success(request, _("Scan withdrawn. It no longer counts, but we keep it on record."))
        return redirect("agreement", subjects.subject_of(paper.stream).reference)
    return page(request, "paper_withdraw", paper.stream, status=form.status, form=form, paper=paper)


@needs("agreements.view_agreement", paper_of)
@require_GET
def scan(request: HttpRequest, paper: PaperAgreement) -> HttpResponse:
    """The scan as it was uploaded, named for what it is."""
    return as_download(paper.file, f"{subjects.subject_of(paper.stream).reference}-signed-on-paper-scan.pdf", "application/pdf")


@needs("agreements.view_agreement", paper_of)
@require_GET
def bundle(request: HttpRequest, paper: PaperAgreement) -> HttpResponse:
    """The scan and what is on record of it, in one ZIP that says what it is."""
    try:
        packed = paper_bundle(paper)
    except FileNotFoundError as gone:
        raise Http404(_("We can’t find this file. Tell the lab.")) from gone
    response = HttpResponse(packed, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{subjects.subject_of(paper.stream).reference}-signed-on-paper.zip"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
