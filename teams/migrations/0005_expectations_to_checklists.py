"""Move what champions did of what is expected of them to items of a checklist (EL-44).

Each mark becomes a ticked item with its day and note, in the words of the expectation. A mark that was taken back has no item; what
was recorded of it, and who marked what, is in the ledger.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db import migrations

LIST = "expectations"
BATCH = 1000


def move_marks(apps: Any, schema_editor: Any) -> None:
    models = {name: apps.get_model("oversight", name) for name in ("Checklist", "ChecklistItem")}
    marks = apps.get_model("teams", "Fulfilment").objects.filter(taken_back_at=None)
    rows = marks.select_related("champion__team", "expectation").order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        _move(batch, models)


def _move(marks: list[Any], models: dict[str, Any]) -> None:
    lists = models["Checklist"].objects
    streams = {mark.champion.team.stream_id for mark in marks}
    known = set(lists.filter(code=LIST, stream__in=streams).values_list("stream", flat=True))
    lists.bulk_create(models["Checklist"](stream_id=stream, code=LIST) for stream in sorted(streams - known))
    checklists = {checklist.stream_id: checklist for checklist in lists.filter(code=LIST, stream__in=streams)}
    models["ChecklistItem"].objects.bulk_create(
        models["ChecklistItem"](
            checklist=checklists[mark.champion.team.stream_id],
            code=f"champion-{mark.champion_id}-{mark.expectation_id}",
            position=0,
            text=mark.expectation.text,
            owner_id=mark.champion.person_id,
            anchor="date",
            state="done",
            done_on=mark.done_on,
            note=mark.note,
        )
        for mark in marks
    )


class Migration(migrations.Migration):
    dependencies = [("teams", "0004_revision"), ("oversight", "0007_longer_items")]
    operations = [
        migrations.RunPython(move_marks, migrations.RunPython.noop),
        migrations.DeleteModel(name="Fulfilment"),
    ]
