"""What waits for the lab, and everything with a date: each app adds its own in its `todo.py`, for home and the calendar to arrange.

The modules are found by their file name (ledger/apps.py). Every source looks at a bounded number of rows through an index,
so that home costs the same in a small lab and in a large one.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from acts.registry import Registry, RegistryKind
from dates.zone import PACIFIC
from ledger import subjects
from ledger.subjects import Subject
from people.models import Role, User

MOST = 30  # lines of one source
MOST_ENTRIES = 1_000  # entries of one source
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


class DateKind(TextChoices):
    """The kinds of date, in the order in which the calendar offers them."""

    REVIEW = "review", _("Sprint reviews")
    SESSION = "session", _("Expert sessions")
    SIGNATURE = "signature", _("Signatures due")
    AGREEMENT = "agreement", _("Agreements in force")
    INTAKE = "intake", _("Application reviews due")
    RESIDENCY = "residency", _("Residencies starting and ending")
    RELEASE = "release", _("Releases and final live releases")
    GRADUATION = "graduation", _("Graduations")
    FOLLOW_UP = "follow-up", _("Follow-ups after graduation")
    TASK = "task", _("Tasks")
    MEETING = "meeting", _("Meetings of partners")
    CONVERSATION = "conversation", _("Conversations")
    BARRIER = "barrier", _("Barriers due at their level")
    RISK = "risk", _("Risk reviews")
    REPORT = "report", _("Status reports")
    DECISION = "decision", _("Decisions due")
    OPENNESS = "openness", _("Openness reviews")
    TEAM = "team", _("Team members’ first and last days")
    CHAMPION = "champion", _("Champions’ first and last days")
    ROLE_CHECK = "role-check", _("Role checks")
    TRAINING = "training", _("Training")
    DESKS = "desks", _("Desks")
    CONTRACT = "contract", _("Contracts ending")
    READING = "reading", _("Metric readings due")


class DateState(TextChoices):
    """What became of it: an event is planned, a deadline is due, and a deadline that passed unmet is late."""

    PLANNED = "planned", _("Planned")
    DUE = "due", _("Due")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


@dataclass(frozen=True)
class Entry:
    """Something that happens, or is due, on a day; without `at`, a time of day in Pacific time, for the whole day.

    `key` is the same for as long as it is the same thing, and names it in calendar files; `sequence` counts the changes of
    those that were sent to calendars before, and `changed_at` is when the last was made.
    """

    key: str
    kind: str
    on: datetime.date
    title: str
    url: str
    at: datetime.time | None = None
    minutes: int = 0
    place: str = ""
    state: str = DateState.PLANNED.value
    about: About = field(default_factory=About)
    assignee: int | None = None
    assignee_name: str = ""
    sequence: int = 0
    changed_at: datetime.datetime | None = None

    @property
    def starts_at(self) -> datetime.datetime:
        """The moment it begins: at its time, or with its day."""
        return datetime.datetime.combine(self.on, self.at or datetime.time(), tzinfo=PACIFIC)

    @property
    def owner_name(self) -> str:
        """Whose it is: the person it is assigned to, else the lab lead."""
        return self.assignee_name or self.about.owner_name

    @property
    def is_open(self) -> bool:
        return self.state in (DateState.PLANNED, DateState.DUE)

    def is_late(self, today: datetime.date) -> bool:
        return self.state == DateState.DUE and self.on < today


NOBODY = "nobody"


@dataclass(frozen=True)
class Scope:
    """Whose view of the dates it is: without a `user`, the lab's own, which shows all; and whose dates are wanted.

    `owner` is an account's key, or `NOBODY` for what has no lab lead; None for everyone's. `most` is how many rows a source reads.
    """

    user: User | None = None
    owner: int | str | None = None
    most: int = MOST_ENTRIES

    def may(self, permission: str) -> bool:
        return self.user is None or self.user.has_perm(permission)

    def of(self, rows: QuerySet[Any], path: str, *, assigned: Q | None = None) -> QuerySet[Any]:
        """Those of `rows` that may be seen and are wanted; the field `path` leads to the stream they hang on.

        `assigned` is a condition for rows that belong to someone else than the lead.
        """
        return rows.filter(self._seen(path)).filter(self._owned(path) if assigned is None or self.owner is None else assigned)

    def _seen(self, path: str) -> Q:
        """The rule of every list: the lab and its readers see all, a program area what it keeps."""
        if self.user is None or self.user.has_perm("people.view_person"):
            return Q()
        visible = Q(pk__in=[])
        for kind in subjects.kinds():
            if kind.visible_to:
                visible |= Q(**{f"{path}__in": kind.visible_to(self.user).values("stream")})
        return visible

    def _owned(self, path: str) -> Q:
        if self.owner is None:
            return Q()
        leads = [f"{path}__{kind.related_name}__{kind.contact}" for kind in subjects.kinds() if kind.contact]
        owned = Q(pk__in=[]) if self.owner != NOBODY else Q()
        for lead in leads:
            owned = owned & Q(**{lead: None}) if self.owner == NOBODY else owned | Q(**{lead: self.owner})
        return owned


Source = Callable[[datetime.date], Iterable[Line]]
Dates = Callable[[datetime.date, datetime.date, Scope], Iterable[Entry]]
# Lines as of a day, each source's longest waiting first.
TODO: Registry[Source] = Registry(RegistryKind.TODO)
# Entries from one day through another of what a scope shows, with the kind that a source gives.
DATES: Registry[tuple[str, Dates]] = Registry(RegistryKind.DATES)


def dates_of(kind: DateKind) -> Callable[[Dates], Dates]:
    """Declare a source of dates of one kind; it takes a fixed number of queries."""

    def declare(source: Dates) -> Dates:
        DATES[f"{source.__module__}.{source.__qualname__}"] = (kind.value, source)
        return source

    return declare


def entries(start: datetime.date, end: datetime.date, scope: Scope, kinds: Iterable[str] = DateKind.values) -> list[Entry]:
    """The dates of `kinds` from `start` through `end`, in their order; what is for the whole day comes first on its day."""
    wanted = set(kinds)
    sourced = [entry for kind, source in DATES.all() if kind in wanted for entry in source(start, end, scope)]
    return sorted(sourced, key=lambda entry: (entry.on, entry.at or datetime.time(), entry.about.name, entry.title, entry.key))


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


DATED = (datetime.date, datetime.time)


def plain(row: Line | Entry) -> dict[str, Any]:
    """`row` as JSON can hold it."""
    values = {**vars(row), "about": dict(vars(row.about))}
    return {name: value.isoformat() if isinstance(value, DATED) else _text(value) for name, value in values.items()}


def line_of(row: dict[str, Any]) -> Line:
    """The line that `plain` made `row` of."""
    due_on = row["due_on"] and datetime.date.fromisoformat(row["due_on"])
    since = datetime.date.fromisoformat(row["since"])
    return Line(**{**row, "since": since, "due_on": due_on, "roles": tuple(row["roles"]), "about": About(**row["about"])})


def entry_of(row: dict[str, Any]) -> Entry:
    """The entry that `plain` made `row` of."""
    read: dict[str, Callable[[str], Any]] = {
        "on": datetime.date.fromisoformat,
        "at": datetime.time.fromisoformat,
        "changed_at": datetime.datetime.fromisoformat,
    }
    values: dict[str, Any] = {name: read[name](value) if name in read and value else value for name, value in row.items()}
    return Entry(**{**values, "about": About(**row["about"])})


def _text(value: Any) -> Any:
    """Words for translation as words, for they are remembered by language."""
    return value if isinstance(value, (str, int, tuple, dict, type(None))) else str(value)
