"""Whoever was given a document asks here whether it is the one that was agreed (EL-32)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements import limits
from agreements.verification.command import fingerprint
from agreements.verifying import Answer, Busy, by_file, by_fingerprint
from agreements.verifying_forms import FileToVerifyForm, FingerprintForm
from agreements.verifying_words import words_for
from web.access import open_to_anyone

WHY = "Anybody who is given a document may check it; it names roles, dates and a version's number, and nothing else."


def bounded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Few look-ups, and fewer files, from one address a minute (ASVS 2.4.1); an empty form is free."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR", "")
        wait = 0
        if request.method == "POST":
            wait = limits.seconds_to_check(address)
        elif kwargs or request.GET:
            wait = limits.seconds_to_ask(address)
        return _later(request, 429, wait) if wait else view(request, *args, **kwargs)

    return guarded


def _later(request: HttpRequest, status: int, seconds: int) -> HttpResponse:
    response = render(request, "agreements/verify_later.html", {"seconds": seconds, "too_many": status == 429}, status=status)
    response["Retry-After"] = str(seconds)
    return response


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


def _file(request: HttpRequest) -> HttpResponse:
    form = FileToVerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, FingerprintForm(), form)
    try:
        answer = by_file(form.cleaned_data["file"].read())
    except Busy:
        return _later(request, 503, 30)
    return _page(request, FingerprintForm(), FileToVerifyForm(), answer)


def _page(request: HttpRequest, asked: FingerprintForm, form: FileToVerifyForm, answer: Answer | None = None) -> HttpResponse:
    words = words_for(answer) if answer else None
    context = {"asked": asked, "form": form, "answer": answer, "words": words, "heading": _("Check an agreement")}
    return render(request, "agreements/verify.html", context)
