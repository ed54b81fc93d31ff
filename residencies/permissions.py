"""Who may do what with a residency: one predicate per act, built from roles and membership."""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from ledger.subjects import belongs_to
from people.models import User
from people.permissions import declare, is_admin, is_lab, is_lab_lead, is_lab_ops, is_product_owner, is_reader
from residencies.conversations.links import AnswerLinkHolder
from residencies.lifecycle.moves import LIFECYCLE, MOVES
from residencies.models.states import UNDER_WAY, State


@rules.predicate
def manages(user: Actor, residency: Any) -> bool:
    """The account is one of those on the program side who keep this residency, or the one that a part of it belongs to."""
    residency = getattr(residency, "residency", residency)
    return bool(isinstance(user, User) and residency is not None and residency.has_member(user))


@rules.predicate
def is_own_case(user: Actor, thing: Any) -> bool:
    """The account belongs to the residency, or to the one that this is a part of: it decides nothing about it (OP-03)."""
    residency = getattr(thing, "residency", thing)
    return bool(residency is not None and isinstance(user, User) and belongs_to(user, residency))


@rules.predicate
def is_draft(user: Actor, residency: Any) -> bool:
    return residency is not None and residency.state == State.DRAFT


@rules.predicate
def is_under_way(user: Actor, residency: Any) -> bool:
    return residency is not None and residency.state in UNDER_WAY


@rules.predicate
def still_counts(user: Actor, evidence: Any) -> bool:
    """The evidence was not withdrawn: what was is for the lab and its auditors alone."""
    return evidence is not None and evidence.withdrawn_at is None


@rules.predicate
def decides(user: Actor, ahead: Any) -> bool:
    """The account may decide the move that it looks at; without one, none."""
    return ahead is not None and user.has_perm(LIFECYCLE.permission(ahead.move.verb), ahead.residency)


def on_its_residency(permission: str) -> Any:
    """A predicate for something that hangs on a residency: the account holds `permission` on that."""

    @rules.predicate(name=f"on_its_residency:{permission}")
    def predicate(user: Actor, thing: Any) -> bool:
        return thing is not None and user.has_perm(permission, thing.residency)

    return predicate


@rules.predicate
def holds_answer_link(by: Actor, invitee: Any) -> bool:
    """It came by the link in the invitation of this person."""
    return isinstance(by, AnswerLinkHolder) and by.may_answer(invitee)


OWNER = is_lab_ops | (is_product_owner & manages)
DECIDERS = {"owner": OWNER, "lab_ops": is_lab_ops & ~is_own_case, "lab_lead": is_lab_lead & ~is_own_case}

declare(
    {
        "residencies.list_residencies": is_reader | is_product_owner,
        "residencies.view_residency": is_reader | (is_product_owner & manages),
        "residencies.view_queue": is_reader,
        "residencies.start_intake": is_lab_ops | is_product_owner,
        "residencies.edit_intake": OWNER,
        "residencies.view_evidence": is_reader | (is_product_owner & manages & still_counts),
        "residencies.view_review": is_reader,
        "residencies.review_intake": is_lab & ~is_own_case,
        "residencies.assign": is_lab,
        "residencies.edit_residency": is_lab_ops,
        "residencies.keep_clocks": OWNER & is_under_way,
        "residencies.hold_conversation": is_lab | (is_product_owner & manages),
        "residencies.extend_graduation": is_lab_lead & ~is_own_case,
        "residencies.correct_release": is_lab_lead & ~is_own_case,
        "residencies.edit_graduation": OWNER,
        "residencies.view_graduates": is_reader,
        "residencies.set_phase": is_lab_ops & is_under_way,
        "residencies.record_past": is_lab_ops,
        "residencies.move": decides,
        "residencies.view_conversation": on_its_residency("residencies.view_residency"),
        "residencies.answer_invitation": holds_answer_link,
        "residencies.apply_again": OWNER,
        "residencies.record_conversation": on_its_residency("residencies.hold_conversation"),
        "residencies.administer": is_admin,
        "residencies.keep_ministries": is_lab_ops | is_admin,
        **{LIFECYCLE.permission(move.verb): DECIDERS[move.by] for move in MOVES},
    }
)
