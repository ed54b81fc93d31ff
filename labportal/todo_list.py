"""How home arranges what is waiting for the lab: by urgency, then by subject. Lines in, sections out, without reading tables."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from people.todo import LEADERS, WEEK, About, Line, latest_day

DAY = datetime.timedelta(days=1)
MOST = 12  # lines shown before "show more"
EVERYONE, MINE = "everyone", "mine"


class Urgency(IntEnum):
    """How urgent a line is on home, most urgent first."""

    DECIDE, OVERDUE, TODAY, WEEK, LATER = range(5)


TITLES: dict[Urgency, Any] = {
    Urgency.DECIDE: gettext_lazy("Only leadership can decide"),
    Urgency.OVERDUE: gettext_lazy("Overdue"),
    Urgency.TODAY: gettext_lazy("Due today"),
    Urgency.WEEK: gettext_lazy("This week"),
    Urgency.LATER: gettext_lazy("Waiting longest"),
}


@dataclass(frozen=True)
class Reader:
    """The account whose home it is, its roles, and whether it shows only its own work or everyone's."""

    account: int
    roles: Collection[str]
    who: str = MINE

    @property
    def leads(self) -> bool:
        return not set(LEADERS).isdisjoint(self.roles)

    def can_do(self, line: Line) -> bool:
        return not line.waits and not set(line.roles).isdisjoint(self.roles)

    def owns(self, line: Line) -> bool:
        """Whether the line is theirs: assigned to them, unassigned, or for leadership to decide if they lead."""
        return line.owner in (None, self.account) or (self.leads and line.roles == LEADERS)

    def looks_at(self, line: Line) -> bool:
        return self.who == EVERYONE or self.owns(line)

    def sees(self, about: About) -> bool:
        """Whether a date in the week ahead is shown. Leadership sees all; others see their own and unassigned ones, or all if they chose everyone."""
        return self.leads or self.who == EVERYONE or about.owner in (None, self.account)


@dataclass(frozen=True)
class Item:
    """A line as home shows it, with its due chip and the dates it can be snoozed until."""

    line: Line
    urgency: Urgency
    due: str
    tone: str
    icon: str
    choices: list[tuple[datetime.date, str]]
    first: datetime.date
    latest: datetime.date


@dataclass(frozen=True)
class Group:
    """The lines about one subject."""

    about: About
    items: list[Item]


@dataclass(frozen=True)
class Section:
    """Groups of the same urgency, which is that of their most urgent line."""

    key: str
    title: str
    groups: list[Group]


@dataclass(frozen=True)
class TodoList:
    """What needs the reader and what is waiting for others; `more` and `more_waiting` count the lines that aren't shown."""

    sections: list[Section] = field(default_factory=list)
    waiting: list[Line] = field(default_factory=list)
    more: int = 0
    more_waiting: int = 0
    mine: int = 0
    everyone: int = 0


def arranged(
    lines: Iterable[Line], reader: Reader, today: datetime.date, *, snoozed: Collection[str] = (), whole: bool = False
) -> TodoList:
    """Arrange `lines` for `reader`, without those in `snoozed`; about a dozen unless `whole`."""
    awake = [line for line in lines if line.key not in snoozed]
    doable = [line for line in awake if reader.can_do(line)]
    needs = [_item(line, reader, today) for line in doable if reader.looks_at(line)]
    waiting = [line for line in awake if not reader.can_do(line) and (line.waits or not line.hidden) and reader.looks_at(line)]
    waiting.sort(key=lambda line: (line.since, line.key))
    groups = sorted(_groups(needs), key=_group_order)
    shown = groups if whole else _first_groups(groups)
    kept = waiting if whole else waiting[:MOST]
    return TodoList(
        _sections(shown), kept, len(needs) - sum(len(group.items) for group in shown), len(waiting) - len(kept),
        mine=sum(map(reader.owns, doable)), everyone=len(doable),
    )  # fmt: skip


def _groups(items: Iterable[Item]) -> list[Group]:
    by_subject: dict[str, list[Item]] = {}
    for item in sorted(items, key=_order):
        # What only leadership can decide is a separate group, even if the residency has other lines.
        place = f"{item.urgency == Urgency.DECIDE}/{item.line.about.reference}"
        by_subject.setdefault(place, []).append(item)
    return [Group(items_of[0].line.about, items_of) for items_of in by_subject.values()]


def _order(item: Item) -> tuple[Any, ...]:
    return (item.urgency, item.line.due_on or datetime.date.max, item.line.since, item.line.key)


def _group_order(group: Group) -> tuple[Any, ...]:
    """Sort groups by their most urgent line, then by how long they have been waiting."""
    first, since = group.items[0], min(item.line.since for item in group.items)
    if first.urgency == Urgency.LATER:
        return (first.urgency, since, first.line.key)
    return (first.urgency, first.line.due_on or since, since, first.line.key)


def _first_groups(groups: list[Group]) -> list[Group]:
    shown: list[Group] = []
    for group in groups:
        if sum(len(each.items) for each in shown) >= MOST:
            break
        shown.append(group)
    return shown


def _sections(groups: Iterable[Group]) -> list[Section]:
    by_urgency: dict[Urgency, list[Group]] = {}
    for group in groups:
        by_urgency.setdefault(group.items[0].urgency, []).append(group)
    return [Section(urgency.name.lower(), str(TITLES[urgency]), by_urgency[urgency]) for urgency in sorted(by_urgency)]


def _item(line: Line, reader: Reader, today: datetime.date) -> Item:
    latest, tomorrow = latest_day(line.due_on, today), today + DAY
    monday = today + datetime.timedelta(days=7 - today.weekday())
    later = [(day, words) for day, words in ((monday, _("Monday")), (today + 2 * WEEK, _("In two weeks"))) if tomorrow < day <= latest]
    due, tone, icon = _due_chip(line, today)
    return Item(line, _urgency(line, reader, today), due, tone, icon, [(tomorrow, _("Tomorrow")), *later], tomorrow, latest)


def _urgency(line: Line, reader: Reader, today: datetime.date) -> Urgency:
    if reader.leads and line.roles == LEADERS:
        return Urgency.DECIDE
    if line.due_on is None:
        return Urgency.WEEK if line.asked else Urgency.LATER
    if line.due_on > today + WEEK:
        return Urgency.LATER
    if line.due_on == today:
        return Urgency.TODAY
    return Urgency.OVERDUE if line.due_on < today else Urgency.WEEK


def _due_chip(line: Line, today: datetime.date) -> tuple[str, str, str]:
    """Return the label, tone and icon for when a line is due; red only if it is late."""
    if line.due_on is None:
        return "", "", ""
    late = (today - line.due_on).days
    if late > 0:
        return ngettext("%(count)d day late", "%(count)d days late", late) % {"count": late}, "danger", "alert"
    if not late:
        return _("Due today"), "warning", "clock"
    near = line.due_on <= today + WEEK
    day = date_format(line.due_on, "D j M") if near else date_format(line.due_on, "j M")
    return _("Due %(day)s") % {"day": day}, "info" if near else "quiet", "clock"
