"""Acts: one function per verb, all or nothing, that checks whether its actor may carry it out.

`@act("teams.edit_team")` opens the transaction and checks that the actor has the permission on the act's first
argument. Web, admin, commands, tasks and tests call the same function, so that none of them can forget the
check. See docs/security.md, "How an act checks its caller".
"""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import reduce, wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast, runtime_checkable

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.constraints import refusal_of
from dates.plausible import implausible
from findings import Refused

P = ParamSpec("P")
R = TypeVar("R")
Subject = str | Callable[[Mapping[str, Any]], Any] | None


@runtime_checkable
class Actor(Protocol):
    """Who carries out an act: an account, someone who came through a link, or the portal itself. `str()` is its name in the ledger.

    An anonymous user is also an actor, without permissions.
    """

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Return whether the actor has the permission, on `obj`."""


def account_of(by: object) -> Any:
    """Return the account behind an actor; None for the portal or someone who came through a link."""
    return by if isinstance(by, get_user_model()) else getattr(by, "account", None)


class SystemActor:
    """The portal itself: its tasks, commands and migrations. It has no permissions and can only carry out acts that name it.

    A request can never produce one: accounts are `User` rows, and someone who came through a link is a session of that link.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"SystemActor({self.name!r})"

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def may(self, declared: Declaration) -> bool:
        """Return whether `declared` names this actor."""
        return self in declared.system


SYSTEM = SystemActor("system")
"""Tasks, sweeps and migrations. Events from before this object existed have the same name."""
IMPORT = SystemActor("import")
"""The command that imports residencies."""


@dataclass(frozen=True)
class Declaration:
    """What an act declares: the permissions that allow it (any one is enough), the object they apply to, and the system actors allowed.

    Without permissions or system actors, the act is for people with a link and checks the link's token itself.
    """

    permissions: tuple[str, ...]
    on: Subject
    by: str
    system: tuple[SystemActor, ...]
    bearer: bool = False
    whole: bool = True


