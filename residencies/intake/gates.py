"""What the lifecycle asks of an intake: reads facts, calls rules, never writes."""

from __future__ import annotations

import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from findings import Finding, blocking
from residencies.intake import rules
from residencies.models import Condition, Intake, Question, Residency
from residencies.reference_data import all_figures

TEXTS = (
    "description", "for_whom", "looked_into", "permission", "funding_source", "proposed_team", "product_owner_name", "sponsors",
    "sensitivity", "openness_plan", "product_owner_title", "devops_plan", "sponsor_adm_name",
)  # fmt: skip
PLAIN = (
    "yearly_budget_dollars",
    "government_employees_planned",
    "devops_planned",
    "product_owner_full_time",
    "sponsor_up_to_adm",
    "sponsor_adm_on",
)


def brief_of(residency: Residency) -> rules.Brief:
    """The intake as the facts that rules read, in three queries."""
    intake = next(iter(Intake.objects.filter(residency=residency).annotate(need_count=Count("needs"))))
    held = Condition.objects.filter(residency=residency).annotate(held=Count("evidence", filter=Q(evidence__withdrawn_at=None)))
    conditions = list(held.values_list("number", "case", "held"))
    open_questions = Question.objects.filter(review__residency=residency, answer="").order_by().values("condition__number")
    return rules.Brief(
        texts={"product": residency.product, "problem": residency.problem} | {name: getattr(intake, name) for name in TEXTS},
        cases={number: case for number, case, _held in conditions},
        evidence={number: count for number, _case, count in conditions},
        needs=intake.need_count,
        unanswered=dict(open_questions.annotate(count=Count("pk")).values_list("condition__number", "count")),
        **{name: getattr(intake, name) for name in PLAIN},
    )


def intake_complete(residency: Residency, on: datetime.date) -> list[Finding]:
    """Everything that the intake holds has been filled in, and every question of the lab answered (EL-10, EL-14)."""
    return list(rules.missing(brief_of(residency)))


def readiness(residency: Residency, on: datetime.date) -> list[Finding]:
    """What beside the six conditions would make a good start less likely: warns, never blocks alone (EL-15)."""
    return list(rules.readiness(brief_of(residency), all_figures(on)))


def readiness_facts(residency: Residency, on: datetime.date) -> list[rules.Fact]:
    """What the intake says of readiness, each with whether it is enough (EL-15)."""
    return rules.readiness_facts(brief_of(residency), all_figures(on))


def questions_asked(residency: Residency, on: datetime.date) -> list[Finding]:
    """The open review asks the program area at least one thing (EL-14)."""
    if Question.objects.filter(review__residency=residency, review__closed_at=None).exists():
        return []
    message = _("Nothing is asked yet.")
    remedy = _("Find a condition “more needed” and say what is missing, or write a question.")
    return [blocking("no-question", message, remedy, "review")]
