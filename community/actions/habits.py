"""Noting which community habits a team has (EL-46); also of a residency that has ended, for habits outlast it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.revisions import Stale
from community.actions.locking import PLACE, locked_anyhow
from community.models import HabitDone
from community.rules.habits import habit_faults
from findings import Refused, refuse
from ledger.actions import append, revise
from residencies.models import Residency


@act("community.keep_community")
def note_habit(residency: Residency, *, habit: str, done_on: datetime.date, links: Iterable[str] = (), by: Actor) -> HabitDone:
    """Put on record that the team has a habit since a day, with what shows it.

    Raises `Refused` (`habit-noted` when somebody noted it already, `habit-ahead`, `habit-no-link`, `habit-links`,
    `habit-link-form`, `habit-link-place`); nothing is written then.
    """
    residency = locked_anyhow(residency)
    tidy_links = _tidy(links)
    _settle(habit, done_on, tidy_links)
    if residency.habits.current().filter(habit=habit).exists():
        raise refuse("habit-noted", _("This habit is already recorded."), _("Change that entry instead."), PLACE)
    done = HabitDone.objects.create(residency=residency, habit=habit, done_on=done_on, links=tidy_links, noted_by=account_of(by))
    append(residency.stream, "habit-noted", by=by, facts=_facts(done))
    return done


@act("community.keep_entry")
def edit_habit(done: HabitDone, *, done_on: datetime.date, links: Iterable[str], expected: int, by: Actor) -> HabitDone:
    """Change the day or the links of a habit. Raises `Stale`, and `Refused` as `note_habit` does, and `habit-undone`."""
    residency = locked_anyhow(Residency.objects.get(habits=done.pk))
    current = _current(done)
    tidy_links = _tidy(links)
    if current.version == expected:
        _settle(current.habit, done_on, tidy_links)
    changes = {"done_on": done_on, "links": tidy_links}
    return revise(current, expected=expected, changes=changes, act="habit-edited", by=by, stream=residency.stream)


@act("community.keep_entry")
def undo_habit(done: HabitDone, *, reason: str, expected: int, by: Actor) -> HabitDone:
    """Say that the team has the habit no more, or never had; the entry stays on record.

    Raises `Stale`, and `Refused` (`habit-undone`, `no-reason`).
    """
    residency = locked_anyhow(Residency.objects.get(habits=done.pk))
    current = _current(done)
    if current.version != expected:
        raise Stale(current, {})
    if not reason.strip():
        raise refuse("no-reason", _("A reason is needed."), _("Say why it no longer holds."), PLACE)
    current.undone_at = timezone.now()
    current.version += 1
    current.save(update_fields=["undone_at", "version"])
    append(residency.stream, "habit-undone", by=by, facts=_facts(current) | {"reason": reason.strip()})
    return current


def _current(done: HabitDone) -> HabitDone:
    current = HabitDone.objects.select_for_update().get(pk=done.pk)
    if current.undone_at:
        raise refuse("habit-undone", _("This entry has already been undone."), _("Note the habit again if it holds."), PLACE)
    return current


def _settle(habit: str, done_on: datetime.date, links: list[str]) -> None:
    findings = list(habit_faults(habit, done_on, links, timezone.localdate()))
    if findings:
        raise Refused(findings)


def _tidy(links: Iterable[str]) -> list[str]:
    """Each link once, without blanks around it."""
    return list(dict.fromkeys(link.strip() for link in links if link.strip()))


def _facts(done: HabitDone) -> dict[str, Any]:
    return {"habit_done": done.pk, "habit": done.habit, "done_on": done.done_on, "links": done.links}
