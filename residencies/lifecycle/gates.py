"""What the lifecycle asks of a residency itself: reads facts, calls rules, never writes."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from findings import Finding, blocking
from residencies import rules
from residencies.models import ConditionFinding, Conversation, GraduationPlan, Residency
from residencies.models.states import State


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
