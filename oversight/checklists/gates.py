"""Gates on a subject's tasks: the tasks that a step requires must be done (EL-72)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from findings import Finding
from findings.gates import HasStream, gate
from oversight.checklists import rules
from oversight.checklists.rules import RequiredTask
from oversight.models import Blocks, ChecklistItem


def required_tasks(subjects: Sequence[HasStream], on: datetime.date) -> dict[int, list[RequiredTask]]:
    """Return each subject's tasks that any step requires, by stream; one query."""
    tasks: dict[int, list[RequiredTask]] = {subject.stream_id: [] for subject in subjects}
    rows = ChecklistItem.objects.filter(checklist__stream__in=list(tasks)).exclude(blocks="").with_evidence()
    fields = ("code", "text", "blocks", "state", "done_on", "evidence_needed", "has_evidence")
    for stream, *facts in rows.order_by("checklist", "position").values_list("checklist__stream", *fields):
        tasks[stream].append(RequiredTask(**dict(zip(fields, facts, strict=True))))
    return tasks


@gate(reads=required_tasks, holds=_("Every task required before the start is done."))
def done_before_start(tasks: list[RequiredTask], on: datetime.date) -> Iterator[Finding]:
    """Require the tasks before the start to be done."""
    return rules.unsettled(tasks, Blocks.START, on)


@gate(reads=required_tasks, holds=_("Every task required before graduation is done."))
def done_before_graduation(tasks: list[RequiredTask], on: datetime.date) -> Iterator[Finding]:
    """Require the tasks before graduation to be done."""
    return rules.unsettled(tasks, Blocks.GRADUATE, on)
