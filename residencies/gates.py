"""What the lifecycle asks of a residency itself: reads facts, calls rules, never writes."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from findings import Finding, blocking
from residencies import intake_rules, rules
from residencies.figures import all_figures
from residencies.models import Condition, ConditionFinding, Conversation, GraduationPlan, Intake, Question, Residency
from residencies.states import State


def verdicts(residency: Residency) -> dict[int, str]:
    """The verdict on each condition of one residency; see `verdicts_of`."""
    return verdicts_of([residency])[residency.pk]


def verdicts_of(residencies: Collection[Residency]) -> dict[int, dict[int, str]]:
    """The verdict on each condition, by residency and number: the latest that was sent (EL-12); one query.

    A verdict binds to the case and evidence that it was given to. Once they changed it is `EARLIER_WORDING`,
    which no gate takes for "met".
    """
    sent = ConditionFinding.objects.filter(condition__residency__in=residencies, sent_at__isnull=False).order_by("review__number")
    latest: dict[int, dict[int, str]] = {residency.pk: {} for residency in residencies}
    rows = sent.values_list("condition__residency", "condition__number", "verdict", "case_version", "condition__version")
    for pk, number, verdict, decided_on, current in rows:
        latest[pk][number] = verdict if decided_on == current else rules.EARLIER_WORDING
    return latest


def six_conditions_met(residency: Residency, on: datetime.date) -> list[Finding]:
    """All six conditions are met, as the lab's latest sent findings on today's words say (EL-13)."""
    return list(rules.unmet_conditions(verdicts(residency)))


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


def brief_of(residency: Residency) -> intake_rules.Brief:
    """The intake as the facts that rules read, in three queries."""
    intake = next(iter(Intake.objects.filter(residency=residency).annotate(need_count=Count("needs"))))
    held = Condition.objects.filter(residency=residency).annotate(held=Count("evidence", filter=Q(evidence__withdrawn_at=None)))
    conditions = list(held.values_list("number", "case", "held"))
    open_questions = Question.objects.filter(review__residency=residency, answer="").order_by().values("condition__number")
    return intake_rules.Brief(
        texts={"product": residency.product, "problem": residency.problem} | {name: getattr(intake, name) for name in TEXTS},
        cases={number: case for number, case, _held in conditions},
        evidence={number: count for number, _case, count in conditions},
        needs=intake.need_count,
        unanswered=dict(open_questions.annotate(count=Count("pk")).values_list("condition__number", "count")),
        **{name: getattr(intake, name) for name in PLAIN},
    )


def intake_complete(residency: Residency, on: datetime.date) -> list[Finding]:
    """Everything that the intake holds has been filled in, and every question of the lab answered (EL-10, EL-14)."""
    return list(intake_rules.missing(brief_of(residency)))


def readiness(residency: Residency, on: datetime.date) -> list[Finding]:
    """What beside the six conditions would make a good start less likely: warns, never blocks alone (EL-15)."""
    return list(intake_rules.readiness(brief_of(residency), all_figures(on)))


def readiness_facts(residency: Residency, on: datetime.date) -> list[intake_rules.Fact]:
    """What the intake says of readiness, each with whether it is enough (EL-15)."""
    return intake_rules.readiness_facts(brief_of(residency), all_figures(on))


def questions_asked(residency: Residency, on: datetime.date) -> list[Finding]:
    """The open review asks the program area at least one thing (EL-14)."""
    if Question.objects.filter(review__residency=residency, review__closed_at=None).exists():
        return []
    message = _("Nothing is asked yet.")
    remedy = _("Find a condition “more needed” and say what is missing, or write a question.")
    return [blocking("no-question", message, remedy, "review")]


def takes_agreements(residency: Residency, on: datetime.date) -> list[Finding]:
    """The residency is qualified and has not ended."""
    if residency.state in (State.QUALIFIED, State.AGREEMENT, State.IN_RESIDENCE, State.LIVE):
        return []
    params = {"product": residency.product, "state": residency.get_state_display()}
    message = _("%(product)s is at “%(state)s”: an agreement is made once the lab has qualified it.") % params
    return [blocking("not-qualified", message, _("Qualify the intake first."), "review")]


def assessments_done(residency: Residency, on: datetime.date) -> list[Finding]:
    """Privacy and security assessments are done (EL-72)."""
    return list(rules.undone_assessments({assessment.kind: assessment.done_on for assessment in residency.assessments.all()}, on))


def graduation_plan_exists(residency: Residency, on: datetime.date) -> list[Finding]:
    """The plan to go home is complete in its main parts (EL-81)."""
    return list(rules.missing_plan_parts(_plan_of(residency)))


def plan_carried_out(residency: Residency, on: datetime.date) -> list[Finding]:
    """The plan is complete and was carried out (EL-82)."""
    plan = _plan_of(residency)
    findings, carried_out_on = list(rules.missing_plan_parts(plan)), plan.get("carried_out_on")
    if carried_out_on is None or carried_out_on > on:
        message = _("The graduation plan has not been carried out yet.")
        findings.append(blocking("plan-not-carried-out", message, _("Record the day it was."), "graduation"))
    return findings


def _plan_of(residency: Residency) -> dict[str, Any]:
    """What the plan to go home says; nothing where there is none."""
    return GraduationPlan.objects.filter(residency=residency).values(*rules.PLAN_PARTS, "carried_out_on").first() or {}


def conversation_held(residency: Residency, on: datetime.date) -> list[Finding]:
    """A conversation was held and ended in a pivot (EL-84, EL-85)."""
    if Conversation.objects.to_a_pivot().filter(residency=residency, held_on__lte=on).exists():
        return []
    message = _("No conversation about an expectation that can't be met has ended in a pivot.")
    remedy = _("Hold the conversation with the six groups and record its outcome.")
    return [blocking("no-conversation", message, remedy, "conversations")]
