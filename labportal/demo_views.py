"""Pages of a place for trying things; their addresses exist only with DEBUG (labportal/urls.py)."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from labportal.demo_mail import letters
from people.models import User
from web.access import open_to_anyone

DEMO_DOMAIN = "@example.test"


@open_to_anyone("Only with DEBUG: shows the demo's mail, so that a newcomer can play the recipients.")
def mail(request: HttpRequest) -> HttpResponse:
    _only_in_a_demo()
    return render(request, "labportal/demo_mail.html", {"letters": letters(Path(settings.VAR_DIR) / "mail")})


@open_to_anyone("Only with DEBUG: enters as one of the demo's accounts.")
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Enter as the demo account whose address is sent; 404 for any other."""
    _only_in_a_demo()
    address = request.POST.get("email", "").strip().lower()
    if not address.endswith(DEMO_DOMAIN):
        raise Http404("Not an account of the demo")
    user = get_object_or_404(User, email=address, is_active=True)
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect(_home_or(request.POST.get("next", ""), request))


def _home_or(address: str, request: HttpRequest) -> str:
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}) else reverse("home")


def _only_in_a_demo() -> None:
    if not settings.DEBUG:
        raise Http404("There is no demo here")
