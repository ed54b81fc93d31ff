"""Keeps text that was sent without a valid session until its writer is back (K12).

A form can arrive after its session has ended, after its writer signed in again in another tab, or after an invitation's
session is over. Its fields are then kept, and the page that they were typed on is filled in again, with a notice. They are
never sent automatically.

- Only for the same person: an account gets back only what was typed on its own pages, and a party only what was typed under
  its own invitation. The CSRF token in an account's form, which changes at each sign-in, tells who typed it.
- Only in the same browser: the text is encrypted with a key that only the browser's cookie has. The row has the key's hash.
- For a day, at most `MOST_CHARACTERS`, and `MOST_FORMS` per browser. Never passwords, codes or a signature's typed name.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_out
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import _unmask_cipher_token  # type: ignore[attr-defined]
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from web.access import access_of, open_to_anyone
from web.form_filling import KEEPS_ITS_OWN, filled
from web.models import KeptText
from web.return_url import page_of, return_url
from web.token_pages import seconds_to_wait

LASTS = datetime.timedelta(days=1)
SHOWN_WITHOUT_SIGN_IN = datetime.timedelta(hours=1)
MOST_CHARACTERS = 200_000
MOST_FORMS = 10
A_MINUTE = 30
LEAST_CHARACTERS = 12  # a single button click isn't worth keeping
SECRETS = {"password", "password1", "password2", "oldpassword", "code", "otp", "token", "typed_name"}
BOOKKEEPING = KEEPS_ITS_OWN | {"shown_revision", "next"}
FORBIDDEN = 403
MARK = "_kept_text_for"
SALT = "web.kept_text"
ANYONE = "anyone"
WRITERS = 4


@dataclass(frozen=True)
class SavedForm:
    """A kept form, decrypted: the page it was typed on, where it is sent, and its fields."""

    row: KeptText
    page: str
    action: str
    fields: list[tuple[str, str]]
    files: list[str]

    @property
    def texts(self) -> list[str]:
        """What the person wrote, longest first, for pages that no longer have the form."""
        written = [value for name, value in self.fields if name not in BOOKKEEPING and len(value) > 2]
        return sorted(written, key=len, reverse=True)


def of_invitation(invitation: int) -> str:
    """Return the writer value for a party's invitation."""
    return f"invitation:{invitation}"


def turn_away(request: HttpRequest, writer: str | None = None) -> None:
    """Mark a request that is refused because it has no session, so that its text is kept for `writer` or the account that typed it."""
    setattr(request, MARK, writer or _account_that_typed(request))


def never_kept(view: Any) -> Any:
    """Mark a view that takes a signature, a code or a password, so that what is sent to it is never kept."""
    view.never_kept = True
    return view


class KeepsText:
    """Keeps the text of refused forms, fills it in when its writer is back, and deletes it once it is sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST":
            response = self._after_post(request, response)
        elif settings.KEPT_TEXT_COOKIE_NAME in request.COOKIES:
            _fill(request, response)
        if getattr(request, "htmx", False) and _leads_away(request, response):
            cookies, response = response.cookies, HttpResponseClientRedirect(_for_whole_page(request, response["Location"]))
            response.cookies = cookies
        _remember_writer(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        access = access_of(view)
        if request.method == "POST" and access and access.to in ("signed-in", "permission") and not _user(request).is_authenticated:
            turn_away(request)

    def _after_post(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if hasattr(request, MARK):
            return _turned_away(request, response, getattr(request, MARK))
        if _redirects(response):
            _let_go(request, response)
        return response


def _turned_away(request: HttpRequest, response: HttpResponse, writer: str | None) -> HttpResponse:
    """Keep the text, and return a response that leads to sign-in or straight back to the page it was typed on."""
    page = page_of(request)
    key = _keep(request, writer, page)
    if _leads_to_sign_in(response) or (key and _must_sign_in(request, writer)):
        response = redirect_to_login(page, settings.LOGIN_URL)
    elif key and response.status_code == FORBIDDEN and not _is_of_another(request, writer):
        response = HttpResponseRedirect(page)
    if key:
        if _leads_to_sign_in(response):
            messages.info(
                request, _("Your session ended before this was sent. Your text was kept: sign in, then check it and send it again.")
            )
        _set_cookie(response, settings.KEPT_TEXT_COOKIE_NAME, key)
    return response


def _must_sign_in(request: HttpRequest, writer: str | None) -> bool:
    return bool(writer and writer.startswith("user:")) and not _user(request).is_authenticated


def _is_of_another(request: HttpRequest, writer: str | None) -> bool:
    """Whether another account typed it than the one signed in now, which must never see it."""
    return bool(writer and writer.startswith("user:")) and writer != f"user:{_user(request).pk}"


def _keep(request: HttpRequest, writer: str | None, page: str) -> str:
    """Keep the form in `request`; returns the browser's key, or "" if there is nothing to keep."""
    if writer is None or _takes_secrets(request):
        return ""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in SECRETS | KEEPS_ITS_OWN]
    size = sum(len(value) for name, value in fields if name not in BOOKKEEPING)
    if not LEAST_CHARACTERS <= size <= MOST_CHARACTERS:
        return ""
    if seconds_to_wait("kept-text", request.META.get("REMOTE_ADDR", ""), A_MINUTE):
        return ""
    key = _key(request) or secrets.token_urlsafe(32)
    content = {
        "page": page,
        "action": request.get_full_path(),
        "fields": fields,
        "files": [str(file.name) for _name, files in request.FILES.lists() for file in files],
    }
    # Make room before keeping the new one, so that a browser that sends a thousand forms keeps only ten.
    mine = KeptText.objects.filter(browser=_digest(key))
    mine.filter(writer=writer, form=_form(key, request)).delete()
    mine.filter(pk__in=list(mine.order_by("-pk").values_list("pk", flat=True)[MOST_FORMS - 1 :])).delete()
    sealed = _box(key).encrypt(json.dumps(content).encode())
    KeptText.objects.create(browser=_digest(key), writer=writer, form=_form(key, request), sealed=sealed)
    return key


