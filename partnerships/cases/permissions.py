"""Who reads, keeps, answers and publishes case studies (SP-08)."""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from partnerships.cases.links import CaseLinkHolder
from partnerships.models import CaseStudy
from partnerships.permissions import coordinates, coordinates_for, leads
from people.permissions import declare, is_admin, is_lab_ops, is_product_owner, is_reader

READS = is_reader | is_product_owner | is_admin


def of_its_partnership(predicate: Any) -> Any:
    """Return a predicate for a case: it has a partnership, and `predicate` holds for that."""

    @rules.predicate(name=f"of_its_partnership:{predicate.name}")
    def applied(user: Actor, case: Any) -> bool:
        return case is not None and case.partnership_id is not None and predicate.test(user, case.partnership)

    return applied


@rules.predicate
def is_published(user: Actor, case: Any) -> bool:
    return case is not None and case.state == CaseStudy.State.PUBLISHED


@rules.predicate
def was_asked(user: Actor, consent: Any) -> bool:
    """Return whether the account coordinates for the partner that was asked."""
    return consent is not None and bool(coordinates_for.test(user, consent.partner))


@rules.predicate
def holds_case_link(by: Actor, consent: Any) -> bool:
    """Return whether the actor came by the link with which this partner was asked."""
    return isinstance(by, CaseLinkHolder) and by.may_answer(consent)


leads_its, coordinates_its = of_its_partnership(leads), of_its_partnership(coordinates)

declare(
    {
        "partnerships.list_cases": READS,
        "partnerships.view_case": is_reader | (READS & is_published) | leads_its | coordinates_its,
        "partnerships.add_case": is_lab_ops,
        "partnerships.keep_case": is_lab_ops | leads_its,
        # Nobody publishes for the office what they agreed to on a partner's side (OP-03).
        "partnerships.publish_case": is_lab_ops & ~coordinates_its,
        "partnerships.answer_case": was_asked | holds_case_link,
    }
)
