"""The way from application to home, with the day each state was reached."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.lifecycle import MoveCheck
from ledger.memory import head_of, remembered
from ledger.models import Event
from residencies.lifecycle import rules
from residencies.lifecycle.moves import LIFECYCLE, next_move
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


# ── What every page asks ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Frame:
    """`check` is that of the next move, None for a draft and after the end; `entries` are the states in the order they were entered,
    and `conversations` the due dates of those that are open, the first one first."""

    check: MoveCheck | None
    entries: list[tuple[str, datetime.datetime]]
    conversations: list[datetime.date]


def frame_of(residency: Residency, on: datetime.date) -> Frame:
    """Return what the pages of `residency` ask on a day: no query if an earlier page asked it, and only once for each object."""
    reads_as = (on, residency.state, residency.ended_on, residency.revision)
    known = residency.__dict__.get("_frame")
    if known is None or known[0] != reads_as:
        known = residency.__dict__["_frame"] = (reads_as, _frame(residency, on))
    return known[1]


def _frame(residency: Residency, on: datetime.date) -> Frame:
    def work_out(streams: Collection[int]) -> dict[int, list[Any]]:
        return {stream: [_check(residency, on), _entries(residency), _conversations(residency)] for stream in streams}

    check, entries, conversations = remembered("frame", {residency.stream_id: head_of(residency)}, on, work_out)[residency.stream_id]
    return Frame(
        _check_of(check),
        [(state, datetime.datetime.fromisoformat(at)) for state, at in entries],
        [datetime.date.fromisoformat(due_on) for due_on in conversations],
    )


def _check(residency: Residency, on: datetime.date) -> list[Any] | None:
    """Return the check as plain values. What a draft still needs is saved without acts, so its page asks each time."""
    move = None if residency.state == State.DRAFT else next_move(residency)
    if move is None:
        return None
    return LIFECYCLE.check(move.verb, residency, on).plain


def _check_of(row: list[Any] | None) -> MoveCheck | None:
    return None if row is None else MoveCheck.of_plain(row)


def _entries(residency: Residency) -> list[list[str]]:
    events = Event.objects.filter(stream=residency.stream_id).exclude(to_state="").order_by("seq")
    return [[state, at.isoformat()] for state, at in events.values_list("to_state", "at")]


def _conversations(residency: Residency) -> list[str]:
    due = residency.conversations.filter(held_on=None).order_by("due_on", "pk")
    return [due_on.isoformat() for due_on in due.values_list("due_on", flat=True)]
