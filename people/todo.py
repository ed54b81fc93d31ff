"""What waits for the lab, and what happens on a day: each app adds its own in its `todo.py`, for home to arrange.

The modules are found by their file name (ledger/apps.py). Every source looks at a bounded number of rows through an index,
so that home costs the same in a small lab and in a large one.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from acts.registry import Registry, RegistryKind
from ledger import subjects
from ledger.subjects import Subject
from people.models import Role

MOST = 30  # lines of one source
MOST_ENTRIES = 200  # entries of one source
WEEK = datetime.timedelta(days=7)
OPS, LEADERS = (Role.LAB_OPS.value,), (Role.LAB_LEAD.value,)
LAB = OPS + LEADERS


@dataclass(frozen=True)
class About:
    """What a line is about, such as a residency, and who at the lab is its lead; without a name, the lab itself."""

    reference: str = ""
    name: str = ""
    state: str = ""
    url: str = ""
    owner: int | None = None
    owner_name: str = ""


@dataclass(frozen=True)
class Line:
    """One thing to do: what is so, the act that settles it, and where.

    `key` is the same for as long as it is the same thing to do. `due_on` is a date that the program or an agreement sets.
    With `asked`, someone outside the lab waits for an answer: without a date of its own it belongs to this week.
    `roles` can do it. Whoever holds none of them reads it among what waits for others, unless it is `hidden` from them; so
    does everybody while it `waits` for someone outside the lab. `assignee`: whose it is, where that isn't the lead.
    """

    key: str
    title: str
    verb: str
    url: str
    since: datetime.date
    due_on: datetime.date | None = None
    note: str = ""
    roles: tuple[str, ...] = LAB
    asked: bool = False
    waits: bool = False
    hidden: bool = False
    about: About = field(default_factory=About)
    assignee: int | None = None
    assignee_name: str = ""

    @property
    def owner(self) -> int | None:
        return self.assignee or self.about.owner

    @property
    def owner_name(self) -> str:
        return self.assignee_name or self.about.owner_name

    def is_overdue(self, today: datetime.date) -> bool:
        return self.due_on is not None and self.due_on < today


@dataclass(frozen=True)
class Entry:
    """Something that happens, or is due, on a day; `at` is the time of day in words, "" for the whole day."""

    on: datetime.date
    title: str
    url: str
    at: str = ""
    about: About = field(default_factory=About)


Source = Callable[[datetime.date], Iterable[Line]]
Dates = Callable[[datetime.date, datetime.date], Iterable[Entry]]
# Lines as of a day, each source's longest waiting first.
TODO: Registry[Source] = Registry(RegistryKind.TODO)
# Entries from one day through another.
DATES: Registry[Dates] = Registry(RegistryKind.DATES)


def about(subject: Subject) -> About:
    """`subject` as a line names it; its lead was read with it (`with_leads`)."""
    owner: Any = subject.owner
    name = str(subject).removeprefix(subject.reference).strip()
    return About(subject.reference, name, subject.state, subject.get_absolute_url(), owner and owner.pk, str(owner) if owner else "")


def with_leads(path: str) -> list[str]:
    """For `select_related`: from the field `path`, a stream, to what it is about and to its lead, whatever its kind."""
    return [f"{path}__{kind.related_name}{f'__{kind.contact}' if kind.contact else ''}" for kind in subjects.kinds()]


LONGEST_SNOOZE = datetime.timedelta(days=90)


def latest_day(due_on: datetime.date | None, today: datetime.date) -> datetime.date:
    """The last day until which a line can be snoozed: three months on, or the day it is due.

    What is overdue or due within the week stays away for a week at most: a date that the program or an agreement sets
    can't be put off by looking away from it.
    """
    return today + LONGEST_SNOOZE if due_on is None else max(min(due_on, today + LONGEST_SNOOZE), today + WEEK)


# ── As plain values, for what remembers them (ledger/memory.py) ──────────────────────────────────


def plain(row: Line | Entry) -> dict[str, Any]:
    """`row` as JSON can hold it."""
    return {name: value.isoformat() if isinstance(value, datetime.date) else _text(value) for name, value in asdict(row).items()}


def line_of(row: dict[str, Any]) -> Line:
    """The line that `plain` made `row` of."""
    due_on = row["due_on"] and datetime.date.fromisoformat(row["due_on"])
    since = datetime.date.fromisoformat(row["since"])
    return Line(**{**row, "since": since, "due_on": due_on, "roles": tuple(row["roles"]), "about": About(**row["about"])})


def entry_of(row: dict[str, Any]) -> Entry:
    """The entry that `plain` made `row` of."""
    return Entry(**{**row, "on": datetime.date.fromisoformat(row["on"]), "about": About(**row["about"])})


def _text(value: Any) -> Any:
    """Words for translation as words, for they are remembered by language."""
    return value if isinstance(value, (str, int, tuple, dict, type(None))) else str(value)
