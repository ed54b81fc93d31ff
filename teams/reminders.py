"""Whom a team gives cause to remind: its product owner, of graduation (EL-60)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from outbox.reminding import to_tell
from residencies.reminders import CLOCK_STARTED, GRADUATION, part
from residencies.states import State
from teams.models import Seat
from teams.roles import TeamRole


def to_product_owners(anchor: str) -> QuerySet[Any]:
    """Whoever is the product owner of a live residency's team now."""
    today = timezone.localdate()
    rows = Seat.objects.standing().filter(
        Q(to_on=None) | Q(to_on__gte=today), from_on__lte=today, role=TeamRole.PRODUCT_OWNER, person__isnull=False,
        team__residency__state=State.LIVE,
    )  # fmt: skip
    return to_tell(
        rows, stream="team__residency__stream", part=part("team__residency__"), anchor=f"team__residency__{anchor}", person="person",
        since=Greatest(F("from_on"), F("team__residency__live_on")),
    )  # fmt: skip


def register() -> None:
    """Called once, when the app is ready."""
    for reminder, anchor in ((GRADUATION, "graduation_due_on"), (CLOCK_STARTED, "live_on")):
        reminder.concerned.append(partial(to_product_owners, anchor))
