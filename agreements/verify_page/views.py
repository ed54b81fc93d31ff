"""Whoever was given a document asks here whether it is the one that was agreed (EL-32)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agreements.verify_page import file_checks
from agreements.verify_page.answers import Answer, by_fingerprint, by_record, by_verdict
from agreements.verify_page.file_checks import Busy, Outcome
from agreements.verify_page.wording import words_for
from agreements.versions.canonical_text import sha256
from sealing.verification import Verdict
from sealing.verification.command import fingerprint
from web.access import open_to_anyone

WHY = "Anybody who is given a document may check it; it names roles, dates, a version's number and a document's kind, and nothing else."


class FingerprintForm(forms.Form):
    """64 hex digits as people copy them: in groups, in capitals (EL-32)."""

    sha256 = forms.CharField(
        label=gettext_lazy("Fingerprint (SHA-256)"),
        help_text=gettext_lazy("64 digits, 0 to 9 and a to f. It’s printed on every page and on the certificate. Spaces are fine."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    use_required_attribute = False

    def clean_sha256(self) -> str:
        try:
            return fingerprint(self.cleaned_data["sha256"])
        except ValueError as error:
            digits = len("".join(self.cleaned_data["sha256"].split()))
            raise forms.ValidationError(
                gettext_lazy("A fingerprint has 64 digits, 0 to 9 and a to f. This has %(count)d characters. Please copy it again.")
                % {"count": digits}
            ) from error


class FileToVerifyForm(forms.Form):
    """A PDF that somebody was given (EL-32)."""

    file = forms.FileField(
        label=gettext_lazy("PDF"),
        help_text=gettext_lazy("Up to 10 MB. We check it and don’t keep it."),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={
            "required": gettext_lazy("Choose the PDF you want to check."),
            "empty": gettext_lazy("This file is empty. Choose another one."),
        },
    )
    use_required_attribute = False

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT_BYTES:
            raise forms.ValidationError(
                gettext_lazy("This file is larger than 10 MB, so it isn’t one of our documents. Choose another one.")
            )
        return file


AT_FIRST_SECONDS = 1
LOOK_AGAIN_SECONDS = 3
WHEN_BUSY_SECONDS = 15


def bounded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """So many look-ups from one address a minute (ASVS 2.4.1); an empty form is free. Files are bounded by what they cost."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = 0
        if request.method != "POST" and (kwargs or request.GET):
            wait = file_checks.seconds_to_ask(_address(request))
        return _later(request, 429, wait) if wait else view(request, *args, **kwargs)

    return guarded


def _later(request: HttpRequest, status: int, seconds: int) -> HttpResponse:
    context = {"seconds": seconds, "too_many": status == 429, "asked": FingerprintForm()}
    response = render(request, "agreements/verify_later.html", context, status=status)
    response["Retry-After"] = str(seconds)
    return response


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


@open_to_anyone(WHY)
@bounded
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """A form for a fingerprint or a file, and the answer; nothing is stored and nothing changes."""
    if request.method == "POST":
        return _file(request)
    if not request.GET.get("sha256", "").strip():
        return _page(request, FingerprintForm(), FileToVerifyForm())
    asked = FingerprintForm(request.GET)
    if not asked.is_valid():
        return _page(request, asked, FileToVerifyForm())
    return _page(request, asked, FileToVerifyForm(), by_fingerprint(asked.cleaned_data["sha256"]))


@open_to_anyone(WHY)
@bounded
@require_http_methods(["GET", "HEAD"])
def verify_fingerprint(request: HttpRequest, digits: str) -> HttpResponse:
    """The address that a document carries: the fingerprint is filled in and answered."""
    try:
        known = fingerprint(digits)
    except ValueError:
        return redirect("verify")
    return _page(request, FingerprintForm({"sha256": known}), FileToVerifyForm(), by_fingerprint(known))


@open_to_anyone(WHY)
@bounded
@require_http_methods(["GET", "HEAD"])
def file_check(request: HttpRequest, token: str) -> HttpResponse:
    """How a check stands that takes longer than a page may: its answer, or a page that looks again by itself."""
    outcome = file_checks.outcome(token)
    if isinstance(outcome, Verdict):
        return _page(request, FingerprintForm(), FileToVerifyForm(), by_verdict(outcome))
    under_way = outcome is Outcome.UNDER_WAY
    context = {"under_way": under_way, "unfinished": outcome is Outcome.UNFINISHED}
    response = render(request, "agreements/verify_checking.html", context)
    if under_way:
        response["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


def _file(request: HttpRequest) -> HttpResponse:
    form = FileToVerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, FingerprintForm(), form)
    data = form.cleaned_data["file"].read()
    if answer := by_record(sha256(data)):
        return _page(request, FingerprintForm(), FileToVerifyForm(), answer)
    try:
        return _not_on_record(request, data)
    except Busy:
        return _later(request, 503, WHEN_BUSY_SECONDS)


def _not_on_record(request: HttpRequest, data: bytes) -> HttpResponse:
    """A look from outside first; what has to be opened is, beside the web, and this thread waits a second for it at most."""
    if verdict := file_checks.look_from_outside(data):
        return _page(request, FingerprintForm(), FileToVerifyForm(), by_verdict(verdict))
    if wait := file_checks.seconds_to_check(_address(request)):
        return _later(request, 429, wait)
    check = file_checks.begin(data, _address(request))
    if check.ended.wait(AT_FIRST_SECONDS):
        outcome = file_checks.outcome(check.token)
        if isinstance(outcome, Verdict):
            return _page(request, FingerprintForm(), FileToVerifyForm(), by_verdict(outcome))
    return redirect("verify-file", token=check.token)


def _page(request: HttpRequest, asked: FingerprintForm, form: FileToVerifyForm, answer: Answer | None = None) -> HttpResponse:
    words = words_for(answer) if answer else None
    context = {"asked": asked, "form": form, "answer": answer, "words": words, "heading": _("Check a document")}
    return render(request, "agreements/verify.html", context)
