"""What a status report says about a subject's tasks (EL-96)."""

from __future__ import annotations

import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.subjects import Subject
from oversight.checklists.library import ticked_lists
from oversight.models import ChecklistItem, TaskState
from oversight.models.checklists import LEFT
from oversight.status.facts import Contribution, Figure, Period, named, status_facts
from web.templatetags.portal import day

AHEAD = datetime.timedelta(days=30)


@status_facts(place=30)
def tasks(subject: Subject, period: Period) -> Contribution:
    """Return the tasks completed in the period, overdue ones, and those due within 30 days; one query."""
    rows = ChecklistItem.objects.filter(checklist__stream=subject.stream_id, checklist__after_end=False, closed=False)
    rows = rows.exclude(checklist__code__in=ticked_lists())
    left = Q(state__in=LEFT)
    wanted = rows.filter(left | Q(state=TaskState.DONE)).order_by("due_on", "position", "pk")
    items = list(wanted.values_list("text", "state", "due_on", "done_on"))
    done = [text for text, state, _due_on, done_on in items if state == TaskState.DONE and period.covers(done_on)]
    dated = [(text, due_on) for text, state, due_on, _done_on in items if state in LEFT and due_on]
    overdue = [text for text, due_on in dated if due_on < period.today]
    ahead = [(text, due_on) for text, due_on in dated if period.today <= due_on <= period.today + AHEAD]
    finished = sum(state == TaskState.DONE for _text, state, _due_on, _done_on in items)
    return Contribution(
        facts={"tasks_overdue": len(overdue), "tasks_done": len(done)},
        done=(_completed(done),) if done else (),
        upcoming=(*((_overdue(overdue),) if overdue else ()), *((_due(ahead),) if ahead else ())),
        figures=(Figure("tasks", _("Tasks done"), _("%(done)d of %(all)d") % {"done": finished, "all": len(items)}),) if items else (),
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