def _takes_secrets(request: HttpRequest) -> bool:
    view = request.resolver_match.func if request.resolver_match else None
    return bool(getattr(view, "never_kept", False)) or getattr(view, "__module__", "").startswith("allauth.")


def kept_for(request: HttpRequest) -> list[SavedForm]:
    """Return what is kept for the person on this page, newest first; no query if the browser has no key."""
    writers = [ANYONE]
    if _user(request).is_authenticated:
        writers.append(f"user:{_user(request).pk}")
    if request.resolver_match and "invitation" in request.resolver_match.kwargs:
        writers.append(of_invitation(request.resolver_match.kwargs["invitation"]))
    return _opened(request, writer__in=writers)


def kept_under(request: HttpRequest, invitation: int) -> list[SavedForm]:
    """Return what was typed in this browser under an invitation."""
    return _opened(request, writer=of_invitation(invitation))


def just_typed_by_a_party(request: HttpRequest) -> list[SavedForm]:
    """Return what was typed here under an invitation in the last hour, to be copied, because the link may no longer work."""
    return _opened(request, writer__startswith="invitation:", at__gte=timezone.now() - SHOWN_WITHOUT_SIGN_IN)


def _opened(request: HttpRequest, **which: Any) -> list[SavedForm]:
    key = _key(request)
    if not key:
        return []
    rows = KeptText.objects.filter(browser=_digest(key), at__gte=timezone.now() - LASTS).filter(**which).order_by("-pk")
    return [kept for row in rows if (kept := _open(row, key))]


def _open(row: KeptText, key: str) -> SavedForm | None:
    try:
        content = json.loads(_box(key).decrypt(bytes(row.sealed)))
    # Another browser's row, or one that was altered: show nothing, and give no hint that there is anything.
    except InvalidToken:
        return None
    return SavedForm(row, content["page"], content["action"], [(name, value) for name, value in content["fields"]], content["files"])


