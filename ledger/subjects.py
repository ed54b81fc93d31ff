"""Subjects: what a stream is about, registered by the app that owns it, so that other apps don't need to know it."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404
from django.urls import register_converter
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from acts.act import Actor
from findings import Finding, refuse
from findings.gates import ask
from ledger.memory import head_of, lab_head, remembered
from ledger.models import Stream

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

    from ledger.lifecycle import Lifecycle

Rows = TypeVar("Rows", bound=QuerySet[Any])


class Subject(Protocol):
    """The owner of a stream as other apps see it: a residency today, partnerships and work teams next."""

    @property
    def pk(self) -> Any: ...

    @property
    def stream(self) -> Stream: ...

    @property
    def stream_id(self) -> int: ...

    @property
    def reference(self) -> str:
        """The unique name people use for it; its letters show its kind (`SubjectKind.letters`)."""

    @property
    def name(self) -> str:
        """Its name without the reference, such as a residency's product."""

    @property
    def owner(self) -> AbstractBaseUser | None:
        """The lab lead, who gets replies to mail."""

    @property
    def state(self) -> str: ...

    def get_state_display(self) -> str: ...

    @property
    def is_under_way(self) -> bool:
        """Whether it hasn't ended yet."""

    @property
    def ended_on(self) -> datetime.date | None: ...

    def contacts(self) -> Sequence[AbstractBaseUser]:
        """Return the program area's accounts that work on it now."""

    def anchors(self) -> Mapping[str, datetime.date | None]:
        """Return the days that due dates are counted from: `start`, `live`, `graduation` and `end`; None for a day that isn't known yet."""

    def get_absolute_url(self) -> str: ...


@dataclass(frozen=True)
class Section:
    """A page within a tab: its name (`tab` in its views' context), its label, its URL name, and the permission to open it.

    By default the permission is the kind's own. `count` is the dotted path of the function that counts what is waiting there.
    """

    name: str
    label: Any
    page: str
    permission: str = ""
    count: str = ""


@dataclass(frozen=True)
class Tab:
    """A part of a subject's pages. It opens the first of its sections that the account may open.

    It is shown once the subject has reached the state `since`, or earlier if something is waiting in it.
    """

    label: Any
    sections: tuple[Section, ...]
    since: str = ""


@dataclass(frozen=True)
class SubjectKind:
    """A kind of subject. Its app registers it in `subject.py`, where it is discovered; no other app names it.

    `related_name` leads from a stream to the subject. Its pages are at /`prefix`/<reference>/, and its references start with
    `letters`; one kind can leave them empty and gets all other references. `base` is the template of its pages: it gets `subject`,
    also under the kind's name, and `tab`, the name of a section, and renders `tabs` with `{% subject_tabs %}`. `come_to` is the
    dotted path of the function that returns the states a subject has reached, needed if any tab waits for one. `listed` names the
    fields that lists of many subjects need. `members` is a
    condition on accounts: people of the program area who work on a subject, and so can't decide about it (`belongs_to`). `gates`
    name, per act of a higher floor, what is required of the subject first; `hooks` are what the subject does after such an act,
    in its transaction. `contact` is the field with the lab lead's account, who gets replies to mail. `visible_to` returns the
    subjects that an account may see, and `search_text` names the column with their search words. `ended` returns those that have
    ended; `lifecycle` is the table of moves. `after_signing` tells a party that has signed what happens next. `guide` is what a
    party can read before signing: a label and the name of a public page.
    `yearly_cost` is the dotted path of a function that returns what a team usually costs in a year on a given day: the least and
    the most, in dollars. `graduating` returns the subjects that are due to graduate by a day. `reporting` returns the subjects that
    report their status; `report_weeks` is the dotted path of a function that returns how many weeks there usually are between their
    reports on a given day, 0 for no regular reports. `after_end` names the purposes of
    agreements that go on after the subject has ended in one of the states given, such as a commitment to report benefits.
    A gate for agreements of another purpose than the partnership is named with it, such as "prepare_agreement:benefit".
    `milestones` is the dotted path of a function that returns what happened to a subject, such as its releases: days with what charts
    say of them. A kind with `only_documents` has sealed documents and nothing else: no tabs, no lists, no other pages of a subject.
    """

    name: str
    related_name: str
    view_permission: str
    prefix: str = ""
    letters: str = ""
    base: str = "base.html"
    tabs: tuple[Tab, ...] = ()
    come_to: str = ""
    listed: tuple[str, ...] = ()
    members: Callable[[Any], Q] | None = None
    gates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hooks: Mapping[str, str] = field(default_factory=dict)
    contact: str = ""
    visible_to: Callable[[Any], QuerySet[Any]] | None = None
    search_text: str = ""
    ended: Callable[[], QuerySet[Any]] | None = None
    lifecycle: Lifecycle[Any] | None = None
    after_signing: Any = ""
    yearly_cost: str = ""
    guide: tuple[Any, str] | None = None
    graduating: Callable[[datetime.date], QuerySet[Any]] | None = None
    reporting: Callable[[], QuerySet[Any]] | None = None
    report_weeks: str = ""
    after_end: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    milestones: str = ""
    only_documents: bool = False


