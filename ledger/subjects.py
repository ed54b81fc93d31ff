"""What a stream is about, told by the app that owns it, so that agreements, messages and pages need not know."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.urls import register_converter
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from acts.act import Actor
from findings import Finding, refuse
from findings.gates import ask
from ledger.models import Stream

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

    from ledger.lifecycle import Lifecycle


class Subject(Protocol):
    """What owns a stream, as every other app sees it: a residency; partnerships and work teams next."""

    @property
    def pk(self) -> Any: ...

    @property
    def stream(self) -> Stream: ...

    @property
    def stream_id(self) -> int: ...

    @property
    def reference(self) -> str:
        """What people call it aloud; unique, and its letters tell its kind (`SubjectKind.letters`)."""

    @property
    def name(self) -> str:
        """What it is called without its reference: a residency's product."""

    @property
    def owner(self) -> AbstractBaseUser | None:
        """The account at the lab that looks after it: it gets replies to mail."""

    @property
    def state(self) -> str: ...

    def get_state_display(self) -> str: ...

    @property
    def is_under_way(self) -> bool:
        """False once it has ended."""

    @property
    def ended_on(self) -> datetime.date | None: ...

    def contacts(self) -> Sequence[AbstractBaseUser]:
        """The accounts of the other side that work on it now."""

    def anchors(self) -> Mapping[str, datetime.date | None]:
        """The days that due dates are counted from: `start`, `live`, `graduation` and `end`; None as long as one isn't known."""

    def get_absolute_url(self) -> str: ...


@dataclass(frozen=True)
class Section:
    """A page within a tab: what its views call it (`tab` in their context), its label, the name of its address, and the permission it takes.

    Without one it takes the kind's own. `count` is the dotted path of what says how much waits there.
    """

    name: str
    label: Any
    page: str
    permission: str = ""
    count: str = ""


@dataclass(frozen=True)
class Tab:
    """A part of a subject's pages; it opens the first of its sections that an account may open.

    It is shown once the subject has come to the state `since`, and before that where something waits in it.
    """

    label: Any
    sections: tuple[Section, ...]
    since: str = ""


@dataclass(frozen=True)
class SubjectKind:
    """A kind of subject. Its app registers it in `subject.py`, where it is discovered; no other app names it.

    `related_name` leads from a stream to it. Its pages are at /`prefix`/<reference>/, and its references begin with `letters`;
    one kind may leave them empty and has all other references. `base` is the template of its pages (it takes `subject`, also
    under the kind's name, and `tab`, the name of a section) and draws `tabs` by `{% subject_tabs %}`; `come_to` is the dotted path of what
    gives the states that a subject has come to, if any tab waits for one. `members` is a condition on accounts: those of the other side who work on a
    subject, and so decide nothing about it (`belongs_to`). `gates` name, per act of a higher floor, what must hold of
    the subject first; `hooks` what the subject does when such an act has happened, in its transaction.
    `contact` is the name of its link to the account at the lab that looks after it: replies to mail go there.
    `visible_to` gives those of the kind that an account may know of, and `search_text` names the column with the words they are found by.
    `ended` gives those that have ended; `lifecycle` is its table of moves. `after_signing` says to a party that has signed what follows.
    `yearly_cost` is the dotted path of what a team usually costs in a year as of a day, the least and the most in dollars.
    `guide` is what a party may read before it signs: a label, and the name of a public page.
    `graduating` gives those that are due to graduate by a day.
    """

    name: str
    related_name: str
    view_permission: str
    prefix: str = ""
    letters: str = ""
    base: str = "base.html"
    tabs: tuple[Tab, ...] = ()
    come_to: str = ""
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


_kinds: dict[str, SubjectKind] = {}


def register(kind: SubjectKind) -> None:
    """Make a kind known; called as its app's `subject.py` is imported (ledger/apps.py)."""
    _kinds[kind.name] = kind


def kinds() -> list[SubjectKind]:
    return list(_kinds.values())


def kind_of(stream: Stream) -> SubjectKind:
    return _kinds[stream.kind]


def kind_called(reference: str) -> SubjectKind | None:
    """The kind whose subjects have such references, told by the letters they begin with."""
    letters = reference.partition("-")[0]
    return next((kind for kind in _kinds.values() if kind.letters == letters), None) or next(
        (kind for kind in _kinds.values() if not kind.letters), None
    )


