"""What every page of a residency asks around its content, remembered until an act changes the residency or what the whole lab shares.

These are the check of the next move, the states it has reached, and its open conversations.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import astuple, dataclass
from typing import Any

from findings import Finding, Severity
from ledger.lifecycle import MoveCheck
from ledger.memory import head_of, remembered
from ledger.models import Event
from residencies.lifecycle.moves import LIFECYCLE, next_move
from residencies.models import Residency
from residencies.models.states import State


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
    check = LIFECYCLE.check(move.verb, residency, on)
    return [[list(map(_plain, astuple(finding))) for finding in check.findings], [str(sentence) for sentence in check.met]]


def _plain(value: Any) -> Any:
    """Return words for translation as words: they are remembered by language."""
    return value if value is None or isinstance(value, int) else str(value)


def _check_of(row: list[Any] | None) -> MoveCheck | None:
    if row is None:
        return None
    findings, met = row
    return MoveCheck([Finding(code, Severity(severity), *rest) for code, severity, *rest in findings], met)


def _entries(residency: Residency) -> list[list[str]]:
    events = Event.objects.filter(stream=residency.stream_id).exclude(to_state="").order_by("seq")
    return [[state, at.isoformat()] for state, at in events.values_list("to_state", "at")]


def _conversations(residency: Residency) -> list[str]:
    due = residency.conversations.filter(held_on=None).order_by("due_on", "pk")
    return [due_on.isoformat() for due_on in due.values_list("due_on", flat=True)]
