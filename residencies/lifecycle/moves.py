"""The one way a residency goes, as a table (EL-04); `ledger/lifecycle.py` carries its rows out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from acts.act import Actor
from findings import Finding
from ledger.lifecycle import Lifecycle, Move, MoveCheck
from ledger.subjects import REVIEW_REOPENED
from residencies.models.states import ENDED, State

if TYPE_CHECKING:
    from residencies.models import Residency


D, S, R, Q, A, I, L = (  # noqa: E741 - the table below is read as columns
    State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.QUALIFIED, State.AGREEMENT, State.IN_RESIDENCE, State.LIVE,
)  # fmt: skip
_l = gettext_lazy
AGAIN = REVIEW_REOPENED

# fmt: off
MOVES = (
    #    verb                 from               to                 decided by  what must hold                                        button                      event
    Move("submit",            (D,),              State.SUBMITTED,   "owner",    ("residencies.intake.gates.intake_complete",),        _l("Send to the lab"),      "submitted"),
    Move("take_up",           (S,),              State.IN_REVIEW,   "lab_ops",  (),                                                   _l("Start the review"),     "taken-up"),
    Move("ask_for_more",      (R,),              State.DRAFT,       "lab_ops",  ("residencies.intake.gates.questions_asked",),        _l("Ask for more"),         "more-asked"),
    Move("qualify",           (R,),              State.QUALIFIED,   "lab_lead", ("residencies.lifecycle.gates.six_conditions_met",),  _l("Qualify"),              "qualified"),
    Move("decline",           (S, R),            State.DECLINED,    "lab_lead", (),                                                   _l("Decline"),              "declined",  True),
    Move("withdraw",          (D, S, R, Q, A),   State.WITHDRAWN,   "owner",    (),                                                   _l("Withdraw"),             "withdrawn", True),
    Move("prepare_agreement", (Q,),              State.AGREEMENT,   "lab_ops",  ("residencies.lifecycle.gates.six_conditions_met",),  _l("Prepare the agreement"), "agreement-begun"),
    Move("start",             (A,),              State.IN_RESIDENCE,"lab_ops",  ("residencies.lifecycle.gates.six_conditions_met",
                                                                                 "agreements.gates.in_force",
                                                                                 "teams.roster.gates.ready_to_start",
                                                                                 "oversight.checklists.gates.done_before_start"),     _l("Start the residency"),  "started"),
    Move("go_live",           (I,),              State.LIVE,        "lab_ops",  ("teams.roster.gates.ready_for_live",
                                                                                 "residencies.lifecycle.gates.assessments_done",
                                                                                 "residencies.lifecycle.gates.graduation_plan_exists",
                                                                                 "agreements.gates.not_void"),                        _l("Go live"),              "live"),
    Move("graduate",          (L,),              State.GRADUATED,   "lab_ops",  ("residencies.lifecycle.gates.plan_carried_out",
                                                                                 "teams.destinations.gates.destinations_decided",
                                                                                 "oversight.checklists.gates.done_before_graduation"), _l("Graduate"),             "graduated"),
    Move("reopen_review",     (Q, A),            State.IN_REVIEW,   "lab_lead", (),                                                   _l("Reopen the review"),    "review-reopened", True, AGAIN),
    Move("pivot",             (Q, A, I, L),      State.PIVOTED,     "lab_lead", ("residencies.lifecycle.gates.conversation_held",),   _l("Pivot"),                "pivoted",   True),
)
# fmt: on

LIFECYCLE: Lifecycle[Residency] = Lifecycle(
    "residencies.Residency",
    MOVES,
    ended=ENDED,
    called="product",
    tell_ended="residencies.mail.tell_ended",
    related=("stream", "program_area__ministry"),
    since=lambda residency: residency.live_on or residency.started_on,
)
BY_VERB = LIFECYCLE.by_verb


def next_move(residency: Residency) -> Move | None:
    """The move that leads on from the present state towards graduation, if there is one."""
    onward = (move for move in MOVES if residency.state in move.origins and move.target not in (State.DRAFT, State.DECLINED))
    return next((move for move in onward if move.verb not in ("withdraw", "pivot", "reopen_review")), None)


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
