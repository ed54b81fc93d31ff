"""Who may open which page. Every view declares it; a view that declares nothing is refused to everyone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

View = Callable[..., HttpResponse]
Fetch = Callable[..., Any]


@dataclass(frozen=True)
class Access:
    """A view's declaration, in its attribute `access`.

    `to` is "anyone" (no account needed), "signed-in", "invited" (a session opened by an invitation link), "token" (a program
    with an API token), or "permission", which means `permission` on the object that `fetch` returns.
    """

    to: Literal["anyone", "signed-in", "invited", "token", "permission"]
    permission: str = ""
    fetch: Fetch | None = None
    why: str = ""


def needs(permission: str, fetch: Fetch | None = None) -> Callable[[View], View]:
    """Restrict a view to accounts with `permission` (on what `fetch(user, **url)` returns).

    With `fetch`, the view is called as `view(request, object)` instead of with the parts of the address. `fetch`
    raises Http404 for an object that the account may not even know about. If nobody is signed in, the answer leads
    to sign-in; if the permission is missing, PermissionDenied shows a page that says who to ask.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
            if fetch is None:
                view_args: tuple[Any, ...] = args
                allowed = request.user.has_perm(permission)
            else:
                view_args = (fetch(request.user, *args, **kwargs),)
                kwargs = {}
                allowed = request.user.has_perm(permission, view_args[0])
            if not allowed:
                raise PermissionDenied
            return view(request, *view_args, **kwargs)

        guarded.access = Access("permission", permission, fetch)  # type: ignore[attr-defined]
        return guarded

    return decorate


def signed_in(view: View) -> View:
    """Open a view to every account; the view shows each account only its own things."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        return view(request, *args, **kwargs)

    guarded.access = Access("signed-in")  # type: ignore[attr-defined]
    return guarded


def open_to_anyone(why: str) -> Callable[[View], View]:
    """Open a view to people without an account; docs/permissions.md shows `why`."""

    def decorate(view: View) -> View:
        view.access = Access("anyone", why=why)  # type: ignore[attr-defined]
        return view

    return decorate


# Views of other packages: module prefix → the access declared for them here.
FOREIGN: dict[str, Access] = {
    "allauth.account.": Access("anyone", why="Signing in and out. Pages that need an account ask you to sign in."),
    "django.contrib.admin.": Access("permission", "people.administer"),
    "django.contrib.staticfiles.": Access("anyone", why="Style sheets, scripts and fonts."),
    "django.contrib.contenttypes.": Access("permission", "people.administer"),
    "django.views.i18n": Access("anyone", why="Texts for scripts."),
}


def access_of(view: Any) -> Access | None:
    """Return the access that `view` (a resolved callback) declares, or None."""
    declared = getattr(view, "access", None) or getattr(getattr(view, "view_class", None), "access", None)
    if declared:
        return declared
    if getattr(view, "admin_site", None) or getattr(view, "model_admin", None):
        return FOREIGN["django.contrib.admin."]
    module = f"{getattr(view, '__module__', '')}."
    return next((access for prefix, access in FOREIGN.items() if module.startswith(prefix)), None)


METHODS = ("GET", "HEAD", "POST")


class KnownMethods:
    """Allows only the methods that pages are written for and answers 405 to all others, such as TRACE or PUT."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)


class DeclaredAccess:
    """Refuses every view that declares no access, so that a forgotten declaration closes a page instead of opening it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> None:
        if access_of(view) is None:
            raise PermissionDenied(f"{view.__module__}.{getattr(view, '__name__', view)} declares no access")


def show_under(request: HttpRequest, url: str) -> None:
    """Highlight the area of the navigation that `url` belongs to, for a page whose own address is elsewhere."""
    request.shown_under = url  # type: ignore[attr-defined]


def shown_under(request: HttpRequest) -> str:
    """Return the address whose area of the navigation is highlighted: the page's own, unless it chose another."""
    return getattr(request, "shown_under", request.path)
