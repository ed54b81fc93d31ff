"""History sentences for acts on checklists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from ledger import history_text

VERBS = {
    "task-added": _("%(by)s added a task: %(task)s"),
    "task-planned": _("%(by)s changed a task: %(task)s"),
    "task-begun": _("%(by)s started a task: %(task)s"),
    "task-done": _("%(by)s completed a task: %(task)s"),
    "task-dismissed": _("%(by)s marked a task as not applicable: %(task)s"),
    "task-reopened": _("%(by)s reopened a task: %(task)s"),
    "task-evidence-added": _("%(by)s added evidence to a task: %(task)s"),
    "task-evidence-withdrawn": _("%(by)s withdrew evidence from a task: %(task)s"),
    "checklist-made": _("%(by)s added tasks: %(checklists)s"),
}


def tick_sentences(events: str, *, done: Any, undone: Any) -> dict[str, Any]:
    """Return the sentences for a ticked list whose events start with `events`."""
    return {
        f"{events}task-done": done,
        f"{events}task-reopened": undone,
        f"{events}task-evidence-added": _("%(by)s added evidence: %(task)s"),
        f"{events}task-evidence-withdrawn": _("%(by)s withdrew evidence: %(task)s"),
    }


history_text.register(
    sentences={
        **VERBS,
        **{f"transition-{name}": sentence for name, sentence in VERBS.items()},
        "tasks-moved": _("%(by)s moved the due dates of tasks: %(count)s"),
    },
    facts={
        "task": _("Task"),
        "tasks_added": None,
        "due_dates": None,
        "code": None,
        "checklist": _("List"),
        "shown_by": _("Evidence"),
        "was_done_on": _("Previously completed on"),
    },
)