_kinds: dict[str, SubjectKind] = {}


def register(kind: SubjectKind) -> None:
    """Register a kind; called when its app's `subject.py` is imported (ledger/apps.py)."""
    _kinds[kind.name] = kind


def kinds() -> list[SubjectKind]:
    """Return the kinds that people work on; without those that only have documents."""
    return [kind for kind in _kinds.values() if not kind.only_documents]


def kind_of(stream: Stream) -> SubjectKind:
    return _kinds[stream.kind]


def kind_called(reference: str) -> SubjectKind | None:
    """Return the kind of a reference, by the letters it starts with."""
    letters = reference.partition("-")[0]
    every = _kinds.values()
    return next((kind for kind in every if kind.letters == letters), None) or next((kind for kind in every if not kind.letters), None)


def subject_of(stream: Stream) -> Any:
    """Return what `stream` is about, such as a residency."""
    return getattr(stream, kind_of(stream).related_name)


def subject_or_404(user: Actor, reference: str) -> Any:
    """Return the subject with this reference and its stream; one query. Raises `Http404` if the account can't see it."""
    kind, subject = kind_called(reference), subject_called(reference)
    if kind is None or subject is None or not user.has_perm(kind.view_permission, subject):
        raise Http404(reference)
    return subject


def subject_called(reference: str) -> Any:
    """Return the subject with this reference and its stream, or None; one query. It checks no permission: for commands."""
    kind = kind_called(reference)
    if kind is None or kind.only_documents:
        return None
    rows = Stream.objects.select_related(kind.related_name).annotate(lab_head=lab_head()).order_by()
    stream = rows.filter(kind=kind.name, **{f"{kind.related_name}__reference": reference}).first()
    return None if stream is None else subject_of(stream)


def noun(subject: Subject) -> str:
    """Return the noun for a subject of this kind in a sentence, such as "residency"."""
    return str(type(subject)._meta.verbose_name)  # type: ignore[attr-defined]  # every kind is a model


def with_subject(path: str, *, documents: bool = False) -> list[str]:
    """Return lookups for `select_related` from the stream field `path` to its subject of any kind, so that `subject_of` runs no query.

    With `documents`, also of kinds that have nothing else, for lists in which their streams occur.
    """
    return [f"{path}__{kind.related_name}" for kind in (_kinds.values() if documents else kinds())]


def in_list(rows: Rows, path: str = "stream") -> Rows:
    """Read with each row the subject of its stream field `path`, of any kind, and only what lists of many subjects show of it.

    With `only`, not `defer`: to leave columns out, Django goes through everything that refers to a residency, which took longer than
    the query.
    """
    return rows.select_related(path, *with_subject(path)).only(*_listed(rows.model._meta.label, path))


@cache
def _listed(label: str, path: str) -> tuple[str, ...]:
    at: type[Model] = apps.get_model(label)
    names, prefix = [field.name for field in at._meta.concrete_fields], ""
    for part in path.split("__"):
        at, prefix = at._meta.get_field(part).related_model, f"{prefix}{part}__"  # type: ignore[assignment]  # a foreign key
        names += [prefix + field.name for field in at._meta.concrete_fields]
    for kind in kinds():
        names += [f"{prefix}{kind.related_name}__{name}" for name in ("stream", *kind.listed)]
    return tuple(names)


def weeks_between_reports(subject: Subject, on: datetime.date) -> int:
    """Return how many weeks there usually are between status reports of this kind of subject; 0 for no regular reports."""
    path = kind_of_subject(subject).report_weeks
    return int(import_string(path)(on)) if path else 0


# ── People with a stake in the subject ───────────────────────────────────────────────────────

Belonging = Callable[[Any], QuerySet[Any]]
_belonging: list[Belonging] = []


def register_belonging(keys: Belonging) -> None:
    """Register a query for the keys of persons with a stake in a subject in addition to its members, such as its team or parties."""
    _belonging.append(keys)


