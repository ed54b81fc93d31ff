"""What rating rounds give the lab to do (people/todo.py; PB-29)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from dates.months import months_after
from partnerships.choices import Stage
from partnerships.models import Partnership, RatingRound
from partnerships.workspace.relationship.queries import EVERY_MONTHS
from people.todo import MOST, TODO, Line, about


@TODO.add
def late_rounds(today: datetime.date) -> Iterator[Line]:
    """Yield the open rounds that are past their due date, the oldest first; one query."""
    rows = RatingRound.objects.filter(ended_on=None, due_on__lt=today).select_related("partnership__stream", "partnership__lead")
    missing = Count("ratings", filter=Q(ratings__given_on=None))
    for each in rows.annotate(missing=missing).order_by("due_on", "pk")[:MOST]:
        yield Line(
            key=f"rating-round/{each.pk}",
            title=_("Ratings of the relationship missing: %(count)d") % {"count": each.missing},
            verb=_("Follow up"),
            url=reverse("relationship", args=[each.partnership.reference]),
            since=each.opened_on,
            due_on=each.due_on,
            about=about(each.partnership),
        )


@TODO.add
def rounds_to_open(today: datetime.date) -> Iterator[Line]:
    """Yield the operating partnerships whose partners haven't rated for half a year, the longest first; one query."""
    is_rating = RatingRound.objects.filter(partnership=OuterRef("pk"), ended_on=None)
    rows: QuerySet[Any] = Partnership.objects.filter(~Exists(is_rating), state=Stage.OPERATING).select_related("stream", "lead")
    rows = rows.annotate(last_on=Coalesce(Max("rating_rounds__ended_on"), F("started_on")))
    for row in rows.filter(last_on__lte=months_after(today, -EVERY_MONTHS)).order_by("last_on", "pk")[:MOST]:
        due_on = months_after(row.last_on, EVERY_MONTHS)
        yield Line(
            key=f"relationship/{row.pk}/{due_on}",
            title=_("Partners’ ratings of the relationship are due"),
            verb=_("Ask for ratings"),
            url=reverse("round-open", args=[row.reference]),
            since=row.last_on,
            due_on=due_on,
            about=about(row),
        )
