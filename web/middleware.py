"""What every request and answer of the portal goes through: bounded in size, and private unless a view says otherwise (ASVS 5.2.1)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class PrivateByDefault:
    """Pages of somebody signed in or invited are kept in no cache; powerful browser features are off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cache-Control", "no-store")
        return response


FORM_AROUND_A_FILE = 1024 * 1024


class Bounded:
    """Answers 413 to what is too large, before anything reads it: the size a request names is all that is ever read of it.

    The rest is kept in memory (FILE_UPLOAD_MAX_MEMORY_SIZE), so that no file of a visitor touches the disk by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        most = settings.UPLOAD_LIMIT_BYTES + FORM_AROUND_A_FILE
        if _named_size(request) > most:
            megabytes = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
            return render(request, "413.html", {"megabytes": megabytes, "back": request.path}, status=413)
        return self.get_response(request)


def _named_size(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
