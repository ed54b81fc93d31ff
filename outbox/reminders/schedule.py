"""When reminders are due, counted from a day: plain data in, days out. No database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dates.months import months_after
from dates.working_days import BC, LONGEST_PAUSE, on_or_after

LONGEST_USEFUL_DAYS = 31
DAY = datetime.timedelta(days=1)
BEGINNING, END = datetime.date(1900, 1, 1), datetime.date(9000, 1, 1)


@dataclass(frozen=True)
class Step:
    """A number of calendar months and days after the day to count from, or before it if negative; `to` says for whom."""

    months: int = 0
    days: int = 0
    to: tuple[str, ...] = ("",)

    def on(self, anchor: datetime.date) -> datetime.date:
        return months_after(anchor, self.months) + datetime.timedelta(days=self.days)


@dataclass(frozen=True)
class Due:
    """A day on which a reminder is due, who gets it, and the day it expires (`useful_until`)."""

    on: datetime.date
    useful_until: datetime.date
    to: tuple[str, ...]


@dataclass(frozen=True)
class Schedule:
    """Steps ordered by day, then a repeat every `every_days` after the last step, to the same people.

    At most `most` in all (0: for as long as needed). Each expires when the next is due, and after `useful_days` at the latest.
    One that `counts_down` to a day has nothing due after it, and earlier reminders expire once that day has passed.
    """

    steps: tuple[Step, ...]
    every_days: int = 0
    most: int = 0
    useful_days: int = LONGEST_USEFUL_DAYS
    counts_down: bool = False

    def __post_init__(self) -> None:
        if not self.steps or not 0 < self.useful_days <= LONGEST_USEFUL_DAYS or self.every_days < 0:
            raise ValueError("A schedule has a step, and its reminders expire after 1 to 31 days.")

    @property
    def reach(self) -> tuple[int, int | None]:
        """The range of days after the day to count from in which anything can be due; None means no upper limit."""
        least = min(min(step.months * 28, step.months * 31) + step.days for step in self.steps)
        if self.counts_down:
            return least, 0
        if self.every_days and not self.most:
            return least, None
        most = max(max(step.months * 28, step.months * 31) + step.days for step in self.steps)
        return least, most + self.every_days * max(0, self.most - 1)

    def between(self, anchor: datetime.date, first: datetime.date, last: datetime.date) -> list[Due]:
        """Return what is due from `first` to `last` inclusive, counted from `anchor`."""
        dues: list[Due] = []
        end = anchor + DAY if self.counts_down else END
        last = min(last, end - DAY)
        days = self._days(anchor, first)
        day, to = next(days)
        while day <= last:
            following, its = next(days, (datetime.date.max, ()))
            if day >= first:
                longest = day + datetime.timedelta(days=self.useful_days)
                dues.append(Due(day, min(following, longest, end), to))
            if following == datetime.date.max:
                break
            day, to = following, its
        return dues

    def _days(self, anchor: datetime.date, first: datetime.date) -> Iterator[tuple[datetime.date, tuple[str, ...]]]:
        """Yield due days in order, each once; skips repeats long before `first`."""
        to_whom: dict[datetime.date, tuple[str, ...]] = {}
        for step in self.steps:
            day = step.on(anchor)
            to_whom[day] = tuple(dict.fromkeys((*to_whom.get(day, ()), *step.to)))
        days = sorted(to_whom)[: self.most or None]
        yield from ((day, to_whom[day]) for day in days)
        if not self.every_days:
            return
        last = days[-1]
        turn = max(1, (first - last).days // self.every_days - 1)
        while not self.most or len(days) + turn <= self.most:
            yield last + datetime.timedelta(days=turn * self.every_days), to_whom[last]
            turn += 1


@dataclass(frozen=True)
class EffectiveSchedules:
    """Schedules in sequence, each from its start date; the first applies until the second starts.

    Each day follows one schedule: what was due before a change doesn't change and isn't sent again. There is one exception, so
    that a step that moves to an earlier day isn't lost: the new schedule's last step before its start date is still due if the
    old ones had nothing due since the step before it.
    """

    first: Schedule
    then: tuple[tuple[datetime.date, Schedule], ...] = ()

    @property
    def reach(self) -> tuple[int, int | None]:
        """The widest reach of all the schedules."""
        least, most = zip(*(schedule.reach for schedule in self._all), strict=True)
        return min(least), None if None in most else max(most)

    @property
    def now_and_then(self) -> list[tuple[datetime.date, Schedule]]:
        """Every schedule with its start date."""
        return [(BEGINNING, self.first), *self.then]

    @property
    def _all(self) -> list[Schedule]:
        return [schedule for _day, schedule in self.now_and_then]

    def on(self, day: datetime.date) -> Schedule:
        """Return the schedule that applies on `day`."""
        return next(schedule for since, schedule in reversed(self.now_and_then) if since <= day)

    def changes_after(self, day: datetime.date) -> list[tuple[datetime.date, Schedule]]:
        """Return schedules that start after `day` and differ from the one before, each with its start date."""
        holds, changes = self.on(day), []
        for since, schedule in self.then:
            if since > day and schedule != holds:
                changes.append((since, schedule))
                holds = schedule
        return changes

    def between(self, anchor: datetime.date, first: datetime.date, last: datetime.date) -> list[Due]:
        """Return what is due from `first` to `last` inclusive, as for a single schedule."""
        # The usual case, run for every subject of a sweep: no change is near, so one schedule is enough. Twice the margin: what the
        # change makes up for lies up to one before it, and ends a step up to one before that.
        if not self.then or last < self.then[0][0] - 2 * MARGIN:
            return self.first.between(anchor, first, last)
        by_day: dict[datetime.date, Due] = {}
        for since, until, schedule in self._spans():
            if since - MARGIN <= last + MARGIN and until >= first - 2 * MARGIN:
                own = schedule.between(anchor, max(since, first - 2 * MARGIN), min(until, last + MARGIN))
                # In order of time: where two schedules name the same day, the later one wins.
                by_day |= {due.on: due for due in [*_left_over(schedule, anchor, since, sorted(by_day)), *own]}
        return [due for due in _in_order(by_day) if first <= due.on <= last]

    def _spans(self) -> Iterator[tuple[datetime.date, datetime.date, Schedule]]:
        ends = [day - DAY for day, _schedule in self.then]
        for (since, schedule), until in zip(self.now_and_then, [*ends, END], strict=True):
            yield since, until, schedule


MARGIN = datetime.timedelta(days=LONGEST_USEFUL_DAYS)


def _left_over(schedule: Schedule, anchor: datetime.date, since: datetime.date, before: list[datetime.date]) -> list[Due]:
    """Return `schedule`'s last step before its start date if it hasn't expired and nothing was due in its place."""
    if since == BEGINNING:
        return []
    past = schedule.between(anchor, since - 2 * MARGIN, since - DAY)
    if not past or past[-1].useful_until <= since:
        return []
    previous = past[-2].on if len(past) > 1 else since - 2 * MARGIN
    return [] if any(previous < day < since for day in before) else past[-1:]


def _in_order(by_day: Mapping[datetime.date, Due]) -> list[Due]:
    """Return them by day, each expiring when the next is due at the latest."""
    days = [by_day[day] for day in sorted(by_day)]
    clipped = [Due(due.on, min(due.useful_until, later.on), due.to) for due, later in pairwise(days)]
    return [*clipped, *days[-1:]]


def as_data(schedule: Schedule) -> dict[str, Any]:
    """Return `schedule` as stored data; `from_data` restores it."""
    steps = [{"months": step.months, "days": step.days, "to": list(step.to)} for step in schedule.steps]
    return {"steps": steps, "every_days": schedule.every_days, "most": schedule.most, "useful_days": schedule.useful_days}


def from_data(kept: Mapping[str, Any]) -> Schedule:
    """Return the schedule that `as_data` stored. Raises ValueError, KeyError or TypeError for anything else."""
    steps = tuple(Step(int(step["months"]), int(step["days"]), tuple(map(str, step["to"]))) for step in kept["steps"])
    return Schedule(steps, int(kept["every_days"]), int(kept["most"]), int(kept["useful_days"]))


def when(step: Step) -> str:
    """ "2 months before", "on the day", "14 days after"."""
    if not step.months and not step.days:
        return _("on the day")
    parts = []
    if step.months:
        parts.append(ngettext("%(count)d month", "%(count)d months", abs(step.months)) % {"count": abs(step.months)})
    if step.days:
        parts.append(ngettext("%(count)d day", "%(count)d days", abs(step.days)) % {"count": abs(step.days)})
    params = {"time": _(" and ").join(parts)}
    return (_("%(time)s before") if (step.months or step.days) < 0 else _("%(time)s after")) % params


def describe_schedule(schedule: Schedule, audiences: Mapping[str, Any]) -> list[str]:
    """Describe each step on a line, with its recipients where they differ, then how it repeats."""
    lines = [_line(step, audiences) for step in schedule.steps]
    if schedule.every_days:
        again = ngettext("then every day", "then every %(count)d days", schedule.every_days) % {"count": schedule.every_days}
        most = ngettext("at most %(count)d reminder", "at most %(count)d reminders", schedule.most) % {"count": schedule.most}
        lines.append(f"{again}, {most if schedule.most else _('for as long as needed')}")
    return lines


def _line(step: Step, audiences: Mapping[str, Any]) -> str:
    """Describe a step, such as "14 days before"; recipients are named only if they aren't the usual ones."""
    usual = next(iter(audiences))
    others = [str(audiences.get(to, to)) for to in step.to if to != usual]
    if usual in step.to and not others:
        return when(step)
    params = {"when": when(step), "whom": _(" and ").join(others)}
    return (_("%(when)s, also to %(whom)s") if usual in step.to else _("%(when)s, only to %(whom)s")) % params