def belongs_to(user: AbstractBaseUser, subject: Subject) -> bool:
    """Return whether the account has a stake in the subject and so can't decide about it (OP-03).

    One query for each subject, for all its accounts. If the subject was read with the end of its ledger (`head_of`), the answer is
    remembered until the next act on the subject or the whole lab; otherwise the tables are asked.
    """
    known = user.__dict__.setdefault("_belongs_to", {})
    if subject.stream_id not in known:
        today = timezone.localdate()
        heads = {subject.stream_id: head_of(subject)}
        accounts = remembered("accounts", heads, today, lambda keys: {key: _accounts_of(subject) for key in keys})[subject.stream_id]
        known[subject.stream_id] = user.pk in accounts
    return bool(known[subject.stream_id])


def _accounts_of(subject: Subject) -> list[int]:
    members, accounts = kind_of_subject(subject).members, get_user_model()._default_manager.order_by().values_list("pk", flat=True)
    # A UNION of small queries: one condition with OR reads every account.
    others = [accounts.filter(person__in=keys(subject)) for keys in _belonging]
    return list((accounts.filter(members(subject)) if members else accounts.none()).union(*others))


def people_of(subject: Subject) -> Q:
    """Return a condition on persons: those with a stake in the subject, and its members. It runs no query itself."""
    kind = kind_of_subject(subject)
    condition = Q(pk__in=[])
    if kind.members:
        condition |= Q(user__in=get_user_model()._default_manager.filter(kind.members(subject)).values("pk"))
    for keys in _belonging:
        condition |= Q(pk__in=keys(subject))
    return condition


def has_member(user: AbstractBaseUser, subject: Subject) -> bool:
    """Return whether the account is one of the program area's that work on the subject now; one query."""
    members = kind_of_subject(subject).members
    return members is not None and get_user_model()._default_manager.filter(members(subject), pk=user.pk).exists()


def kind_of_subject(subject: Subject) -> SubjectKind:
    """Return the subject's kind without reading its stream."""
    model: Any = type(subject)
    related_name = model._meta.get_field("stream").remote_field.get_accessor_name()
    return next(kind for kind in _kinds.values() if kind.related_name == related_name)


# ── Acts on a subject ────────────────────────────────────────────────────────────────────────


def lock(stream: Stream) -> Any:
    """Lock the row of `stream`'s subject and return it as it is now; part of an act.

    Call it before anything is written to the stream: ending a subject locks the subject first and the stream (with its events)
    last, so an act that held the stream while waiting for the subject could deadlock with it.
    """
    subject = subject_of(stream)
    # `of=("self",)`: otherwise joined rows would be locked too, and subjects that share them would wait for each other.
    row = type(subject)._default_manager.select_for_update(of=("self",)).get(pk=subject.pk)
    row.stream = stream  # so that `subject_of(stream)` returns this row from now on, not the one read before the lock
    return row


def lock_all(streams: Collection[int]) -> None:
    """Lock the rows of the subjects of several streams, given by key, before anything is written; part of an act. One query per kind.

    Always in the same order: two acts that lock the same subjects wait for each other, and never deadlock.
    """
    for kind in kinds():
        model: Any = Stream._meta.get_field(kind.related_name).related_model
        list(model._default_manager.select_for_update(of=("self",)).filter(stream__in=streams).order_by("stream_id"))


def findings_before(act: str, stream: Stream, on: datetime.date) -> list[Finding]:
    """Return what blocks `act` on the subject's side (EL-13). No gate is asked for an act that the kind doesn't name."""
    return ask(kind_of(stream).gates.get(act, ()), [subject_of(stream)], on)[stream.pk]


def visible_to(user: AbstractBaseUser, stream: str, words_in: Callable[[str], Q] | None = None) -> Q:
    """Return a query condition: the account may see the subject of the stream in the field `stream`.

    With `words_in`, which makes a condition on a column of search words, only subjects found by those words.
    """
    visible, sees_all = Q(pk__in=[]), not words_in
    for kind in kinds():
        if kind.visible_to and (kind.search_text or not words_in):
            rows = kind.visible_to(user)
            sees_all = sees_all and not rows.query.where
            visible |= Q(**{f"{stream}__in": (rows.filter(words_in(kind.search_text)) if words_in else rows).values("stream")})
    return Q() if sees_all else visible  # a list of every subject takes a while, and the lab sees them all


def has_ended(stream: str) -> Q:
    """Return a query condition: the subject of the stream in the field `stream` has ended."""
    ended = Q()
    for kind in kinds():
        if kind.ended:
            ended |= Q(Exists(kind.ended().filter(stream=OuterRef(stream))))
    return ended


def tell(act: str, stream: Stream, *, by: Actor, **facts: Any) -> None:
    """Run the subject's hook for `act`, in the same transaction."""
    hook = kind_of(stream).hooks.get(act)
    if hook:
        import_string(hook)(subject_of(stream), by=by, **facts)


