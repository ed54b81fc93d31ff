"""What pages of a place for trying things show of the demo, and whether this database holds it: the ledger says so.

Named in the settings with DEBUG alone (labportal/settings.py): elsewhere pages find no `demo`, and show nothing of it.
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
    """`demo`: whether it is loaded, and the accounts to enter with one press."""
    if not settings.DEBUG:
        return {}
    return {"demo": {"is_loaded": SimpleLazyObject(is_loaded), "accounts": SimpleLazyObject(accounts)}}


def is_loaded() -> bool:
    """Whether the demo was loaded into this database; asks it once a minute until it was."""
    known = cache.get(_KEY)
    if known is None:
        known = Event.objects.filter(stream__kind="lab", act=LOADED).exists()
        cache.set(_KEY, known, timeout=3600 if known else 60)
    return known


def accounts() -> QuerySet[User]:
    """The demo's accounts that hold a role, oldest first."""
    in_demo = User.objects.filter(email__endswith=settings.DEMO_DOMAIN, is_active=True)
    return in_demo.exclude(role_grants=None).order_by("pk")[:MOST_ACCOUNTS]


def mark(references: list[str]) -> None:
    """Write into the ledger, at the true time, whose history is invented. In the transaction that loads it."""
    append(lab_stream(), LOADED, by="demo", facts={"invented": references, "note": "People, dates and decisions of these are invented."})
    cache.delete(_KEY)
