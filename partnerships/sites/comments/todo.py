"""Follow-ups of clients' comments that are overdue, on home (people/todo.py; PB-48)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext as _

from ledger.subjects import has_ended
from partnerships.models import ClientComment
from people.todo import MOST, TODO, Line, about


@TODO.add
def overdue_comments(today: datetime.date) -> Iterator[Line]:
    """Yield overdue follow-ups, the oldest first, without anything personal; one query."""
    rows = ClientComment.objects.overdue(today).select_related("site__partnership__stream", "site__partnership__lead", "responsible__user")
    for row in rows.exclude(has_ended("site__partnership__stream")).order_by("due_on", "pk")[:MOST]:
        account = row.responsible.user if row.responsible else None
        yield Line(
            key=f"client-comment/{row.pk}",
            title=_("Follow up on a client’s comment: %(site)s") % {"site": row.site.name},
            verb=_("Follow up"),
            url=row.get_absolute_url(),
            since=row.received_on,
            due_on=row.due_on,
            about=about(row.partnership),
            assignee=account.pk if account else None,
            assignee_name=str(account) if account else "",
        )