def milestones_of(subject: Subject) -> list[tuple[datetime.date, str]]:
    """Return what happened to the subject, such as its releases and phases: days with what charts say of them."""
    path = kind_of_subject(subject).milestones
    return import_string(path)(subject) if path else []


# ── Followers ────────────────────────────────────────────────────────────────────────────────

ENDED = "ended"
REVIEW_REOPENED = "review_reopened"
Follower = Callable[..., Iterator[None]]
_followers: dict[str, list[Follower]] = defaultdict(list)


@dataclass(frozen=True)
class Ending:
    """How a subject ends: the state, the day, who decided, and a reason that everyone involved may read.

    Followers in other apps pass the people they know of to `tell`, which notifies each person once.
    """

    state: str
    on: datetime.date
    by: Actor
    reason: str
    tell: Callable[[Iterable[Any]], None]


def follows(act: str) -> Callable[[Follower], Follower]:
    """Register a follower of `act` in an app's `followers.py`, where it is discovered.

    A follower is a generator: called with the subject's stream and the act's facts, it locks everything it will change,
    yields once, and then writes. If it has nothing to do, it returns before it yields.
    """

    def register(follower: Follower) -> Follower:
        _followers[act].append(follower)
        return follower

    return register


@contextmanager
def followed(act: str, stream: Stream, **facts: Any) -> Iterator[None]:
    """Run every app's followers around the act in the block, in its transaction.

    Followers lock their rows before the block and write after it: an event locks the stream, and holding that while waiting for
    a row could deadlock with an act that holds the row and waits for the stream.
    """
    begun = []
    for follower in _followers[act]:
        steps = follower(stream, **facts)
        if next(steps, _NOTHING) is not _NOTHING:
            begun.append(steps)
    with _ending(stream if act == ENDED else None):
        yield
        for steps in begun:
            next(steps, None)


_NOTHING = object()


# ── After the end ────────────────────────────────────────────────────────────────────────────

AFTER_END: set[str] = set()
GoesOn = Callable[[Any, str, Mapping[str, Any]], bool]
_going_on: list[GoesOn] = []
_ends: ContextVar[int | None] = ContextVar("subject_ends", default=None)


def after_end(*acts: str) -> None:
    """Declare acts, by their names in the ledger, that are still possible after their subject has ended; in an app's `followers.py`.

    Every other act is refused when its event is written, because every act writes one (`refuse_after_end`).
    """
    AFTER_END.update(acts)


def goes_on_if(condition: GoesOn) -> GoesOn:
    """Register a condition under which an act goes on after the end: a function of the subject, the act's name and its facts."""
    _going_on.append(condition)
    return condition


@contextmanager
def _ending(stream: Stream | None) -> Iterator[None]:
    """Allow the events of the end itself to be written to `stream` within the block."""
    token = _ends.set(stream.pk if stream else _ends.get())
    try:
        yield
    finally:
        _ends.reset(token)


def refuse_after_end(stream: Stream, act: str, facts: Mapping[str, Any] | None = None) -> None:
    """Raise `Refused` (`ended`) if the subject of `stream`, which is locked, has ended and `act` may not go on after that."""
    kind = _kinds.get(stream.kind)
    if kind is None or kind.ended is None or act in AFTER_END or _ends.get() == stream.pk:
        return
    subject = kind.ended().filter(stream=stream).first()
    if subject is None or any(condition(subject, act, facts or {}) for condition in _going_on):
        return
    params = {"kind": noun(subject), "day": date_format(subject.ended_on) if subject.ended_on else ""}
    if params["day"]:
        raise refuse("ended", _("This %(kind)s ended on %(day)s, so its record can’t be changed.") % params)
    raise refuse("ended", _("This %(kind)s has ended, so its record can’t be changed.") % params)


# ── Addresses ────────────────────────────────────────────────────────────────────────────────


class SubjectConverter:
    """The part of an address that names the subject, such as `residencies/XL-2026-014`; views get the reference.

    If the prefix doesn't match the reference's kind, the address isn't found, so that each page has only one.
    """

    regex = r"[a-z][a-z-]*/[^/]+"

    def to_python(self, value: str) -> str:
        prefix, _slash, reference = value.partition("/")
        kind = kind_called(reference)
        if kind is None or kind.prefix != prefix:
            raise ValueError(value)
        return reference

    def to_url(self, reference: str) -> str:
        kind = kind_called(reference)
        if kind is None or not kind.prefix:
            raise ValueError(reference)
        return f"{kind.prefix}/{reference}"


register_converter(SubjectConverter, "subject")
