"""Move the records of privacy and security assessments to tasks on a checklist (EL-72).

A residency in residence or live gets all seven administrative tasks; any other gets the two assessments, if anything was
recorded about them. The tasks' text is repeated here, because the library may change.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import migrations
from django.utils import timezone

from dates.months import months_after
from dates.working_days import on_or_after, working_days_after

LIST = "administrative-tasks"
BATCH = 1000
# Code, text, help, months and working days after the start.
TASKS = (
    ("contract-management", "Set up contract management", "Who manages the contracts of the team’s vendors, and where the contracts are kept.", 0, 10),
    ("paying-resources", "Set up payment of contracted resources", "Who approves timesheets and invoices, and how they are paid each month.", 0, 20),
    ("onboarding", "Complete administrative requests and government onboarding", "Accounts, equipment, building access and screening for everyone on the team.", 0, 10),
    ("pia", "Privacy impact assessment", "The ministry’s privacy office signs it. Add the signed assessment, or a link to it.", 3, 0),
    ("stra", "Security threat and risk assessment", "The ministry’s information security officer signs it. Add the signed assessment, or a link to it.", 3, 0),
    ("software-licences", "Buy and assign software licences", "The licences the team works with, and who renews them.", 0, 15),
    ("team-hr", "Arrange human resources for the team", "Temporary assignments, backfill, supervision and leave of the government employees on the team.", 0, 20),
)  # fmt: skip
ASSESSMENTS = ("pia", "stra")
TEAM_AT_WORK = ("in_residence", "live")
ENDED = ("graduated", "pivoted", "declined", "withdrawn")


def move_assessments(apps: Any, schema_editor: Any) -> None:
    """Give each residency its list, and copy each assessment's record to its task."""
    models = {name: apps.get_model("oversight", name) for name in ("Checklist", "ChecklistItem", "TaskEvidence")}
    residencies = apps.get_model("residencies", "Residency").objects.order_by("pk").prefetch_related("assessments")
    rows = residencies.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        _move(batch, models)


def _move(residencies: list[Any], models: dict[str, Any]) -> None:
    recorded = {residency.pk: {a.kind: a for a in residency.assessments.all() if _says_something(a)} for residency in residencies}
    concerned = [residency for residency in residencies if residency.state in TEAM_AT_WORK or recorded[residency.pk]]
    lists = models["Checklist"].objects.bulk_create(models["Checklist"](stream_id=row.stream_id, code=LIST) for row in concerned)
    items, links = [], []
    for residency, checklist in zip(concerned, lists, strict=True):
        for item, url in _items(residency, checklist, recorded[residency.pk], models["ChecklistItem"]):
            items.append(item)
            links.append(url)
    made = models["ChecklistItem"].objects.bulk_create(items)
    evidence = (models["TaskEvidence"](item=item, url=url) for item, url in zip(made, links, strict=True) if url)
    models["TaskEvidence"].objects.bulk_create(evidence)


def _says_something(assessment: Any) -> bool:
    return bool(assessment.responsible or assessment.due_on or assessment.done_on or assessment.evidence_url)


def _items(residency: Any, checklist: Any, recorded: dict[str, Any], item_model: Any) -> Iterator[tuple[Any, str]]:
    """Yield the tasks of one list, each with the link that was recorded for it."""
    for position, (code, text, help_text, months, days) in enumerate(TASKS, start=1):
        if code not in ASSESSMENTS and residency.state not in TEAM_AT_WORK:
            continue
        assessment = recorded.get(code)
        item = item_model(
            checklist=checklist,
            code=code,
            position=position,
            text=text,
            help=help_text,
            anchor="start",
            offset_months=months,
            offset_days=days,
            blocks="live" if code in ASSESSMENTS else "",
            evidence_needed=code in ASSESSMENTS,
        )
        item.due_on, item.due_by_hand = _due(residency.started_on, months, days)
        if assessment:
            _copy(assessment, item)
        item.closed = residency.state in ENDED and item.state == "open"
        yield item, assessment.evidence_url if assessment else ""


def _due(started_on: datetime.date | None, months: int, days: int) -> tuple[datetime.date | None, bool]:
    """Return a task's due date and whether it was set by hand. A date in the past is dropped, so that no task is overdue from the start."""
    if started_on is None:
        return None, False
    due_on = on_or_after(months_after(started_on, months)) if months else working_days_after(started_on, days)
    return (due_on, False) if due_on >= timezone.localdate() else (None, True)


def _copy(assessment: Any, item: Any) -> None:
    """Copy an assessment's record. One that was done without a link stays done, and going live requires the link."""
    if assessment.due_on:
        item.due_on, item.due_by_hand = assessment.due_on, True
    if assessment.done_on:
        item.state, item.done_on = "done", assessment.done_on
    if assessment.responsible:
        item.note = f"Person responsible: {assessment.responsible}"


class Migration(migrations.Migration):
    dependencies = [("residencies", "0004_revision"), ("oversight", "0002_checklists")]
    operations = [
        migrations.RunPython(move_assessments, migrations.RunPython.noop),
        migrations.DeleteModel(name="Assessment"),
    ]