def subject_of(stream: Stream) -> Any:
    """The thing `stream` is about, such as a residency."""
    return getattr(stream, kind_of(stream).related_name)


def subject_or_404(user: Actor, reference: str) -> Any:
    """The subject with this reference, with its stream; one query. Http404 for one that this account may not know of."""
    kind, subject = kind_called(reference), subject_called(reference)
    if kind is None or subject is None or not user.has_perm(kind.view_permission, subject):
        raise Http404(reference)
    return subject


def subject_called(reference: str) -> Any:
    """The subject with this reference, with its stream, whoever asks: for commands. None when there is none; one query."""
    kind = kind_called(reference)
    if kind is None:
        return None
    rows = Stream.objects.select_related(kind.related_name).order_by()
    stream = rows.filter(kind=kind.name, **{f"{kind.related_name}__reference": reference}).first()
    return None if stream is None else subject_of(stream)


def noun(subject: Subject) -> str:
    """What a subject of this kind is called in a sentence: residency."""
    return str(type(subject)._meta.verbose_name)  # type: ignore[attr-defined]  # every kind is a model


def with_subject(path: str) -> list[str]:
    """For `select_related`: from the field `path`, a stream, to what it is about, whatever its kind; `subject_of` asks nothing then."""
    return [f"{path}__{kind.related_name}" for kind in _kinds.values()]


# ── Whose case it is ─────────────────────────────────────────────────────────────────────────

Belonging = Callable[[Any], QuerySet[Any]]
_belonging: list[Belonging] = []


def register_belonging(people: Belonging) -> None:
    """Make known whose case a subject is, beside its members: its team, its parties; from an app's `ready()`. Gives persons."""
    _belonging.append(people)


def belongs_to(user: AbstractBaseUser, subject: Subject) -> bool:
    """Whether a subject is the account's own case, which it decides nothing about (OP-03); one query an account and subject."""
    answers = user.__dict__.setdefault("_belongs_to", {})
    if subject.stream_id not in answers:
        members = kind_of_subject(subject).members
        condition = members(subject) if members else Q(pk=None)
        for people in _belonging:
            condition |= Q(person__in=people(subject).values("pk"))
        answers[subject.stream_id] = get_user_model()._default_manager.filter(pk=user.pk).filter(condition).exists()
    return bool(answers[subject.stream_id])


def people_of(subject: Subject) -> Q:
    """A condition on persons: those whose case a subject is, and its members; it asks nothing by itself."""
    kind = kind_of_subject(subject)
    condition = Q(pk__in=[])
    if kind.members:
        condition |= Q(user__in=get_user_model()._default_manager.filter(kind.members(subject)).values("pk"))
    for people in _belonging:
        condition |= Q(pk__in=people(subject).values("pk"))
    return condition


def has_member(user: AbstractBaseUser, subject: Subject) -> bool:
    """Whether the account is one of those of the other side who work on a subject now; one query."""
    members = kind_of_subject(subject).members
    return members is not None and get_user_model()._default_manager.filter(members(subject), pk=user.pk).exists()


def kind_of_subject(subject: Subject) -> SubjectKind:
    """As `kind_of`, for one whose stream was not read."""
    model: Any = type(subject)
    related_name = model._meta.get_field("stream").remote_field.get_accessor_name()
    return next(kind for kind in _kinds.values() if kind.related_name == related_name)


# ── Acts on a subject ────────────────────────────────────────────────────────────────────────


def lock(stream: Stream) -> Any:
    """Lock the row of what `stream` is about, and return it as it is now; part of an act.

    Before anything is written for the stream: an end locks the subject first and the stream (with its events) last, so an
    act that held the stream while it waited for the subject would meet it crosswise.
    """
    subject = subject_of(stream)
    # `of=("self",)`: what the manager joins would be locked too, and subjects that share it would wait for one another.
    row = type(subject)._default_manager.select_for_update(of=("self",)).get(pk=subject.pk)
    row.stream = stream  # so that `subject_of(stream)` is this row from now on, not what was read before the lock
    return row


def findings_before(act: str, stream: Stream, on: datetime.date) -> list[Finding]:
    """What stands in the way, on the subject's side, of `act` (EL-13)."""
    return ask(kind_of(stream).gates.get(act, ()), [subject_of(stream)], on)[stream.pk]


