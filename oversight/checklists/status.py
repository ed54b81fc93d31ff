"""What a status report says about a subject's tasks (EL-96)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ledger.subjects import Subject
from oversight.checklists.library import ticked_lists
from oversight.models import ChecklistItem, TaskState
from oversight.models.checklists import LEFT
from oversight.status.facts import named
from oversight.status.sources import Contribution, Figure, Period, Rows, Source, SourceRow, SourceTable, status_source
from web.templatetags.portal import day

AHEAD = datetime.timedelta(days=30)


def read(subject: Subject, period: Period) -> Iterator[SourceRow]:
    """Yield the tasks that are open or done; one query."""
    rows = ChecklistItem.objects.filter(checklist__stream=subject.stream_id, checklist__after_end=False, closed=False)
    rows = rows.exclude(checklist__code__in=ticked_lists()).filter(Q(state__in=LEFT) | Q(state=TaskState.DONE))
    for pk, text, *values in rows.order_by("due_on", "position", "pk").values_list("pk", "text", "state", "due_on", "done_on"):
        yield SourceRow("task", pk, text, dict(zip(("state", "due_on", "done_on"), values, strict=True)))


def count(rows: Rows, period: Period) -> Contribution:
    """Return the tasks completed in the period, overdue ones, and those due within 30 days."""
    items = rows["task"]
    finished = [row for row in items if row.values["state"] == TaskState.DONE]
    done = [row.label for row in finished if period.covers(row.day("done_on"))]
    dated = [(row.label, due_on) for row in items if row.values["state"] in LEFT and (due_on := row.day("due_on"))]
    overdue = [text for text, due_on in dated if due_on < period.today]
    ahead = [(text, due_on) for text, due_on in dated if period.today <= due_on <= period.today + AHEAD]
    numbers = {"done": len(finished), "all": len(items)}
    return Contribution(
        facts={"tasks_overdue": len(overdue), "tasks_done": len(done)},
        done=(_completed(done),) if done else (),
        upcoming=(*((_overdue(overdue),) if overdue else ()), *((_due(ahead),) if ahead else ())),
        figures=(Figure("tasks", _("Tasks done"), _("%(done)d of %(all)d") % numbers, numbers),) if items else (),
    )


def _completed(names: list[str]) -> str:
    sentence = ngettext("Completed %(count)d task: %(names)s.", "Completed %(count)d tasks: %(names)s.", len(names))
    return sentence % {"count": len(names), "names": named(names)}


def _overdue(names: list[str]) -> str:
    sentence = ngettext("Complete %(count)d overdue task: %(names)s.", "Complete %(count)d overdue tasks: %(names)s.", len(names))
    return sentence % {"count": len(names), "names": named(names)}


def _due(items: list[tuple[str, datetime.date]]) -> str:
    names = [f"{text} ({day(due_on)})" for text, due_on in items]
    sentence = ngettext(
        "Complete %(count)d task due in the next 30 days: %(names)s.",
        "Complete %(count)d tasks due in the next 30 days: %(names)s.",
        len(names),
    )
    return sentence % {"count": len(names), "names": named(names)}


TASK = SourceTable(
    gettext_lazy("Task"),
    {"state": gettext_lazy("state"), "due_on": gettext_lazy("due date"), "done_on": gettext_lazy("completed on")},
    {"state": dict(TaskState.choices)},
)
FACTS = {"tasks_overdue": gettext_lazy("Overdue tasks"), "tasks_done": gettext_lazy("Tasks completed in the period")}
status_source(Source("tasks", 30, {"task": TASK}, FACTS, read, count))
