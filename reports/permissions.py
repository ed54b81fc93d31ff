"""Who can see the portfolio, a residency's return and its showcase entry, who can seal and publish, and who records lessons.

What an API token may do is up to its scope and its account's permissions.
"""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from acts.act import Actor
from ledger.subjects import Subject, belongs_to, has_member
from people.models import Role, User
from people.permissions import KEEPS_SUBJECT, SEES_SUBJECT, declare, is_admin, is_lab, is_lab_lead, is_lab_ops, is_product_owner, is_reader


class Side(TextChoices):
    """The two sides that release a product's page to the public."""

    LAB = "lab", _("lab operations")
    OWNER = "owner", _("the product owner")


def side_of(user: Actor, subject: Subject | None) -> Side | None:
    """Return the side for which an account releases: lab operations unless it has a stake in the residency, or the product owner."""
    if not isinstance(user, User) or not user.is_active or subject is None:
        return None
    if user.has_role(Role.LAB_OPS) and not belongs_to(user, subject):
        return Side.LAB
    return Side.OWNER if user.has_role(Role.PRODUCT_OWNER) and has_member(user, subject) else None


@rules.predicate
def has_a_side(user: Actor, subject: Subject | None) -> bool:
    return side_of(user, subject) is not None


def on_its_subject(predicate: Any) -> Any:
    """Return a predicate for something that belongs to a subject: `predicate` holds for that."""

    @rules.predicate(name=f"on_its_subject:{predicate.name}")
    def applied(user: Actor, thing: Any) -> bool:
        return thing is not None and predicate.test(user, getattr(thing, "subject", None) or thing.residency)

    return applied


@rules.predicate
def is_own_token(user: Actor, token: Any) -> bool:
    return bool(isinstance(user, User) and user.is_active and token is not None and token.account_id == user.pk)


@rules.predicate
def recorded_it(user: Actor, lesson: Any) -> bool:
    return bool(isinstance(user, User) and user.is_active and lesson is not None and lesson.recorded_by_id == user.pk)


@rules.predicate
def is_for_all(user: Actor, lesson: Any) -> bool:
    """Return whether every team may read a lesson."""
    return lesson is not None and (lesson.is_shared or lesson.is_guidance)


sees_subject_of = on_its_subject(SEES_SUBJECT)
READS_LESSONS = is_reader | is_product_owner

declare(
    {
        "reports.view_return": SEES_SUBJECT,
        "reports.view_portfolio": is_reader,
        "reports.view_sealed_report": sees_subject_of,
        "reports.seal_value_report": is_lab | KEEPS_SUBJECT,
        "reports.seal_portfolio": is_lab,
        "reports.create_token": is_reader | is_product_owner,
        "reports.revoke_token": is_own_token | is_lab_lead | is_admin,
        "reports.view_showcase": SEES_SUBJECT,
        "reports.list_showcase": is_reader,
        "reports.edit_showcase": KEEPS_SUBJECT,
        "reports.edit_showcase_part": on_its_subject(KEEPS_SUBJECT),
        "reports.release_showcase": has_a_side,
        "reports.view_version": sees_subject_of,
        "reports.release_version": on_its_subject(has_a_side),
        "reports.list_lessons": READS_LESSONS,
        "reports.view_lesson": (READS_LESSONS & is_for_all) | sees_subject_of,
        "reports.record_lesson": is_lab | KEEPS_SUBJECT,
        "reports.edit_lesson": recorded_it & sees_subject_of,
        "reports.promote_lesson": is_lab_ops,
    }
)
