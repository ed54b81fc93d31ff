"""What a residency that ends leaves behind in the community: no booked session, no desk (EL-48, EL-49, EL-85)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from community.actions.desks import free_desks
from community.actions.sessions import end_sessions, sessions_to_come
from community.models import DeskAllocation
from ledger.models import Stream
from ledger.subjects import ENDED, Ending, after_end, follows
from residencies.models import Residency

# Habits and giving outlast a residency; what came of a session that was held is recorded; desks become free.
after_end("habit-noted", "habit-edited", "habit-undone", "giving-noted", "giving-struck", "desks-changed", "desks-taken-back")
after_end("session-held", "session-corrected")


@follows(ENDED)
def leave_community(stream: Stream, *, subject: Any, ending: Ending) -> Iterator[None]:
    """Cancel the sessions still to come, and free the desks from the day after the end."""
    if not isinstance(subject, Residency):
        return
    sessions = sessions_to_come(subject)
    # Locked before the end is written: an act on these waits until it is over, and then finds the residency ended.
    desks = list(DeskAllocation.objects.select_for_update().between(timezone.localdate()).filter(residency=subject))
    yield
    end_sessions(sessions, by=ending.by)
    free_desks(desks, stream, by=ending.by)