def in_a_sentence(schedule: Schedule, audiences: Mapping[str, Any]) -> str:
    """Describe the schedule on one line, for the ledger and for lists."""
    return ", ".join(describe_schedule(schedule, audiences))


# ── The day on which it is sent ────────────────────────────────────────────────────────────────────────


LOOKED_ON = datetime.timedelta(days=LONGEST_USEFUL_DAYS) + LONGEST_PAUSE


class Leaves(Enum):
    """What happens to a reminder that is due on a day off."""

    ON_WORKING_DAYS = "working-days"
    ON_THE_DAY_ITSELF = "the-day-itself"
    ON_ITS_DAY = "its-day"

    @property
    def label(self) -> Any:
        return LABELS[self]

    def moves(self, due_on: datetime.date, anchor: datetime.date) -> bool:
        """Return whether a reminder due on `due_on`, counted from `anchor`, waits for a working day."""
        return self is Leaves.ON_WORKING_DAYS or (self is Leaves.ON_THE_DAY_ITSELF and due_on != anchor)


LABELS = {
    Leaves.ON_WORKING_DAYS: gettext_lazy("If that is a weekend or holiday, the reminder is sent on the next working day."),
    Leaves.ON_THE_DAY_ITSELF: gettext_lazy(
        "If that is a weekend or holiday, the reminder is sent on the next working day. A reminder for the day itself is sent on that day."
    ),
    Leaves.ON_ITS_DAY: gettext_lazy("Sent on that day, even on a weekend or holiday."),
}


