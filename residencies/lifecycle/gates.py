"""What the lifecycle asks of residencies themselves: reads facts, calls rules, never writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings import Finding, blocking
from findings.gates import HasStream, gate
from oversight.checklists.gates import required_tasks
from oversight.checklists.rules import RequiredTask, unsettled
from oversight.models import Blocks, ChecklistItem
from residencies.lifecycle import rules
from residencies.lifecycle.checklists import GRADUATION_PLAN
from residencies.lifecycle.rules import PlanPart
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


def plans(residencies: Sequence[HasStream], on: datetime.date) -> dict[int, list[PlanPart]]:
    """Return the parts of each residency's graduation plan, by stream; one query. Without a plan, all of its parts are empty."""
    parts: dict[int, list[PlanPart]] = {residency.stream_id: [] for residency in residencies}
    rows = ChecklistItem.objects.filter(checklist__stream__in=list(parts), checklist__code=GRADUATION_PLAN.code).order_by("position")
    for stream, code, text, note, owner, state, done_on in rows.values_list(
        "checklist__stream", "code", "text", "note", "owner", "state", "done_on"
    ):
        parts[stream].append(PlanPart(code, text, bool(note.strip()), owner is not None, state, done_on))
    empty = [PlanPart(item.code, str(item.text)) for item in GRADUATION_PLAN.items]
    return {stream: own or empty for stream, own in parts.items()}


@gate(reads=required_tasks, holds=gettext_lazy("The privacy and security assessments are done."))
def assessments_done(tasks: Sequence[RequiredTask], on: datetime.date) -> Iterator[Finding]:
    """Require both assessments to be done, with evidence, and every other task before going live (EL-72)."""
    yield from rules.undone_assessments(tasks, on)
    yield from unsettled((task for task in tasks if task.code not in rules.ASSESSMENTS), Blocks.LIVE, on)


@gate(reads=plans, holds=gettext_lazy("Every part of the graduation plan has text and an owner."))
def graduation_plan_exists(parts: Sequence[PlanPart], on: datetime.date) -> Iterator[Finding]:
    """Require every part of the graduation plan to be written and to have an owner (EL-81)."""
    return rules.missing_plan_parts(parts)


@gate(reads=plans, holds=gettext_lazy("Every part of the graduation plan is done."))
def plan_carried_out(parts: Sequence[PlanPart], on: datetime.date) -> Iterator[Finding]:
    """Require every part of the graduation plan to be done (EL-82)."""
    return rules.undone_plan_parts(parts, on)


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
