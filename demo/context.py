"""Whether this database holds the demo: the ledger says so, and nothing else needs to."""

from __future__ import annotations

from django.core.cache import cache

from ledger.actions import append, lab_stream
from ledger.models import Event

LOADED = "demo-loaded"
_KEY = "labportal.demo.loaded"


def is_loaded() -> bool:
    """Whether the demo was loaded into this database; asks it once a minute until it was."""
    known = cache.get(_KEY)
    if known is None:
        known = Event.objects.filter(stream__kind="lab", act=LOADED).exists()
        cache.set(_KEY, known, timeout=3600 if known else 60)
    return known


def mark(references: list[str]) -> None:
    """Write into the ledger, at the true time, whose history is invented. In the transaction that loads it."""
    append(lab_stream(), LOADED, by="demo", facts={"invented": references, "note": "People, dates and decisions of these are invented."})
    cache.delete(_KEY)