@dataclass(frozen=True)
class Leaving:
    """A reminder's due day, the day it is sent, and the day it expires."""

    due_on: datetime.date
    leaves_on: datetime.date
    useful_until: datetime.date
    to: tuple[str, ...]


def leaving(
    turns: EffectiveSchedules,
    leaves: Leaves,
    anchor: datetime.date,
    first: datetime.date,
    last: datetime.date,
    today: datetime.date,
    made_up_on: datetime.date | None = None,
    region: str = BC,
) -> Iterator[Leaving]:
    """Yield what is due from `first` to `last`, counted from `anchor`, each with the day on which it is sent; days off are `region`'s.

    Reminders missed before `today` are sent on `made_up_on`, by default today. If several wait for the same working day, only the
    last is sent, unless it is for other people.
    """
    dues = turns.between(anchor, first, last + LOOKED_ON)  # including the next one, whose day is when the last expires
    for due, later in pairwise([*dues, None]):
        if due is None or due.on > last:
            return
        moved = _day(leaves, anchor, due.on, region)
        # What was missed leaves today at the earliest, by the same rule about days off.
        leaves_on = moved if due.on >= today else max(moved, _day(leaves, anchor, made_up_on or today, region))
        until = due.useful_until + (moved - due.on)
        if later:
            until = _until_the_next(until, moved, due, later, _day(leaves, anchor, later.on, region))
        yield Leaving(due.on, leaves_on, until, due.to)


def _day(leaves: Leaves, anchor: datetime.date, day: datetime.date, region: str) -> datetime.date:
    return on_or_after(day, region) if leaves.moves(day, anchor) else day


def _until_the_next(until: datetime.date, moved: datetime.date, due: Due, later: Due, later_moved: datetime.date) -> datetime.date:
    """Return when it expires: when the next is sent at the latest. If both go out the same day, it is kept only for people the next leaves out."""
    if moved < later_moved or set(due.to) <= set(later.to):
        return min(until, later_moved)
    return min(until, moved + datetime.timedelta(days=1))
