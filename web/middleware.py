"""Middleware for every request: the client's real address, a limit on size, and private responses unless a view says otherwise (ASVS 5.2.1)."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class PrivateByDefault:
    """Keeps responses out of caches unless a view allows it, and turns powerful browser features off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cache-Control", "no-store")
        return response


def client_address(remote: str, forwarded: str, trusted_proxies: int) -> str:
    """Return the client's address, behind `trusted_proxies` proxies of ours (ASVS 4.1.3).

    Each proxy appends the address that it was reached from, so the client's is the n-th from the right. Anything
    further left was written by the client and proves nothing. Falls back to `remote`.
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
    """Return what limits count a client by: its address, or for IPv6 the /64 network of one customer (ASVS 2.4.1).

    A customer with one IPv6 address has 18 quintillion of them. An IPv4 address in IPv6 form counts as that IPv4 address.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))


class ClientAddress:
    """Sets REMOTE_ADDR to the client's own address, for evidence, limits and logs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = client_address(
            request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""), settings.TRUSTED_PROXIES
        )
        return self.get_response(request)


FORM_AROUND_A_FILE = 1024 * 1024


class Bounded:
    """Answers 413 to requests that are too large, going by the size they declare and without reading them.

    Smaller uploads stay in memory (FILE_UPLOAD_MAX_MEMORY_SIZE), so that no visitor's file is written to disk automatically.
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
