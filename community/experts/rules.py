"""From asking for an expert to what came of it (EL-48)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from community.choices import SessionState
from dates.working_days import holiday, is_working_day
from findings import Finding, Severity
from teams.sprints.rules import EARLIEST, LATEST, LEAST_MINUTES, MOST_MINUTES

PLACE = "community"
REQUESTED, MATCHED, HELD, CALLED_OFF = SessionState.REQUESTED, SessionState.MATCHED, SessionState.HELD, SessionState.CALLED_OFF

# Verb → the states it may start from, and the one it leads to. To match again moves a session; to hold again corrects its outcome.
MOVES: dict[str, tuple[frozenset[str], str]] = {
    "match": (frozenset({REQUESTED, MATCHED}), MATCHED),
    "hold": (frozenset({MATCHED, HELD}), HELD),
    "call_off": (frozenset({REQUESTED, MATCHED}), CALLED_OFF),
}


def verbs_from(state: str) -> frozenset[str]:
    """What may be done with a session at `state`."""
    return frozenset(verb for verb, (sources, _target) in MOVES.items() if state in sources)


def move_faults(verb: str, state: str) -> Iterator[Finding]:
    """Why `verb` can't be done with a session at `state`."""
    if verb in verbs_from(state):
        return
    if state == REQUESTED:
        yield Finding(
            "session-unmatched", Severity.BLOCKS, _("No expert is found for it yet."), _("Find an expert and a time first."), PLACE
        )
    else:
        params = {"state": SessionState(state).label}
        message = _("This session is over: %(state)s.") % params
        yield Finding("session-over", Severity.BLOCKS, message, _("Ask for a new session instead."), PLACE)


@dataclass(frozen=True)
class Booking:
    """A time in Pacific wall clock that somebody has: from `at` on `on`, so many minutes; `about` says for what."""

    on: datetime.date
    at: datetime.time
    minutes: int
    about: str = ""

    @property
    def begins(self) -> int:
        """In minutes of its day."""
        return self.at.hour * 60 + self.at.minute

    @property
    def ends(self) -> int:
        return self.begins + self.minutes

    @property
    def until(self) -> datetime.time:
        """When it ends, on the clock; the last minute of the day at the latest."""
        last = min(self.ends, 24 * 60 - 1)
        return self.at.replace(hour=last // 60, minute=last % 60)

    def overlaps(self, other: Booking) -> bool:
        """Whether some minute is in both; one that begins as the other ends is not."""
        return self.on == other.on and self.begins < other.ends and other.begins < self.ends


def booking_faults(booking: Booking) -> Iterator[Finding]:
    """Why a session can't be then, whoever holds it."""
    if not is_working_day(booking.on):
        params = {"day": date_format(booking.on, "l j F Y"), "holiday": holiday(booking.on)}
        message = _("%(day)s is %(holiday)s.") % params if params["holiday"] else _("%(day)s is no working day.") % params
        yield Finding("session-not-working-day", Severity.BLOCKS, message, _("Choose a working day."), PLACE)
    if not EARLIEST <= booking.at <= LATEST:
        message = _("A session begins between 7 in the morning and 8 in the evening.")
        yield Finding("session-hours", Severity.BLOCKS, message, _("Choose another time."), PLACE)
    if not LEAST_MINUTES <= booking.minutes <= MOST_MINUTES or booking.ends > 24 * 60:
        message = _("A session takes from 15 minutes to 8 hours, and ends the same day.")
        yield Finding("session-minutes", Severity.BLOCKS, message, _("Say how many minutes it takes."), PLACE)


def clash_faults(name: str, wanted: Booking, others: Iterable[Booking]) -> Iterator[Finding]:
    """Why `name` can't be at `wanted`, having `others` already: one finding a clash."""
    for other in others:
        if wanted.overlaps(other):
            params = {"name": name, "about": other.about, "from": time_format(other.at), "to": time_format(other.until)}
            message = _("%(name)s has a session then, %(from)s to %(to)s: %(about)s.") % params
            yield Finding("expert-busy", Severity.BLOCKS, message, _("Choose another time or another expert."), PLACE)


@dataclass(frozen=True)
class ExpertFacts:
    """What the rules know of an expert."""

    name: str
    disciplines: frozenset[str]
    from_on: datetime.date
    to_on: datetime.date | None = None

    def is_there(self, on: datetime.date) -> bool:
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)


def expert_faults(expert: ExpertFacts, discipline: str, on: datetime.date) -> Iterator[Finding]:
    """Why an expert can't hold a session in `discipline` on a day."""
    params = {"name": expert.name, "day": date_format(on)}
    if discipline not in expert.disciplines:
        message = _("%(name)s is no expert in this discipline.") % params
        yield Finding(
            "expert-other-discipline", Severity.BLOCKS, message, _("Choose another expert, or add this discipline to their entry."), PLACE
        )
    if not expert.is_there(on):
        message = _("%(name)s is no expert in residence on %(day)s.") % params
        yield Finding("expert-away", Severity.BLOCKS, message, _("Choose another day or another expert."), PLACE)
