"""Residencies at each state of the intake, made by the real acts."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from people.models import Role, User
from residencies.intake import actions as intake_actions
from residencies.lifecycle import residency as residency_acts
from residencies.models import Condition, Ministry, ProgramArea, Residency
from residencies.review import actions as review_actions
from tests.factories import account

_count = itertools.count(1)

BRIEF = {
    "description": "Growers send the same losses to three programs by fax. The first payment takes 94 days.",
    "for_whom": "About 2,000 growers after floods and smoke.",
    "looked_into": "312 interviews and calls.",
    "permission": "The executive director has freed two people for it.",
    "funding_source": "Base budget of the branch",
    "yearly_budget_dollars": 1_000_000,
    "proposed_team": "Product owner, scrum master, designer, three developers.",
    "government_employees_planned": 3,
    "devops_planned": True,
    "devops_plan": "Lent by the information management branch from the first sprint",
    "product_owner_name": "Priya Wenlock",
    "product_owner_title": "Director",
    "product_owner_full_time": True,
    "sponsors": "Anneke Torvald, assistant deputy minister",
    "sponsor_up_to_adm": True,
    "sponsor_adm_name": "Anneke Torvald, assistant deputy minister",
    "sponsor_adm_on": datetime.date(2026, 2, 2),
    "sensitivity": "open",
}


def ops(**fields: Any) -> User:
    """An account of lab operations."""
    return account(Role.LAB_OPS, **fields)


def lead(**fields: Any) -> User:
    """An account of lab leadership."""
    return account(Role.LAB_LEAD, **fields)


def applicant(**fields: Any) -> User:
    """An applicant's account, which keeps nothing yet."""
    return account(Role.PRODUCT_OWNER, **fields)


def program_area(name: str = "", ministry: str = "Agriculture and Food") -> ProgramArea:
    ministry_row, _made = Ministry.objects.get_or_create(name=ministry)
    return ProgramArea.objects.create(ministry=ministry_row, name=name or f"Program area {next(_count)}")


def draft_residency(
    *, by: User | None = None, area: ProgramArea | None = None, product: str = "Farm Relief Claims", **fields: Any
) -> Residency:
    """A draft that nobody has written in yet, kept by `by` (a new applicant unless told)."""
    area = area or program_area()
    problem = fields.get("problem", "Growers wait 94 days for the first payment after a flood.")
    return residency_acts.start_intake(program_area=area, product=product, problem=problem, by=by or applicant())


def fill_in(residency: Residency, *, by: User) -> Residency:
    """Everything that a complete intake holds."""
    intake_actions.save_intake(residency, changes=BRIEF, by=by)
    intake_actions.add_need(residency, statement="One answer on one page", impediment="Four forms on four sites", by=by)
    for condition in Condition.objects.filter(residency=residency):
        intake_actions.save_case(residency, condition.number, case=f"The case for condition {condition.number}.", by=by)
    intake_actions.add_evidence_link(residency.conditions.get(number=1), title="Web analytics", url="https://example.org/analytics", by=by)
    return residency


def complete_draft(**fields: Any) -> Residency:
    """A draft that could be sent."""
    by = fields.setdefault("by", applicant())
    return fill_in(draft_residency(**fields), by=by)


def submitted_residency(**fields: Any) -> Residency:
    """An intake that waits in the queue."""
    by = fields.setdefault("by", applicant())
    return intake_actions.submit_intake(complete_draft(**fields), by=by)


def residency_in_review(*, reviewer: User | None = None, **fields: Any) -> Residency:
    """An intake that `reviewer` has taken up."""
    return review_actions.take_up(submitted_residency(**fields), by=reviewer or ops())


def find_all(residency: Residency, verdict: str = "met", *, by: User) -> Residency:
    """A drafted finding on each of the six conditions."""
    for condition in Condition.objects.filter(residency=residency):
        review_actions.decide_condition(condition, verdict=verdict, reason=f"Seen for condition {condition.number}.", by=by)
    return residency


def qualified_residency(*, reviewer: User | None = None, **fields: Any) -> Residency:
    """A residency whose six conditions are all met, ready for an agreement; kept by `by=` (a new applicant unless told)."""
    reviewer = reviewer or ops()
    residency = find_all(residency_in_review(reviewer=reviewer, **fields), by=reviewer)
    return review_actions.qualify(residency, by=lead())


def acts_of(residency: Residency) -> list[str]:
    """What its ledger says happened, in order."""
    return list(residency.stream.events.order_by("seq").values_list("act", flat=True))
