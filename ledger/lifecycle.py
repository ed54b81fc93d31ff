"""Lifecycles: a table of moves for one kind of subject, and the one function that carries out a move (EL-04).

A kind has one readable table, such as `residencies/lifecycle/moves.py`:

    LIFECYCLE = Lifecycle("residencies.Residency", MOVES, ended=ENDED, …)
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import astuple, dataclass, field
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from acts.act import Actor
from findings import Finding, Refused, blocking, remembered_finding
from findings.gates import ask_each
from findings.tasks import Task, tasks
from ledger import subjects
from ledger.actions import append
from ledger.subjects import Subject


@dataclass(frozen=True)
class Move:
    """A row of the table: a verb, the states it starts from and leads to, who decides it, and what is required.

    `followed_as` is the name under which other apps follow it, if more than the state changes (`ledger.subjects.follows`).
    """

    verb: str
    origins: tuple[TextChoices, ...]
    target: TextChoices
    by: str
    gates: tuple[str, ...]
    label: Any
    event: str
    needs_reason: bool = field(default=False)
    followed_as: str = ""


class MoveRefused(Refused):
    """Raised if a move is refused; `findings` has every blocker, `met` the gates that passed."""

    def __init__(self, move: Move, findings: list[Finding], *, met: list[str] | None = None) -> None:
        self.move = move
        super().__init__(findings, met=met or ())


@dataclass(frozen=True)
class MoveCheck:
    """The blockers of a move, and what is already done."""

    findings: list[Finding]
    met: list[str]

    @property
    def plain(self) -> list[Any]:
        """The check as plain values, for ledger/memory.py; words for translation as words, because they are remembered by language."""
        return [[list(map(_plain, astuple(finding))) for finding in self.findings], [str(sentence) for sentence in self.met]]

    @classmethod
    def of_plain(cls, row: Sequence[Any]) -> MoveCheck:
        """Return the check whose `plain` this is."""
        findings, met = row
        return cls([remembered_finding(finding) for finding in findings], list(met))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)


def impossible_date(on: datetime.date, today: datetime.date, *, since: datetime.date | None) -> Iterator[Finding]:
    """Check that a step isn't dated in the future or before the step it follows (EL-04).

    Gates are checked for that day: a future date would let something pass that is only planned.
    """
    if on > today:
        yield blocking(
            "day-to-come",
            _("That date is in the future."),
            _("Record the step on the day it happens, or use an earlier date."),
        )
    if since and on < since:
        params = {"since": date_format(since, "DATE_FORMAT")}
        message = _("That date is before the previous step, on %(since)s.") % params
        yield blocking("day-too-early", message, _("Use a later date."))


Row = TypeVar("Row", bound=Any)


@dataclass(frozen=True)
class Lifecycle(Generic[Row]):
    """The moves of one model, named "app.Model".

    The model is a `Subject` and `Revised`, with `state_since`, `ended_on` and `end_reason`. The permission to decide a move is
    "app.verb". `ended` are the final states. `called` is the field with the name that sentences use for a subject; `since` returns
    the day before which no move can have happened; `tell_ended` is the dotted path of the function that notifies people of an
    end, `tell_ended(subject, people)`.
    """

    model: str
    moves: tuple[Move, ...]
    ended: Collection[str]
    called: str
    tell_ended: str
    related: tuple[str, ...] = ("stream",)
    since: Callable[[Row], datetime.date | None] | None = None

    @cached_property
    def by_verb(self) -> dict[str, Move]:
        return {move.verb: move for move in self.moves}

    @property
    def app(self) -> str:
        return self.model.partition(".")[0]

    def permission(self, verb: str) -> str:
        """Return the permission to decide a move."""
        return f"{self.app}.{verb}"

    # ── Blockers ───────────────────────────────────────────────────────────────

    def check(self, verb: str, subject: Row, on: datetime.date) -> MoveCheck:
        """Return every blocker of `verb` on the date `on`, the state first, and the gates that pass; writes nothing."""
        row = self.by_verb[verb]
        answers = ask_each([(subject, row.gates)], on)[subject.stream_id]
        findings = self._wrong_state(row, subject)
        findings += impossible_date(on, timezone.localdate(), since=self.since(subject) if self.since else None)
        findings += [finding for answer in answers for finding in answer.findings]
        return MoveCheck(findings, [answer.holds for answer in answers if not answer.findings])

    def findings_before(self, verb: str, subject: Row, on: datetime.date) -> list[Finding]:
        """Return every blocker of `verb` on the date `on`, the state first; writes nothing."""
        return self.check(verb, subject, on).findings

    def possible(self, subject: Row, user: Actor) -> list[Move]:
        """Return the moves from the current state that `user` may decide, whether or not their gates pass."""
        return [move for move in self.moves if subject.state in move.origins and user.has_perm(self.permission(move.verb), subject)]

    def _wrong_state(self, row: Move, subject: Row) -> list[Finding]:
        if subject.state in row.origins:
            return []
        origins = _("” or “").join(str(state.label) for state in row.origins)
        params = {"product": getattr(subject, self.called), "state": subject.get_state_display(), "origins": origins}
        message = _("The status of %(product)s is “%(state)s”. For this, it has to be “%(origins)s”.") % params
        remedy = _("It has ended, and that is final.") if subject.state in self.ended else _("Complete the earlier steps first.")
        return [blocking("wrong-state", message, remedy, str(subject._meta.model_name))]

    # ── Carrying it out ──────────────────────────────────────────────────────────────────────

    @transaction.atomic
    def move(
        self,
        verb: str,
        subject: Row,
        *,
        by: Actor,
        on: datetime.date | None = None,
        reason: str = "",
        changes: dict[str, Any] | None = None,
        facts: dict[str, Any] | None = None,
        writes: Callable[[Row], object] | None = None,
    ) -> Row:
        """Carry out one row of the table and record it (EL-04, EL-07).

        Locks the subject, then checks the permission and the gates. Returns the subject in its new state, with
        `changes` made to its other fields; `facts` go into the ledger with the date and the reason. `writes` creates
        the rows that belong to the move before its event, which contains their hashes. Raises PermissionDenied if `by`
        may not decide it, and `MoveRefused` with every blocker; nothing has changed then.
        """
        row = self.by_verb[verb]
        on = on or timezone.localdate()
        # The gates are checked under this lock: their answers must still be true when the state is written.
        rows = apps.get_model(self.model)._default_manager.select_for_update(of=("self",))
        subject = rows.select_related(*self.related).get(pk=subject.pk)
        # For the locked row: the caller's copy may be from before the subject changed hands.
        if not by.has_perm(self.permission(verb), subject):
            raise PermissionDenied(_("You don’t have permission to do this."))
        stands = self.check(verb, subject, on)
        if row.needs_reason and not reason.strip():
            stands.findings.append(blocking("no-reason", _("A reason is required."), _("Enter a reason that everyone involved can read.")))
        if stands.findings:
            raise MoveRefused(row, stands.findings, met=stands.met)
        event_facts = {"on": on, **({"reason": reason.strip()} if reason.strip() else {}), **(facts or {})}
        # Followers lock and read before the state changes, and write afterwards (`subjects.followed`).
        with self._followed(row, subject, by=by, on=on, reason=reason.strip()):
            before = self._change(subject, row, on, reason.strip(), changes or {})
            if writes:
                writes(subject)
            append(subject.stream, row.event, by=by, from_state=before, to_state=row.target, facts=event_facts)
        return subject

    def _change(self, subject: Row, row: Move, on: datetime.date, reason: str, changes: dict[str, Any]) -> str:
        """Write the new state; returns the previous one."""
        before, subject.state, subject.state_since = subject.state, row.target, timezone.now()
        subject.revision += 1
        if row.target in self.ended:
            changes = {**changes, "ended_on": on, "end_reason": reason}
        for name, value in changes.items():
            setattr(subject, name, value)
        subject.save(update_fields=["state", "state_since", "revision", *changes])
        return str(before)

    def _followed(self, row: Move, subject: Row, *, by: Actor, on: datetime.date, reason: str) -> AbstractContextManager[None]:
        """Run the followers in other apps, in the move's transaction: whatever depends on a subject ends with it."""
        if row.followed_as:
            return subjects.followed(row.followed_as, subject.stream, subject=subject, by=by, reason=reason)
        if row.target not in self.ended:
            return nullcontext()
        tell = partial(import_string(self.tell_ended), subject)
        ending = subjects.Ending(state=row.target, on=on, by=by, reason=reason, tell=tell)
        return subjects.followed(subjects.ENDED, subject.stream, subject=subject, ending=ending)


