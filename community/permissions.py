"""Who may see and keep a team's place in the community, experts, desks, alumni and mentors (EL-46 to EL-49, EL-54)."""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from people.models import User
from people.permissions import declare, is_lab, is_lab_ops, is_product_owner, is_reader
from residencies.permissions import is_own_case, manages, on_its_residency

SEES = is_reader | (is_product_owner & manages)
KEEPS = is_lab | (is_product_owner & manages)


def _is(user: Actor, person: Any) -> bool:
    return isinstance(user, User) and user.is_active and person is not None and person.user_id == user.pk


@rules.predicate
def is_the_alumnus(user: Actor, alumnus: Any) -> bool:
    return alumnus is not None and _is(user, alumnus.person)


@rules.predicate
def is_listed(user: Actor, alumnus: Any) -> bool:
    """Return whether the person is in the directory: only the lab sees those who opted out."""
    return alumnus is not None and alumnus.is_listed


@rules.predicate
def shows_email(user: Actor, alumnus: Any) -> bool:
    return alumnus is not None and alumnus.is_listed and alumnus.shows_email


@rules.predicate
def is_the_mentor(user: Actor, mentoring: Any) -> bool:
    return mentoring is not None and _is(user, mentoring.mentor)


@rules.predicate
def keeps_mentoring_of(user: Actor, meeting: Any) -> bool:
    return meeting is not None and user.has_perm("community.keep_mentoring", meeting.mentoring)


declare(
    {
        "community.view_community": SEES,
        "community.keep_community": KEEPS,
        "community.keep_entry": on_its_residency("community.keep_community"),
        "community.view_lab_community": is_reader,
        "community.request_session": KEEPS,
        "community.view_session": on_its_residency("community.view_community"),
        "community.call_off_session": on_its_residency("community.request_session"),
        "community.match_session": is_lab,
        "community.keep_experts": is_lab_ops,
        "community.set_colocation": KEEPS,
        "community.keep_desks": is_lab_ops,
        "community.view_alumni": is_reader | is_product_owner,
        "community.view_alumnus": is_reader | (is_product_owner & is_listed) | is_the_alumnus,
        "community.view_alumnus_email": is_reader | (is_product_owner & shows_email) | is_the_alumnus,
        "community.keep_alumnus": is_lab | is_the_alumnus,
        "community.add_alumnus": is_lab_ops,
        "community.name_benefit_owner": KEEPS,
        "community.withdraw_benefit_owner": on_its_residency("community.name_benefit_owner"),
        "community.send_benefit_commitment": is_lab_ops & ~is_own_case,
        "community.choose_benefit_metric": is_lab_ops,
        "community.view_mentors": is_reader,
        "community.offer_mentor": KEEPS,
        "community.request_mentor": KEEPS,
        "community.match_mentor": is_lab,
        "community.view_mentoring": on_its_residency("community.view_community") | is_the_mentor,
        "community.keep_mentoring": on_its_residency("community.keep_community") | is_the_mentor,
        "community.keep_meeting": keeps_mentoring_of,
        "community.cancel_mentoring": on_its_residency("community.keep_community"),
    }
)
