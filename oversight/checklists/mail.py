"""Mail about tasks: reminders that one is due (EL-60, EL-72)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template

TASK = Place("task", _("the task"), _("Privacy impact assessment"), needed=True)
DUE_DAY = Place("day", _("the date it is due"), "31 August 2026")
REQUIRED = Place("required", _("the step it’s required for, if any"), _("Required before going live."))
LINK = Place(
    "link",
    _("the task’s page, for people with an account; empty for others"),
    "https://portal.example.org/residencies/XL-2026-014/tasks/7/",
)

TEMPLATES = (
    Template(
        _("Due {day}: {task}, {about}"),
        _(
            """Hello {name},

You own this task for {about}: {task}.

It is due on {day}. {required}

When it is done, mark it as done here:
{link}

If someone else should do it, or the date doesn't work, reply to this email.

{lab}"""
        ),
        wording="ahead",
        when=_("up to the due date"),
    ),
    Template(
        _("Overdue: {task}, {about}"),
        _(
            """Hello {name},

You own this task for {about}: {task}.

It was due on {day}. {required}

If it is done, mark it as done here:
{link}

If you need help with it, reply to this email. You'll get more reminders until the task is done.

{lab}"""
        ),
        wording="late",
        when=_("after the due date"),
    ),
)
TASK_DUE = MessageKind("task-due", _("A task is due"), TEMPLATES, places=(TASK, DUE_DAY, REQUIRED, LINK), optional=True, may_wait=True)
TRANSITION_DUE = MessageKind(
    "transition-task-due",
    _("A task is due after a pivot"),
    TEMPLATES,
    places=(TASK, DUE_DAY, REQUIRED, LINK),
    optional=True,
    may_wait=True,
)