def act(
    *permissions: str,
    on: Subject = "",
    by: str = "by",
    system: SystemActor | tuple[SystemActor, ...] = (),
    whole: bool = True,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an act: one transaction, for actors with one of `permissions` on its first argument.

    `on` names another argument or a path from one ("need.intake.residency"), or is a function that returns the object from all
    arguments; None checks the permission without an object. `by` names the actor's argument. `system` lists system actors that
    may carry it out too; without permissions, only they may. A sweep over many subjects is not `whole`: it opens a transaction
    for each, so that it never holds all their locks. Raises PermissionDenied before anything is read or written.

    An act called by another act checks again, with the actor it is given. If no actor may do something on its own, it isn't an
    act: make it a private function or a `@part`.
    """
    allowed = system if isinstance(system, tuple) else (system,)
    return lambda function: _declared(function, Declaration(permissions, _subject(function, on, by), by, allowed, whole=whole))


def act_by_token(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function an act for people with a link: it takes the token as its first argument and looks up the link itself."""
    return _declared(function, Declaration((), None, "", (), bearer=True))


def part(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function a part of acts: outside one it raises RuntimeError, because no permission was checked."""

    @wraps(function)
    def within(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _depth.get():
            raise RuntimeError(f"{function.__module__}.{function.__name__} is part of an act; it can't be called outside one.")
        return function(*args, **kwargs)

    within.part_of_acts = True  # type: ignore[attr-defined]
    return within


def declaration_of(function: Any) -> Declaration | None:
    """Return what `function` declares; None if it isn't an act."""
    return getattr(function, "act", None)


# ── The outcome of a request's acts ─────────────────────────────────────────────────────

_depth: ContextVar[int] = ContextVar("acts_running", default=0)


@dataclass
class Outcome:
    """The acts that were carried out, and those that were refused or failed. An act called by another counts as part of it."""

    done: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


_outcome: ContextVar[Outcome | None] = ContextVar("acts_outcome", default=None)


@contextmanager
def watched() -> Iterator[Outcome]:
    """Record the outcome of the acts within the block."""
    outcome = Outcome()
    token = _outcome.set(outcome)
    try:
        yield outcome
    finally:
        _outcome.reset(token)


@contextmanager
def together() -> Iterator[None]:
    """Run several acts as one, all or none, for example for a form that adds a new person and gives them a role."""
    with _running("several"), transaction.atomic():
        yield


@contextmanager
def rehearsed() -> Iterator[None]:
    """Try out acts: everything they do is rolled back at the end, and none of them counts as done."""
    token = _outcome.set(None)
    try:
        with transaction.atomic():
            yield
            # Last inside the block: until then, the caller can see what the acts did.
            transaction.set_rollback(True)
    finally:
        _outcome.reset(token)


@contextmanager
def _running(name: str) -> Iterator[None]:
    outermost = not _depth.get()
    token, outcome = _depth.set(_depth.get() + 1), _outcome.get()
    try:
        yield
    # Not only Exception: a worker that is stopped halfway hasn't carried anything out either.
    except BaseException:
        if outermost and outcome is not None:
            outcome.refused.append(name)
        raise
    else:
        if outermost and outcome is not None:
            outcome.done.append(name)
    finally:
        _depth.reset(token)


# ── How an act is carried out ────────────────────────────────────────────────────────────────


def _declared(function: Callable[P, R], declared: Declaration) -> Callable[P, R]:
    signature = inspect.signature(function)

    @wraps(function)
    def carried_out(*args: P.args, **kwargs: P.kwargs) -> R:
        with _running(function.__name__):
            call = signature.bind(*args, **kwargs)
            # Before the transaction opens, so that an actor without permission takes no lock.
            if not declared.bearer:
                _check(declared, call)
            _check_dates(call)
            try:
                with transaction.atomic() if declared.whole else nullcontext():
                    return function(*args, **kwargs)
            # Outside the atomic block: inside it PostgreSQL runs no more queries, and the sentence may need one.
            except IntegrityError as clash:
                refusal = refusal_of(clash)
                if refusal is None:
                    raise
                raise refusal from clash

    carried_out.act = declared  # type: ignore[attr-defined]
    return cast(Callable[P, R], carried_out)


def _check(declared: Declaration, call: inspect.BoundArguments) -> None:
    call.apply_defaults()
    by = call.arguments[declared.by]
    if isinstance(by, SystemActor):
        allowed = by.may(declared)
    else:
        allowed = isinstance(by, Actor) and _holds(by, declared, call.arguments)
    if not allowed:
        raise PermissionDenied(_("You don't have permission to do this."))


def _check_dates(call: inspect.BoundArguments) -> None:
    """Refuse implausible dates in any argument, wherever they came from (dates/plausible.py)."""
    given = (value for argument in call.arguments.values() for value in (argument.values() if isinstance(argument, dict) else [argument]))
    days = [value for value in given if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)]
    if faults := [finding for day in days for finding in implausible(day, timezone.localdate())]:
        raise Refused(faults)


def _holds(by: Actor, declared: Declaration, arguments: Mapping[str, Any]) -> bool:
    subject = _permission_object(declared.on, arguments)
    return any(by.has_perm(permission, subject) for permission in declared.permissions)


def _permission_object(on: Subject, arguments: Mapping[str, Any]) -> Any:
    """Return the object to check the permission on."""
    if on is None:
        return None
    if callable(on):
        return on(arguments)
    name, *path = on.split(".")
    return reduce(getattr, path, arguments[name])


def _subject(function: Callable[..., Any], on: Subject, by: str) -> Subject:
    """Return `on`, or by default the first argument; None for an act with only keyword arguments."""
    first = next(iter(inspect.signature(function).parameters.values()), None)
    if on == "":
        return first.name if first and first.name != by and first.kind is first.POSITIONAL_OR_KEYWORD else None
    return on
