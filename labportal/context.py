"""What every page shows around its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Item:
    label: Any
    url: str
    current: bool


# Label, URL name, and the permission that opens it; nothing is shown that can't be opened.
NAVIGATION = (
    (gettext_lazy("Home"), "home", ""),
    (gettext_lazy("Residencies"), "residency-list", "residencies.list_residencies"),
    (gettext_lazy("Intake"), "review-queue", "residencies.view_queue"),
    (gettext_lazy("Calendar"), "calendar", "teams.view_calendar"),
    (gettext_lazy("Checks"), "checks", "teams.view_checks"),
    (gettext_lazy("Training"), "lab-training", "teams.view_lab_training"),
    (gettext_lazy("Services"), "lab-services", "teams.view_services"),
    (gettext_lazy("Community"), "lab-community", "community.view_lab_community"),
    (gettext_lazy("People"), "people", "people.view_person"),
    (gettext_lazy("History"), "lab-history", "ledger.view_lab_history"),
    (gettext_lazy("Outbox"), "outbox", "outbox.view_message"),
    (gettext_lazy("Reminders"), "outbox-occasions", "outbox.set_schedule"),
    (gettext_lazy("Administration"), "admin:index", "people.administer"),
)


def portal(request: HttpRequest) -> dict[str, Any]:
    """`portal`: the lab's names and what runs here; `navigation`: where this account may go."""
    return {
        "portal": {
            "lab": settings.LAB_NAME,
            "product": settings.PRODUCT_NAME,
            "email": settings.LAB_EMAIL,
            "release": settings.RELEASE,
        },
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
    }


def _navigation(request: HttpRequest) -> list[Item]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    rooms = [(label, _address(name)) for label, name, permission in NAVIGATION if not permission or user.has_perm(permission)]
    open_rooms = [(label, url) for label, url in rooms if url]
    home = _address("home")
    here = max(
        (url for _label, url in open_rooms if request.path == url or (url != home and request.path.startswith(url))), key=len, default=""
    )
    return [Item(label, url, url == here) for label, url in open_rooms]


def _address(name: str) -> str:
    """The address of a room, or "" for one that this lab does not have: nothing is shown that can't be opened."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
