"""The one way a residency goes, as a table, and the one function that moves it (EL-04)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acts.act import Actor
from findings import Finding, Refused, blocking
from findings.gates import ask_each
from ledger import subjects
from ledger.actions import append
from residencies import rules
from residencies.models.states import ENDED, State

if TYPE_CHECKING:
    from residencies.models import Residency


@dataclass(frozen=True)
class Move:
    """A row of the table: from which states a verb leads to which, who decides it, and what must hold."""

    verb: str
    origins: tuple[State, ...]
    target: State
    by: str
    gates: tuple[str, ...]
    label: Any
    event: str
    needs_reason: bool = field(default=False)

    @property
    def permission(self) -> str:
        return f"residencies.{self.verb}"


D, S, R, Q, A, I, L = (  # noqa: E741 - the table below is read as columns
    State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.QUALIFIED, State.AGREEMENT, State.IN_RESIDENCE, State.LIVE,
)  # fmt: skip
_l = gettext_lazy

# fmt: off
MOVES = (
    #    verb                 from               to                 decided by  what must hold                                        button                      event
    Move("submit",            (D,),              State.SUBMITTED,   "owner",    ("residencies.intake.gates.intake_complete",),        _l("Send to the lab"),      "submitted"),
    Move("take_up",           (S,),              State.IN_REVIEW,   "lab_ops",  (),                                                   _l("Start the review"),     "taken-up"),
    Move("ask_for_more",      (R,),              State.DRAFT,       "lab_ops",  ("residencies.intake.gates.questions_asked",),        _l("Ask for more"),         "more-asked"),
    Move("qualify",           (R,),              State.QUALIFIED,   "lab_lead", ("residencies.lifecycle.gates.six_conditions_met",),  _l("Qualify"),              "qualified"),
    Move("decline",           (S, R),            State.DECLINED,    "lab_lead", (),                                                   _l("Decline"),              "declined",  True),
    Move("withdraw",          (D, S, R, Q, A),   State.WITHDRAWN,   "owner",    (),                                                   _l("Withdraw"),             "withdrawn", True),
    Move("prepare_agreement", (Q,),              State.AGREEMENT,   "lab_ops",  ("residencies.lifecycle.gates.six_conditions_met",),  _l("Make the agreement"),   "agreement-begun"),
    Move("start",             (A,),              State.IN_RESIDENCE,"lab_ops",  ("residencies.lifecycle.gates.six_conditions_met",
                                                                                 "agreements.gates.in_force",
                                                                                 "teams.roster.gates.ready_to_start"),                       _l("Start the residency"),  "started"),
    Move("go_live",           (I,),              State.LIVE,        "lab_ops",  ("teams.roster.gates.ready_for_live",
                                                                                 "residencies.lifecycle.gates.assessments_done",
                                                                                 "residencies.lifecycle.gates.graduation_plan_exists",
                                                                                 "agreements.gates.not_void"),                        _l("Go live"),              "live"),
    Move("graduate",          (L,),              State.GRADUATED,   "lab_ops",  ("residencies.lifecycle.gates.plan_carried_out",),    _l("Graduate"),             "graduated"),
    Move("pivot",             (Q, A, I, L),      State.PIVOTED,     "lab_lead", ("residencies.lifecycle.gates.conversation_held",),   _l("Pivot"),                "pivoted",   True),
)
# fmt: on

BY_VERB = {move.verb: move for move in MOVES}


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


def check_move(verb: str, residency: Residency, on: datetime.date) -> MoveCheck:
    """Everything that stands in the way of `verb` on the date `on`, the state first, and the gates that hold; nothing is written."""
    row = BY_VERB[verb]
    answers = ask_each([(residency, row.gates)], on)[residency.stream_id]
    findings = _wrong_state(row, residency)
    findings += rules.impossible_date(on, timezone.localdate(), since=residency.live_on or residency.started_on)
    findings += [finding for answer in answers for finding in answer.findings]
    return MoveCheck(findings, [answer.holds for answer in answers if not answer.findings])


def next_move(residency: Residency) -> Move | None:
    """The move that leads on from the present state towards graduation, if there is one."""
    onward = (move for move in MOVES if residency.state in move.origins and move.target not in (State.DRAFT, State.DECLINED))
    return next((move for move in onward if move.verb not in ("withdraw", "pivot")), None)


def with_links_for(user: Actor, stands: MoveCheck, residency: Residency) -> MoveCheck:
    """`stands` with links only to pages that `user` may open: others read what is missing without a way in."""
    may_write = user.has_perm("residencies.edit_intake", residency)
    may_review = user.has_perm("residencies.view_review", residency)

    may_seat = user.has_perm("teams.edit_team", residency)

    def opens(place: str) -> bool:
        return may_write if place.startswith("intake-") else may_review if place == "review" else True

    def led(finding: Finding) -> Finding:
        if finding.place.startswith("seat-") and not may_seat:
            return replace(finding, place="team", part=None)
        return finding if opens(finding.place) else replace(finding, place="")

    return MoveCheck([led(finding) for finding in stands.findings], stands.met)


def findings_before(verb: str, residency: Residency, on: datetime.date) -> list[Finding]:
    """Everything that stands in the way of `verb` on the date `on`, the state first; nothing is written."""
    return check_move(verb, residency, on).findings


def possible_moves(residency: Residency, user: Actor) -> list[Move]:
    """The moves that lead on from the present state and that `user` may decide, whether their gates hold or not."""
    return [move for move in MOVES if residency.state in move.origins and user.has_perm(move.permission, residency)]


@transaction.atomic
def move(
    verb: str,
    residency: Residency,
    *,
    by: Actor,
    on: datetime.date | None = None,
    reason: str = "",
    changes: dict[str, Any] | None = None,
    facts: dict[str, Any] | None = None,
    writes: Callable[[Residency], object] | None = None,
) -> Residency:
    """Carry out one row of the table and record it (EL-04, EL-07).

    Locks the residency, then asks who decides and what must hold. Returns it in its new state, with
    `changes` made to its other fields; `facts` go into the ledger beside the date and the reason. `writes` makes
    the rows that belong to the move, before its event, which holds their hashes. Raises
    PermissionDenied when `by` may not decide it, and `MoveRefused` with every finding in the way;
    nothing has changed then.
    """
    from residencies.models import Residency

    row = BY_VERB[verb]
    on = on or timezone.localdate()
    # The gates are asked under this lock: what they found must still be so when the state is written.
    residency = Residency.objects.select_for_update(of=("self",)).select_related("stream", "program_area__ministry").get(pk=residency.pk)
    # Of the locked row: the caller's copy may be from before the residency changed hands.
    if not by.has_perm(row.permission, residency):
        raise PermissionDenied(_("Your account may not do this."))
    stands = check_move(verb, residency, on)
    if row.needs_reason and not reason.strip():
        stands.findings.append(blocking("no-reason", _("A reason is needed."), _("Say why, in a sentence that can be shown.")))
    if stands.findings:
        raise MoveRefused(row, stands.findings, met=stands.met)
    event_facts = {"on": on, **({"reason": reason.strip()} if reason.strip() else {}), **(facts or {})}
    # Followers lock and look before the state changes, and write once it has (`subjects.followed`).
    with _followed(row, residency, by=by, on=on, reason=reason.strip()):
        before = _change(residency, row, on, reason.strip(), changes or {})
        if writes:
            writes(residency)
        append(residency.stream, row.event, by=by, from_state=before, to_state=row.target, facts=event_facts)
    return residency


def _change(residency: Residency, row: Move, on: datetime.date, reason: str, changes: dict[str, Any]) -> str:
    """Write the new state; returns the one before."""
    before, residency.state, residency.state_since = residency.state, row.target, timezone.now()
    residency.version += 1
    if row.target in ENDED:
        changes = {**changes, "ended_on": on, "end_reason": reason}
    for name, value in changes.items():
        setattr(residency, name, value)
    residency.save(update_fields=["state", "state_since", "version", *changes])
    return before


def _followed(row: Move, residency: Residency, *, by: Actor, on: datetime.date, reason: str) -> AbstractContextManager[None]:
    """Whatever hangs on a residency ends with it, in the transaction of the move that ends it."""
    if row.target not in ENDED:
        return nullcontext()
    from residencies.mail import tell_ended

    tell = partial(tell_ended, residency)
    ending = subjects.Ending(state=row.target, on=on, by=by, reason=reason, tell=tell)
    return subjects.followed(subjects.ENDED, residency.stream, subject=residency, ending=ending)


def _wrong_state(row: Move, residency: Residency) -> list[Finding]:
    if residency.state in row.origins:
        return []
    params = {"product": residency.product, "state": residency.get_state_display(), "origins": _or(row.origins)}
    message = _("%(product)s is at “%(state)s”; this step leads on from “%(origins)s”.") % params
    return [blocking("wrong-state", message, _("Take the steps before it first."), "residency")]


def _or(states: tuple[State, ...]) -> str:
    return _("” or “").join(str(state.label) for state in states)
