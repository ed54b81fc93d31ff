"""What every request and answer of the portal goes through: from an address of its own, bounded in size, and private unless a view says otherwise (ASVS 5.2.1)."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_network

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


def client_address(remote: str, forwarded: str, trusted_proxies: int) -> str:
    """The address of whoever asks, behind `trusted_proxies` proxies of ours (ASVS 4.1.3).

    Each proxy appends the address it was reached from, so the client is the n-th from the right; what
    stands further left was written by the client and proves nothing. Falls back to `remote`.
    """
    if trusted_proxies < 1:
        return remote
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if len(hops) < trusted_proxies:
        return remote
    try:
        return str(ip_address(hops[-trusted_proxies]))
    except ValueError:
        return remote


def client_key(address: str) -> str:
    """What every limit counts a client by: the address, of IPv6 the /64 that one customer has whole (ASVS 2.4.1).

    Whoever has one IPv6 address has 18 quintillion of them; an IPv4 address in IPv6 form is that IPv4 address.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))


class ClientAddress:
    """Makes REMOTE_ADDR the client's own address, for evidence, limits and logs alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = client_address(
            request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""), settings.TRUSTED_PROXIES
        )
        return self.get_response(request)


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