@open_to_anyone("Discards text that only this browser has the key for.")
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one form that was kept in this browser."""
    KeptText.objects.filter(pk=pk, browser=_digest(_key(request))).delete()
    messages.success(request, _("The text was discarded."))
    return redirect(return_url(request) or "/")


def forget_browser(request: HttpRequest) -> None:
    """Delete everything that is kept for this browser, when its user signs out or closes the session."""
    if key := _key(request):
        KeptText.objects.filter(browser=_digest(key)).delete()


def context(request: HttpRequest) -> dict[str, Any]:
    """Provide `kept_texts` to templates: what is kept, each with whether its form is on this page."""
    if settings.KEPT_TEXT_COOKIE_NAME not in request.COOKIES:
        return {}
    here = request.get_full_path()
    return {"kept_texts": [(kept, _path(kept.page) == _path(here)) for kept in kept_for(request)]}


def _fill(request: HttpRequest, response: HttpResponse) -> None:
    if response.status_code != 200 or response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return
    here = request.get_full_path()
    for kept in reversed(kept_for(request)):
        if _path(kept.page) == _path(here):
            html = filled(response.content.decode(), page=here, action=kept.action, fields=kept.fields)
            response.content = html if html is not None else response.content


def _let_go(request: HttpRequest, response: HttpResponse) -> None:
    """Delete the kept text of a form that was sent successfully."""
    key = _key(request)
    if key and not _leads_to_sign_in(response):
        writers = [ANYONE, f"user:{_user(request).pk}"]
        if request.resolver_match and "invitation" in request.resolver_match.kwargs:
            writers.append(of_invitation(request.resolver_match.kwargs["invitation"]))
        KeptText.objects.filter(browser=_digest(key), writer__in=writers, form=_form(key, request)).delete()


# ── Whose it is ──────────────────────────────────────────────────────────────────────────────


def _user(request: HttpRequest) -> Any:
    return request.user


def _account_that_typed(request: HttpRequest) -> str | None:
    """Return the account whose page the form was on: the one that signed in with the CSRF secret in the form."""
    token = request.POST.get("csrfmiddlewaretoken") or request.headers.get("X-CSRFToken", "")
    try:
        secret = _unmask_cipher_token(token) if len(token) == 64 else token
    except ValueError:
        return None
    account = _writers(request).get(_short(secret))
    return f"user:{account}" if account else None


def _remember_writer(request: HttpRequest, response: HttpResponse) -> None:
    """Remember in a signed cookie which account signed in with the browser's CSRF secret, for the last few."""
    secret = request.META.get("CSRF_COOKIE")
    if not secret or not _user(request).is_authenticated:
        return
    secret = _unmask_cipher_token(secret) if len(secret) == 64 else secret
    writers = _writers(request)
    if writers.get(_short(secret)) == request.user.pk:
        return
    kept = dict([*writers.items()][-(WRITERS - 1) :]) | {_short(secret): request.user.pk}
    _set_cookie(response, settings.WRITERS_COOKIE_NAME, signing.dumps(kept, salt=SALT))


def _writers(request: HttpRequest) -> dict[str, int]:
    try:
        return signing.loads(request.COOKIES.get(settings.WRITERS_COOKIE_NAME, ""), salt=SALT)
    except signing.BadSignature:
        return {}


def _short(secret: str) -> str:
    return hashlib.sha256(f"{SALT}.csrf|{secret}".encode()).hexdigest()[:32]


# ── Keys and addresses ───────────────────────────────────────────────────────────────────────


def _key(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.KEPT_TEXT_COOKIE_NAME, "")


def _digest(key: str) -> str:
    return hashlib.sha256(f"{SALT}.row|{key}".encode()).hexdigest()


def _form(key: str, request: HttpRequest) -> str:
    """Identify the form by a hash, because its address may contain a token."""
    return hashlib.sha256(f"{SALT}.form|{key}|{request.path}".encode()).hexdigest()


def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{SALT}.box|{key}".encode()).digest()))


def _path(address: str) -> str:
    return urlsplit(address).path


def _redirects(response: HttpResponse) -> bool:
    return 300 <= response.status_code < 400


def _leads_to_sign_in(response: HttpResponse) -> bool:
    return _redirects(response) and _path(response["Location"]) == reverse(settings.LOGIN_URL)


def _leads_away(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the response leads to sign-in or back to the page; htmx would follow it and load that page into a part of this one."""
    return _redirects(response) and (hasattr(request, MARK) or _leads_to_sign_in(response))


def _for_whole_page(request: HttpRequest, location: str) -> str:
    """Return `location`, or for sign-in, an address that leads back to the whole page instead of the part that htmx requested."""
    return (
        redirect_to_login(page_of(request), settings.LOGIN_URL)["Location"] if _path(location) == reverse(settings.LOGIN_URL) else location
    )


def _set_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=LASTS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


def same_origin(request: HttpRequest) -> bool:
    """Whether the browser says that the request came from our own pages; text from elsewhere is never kept."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    ours = f"{request.scheme}://{request.get_host()}"
    return site == "same-origin" if site else origin == ours


def writer_on(access: str, request: HttpRequest) -> str | None:
    """Return the writer of a form on a page with this access."""
    if access == "invited" and request.resolver_match:
        return of_invitation(request.resolver_match.kwargs["invitation"])
    return ANYONE if access == "anyone" else _account_that_typed(request)


@receiver(user_logged_out)
def _signed_out(request: HttpRequest | None = None, **more: Any) -> None:
    """Leave nothing on a shared computer after someone signs out."""
    if request is not None:
        forget_browser(request)


def forget_old() -> None:
    """Delete what is older than a day; part of the housekeeping."""
    KeptText.objects.filter(at__lt=timezone.now() - LASTS).delete()
