"""The way that subjects of one kind go: a table of moves, and the one function that carries out a row of it (EL-04).

A kind has one readable table, such as `residencies/lifecycle/moves.py`:

    LIFECYCLE = Lifecycle("residencies.Residency", MOVES, ended=ENDED, …)
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
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
from findings import Finding, Refused, blocking
from findings.gates import ask_each
from ledger import subjects
from ledger.actions import append


@dataclass(frozen=True)
class Move:
    """A row of the table: from which states a verb leads to which, who decides it, and what must hold.

    `followed_as` is what followers in other apps know it by, if more than the state changes (`ledger.subjects.follows`).
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
    """A move that did not happen; `findings` are all that stands in the way, `met` the gates that hold."""

    def __init__(self, move: Move, findings: list[Finding], *, met: list[str] | None = None) -> None:
        self.move = move
        super().__init__(findings, met=met or ())


@dataclass(frozen=True)
class MoveCheck:
    """What stands in the way of a move, and what is in place already."""

    findings: list[Finding]
    met: list[str]


def impossible_date(on: datetime.date, today: datetime.date, *, since: datetime.date | None) -> Iterator[Finding]:
    """A step is recorded once it has happened, and never before the step that it follows (EL-04).

    Gates are asked about the day itself: a day to come would let through what is only planned for it.
    """
    if on > today:
        yield blocking(
            "day-to-come",
            _("That date is in the future."),
            _("Record the step on the day it happens, or give a day that has passed."),
        )
    if since and on < since:
        params = {"since": date_format(since, "DATE_FORMAT")}
        message = _("The day given is before the step that comes first, on %(since)s.") % params
        yield blocking("day-too-early", message, _("Give a later day."))


Row = TypeVar("Row", bound=Any)


@dataclass(frozen=True)
class Lifecycle(Generic[Row]):
    """The moves of one model, named "app.Model".

    The model is a `Subject` and `Revised`, with `state_since`, `ended_on` and `end_reason`. Who decides a move holds the
    permission "app.verb". `ended` are the states in which nothing goes on. `called` names the field by which sentences call a
    subject; `since` gives the day before which no move can have happened; `tell_ended` is the dotted path of what tells people of
    an end, `tell_ended(subject, people)`.
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
        """What whoever decides a move holds."""
        return f"{self.app}.{verb}"

    # ── What stands in the way ───────────────────────────────────────────────────────────────

    def check(self, verb: str, subject: Row, on: datetime.date) -> MoveCheck:
        """Everything that stands in the way of `verb` on the date `on`, the state first, and the gates that hold; nothing is written."""
        row = self.by_verb[verb]
        answers = ask_each([(subject, row.gates)], on)[subject.stream_id]
        findings = self._wrong_state(row, subject)
        findings += impossible_date(on, timezone.localdate(), since=self.since(subject) if self.since else None)
        findings += [finding for answer in answers for finding in answer.findings]
        return MoveCheck(findings, [answer.holds for answer in answers if not answer.findings])

    def findings_before(self, verb: str, subject: Row, on: datetime.date) -> list[Finding]:
        """Everything that stands in the way of `verb` on the date `on`, the state first; nothing is written."""
        return self.check(verb, subject, on).findings

    def possible(self, subject: Row, user: Actor) -> list[Move]:
        """The moves that lead on from the present state and that `user` may decide, whether their gates hold or not."""
        return [move for move in self.moves if subject.state in move.origins and user.has_perm(self.permission(move.verb), subject)]

    def _wrong_state(self, row: Move, subject: Row) -> list[Finding]:
        if subject.state in row.origins:
            return []
        origins = _("” or “").join(str(state.label) for state in row.origins)
        params = {"product": getattr(subject, self.called), "state": subject.get_state_display(), "origins": origins}
        message = _("%(product)s is at “%(state)s”; this step leads on from “%(origins)s”.") % params
        return [blocking("wrong-state", message, _("Take the steps before it first."), str(subject._meta.model_name))]

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

        Locks the subject, then asks who decides and what must hold. Returns it in its new state, with
        `changes` made to its other fields; `facts` go into the ledger beside the date and the reason. `writes` makes
        the rows that belong to the move, before its event, which holds their hashes. Raises
        PermissionDenied when `by` may not decide it, and `MoveRefused` with every finding in the way;
        nothing has changed then.
        """
        row = self.by_verb[verb]
        on = on or timezone.localdate()
        # The gates are asked under this lock: what they found must still be so when the state is written.
        rows = apps.get_model(self.model)._default_manager.select_for_update(of=("self",))
        subject = rows.select_related(*self.related).get(pk=subject.pk)
        # Of the locked row: the caller's copy may be from before the subject changed hands.
        if not by.has_perm(self.permission(verb), subject):
            raise PermissionDenied(_("Your account may not do this."))
        stands = self.check(verb, subject, on)
        if row.needs_reason and not reason.strip():
            stands.findings.append(blocking("no-reason", _("A reason is required."), _("Say why, in a sentence that can be shown.")))
        if stands.findings:
            raise MoveRefused(row, stands.findings, met=stands.met)
        event_facts = {"on": on, **({"reason": reason.strip()} if reason.strip() else {}), **(facts or {})}
        # Followers lock and look before the state changes, and write once it has (`subjects.followed`).
        with self._followed(row, subject, by=by, on=on, reason=reason.strip()):
            before = self._change(subject, row, on, reason.strip(), changes or {})
            if writes:
                writes(subject)
            append(subject.stream, row.event, by=by, from_state=before, to_state=row.target, facts=event_facts)
        return subject

    def _change(self, subject: Row, row: Move, on: datetime.date, reason: str, changes: dict[str, Any]) -> str:
        """Write the new state; returns the one before."""
        before, subject.state, subject.state_since = subject.state, row.target, timezone.now()
        subject.revision += 1
        if row.target in self.ended:
            changes = {**changes, "ended_on": on, "end_reason": reason}
        for name, value in changes.items():
            setattr(subject, name, value)
        subject.save(update_fields=["state", "state_since", "revision", *changes])
        return str(before)

    def _followed(self, row: Move, subject: Row, *, by: Actor, on: datetime.date, reason: str) -> AbstractContextManager[None]:
        """What follows in other apps, in the transaction of the move: whatever hangs on a subject ends with it."""
        if row.followed_as:
            return subjects.followed(row.followed_as, subject.stream, subject=subject, by=by, reason=reason)
        if row.target not in self.ended:
            return nullcontext()
        tell = partial(import_string(self.tell_ended), subject)
        ending = subjects.Ending(state=row.target, on=on, by=by, reason=reason, tell=tell)
        return subjects.followed(subjects.ENDED, subject.stream, subject=subject, ending=ending)
