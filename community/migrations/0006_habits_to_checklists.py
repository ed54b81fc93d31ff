"""Move community habits to items of a checklist (EL-46).

Each habit that a team has becomes a ticked item with its day, its links and who recorded it. A habit that was undone has no item;
what was recorded of it is in the ledger. The habits' text is repeated here, because the library may change.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db import migrations

LIST = "habits"
BATCH = 1000
TEXTS = {
    "chat": "Joined Rocket.Chat",
    "devhub": "Uses and contributes to DevHub",
    "code": "Code in public GitHub repositories",
    "components": "Components in the common components library",
    "data": "Open data sets published",
}
NEED_EVIDENCE = ("code", "components", "data")


def move_habits(apps: Any, schema_editor: Any) -> None:
    models = {name: apps.get_model("oversight", name) for name in ("Checklist", "ChecklistItem", "TaskEvidence")}
    habits = apps.get_model("community", "HabitDone").objects.filter(undone_at=None).select_related("residency").order_by("pk")
    rows = habits.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        _move(batch, models)


def _move(habits: list[Any], models: dict[str, Any]) -> None:
    lists = models["Checklist"].objects
    streams = {habit.residency.stream_id for habit in habits}
    known = set(lists.filter(code=LIST, stream__in=streams).values_list("stream", flat=True))
    lists.bulk_create(models["Checklist"](stream_id=stream, code=LIST, after_end=True) for stream in sorted(streams - known))
    checklists = {checklist.stream_id: checklist for checklist in lists.filter(code=LIST, stream__in=streams)}
    items = models["ChecklistItem"].objects.bulk_create(
        models["ChecklistItem"](
            checklist=checklists[habit.residency.stream_id],
            code=habit.habit,
            position=0,
            text=TEXTS[habit.habit],
            anchor="date",
            evidence_needed=habit.habit in NEED_EVIDENCE,
            state="done",
            done_on=habit.done_on,
            done_by_id=habit.noted_by_id,
        )
        for habit in habits
    )
    models["TaskEvidence"].objects.bulk_create(
        models["TaskEvidence"](item=item, url=link, added_by_id=habit.noted_by_id, added_at=habit.noted_at)
        for item, habit in zip(items, habits, strict=True)
        for link in habit.links
    )


class Migration(migrations.Migration):
    dependencies = [("community", "0005_benefit_owners"), ("oversight", "0002_checklists")]
    operations = [
        migrations.RunPython(move_habits, migrations.RunPython.noop),
        migrations.DeleteModel(name="HabitDone"),
    ]
