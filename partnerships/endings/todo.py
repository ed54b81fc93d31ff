"""What partnerships give the lab to do, and their dates (people/todo.py; SP-06)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from partnerships.models import Decision
from people.todo import MOST, TODO, Line, about


@TODO.add
def decisions_due(today: datetime.date) -> Iterator[Line]:
    """Yield the decisions about partnerships that wait, the oldest first; one query."""
    rows = Decision.objects.filter(choice="").select_related("partnership__stream", "partnership__lead").order_by("due_on", "pk")
    for decision in rows[:MOST]:
        yield Line(
            key=f"partnership-decision/{decision.pk}",
            title=_("Decide whether the partnership continues: %(occasion)s") % {"occasion": decision.occasion},
            verb=_("Decide"),
            url=reverse("partnership-answer", args=[decision.partnership.reference, decision.pk]),
            since=decision.met_on,
            due_on=decision.due_on,
            about=about(decision.partnership),
        )