# ── What comes first on the pages of a subject (experience.md) ──────────────────────────────


@dataclass(frozen=True)
class Step:
    """Something that can be done, and where; `grave` if it ends the subject."""

    label: Any
    url: str
    grave: bool = False


@dataclass(frozen=True)
class NextAct:
    """The `step` that someone can take now, and the act of the lifecycle that waits for `left` things, if they may decide it."""

    step: Step | None
    blocked: Step | None = None
    left: int = 0


def first_of(act: Step | None, findings: Sequence[Finding], subject: Subject, user: Actor, url_of: Callable[[Finding], str]) -> NextAct:
    """Return what `user` can do next: never a blocked act, but the first task before it that is theirs.

    `act` is the next act of the lifecycle, or None if the user doesn't decide it; `findings` are what it waits for.
    """
    if not findings:
        return NextAct(act)
    own = (task for task in tasks(findings) if may_do(task, subject, user))
    steps = (Step(task.title, url) for task in own if (url := url_of(task.finding)))
    return NextAct(next(steps, None), act, len(findings))


def may_do(task: Task, subject: Subject, user: Actor) -> bool:
    """Whether `user` may do what is left, and not only read that it is; about an agreement the subject's stream is asked about."""
    about = subject.stream if task.kind.permission.startswith("agreements.") else subject
    return bool(task.is_known and task.finding.place and user.has_perm(task.kind.permission, about))
