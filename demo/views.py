"""Lets you sign in as one of the demo's accounts, and read the demo's email as its recipients."""

from __future__ import annotations

import datetime
import email
import email.policy
import heapq
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from people.models import User
from web.access import open_to_anyone


@open_to_anyone("Only with DEBUG on. Shows the demo's email, so that you can act as its recipients.")
def mail(request: HttpRequest) -> HttpResponse:
    _only_in_a_demo()
    return render(request, "demo/mail.html", {"letters": letters(Path(settings.VAR_DIR) / "mail")})


@open_to_anyone("Only with DEBUG on. Signs in as one of the demo's accounts.")
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the demo account with this email address; 404 for any other."""
    _only_in_a_demo()
    address = request.POST.get("email", "").strip().lower()
    if not address.endswith(settings.DEMO_DOMAIN):
        raise Http404("Not a demo account")
    user = get_object_or_404(User, email=address, is_active=True)
    login(request, user, backend="labportal.accounts.Backend")
    return redirect(_home_or(request.POST.get("next", ""), request))


def _home_or(address: str, request: HttpRequest) -> str:
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}) else reverse("home")


def _only_in_a_demo() -> None:
    if not settings.DEBUG:
        raise Http404("The demo is only available with DEBUG on")


SHOWN = 100
# Django's folder backend ends each mail with a line of dashes.
END = b"-" * 79


@dataclass(frozen=True)
class Letter:
    """One email, as its recipient would see it."""

    to: str
    subject: str
    text: str
    at: datetime.datetime


def letters(folder: Path, most: int = SHOWN) -> list[Letter]:
    """Return the latest emails in `folder`, newest first; none if there is no such folder."""
    files = heapq.nlargest(most, folder.glob("*.log"), key=lambda path: (path.stat().st_mtime, path.name))
    all_letters = [_letter(raw, path) for path in files for raw in reversed(path.read_bytes().split(END)) if raw.strip()]
    return sorted(all_letters, key=lambda letter: letter.at, reverse=True)[:most]


def _letter(raw: bytes, path: Path) -> Letter:
    mail = email.message_from_bytes(raw.lstrip(), EmailMessage, policy=email.policy.default)
    body = mail.get_body(("plain",))
    written = datetime.datetime.fromtimestamp(path.stat().st_mtime, tz=datetime.UTC)
    dated = mail["Date"].datetime if mail["Date"] else written
    return Letter(to=str(mail["To"] or ""), subject=str(mail["Subject"] or ""), text=body.get_content() if body else "", at=_aware(dated))


def _aware(moment: datetime.datetime) -> datetime.datetime:
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=datetime.UTC)
