"""Who may see and keep service partnerships (SP-01 to SP-11).

A partnership's lead keeps it, as lab operations do. A partner's coordinator sees it, and confirms its purpose for that partner.
"""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from partnerships.lifecycle.moves import LIFECYCLE, MOVES
from partnerships.models import Partner
from people.models import User
from people.permissions import declare, is_admin, is_lab, is_lab_ops, is_product_owner, is_reader


def partnership_of(thing: Any) -> Any:
    """Return the partnership that this is, or is a part of, itself or through its site."""
    return getattr(thing, "partnership", None) or getattr(getattr(thing, "site", None), "partnership", thing)


@rules.predicate
def leads(user: Actor, thing: Any) -> bool:
    partnership = partnership_of(thing)
    return isinstance(user, User) and user.is_active and partnership is not None and partnership.lead_id == user.pk


@rules.predicate
def coordinates(user: Actor, thing: Any) -> bool:
    """Return whether the account coordinates for one of today's partners; one query per account and partnership."""
    partnership = partnership_of(thing)
    if not isinstance(user, User) or not user.is_active or partnership is None:
        return False
    answers = user.__dict__.setdefault("_coordinates", {})
    if partnership.pk not in answers:
        answers[partnership.pk] = Partner.objects.filter(partnership=partnership, coordinator__user=user, left_on=None).exists()
    return bool(answers[partnership.pk])


@rules.predicate
def coordinates_for(user: Actor, partner: Any) -> bool:
    """Return whether the account coordinates for this very partner."""
    if not isinstance(user, User) or not user.is_active or partner is None:
        return False
    return Partner.objects.filter(pk=partner.pk, coordinator__user=user, left_on=None).exists()


@rules.predicate
def rates(user: Actor, rating: Any) -> bool:
    """Return whether the account coordinates for the partner whose rating it is, or holds the link for this rating."""
    if isinstance(user, User):
        return rating is not None and bool(coordinates_for(user, rating.partner))
    return bool(getattr(user, "may_rate", lambda rating: False)(rating))


@rules.predicate
def is_responsible(user: Actor, comment: Any) -> bool:
    """Return whether the account is the one that follows up on this comment."""
    person = getattr(comment, "responsible", None)
    return isinstance(user, User) and user.is_active and person is not None and person.user_id == user.pk


@rules.predicate
def has_no_lead(user: Actor, thing: Any) -> bool:
    return thing is not None and partnership_of(thing).lead_id is None


@rules.predicate
def is_assessed(user: Actor, assessment: Any) -> bool:
    """Return whether the account is the agent whose interview was assessed."""
    agent = getattr(assessment, "agent", None)
    return isinstance(user, User) and user.is_active and agent is not None and agent.user_id == user.pk


@rules.predicate
def travels(user: Actor, trip: Any) -> bool:
    """Return whether the account is the traveller's."""
    traveller = getattr(trip, "traveller", None)
    return isinstance(user, User) and user.is_active and traveller is not None and traveller.user_id == user.pk


@rules.predicate
def manages_trip(user: Actor, trip: Any) -> bool:
    """Return whether the account is the manager that the trip names."""
    return isinstance(user, User) and user.is_active and getattr(trip, "manager_id", None) == user.pk


@rules.predicate
def decides(user: Actor, ahead: Any) -> bool:
    """Return whether the account may decide the move that it looks at."""
    return ahead is not None and user.has_perm(LIFECYCLE.permission(ahead.move.verb), ahead.partnership)


SEES = is_reader | leads | coordinates
KEEPS = is_lab_ops | leads
LEADS_TEAM = leads | (is_lab_ops & has_no_lead)  # about people at work: the lead alone, unless there is none
# Nobody decides for the office about a partnership for which they coordinate on a partner's side (OP-03).
DECIDERS = {"office": (is_lab | leads) & ~coordinates}

declare(
    {
        "partnerships.list_partnerships": is_reader,
        "partnerships.view_guidance": is_reader | is_product_owner | is_admin,
        "partnerships.keep_guidance": is_lab_ops | is_admin,
        "partnerships.start_partnership": is_lab_ops,
        "partnerships.view_partnership": SEES,
        "partnerships.keep_partnership": KEEPS,
        "partnerships.keep_partner": KEEPS,
        "partnerships.tap": KEEPS | coordinates,
        "partnerships.record_comment": KEEPS | coordinates,
        "partnerships.follow_up_comment": KEEPS | is_responsible,  # and so read what is personal in it
        "partnerships.assess_quality": LEADS_TEAM,
        "partnerships.view_assessment": LEADS_TEAM | is_assessed,
        "partnerships.respond": KEEPS | coordinates,
        "partnerships.plan_trip": KEEPS | coordinates,
        "partnerships.view_trip": SEES | travels | manages_trip,
        "partnerships.prepare_trip": KEEPS | coordinates | travels | manages_trip,
        "partnerships.sign_off_trip": manages_trip,
        "partnerships.review_pilot": KEEPS | coordinates_for,
        "partnerships.confirm_purpose": is_lab_ops | coordinates_for,
        "partnerships.rate_relationship": rates,  # nobody rates for a partner but its coordinator
        "partnerships.decide": DECIDERS["office"],
        "partnerships.move": decides,
        **{LIFECYCLE.permission(move.verb): DECIDERS[move.by] for move in MOVES},
    }
)
