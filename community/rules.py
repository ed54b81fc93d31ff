"""What a team may have given, and how many desks are free (EL-47, EL-49). Pure: no database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from community.choices import Giving, SessionState
from dates.working_days import holiday, is_working_day
from findings import Finding, Severity
from teams.sprints.rules import EARLIEST, LATEST, LEAST_MINUTES, MOST_MINUTES

PLACE = "community"

# ── What teams give ───────────────────────────────────────────────────────────────────────────────
# A full working day, in minutes: what a workshop asks of a person at most.
FULL_DAY = 450
WHOLE_DAY = 24 * 60
STEP = 15


def giving_faults(
    kind: str, given_on: datetime.date, minutes: int, *, workshops_that_day: int, on_team: bool, today: datetime.date
) -> Iterator[Finding]:
    """Everything that keeps an entry from being taken.

    `workshops_that_day` is how many minutes of workshops the person has on that day already.
    """
    if given_on > today:
        yield Finding(
            "giving-ahead", Severity.BLOCKS, _("That date is in the future."), _("Log the contribution after it took place."), PLACE
        )
    if not 0 < minutes <= WHOLE_DAY or minutes % STEP:
        message = _("The time must be in quarter hours, and no more than one day.")
        yield Finding("giving-time", Severity.BLOCKS, message, _("For an hour and a half, enter 1.5."), PLACE)
    elif kind == Giving.WORKSHOP and minutes + workshops_that_day > FULL_DAY:
        params = {"most": FULL_DAY / 60, "already": workshops_that_day / 60}
        message = _("A workshop can take at most %(most)g hours of a person’s day.") % params
        if workshops_that_day:
            message += " " + _("%(already)g hours are already logged for that day.") % params
        yield Finding("giving-too-long", Severity.BLOCKS, message, _("Enter fewer hours, or split them between team members."), PLACE)
    if not on_team:
        message = _("This person wasn’t on the team that day.")
        yield Finding("giving-not-on-team", Severity.BLOCKS, message, _("Choose another person or date, or correct the roster."), PLACE)


# ── Desks ─────────────────────────────────────────────────────────────────────────────────────────


DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Count:
    """So many desks from a day on, until another count begins."""

    from_on: datetime.date
    desks: int


@dataclass(frozen=True)
class DeskUse:
    """So many desks from one day to another, both included."""

    from_on: datetime.date
    to_on: datetime.date
    desks: int

    def covers(self, on: datetime.date) -> bool:
        return self.from_on <= on <= self.to_on


@dataclass(frozen=True)
class TooMany:
    """The first day on which more desks are taken than there are."""

    on: datetime.date
    capacity: int
    in_use: int


def capacity_on(counts: Iterable[Count], on: datetime.date) -> int:
    """How many desks there are on a day; none before the first count."""
    begun = [count for count in counts if count.from_on <= on]
    return max(begun, key=lambda count: count.from_on).desks if begun else 0


def in_use_on(taken: Iterable[DeskUse], on: datetime.date) -> int:
    return sum(desk_use.desks for desk_use in taken if desk_use.covers(on))


def first_overfull(
    counts: Sequence[Count], taken: Sequence[DeskUse], first: datetime.date, last: datetime.date | None = None
) -> TooMany | None:
    """The first day from `first` to `last` (to the end when None) with more desks taken than there are, if there is one.

    Numbers change on few days only: where somebody begins or a count does. Those are looked at.
    """
    days = {first, *(desk_use.from_on for desk_use in taken), *(count.from_on for count in counts)}
    for on in sorted(day for day in days if day >= first and (last is None or day <= last)):
        capacity, wanted = capacity_on(counts, on), in_use_on(taken, on)
        if wanted > capacity:
            return TooMany(on, capacity, wanted)
    return None


def most_in_use(taken: Sequence[DeskUse], first: datetime.date, last: datetime.date) -> int:
    """The most desks taken on one day from `first` to `last`."""
    days = {first, *(desk_use.from_on for desk_use in taken)}
    return max(in_use_on(taken, on) for on in days if first <= on <= last)


def lowest_capacity(counts: Sequence[Count], first: datetime.date, last: datetime.date) -> int:
    """The fewest desks there are on one day from `first` to `last`."""
    days = {first, *(count.from_on for count in counts)}
    return min(capacity_on(counts, on) for on in days if first <= on <= last)


def fewest_free(counts: Sequence[Count], taken: Sequence[DeskUse], first: datetime.date, last: datetime.date) -> int:
    """How many desks are free on every day from `first` to `last`."""
    days = {first, *(desk_use.from_on for desk_use in taken), *(count.from_on for count in counts)}
    return min(capacity_on(counts, on) - in_use_on(taken, on) for on in days if first <= on <= last)


# ── Sessions with experts ─────────────────────────────────────────────────────────────────────────


REQUESTED, MATCHED, HELD, CALLED_OFF = SessionState.REQUESTED, SessionState.MATCHED, SessionState.HELD, SessionState.CALLED_OFF

# Verb → the states it may start from, and the one it leads to. To match again moves a session; to hold again corrects its outcome.
SESSION_MOVES: dict[str, tuple[frozenset[str], str]] = {
    "match": (frozenset({REQUESTED, MATCHED}), MATCHED),
    "hold": (frozenset({MATCHED, HELD}), HELD),
    "call_off": (frozenset({REQUESTED, MATCHED}), CALLED_OFF),
}


def verbs_from(state: str) -> frozenset[str]:
    """What may be done with a session at `state`."""
    return frozenset(verb for verb, (sources, _target) in SESSION_MOVES.items() if state in sources)


def move_faults(verb: str, state: str) -> Iterator[Finding]:
    """Why `verb` can't be done with a session at `state`."""
    if verb in verbs_from(state):
        return
    if state == REQUESTED:
        yield Finding(
            "session-unmatched", Severity.BLOCKS, _("This session has no expert yet."), _("Find an expert and a time first."), PLACE
        )
    else:
        params = {"state": SessionState(state).label}
        message = _("This session is over: %(state)s.") % params
        yield Finding("session-over", Severity.BLOCKS, message, _("Request a new session instead."), PLACE)


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
        message = _("%(day)s is %(holiday)s.") % params if params["holiday"] else _("%(day)s isn’t a working day.") % params
        yield Finding("session-not-working-day", Severity.BLOCKS, message, _("Choose a working day."), PLACE)
    if not EARLIEST <= booking.at <= LATEST:
        message = _("A session must start between 7 a.m. and 8 p.m.")
        yield Finding("session-hours", Severity.BLOCKS, message, _("Choose another time."), PLACE)
    if not LEAST_MINUTES <= booking.minutes <= MOST_MINUTES or booking.ends > 24 * 60:
        message = _("A session must last between 15 minutes and 8 hours and end the same day.")
        yield Finding("session-minutes", Severity.BLOCKS, message, _("Enter the length in minutes."), PLACE)


def clash_faults(name: str, wanted: Booking, others: Iterable[Booking]) -> Iterator[Finding]:
    """Why `name` can't be at `wanted`, having `others` already: one finding a clash."""
    for other in others:
        if wanted.overlaps(other):
            params = {"name": name, "about": other.about, "from": time_format(other.at), "to": time_format(other.until)}
            message = _("%(name)s already has a session from %(from)s to %(to)s: %(about)s.") % params
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
        message = _("%(name)s isn’t an expert in this discipline.") % params
        yield Finding(
            "expert-other-discipline", Severity.BLOCKS, message, _("Choose another expert, or add this discipline to their entry."), PLACE
        )
    if not expert.is_there(on):
        message = _("%(name)s isn’t an expert in residence on %(day)s.") % params
        yield Finding("expert-away", Severity.BLOCKS, message, _("Choose another date or another expert."), PLACE)
