"""Template variables for what every page shows around its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy

from labportal.help import Topic, topic_of
from people.models import User
from residencies.listing.todo import intakes_to_review
from web.access import shown_under

_l = gettext_lazy


@dataclass(frozen=True)
class Area:
    """A link in the navigation or the account menu.

    `name` is the name of its URL, `permission` is needed to open it, and `under` lists other URL names that belong to it.
    `counts` returns how many things are waiting there for the lab, for accounts with the permission `counts_for`.
    """

    label: Any
    name: str
    permission: str = ""
    under: tuple[str, ...] = ()
    counts: Callable[[], int] | None = None
    counts_for: str = ""


# At most eight, in the order people work in. Areas without a page yet aren't shown.
NAVIGATION = (
    Area(_l("Home"), "home"),
    Area(_l("Residencies"), "residency-list", "residencies.list_residencies", (), intakes_to_review, "residencies.review_intake"),
    Area(_l("Agreements"), "agreement-list", "agreements.list_agreements"),
    Area(_l("Partnerships"), "partnership-list", "partnerships.list_partnerships"),
    Area(_l("Calendar"), "calendar", "teams.view_calendar"),
    Area(_l("People"), "people", "people.view_person"),
    Area(
        _l("Reports"),
        "reports",
        "teams.view_checks",
        (
            "portfolio",
            "showcase-list",
            "lessons",
            "lab-training",
            "checks",
            "lab-services",
            "lab-community",
            "barrier-list",
            "status-list",
            "decision-list",
            "graduate-list",
            "benefit-list",
            "alumni",
            "mentors",
        ),
    ),
    Area(_l("Messages"), "outbox", "outbox.view_message"),
)

# First the account's own pages, then those for running the portal.
ACCOUNT_MENU = (
    Area(_l("My lab"), "my-lab"),
    Area(_l("Email preferences"), "my-mail"),
    Area(_l("API tokens"), "api-tokens", "reports.create_token"),
    Area(_l("Change password"), "account_change_password"),
    Area(_l("History"), "lab-history", "ledger.view_lab_history"),
    Area(_l("Settings"), "outbox-occasions", "outbox.set_schedule"),
    Area(_l("System status"), "system-status", "recovery.view_status"),
    Area(_l("Administration"), "admin:index", "people.administer"),
)


@dataclass(frozen=True)
class Item:
    label: Any
    url: str
    current: bool
    count: int = 0


def portal(request: HttpRequest) -> dict[str, Any]:
    """Provide `portal` (the lab's names and the release), `navigation` and `account_menu` (links for this account) and `help_topic` (for this page)."""
    shown = cache(_shown)  # for this request: both menus ask which areas the account may open
    return {
        "portal": {
            "lab": settings.LAB_NAME,
            "product": settings.PRODUCT_NAME,
            "email": settings.LAB_EMAIL,
            "release": settings.RELEASE,
        },
        "navigation": SimpleLazyObject(lambda: _items(request, NAVIGATION, shown)),
        "account_menu": SimpleLazyObject(lambda: _items(request, ACCOUNT_MENU, shown)),
        "help_topic": SimpleLazyObject(lambda: _topic(request)),
    }


def _topic(request: HttpRequest) -> Topic | None:
    """Return the help topic for this page."""
    return topic_of(request.resolver_match.func) if request.resolver_match else None


Shown = tuple[list[tuple[Area, str]], str]


def _shown(request: HttpRequest, user: User) -> Shown:
    """Return the areas of both menus that `user` may open, with their addresses, and the name of the one that this page belongs to.

    Areas of both menus compete for the page: decisions, at /status/decisions/, belong to Reports, not to the system page at /status/.
    """
    known = [(area, url) for area in (*NAVIGATION, *ACCOUNT_MENU) if (url := _address(area.name))]
    open_areas = [(area, url) for area, url in known if not area.permission or user.has_perm(area.permission)]
    return open_areas, _here(shown_under(request), open_areas)


def _items(request: HttpRequest, areas: tuple[Area, ...], shown: Callable[[HttpRequest, User], Shown]) -> list[Item]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    open_areas, here = shown(request, user)
    names = {area.name for area in areas}
    return [Item(area.label, url, area.name == here, _count(area, user)) for area, url in open_areas if area.name in names]


def _here(path: str, areas: list[tuple[Area, str]]) -> str:
    """Return the name of the area that `path` belongs to: the one whose address is its longest prefix, or ""."""
    home = _address("home")
    begins = {url: area.name for area, own in areas for url in (own, *map(_address, area.under)) if url}
    longest = max((url for url in begins if path == url or (url != home and path.startswith(url))), key=len, default="")
    return begins.get(longest, "")


def _count(area: Area, user: User) -> int:
    return area.counts() if area.counts and user.has_perm(area.counts_for) else 0


@cache
def _address(name: str) -> str:
    """Return the address called `name`, or "" if this installation doesn't have it, so that its link isn't shown."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
