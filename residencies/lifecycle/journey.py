"""The way from application to home, with the day each state was reached."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from residencies.lifecycle import rules
from residencies.lifecycle.frame import frame_of
from residencies.models import Residency
from residencies.models.states import JOURNEY, State
from residencies.reference_data import figure


@dataclass(frozen=True)
class Stop:
    """A state on the way: `status` is done, current, next or ended."""

    label: Any
    status: str
    date: datetime.date | None = None
    note: str = ""


def journey(residency: Residency) -> list[Stop]:
    """The stops of `residency` in order; one that ended early stops where it ended."""
    return stops(residency.state, reached(residency), due_on=residency.graduation_due_on)


def first_due(live_on: datetime.date) -> datetime.date:
    """When a team that goes live on that day is due home, as long as nobody gives it more time (EL-80)."""
    return rules.graduation_due(live_on, figure("months_to_graduation", live_on))


def began_on(residency: Residency) -> datetime.date:
    """The first day that is known of `residency`: when its intake was begun, or the earlier day that was given for one from before."""
    given = (timezone.localdate(residency.made_at), residency.started_on, residency.live_on)
    return min(day for day in given if day)


def reached(residency: Residency) -> dict[str, datetime.date]:
    """The day each state was last entered, as the ledger has it; the dates people gave come before the day of writing."""
    days = {state: timezone.localdate(at) for state, at in frame_of(residency, timezone.localdate()).entries}
    days.setdefault(State.DRAFT, timezone.localdate(residency.made_at))
    given = {State.IN_RESIDENCE: residency.started_on, State.LIVE: residency.live_on, residency.state: residency.ended_on}
    return days | {state: day for state, day in given.items() if day}


def come_to(residency: Residency) -> set[str]:
    """Every state on the way that `residency` has come to; one that ended early, as far as it came."""
    states = {*reached(residency), residency.state}
    return set(JOURNEY[: 1 + max(place for place, state in enumerate(JOURNEY) if state in states)])


def stops(state: str, days: Mapping[str, datetime.date], *, due_on: datetime.date | None = None) -> list[Stop]:
    """What lies behind, where it stands and what lies ahead, for a residency at `state`."""
    if state in JOURNEY:
        here = JOURNEY.index(State(state))
        passed = JOURNEY[:here]
        ahead = [
            Stop(s.label, "next", due_on if s == State.GRADUATED else None, _("due") if s == State.GRADUATED and due_on else "")
            for s in JOURNEY[here + 1 :]
        ]
        last = Stop(State(state).label, "done" if state == State.GRADUATED else "current", days.get(state))
    else:
        passed = [s for s in JOURNEY if s in days]
        ahead, last = [], Stop(State(state).label, "ended", days.get(state))
    return [*(Stop(s.label, "done", days.get(s)) for s in passed), last, *ahead]
