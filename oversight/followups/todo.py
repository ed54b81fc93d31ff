"""Home lines for follow-ups that weren't answered, and calendar dates for follow-ups (EL-56)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from oversight.models import FollowUp
from people.todo import MOST, OPS, TODO, DateKind, DateState, Entry, Line, Scope, about, dates_of, with_leads


@TODO.add
def unanswered_follow_ups(today: datetime.date) -> list[Line]:
    """Return lines for follow-ups without an answer two weeks after they were due, the longest overdue first. One query."""
    rows = FollowUp.objects.overdue(today).select_related("contact", *with_leads("stream")).order_by("due_on", "pk")
    return [
        Line(
            key=f"follow-up/{row.pk}",
            title=_("%(follow_up)s not answered") % {"follow_up": row},
            note=_("Asked: %(name)s") % {"name": row.contact.name} if row.contact else _("No contact"),
            verb=_("Follow up"),
            url=row.get_absolute_url(),
            since=row.due_on,
            due_on=row.due_on,
            roles=OPS,
            about=about(row.subject),
        )
        for row in rows[:MOST]
    ]


@dates_of(DateKind.FOLLOW_UP)
def dated_follow_ups(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """Yield follow-ups on the day they are due or were answered; one query."""
    dated = Q(answered_on=None, due_on__range=(start, end)) | Q(answered_on__range=(start, end))
    rows = scope.of(FollowUp.objects.filter(dated), "stream").select_related(*with_leads("stream"))
    for row in rows.order_by("due_on", "pk")[: scope.most]:
        title = _("%(follow_up)s answered") if row.answered_on else _("%(follow_up)s due")
        yield Entry(
            key=f"follow-up-{row.pk}",
            kind=DateKind.FOLLOW_UP.value,
            on=row.answered_on or row.due_on,
            title=title % {"follow_up": row},
            url=row.get_absolute_url(),
            state=(DateState.DONE if row.answered_on else DateState.DUE).value,
            about=about(row.subject),
        )
