"""Who may see and keep a team, its sprints and its champions: the lab, and the product owners of its subject (EL-41, EL-50)."""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from people.models import User
from people.permissions import KEEPS_SUBJECT, SEES_SUBJECT, declare, is_lab, is_lab_lead, is_own_person, is_product_owner, is_reader
from teams.sprints.links import AnswerLinkHolder

SEES, KEEPS = SEES_SUBJECT, KEEPS_SUBJECT
TRAINS = KEEPS | is_lab_lead


@rules.predicate
def sees_team_of(user: Actor, part: Any) -> bool:
    """Of a seat, a sprint, a champion: whatever hangs on a team."""
    return SEES.test(user, part.team.subject)


@rules.predicate
def keeps_team_of(user: Actor, part: Any) -> bool:
    return KEEPS.test(user, part.team.subject)


@rules.predicate
def trains_team_of(user: Actor, part: Any) -> bool:
    return TRAINS.test(user, part.team.subject)


@rules.predicate
def is_about(user: Actor, part: Any) -> bool:
    """It belongs to the account's own person."""
    return bool(isinstance(user, User) and user.is_active and part.person.user_id == user.pk)


@rules.predicate
def holds_answer_link(by: Actor, answering: Any) -> bool:
    """It came by the link for this person and review."""
    return isinstance(by, AnswerLinkHolder) and by.may_answer(answering)


declare(
    {
        "teams.view_team": SEES,
        "teams.edit_team": KEEPS,
        "teams.view_seat": sees_team_of,
        "teams.edit_seat": keeps_team_of,
        "teams.keep_destination": keeps_team_of,
        "teams.plan_sprints": KEEPS,
        "teams.view_sprint": sees_team_of,
        "teams.keep_sprint": keeps_team_of,
        "teams.keep_champion": keeps_team_of,
        "teams.answer_review": is_about | holds_answer_link,
        "teams.log_training": TRAINS,
        "teams.keep_training": trains_team_of,
        "teams.view_training": sees_team_of | is_about,
        "teams.view_lab_training": is_reader,
        "teams.view_checks": is_reader,
        "teams.log_service": is_lab,
        "teams.view_services": is_reader,
        "teams.keep_feed": is_own_person,
        "teams.view_calendar": is_reader | is_product_owner,
    }
)
