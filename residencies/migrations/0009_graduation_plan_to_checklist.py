"""Move the texts of graduation plans to the parts of a checklist (EL-81).

A residency in residence or live gets a plan; any other only if something was written in it. The parts' text is repeated
here, because the library may change.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import migrations
from django.db.models import Count, Min
from django.db.models.functions import Lower
from django.utils import timezone

from dates.months import months_after
from dates.working_days import on_or_before

LIST = "graduation-plan"
BATCH = 1000
# Code, the field that had its words, text, help, and months before graduation.
PARTS = (
    ("home", "home", "Home in the ministry", "The branch that the team and the product join, and who leads it. Done when the branch has confirmed it.", 3),
    ("people", "people", "Staffing after graduation", "Who stays with the product, and which positions the ministry still has to fill. Done when every position is filled.", 2),
    ("vendor-handover", "", "Handover from vendors", "Who takes over from each vendor, and by when. Done when the successors work without the vendors.", 1),
    ("funding", "funding", "Ongoing funding", "What the product costs in a year and which budget pays for it. Done when the budget is approved.", 3),
    ("product-ownership", "product_ownership", "Product ownership", "Who decides what is built next, and who stands in for them. Done when they have taken it on.", 2),
    ("upkeep", "upkeep", "Hosting and security", "Who hosts the product, keeps it secure and answers when it fails. Done when they have taken it over.", 1),
    ("next-products", "next_products", "Next products", "What the team works on next in the ministry. Done when the ministry has agreed to it.", 1),
    ("risks", "risks", "Risks of disruption", "What could interrupt the service during the move, and what prevents it. Done when each risk is dealt with.", 1),
)  # fmt: skip
TEXTS = [field for _code, field, *_rest in PARTS if field]
TEAM_AT_WORK = ("in_residence", "live")
ENDED = ("graduated", "pivoted", "declined", "withdrawn")


def move_plans(apps: Any, schema_editor: Any) -> None:
    """Give each residency its plan as a checklist, with the words that were written."""
    models = {name: apps.get_model("oversight", name) for name in ("Checklist", "ChecklistItem")}
    people = _people_by_name(apps.get_model("people", "Person"))
    rows = apps.get_model("residencies", "GraduationPlan").objects.select_related("residency").order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        plans = [plan for plan in batch if plan.residency.state in TEAM_AT_WORK or _says_something(plan)]
        lists = models["Checklist"].objects.bulk_create(
            models["Checklist"](stream_id=plan.residency.stream_id, code=LIST) for plan in plans
        )
        models["ChecklistItem"].objects.bulk_create(
            item for plan, checklist in zip(plans, lists, strict=True) for item in _items(plan, checklist, people, models["ChecklistItem"])
        )


def _people_by_name(person: Any) -> dict[str, int]:
    """Return the keys of people by name in lower case. Names that several people share are left out."""
    rows = person.objects.filter(merged_into=None).order_by().values(key=Lower("name")).annotate(count=Count("pk"), pk_of=Min("pk"))
    return dict(rows.filter(count=1).values_list("key", "pk_of"))


def _says_something(plan: Any) -> bool:
    return bool(plan.carried_out_on or plan.responsible or any(getattr(plan, field) for field in TEXTS))


def _items(plan: Any, checklist: Any, people: dict[str, int], item_model: Any) -> Iterator[Any]:
    owner = people.get(plan.responsible.strip().lower())
    for position, (code, field, text, help_text, months) in enumerate(PARTS, start=1):
        words = getattr(plan, field).strip() if field else ""
        if code == "home" and plan.responsible and owner is None:
            words = f"{words}\n\nPerson responsible for the plan: {plan.responsible}".strip()
        if code == "vendor-handover" and plan.people:
            words = "See “Staffing after graduation”."
        item = item_model(
            checklist=checklist,
            code=code,
            position=position,
            text=text,
            help=help_text,
            note=words,
            owner_id=owner if words else None,
            anchor="graduation",
            offset_months=-months,
            due_on=_due(plan.residency.graduation_due_on, months),
        )
        if plan.carried_out_on:
            item.state, item.done_on = "done", plan.carried_out_on
        item.closed = plan.residency.state in ENDED and item.state == "open"
        yield item


def _due(graduation_due_on: datetime.date | None, months: int) -> datetime.date | None:
    """Return when a part is due: on the day of graduation if its own day has passed, so that no part is overdue from the start."""
    if graduation_due_on is None:
        return None
    due_on = on_or_before(months_after(graduation_due_on, -months))
    today = timezone.localdate()
    return due_on if due_on >= today else graduation_due_on if graduation_due_on >= today else None


class Migration(migrations.Migration):
    dependencies = [("residencies", "0008_pivots"), ("oversight", "0007_longer_items"), ("people", "0005_bodies")]
    operations = [
        migrations.RunPython(move_plans, migrations.RunPython.noop),
        migrations.DeleteModel(name="GraduationPlan"),
    ]
