"""What the lifecycle asks of residencies themselves: reads facts, calls rules, never writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings import Finding, blocking
from findings.gates import gate
from oversight.checklists.gates import required_tasks
from oversight.checklists.rules import RequiredTask, unsettled
from oversight.models import Blocks
from residencies.lifecycle import rules
from residencies.models import ConditionFinding, Conversation, Residency
from residencies.models.states import State


def verdicts(residency: Residency) -> dict[int, str]:
    """The verdict on each condition of one residency; see `verdicts_of`."""
    return verdicts_of([residency])[residency.stream_id]


def verdicts_of(residencies: Sequence[Residency], on: datetime.date | None = None) -> dict[int, dict[int, str]]:
    """The verdict on each condition, by stream and number: the latest that was sent, on whatever day (EL-12); one query.

    A verdict binds to the case and evidence that it was given to. Once they changed it is `EARLIER_WORDING`,
    which no gate takes for "met".
    """
    sent = ConditionFinding.objects.filter(condition__residency__in=residencies, sent_at__isnull=False).order_by("review__number")
    latest: dict[int, dict[int, str]] = {residency.stream_id: {} for residency in residencies}
    rows = sent.values_list("condition__residency__stream", "condition__number", "verdict", "case_version", "condition__revision")
    for stream, number, verdict, decided_on, current in rows:
        latest[stream][number] = verdict if decided_on == current else rules.EARLIER_WORDING
    return latest


@gate(reads=verdicts_of, holds=gettext_lazy("All six qualifying conditions are met."))
def six_conditions_met(verdicts: Mapping[int, str], on: datetime.date) -> Iterator[Finding]:
    """All six conditions are met, as the lab's latest sent findings on today's words say (EL-13)."""
    return rules.unmet_conditions(verdicts)


def _themselves(residencies: Sequence[Residency], on: datetime.date) -> dict[int, Residency]:
    return {residency.stream_id: residency for residency in residencies}


@gate(reads=_themselves, holds=gettext_lazy("The lab has qualified the intake."))
def takes_agreements(residency: Residency, on: datetime.date) -> Iterator[Finding]:
    """The residency is qualified and has not ended."""
    if residency.state not in (State.QUALIFIED, State.AGREEMENT, State.IN_RESIDENCE, State.LIVE):
        params = {"product": residency.product, "state": residency.get_state_display()}
        message = _("The status of %(product)s is “%(state)s”. It can have an agreement once the lab qualifies it.") % params
        yield blocking("not-qualified", message, _("Qualify the intake first."), "review")


@dataclass(frozen=True)
class WayHome:
    """What the plan to go home says, and when it was carried out."""

    plan: Mapping[str, str]
    carried_out_on: datetime.date | None


def ways_home(residencies: Sequence[Residency], on: datetime.date) -> dict[int, WayHome]:
    """Return the graduation plan of each of `residencies` by stream, as far as it is written; one query."""
    parts = {part: F(f"graduation_plan__{part}") for part in rules.PLAN_PARTS}
    plans: dict[int, Any] = {}
    rows = Residency.objects.filter(pk__in=[residency.pk for residency in residencies]).order_by()
    for row in rows.values("stream", "graduation_plan__carried_out_on", **parts):
        plans[row["stream"]] = row
    return {
        stream: WayHome({part: plan[part] or "" for part in parts}, plan["graduation_plan__carried_out_on"])
        for stream, plan in plans.items()
    }


@gate(reads=required_tasks, holds=gettext_lazy("The privacy and security assessments are done."))
def assessments_done(tasks: Sequence[RequiredTask], on: datetime.date) -> Iterator[Finding]:
    """Require both assessments to be done, with evidence, and every other task before going live (EL-72)."""
    yield from rules.undone_assessments(tasks, on)
    yield from unsettled((task for task in tasks if task.code not in rules.ASSESSMENTS), Blocks.LIVE, on)


@gate(reads=ways_home, holds=gettext_lazy("The graduation plan is complete."))
def graduation_plan_exists(way: WayHome, on: datetime.date) -> Iterator[Finding]:
    """The plan to go home is complete in its main parts (EL-81)."""
    return rules.missing_plan_parts(way.plan)


@gate(reads=ways_home, holds=gettext_lazy("The graduation plan was carried out."))
def plan_carried_out(way: WayHome, on: datetime.date) -> Iterator[Finding]:
    """The plan is complete and was carried out (EL-82)."""
    yield from rules.missing_plan_parts(way.plan)
    if way.carried_out_on is None or way.carried_out_on > on:
        message = _("The graduation plan has not been carried out yet.")
        yield blocking("plan-not-carried-out", message, _("Record the date it was carried out."), "graduation")


def _to_a_pivot(residencies: Sequence[Residency], on: datetime.date) -> dict[int, bool]:
    """Whether a conversation about each of `residencies` was held by then and ended in a pivot; one query."""
    held = Conversation.objects.to_a_pivot().filter(residency__in=residencies, held_on__lte=on)
    pivoted = set(held.values_list("residency", flat=True))
    return {residency.stream_id: residency.pk in pivoted for residency in residencies}


@gate(reads=_to_a_pivot, holds=gettext_lazy("A conversation was held and ended in a pivot."))
def conversation_held(came_to_a_pivot: bool, on: datetime.date) -> Iterator[Finding]:
    """A conversation was held and ended in a pivot (EL-84, EL-85)."""
    if not came_to_a_pivot:
        message = _("No conversation about an expectation that can't be met has ended in a pivot.")
        remedy = _("Hold the conversation with the six groups and record its outcome.")
        yield blocking("no-conversation", message, remedy, "conversations")
