"""Move the signs of coaching phases to items of checklists, and keep phases from overlapping (EL-05).

Each sign that is ticked becomes a ticked item with its day, its note and who ticked it. A sign that was unticked has no item; what
was recorded of it is in the ledger. The signs' text is repeated here, because the library may change. The phase of a residency that
has ended ends with it.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db import migrations, models
from django.db.models.functions import Greatest
from django.utils import timezone

from ledger.migration_operations import NoOverlap

BATCH = 1000
ENDED = ("graduated", "pivoted", "declined", "withdrawn")
TEXTS = {
    "apply-agreement-read": "The program area has read the agreement.",
    "apply-support-needed": "Its own organization can’t give it the support it needs.",
    "apply-methods-known": "It knows how Agile teams work.",
    "apply-agile-fits": "Agile fits the challenge.",
    "apply-leaders-met": "The leaders of both sides have met.",
    "apply-ready": "The readiness criteria are met.",
    "align-sponsors": "Executive sponsors have committed.",
    "align-priority": "The challenge is a priority.",
    "align-owner-named": "The product owner is named.",
    "align-engaged": "Stakeholders are engaged.",
    "align-needs-known": "The needs of key people are known.",
    "align-plan": "There is a plan to bring people along.",
    "resource-aligned": "The alignment session has been held.",
    "resource-team": "The team is hired or procured.",
    "resource-cost-known": "The total cost of ownership is known.",
    "resource-cfo": "The chief financial officer is engaged.",
    "discover-agreement": "The agreement is in force.",
    "discover-team": "The team is in place.",
    "discover-formed": "The team works as one.",
    "discover-community": "The team takes part in the community.",
    "discover-autonomy": "The product owner decides with confidence.",
    "discover-roadmap": "The first roadmap comes from alpha feedback.",
    "discover-executives": "Executives support the roadmap.",
    "deliver-backing": "Executives back the direction and will sustain it.",
    "deliver-resources": "The resources are confirmed.",
    "deliver-beta": "A beta is in users' hands.",
    "deliver-healthy": "Code and practices are healthy; velocity rises.",
    "deliver-sharing": "The team shares what others can reuse.",
    "deliver-end-to-end": "The journey works end to end.",
    "deliver-value": "A value report is out.",
    "sustain-beta": "The beta is released.",
    "sustain-backlog": "The backlog is shrinking.",
    "sustain-internal": "The team is made of the ministry's own people.",
    "sustain-expectations": "The product does what was expected.",
    "sustain-honest": "Everyone reports honestly on what was achieved.",
}


def move_signs(apps: Any, schema_editor: Any) -> None:
    tables = {name: apps.get_model("oversight", name) for name in ("Checklist", "ChecklistItem")}
    signs = apps.get_model("residencies", "PhaseSign").objects.filter(to_at=None).select_related("residency").order_by("pk")
    rows = signs.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        _move(batch, tables)


def _move(signs: list[Any], tables: dict[str, Any]) -> None:
    lists = tables["Checklist"].objects
    wanted = {(sign.residency.stream_id, _list_of(sign)) for sign in signs}
    of_batch = lists.filter(stream__in={stream for stream, _code in wanted}, code__startswith="phase-")
    known = set(of_batch.values_list("stream", "code"))
    lists.bulk_create(tables["Checklist"](stream_id=stream, code=code) for stream, code in sorted(wanted - known))
    checklists = {(checklist.stream_id, checklist.code): checklist for checklist in of_batch.all()}
    tables["ChecklistItem"].objects.bulk_create(
        tables["ChecklistItem"](
            checklist=checklists[sign.residency.stream_id, _list_of(sign)],
            code=sign.sign,
            position=0,
            text=TEXTS.get(sign.sign, sign.sign),
            anchor="date",
            state="done",
            done_on=timezone.localdate(sign.from_at),
            done_by_id=sign.by_id,
            note=sign.note,
        )
        for sign in signs
    )


def _list_of(sign: Any) -> str:
    return f"phase-{sign.sign.partition('-')[0]}"


def end_phases(apps: Any, schema_editor: Any) -> None:
    """End the open phase of each residency that has ended."""
    residencies = apps.get_model("residencies", "Residency")
    ended_on = residencies.objects.filter(pk=models.OuterRef("residency")).values("ended_on")[:1]
    spans = apps.get_model("residencies", "PhaseSpan").objects.filter(to_on=None, residency__state__in=ENDED)
    spans.filter(residency__ended_on__isnull=False).update(to_on=Greatest(models.F("from_on"), models.Subquery(ended_on)))


class Migration(migrations.Migration):
    dependencies = [("residencies", "0006_conversations"), ("oversight", "0002_checklists")]
    operations = [
        migrations.AddField("phasespan", "note", models.CharField(blank=True, max_length=500)),
        migrations.AddIndex(
            "phasespan",
            models.Index(fields=["phase", "-to_on"], condition=models.Q(to_on__isnull=False), name="residencies_phases_over"),
        ),
        migrations.RunPython(move_signs, migrations.RunPython.noop),
        migrations.RunPython(end_phases, migrations.RunPython.noop),
        migrations.DeleteModel(name="PhaseSign"),
        NoOverlap("residencies_phasespan", "residency_id", "from_on", "to_on"),
    ]