def visible_to(user: AbstractBaseUser, stream: str, words_in: Callable[[str], Q] | None = None) -> Q:
    """In a query: whether the account may know of the subject of the stream that the field `stream` names.

    With `words_in`, which makes a condition of a column of search words, only of those that are found by their words.
    """
    visible = Q(pk__in=[])
    for kind in _kinds.values():
        if kind.visible_to and (kind.search_text or not words_in):
            rows = kind.visible_to(user)
            visible |= Q(**{f"{stream}__in": (rows.filter(words_in(kind.search_text)) if words_in else rows).values("stream")})
    return visible


def has_ended(stream: str) -> Q:
    """In a query: whether the subject of the stream that the field `stream` names has ended."""
    ended = Q()
    for kind in _kinds.values():
        if kind.ended:
            ended |= Q(Exists(kind.ended().filter(stream=OuterRef(stream))))
    return ended


def tell(act: str, stream: Stream, *, by: Actor, **facts: Any) -> None:
    """Let the subject follow `act`, in the same transaction."""
    hook = kind_of(stream).hooks.get(act)
    if hook:
        import_string(hook)(subject_of(stream), by=by, **facts)


# ── Followers ────────────────────────────────────────────────────────────────────────────────

ENDED = "ended"
REVIEW_REOPENED = "review_reopened"
Follower = Callable[..., Iterator[None]]
_followers: dict[str, list[Follower]] = defaultdict(list)


@dataclass(frozen=True)
class Ending:
    """How a subject ends: in which state, from which day, decided by whom, and in words that anybody concerned may read.

    A follower of another app hands the people that it knows of to `tell`; whoever is handed over twice is told once.
    """

    state: str
    on: datetime.date
    by: Actor
    reason: str
    tell: Callable[[Iterable[Any]], None]


def follows(act: str) -> Callable[[Follower], Follower]:
    """Register a follower of `act`, in an app's `followers.py`, where it is discovered.

    A follower is a generator: called with the subject's stream and the act's facts, it locks all that it will change,
    yields once, and then writes. One that has nothing to do returns before it yields.
    """

    def register(follower: Follower) -> Follower:
        _followers[act].append(follower)
        return follower

    return register


@contextmanager
def followed(act: str, stream: Stream, **facts: Any) -> Iterator[None]:
    """Let every app follow the act that is the block, in its transaction.

    Every follower locks its rows before the block and writes after it: an event locks the stream, and whoever held that
    while waiting for a row would meet, crosswise, somebody who holds the row and waits for the stream.
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
_ends: ContextVar[int | None] = ContextVar("subject_ends", default=None)


def after_end(*acts: str) -> None:
    """Declare acts, as the ledger names them, that go on after their subject has ended; in an app's `followers.py`.

    Every other act is refused then, where all of them come by: as its event is written (`refuse_after_end`).
    """
    AFTER_END.update(acts)


@contextmanager
def _ending(stream: Stream | None) -> Iterator[None]:
    """Within the block the events of the end itself are written to `stream`."""
    token = _ends.set(stream.pk if stream else _ends.get())
    try:
        yield
    finally:
        _ends.reset(token)


def refuse_after_end(stream: Stream, act: str) -> None:
    """Raise `Refused` (`ended`) when the subject of `stream`, which is locked, has ended and `act` isn't declared `after_end`."""
    kind = _kinds.get(stream.kind)
    if kind is None or kind.ended is None or act in AFTER_END or _ends.get() == stream.pk:
        return
    subject = kind.ended().filter(stream=stream).first()
    if subject is None:
        return
    params = {"kind": noun(subject), "day": date_format(subject.ended_on) if subject.ended_on else ""}
    if params["day"]:
        raise refuse("ended", _("This %(kind)s ended on %(day)s. What is on record stays as it is.") % params)
    raise refuse("ended", _("This %(kind)s has ended. What is on record stays as it is.") % params)


# ── Addresses ────────────────────────────────────────────────────────────────────────────────


class SubjectConverter:
    """A part of an address that says which subject its pages are of: `residencies/XL-2026-014`, given to views as the reference.

    An address whose prefix isn't that of the reference's kind leads nowhere, so that each page has one address.
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
