"""The template variable `demo`, and whether the demo is loaded in this database, which the ledger records.

The settings include it only with DEBUG on (labportal/settings.py). Without it, pages have no `demo` and show nothing about it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from ledger.actions import append, lab_stream
from ledger.models import Event
from people.models import User

LOADED = "demo-loaded"
_KEY = "demo.loaded"
MOST_ACCOUNTS = 12


def demo(request: HttpRequest) -> dict[str, Any]:
    """Provide `demo`: whether it is loaded, and the accounts to sign in as with one click."""
    if not settings.DEBUG:
        return {}
    return {"demo": {"is_loaded": SimpleLazyObject(is_loaded), "accounts": SimpleLazyObject(accounts)}}


def is_loaded() -> bool:
    """Whether the demo is loaded in this database. Asks the database once a minute until it is."""
    known = cache.get(_KEY)
    if known is None:
        known = Event.objects.filter(stream__kind="lab", act=LOADED).exists()
        cache.set(_KEY, known, timeout=3600 if known else 60)
    return known


def accounts() -> QuerySet[User]:
    """Return the demo's accounts that have a role, oldest first."""
    in_demo = User.objects.filter(email__endswith=settings.DEMO_DOMAIN, is_active=True)
    return in_demo.exclude(role_grants=None).order_by("pk")[:MOST_ACCOUNTS]


def mark(references: list[str]) -> None:
    """Record in the ledger, at the real time, which residencies are invented. Call it in the transaction that loads them."""
    append(
        lab_stream(),
        LOADED,
        by="demo",
        facts={"invented": references, "note": "The people, dates and decisions in these residencies are invented."},
    )
    cache.delete(_KEY)
