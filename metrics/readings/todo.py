"""Home lines for overdue readings, and calendar dates for readings that are due (EL-91)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ledger.subjects import has_ended
from metrics.figures import figure
from metrics.models import Metric
from people.lab import is_lab_staff
from people.todo import MOST, NOBODY, OPS, TODO, DateKind, DateState, Entry, Line, Scope, about, dates_of, with_leads

PATIENCE = datetime.timedelta(days=7)


@TODO.add
def late_readings(today: datetime.date) -> list[Line]:
    """Return lines for readings that are a week overdue, the longest first. If the owner isn't at the lab, the line is waiting for them. One query."""
    rows = Metric.objects.active().filter(next_due_on__lt=today - PATIENCE).exclude(has_ended("stream"))
    rows = rows.annotate(owner_at_lab=is_lab_staff("owner__user")).select_related("owner__user", *with_leads("stream"))
    return [_line(metric) for metric in rows.order_by("next_due_on", "pk")[:MOST]]


def _line(metric: Metric) -> Line:
    subject, owner = metric.subject, metric.owner
    at_lab = bool(metric.owner_at_lab)  # type: ignore[attr-defined]  # annotated
    assert metric.next_due_on is not None  # noqa: S101 - asked for by its day
    last = _("Last reading: %(value)s") % {"value": figure(metric.last_value, metric.unit)} if metric.last_on else _("No reading yet")
    return Line(
        key=f"reading/{metric.pk}/{metric.next_due_on}",
        title=_("Reading overdue: %(metric)s") % {"metric": metric},
        note=last,
        verb=_("Add a reading") if owner else _("Choose an owner"),
        url=reverse("reading-add" if owner else "metric-edit", args=[subject.reference, metric.pk]),
        since=metric.next_due_on,
        due_on=metric.next_due_on,
        roles=OPS,
        waits=owner is not None and not at_lab,
        about=about(subject),
        assignee=owner.user_id if owner and at_lab else None,
        assignee_name=owner.name if owner else "",
    )


@dates_of(DateKind.READING)
def readings_due(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """Yield the days on which readings are due; one query."""
    rows = Metric.objects.active().filter(next_due_on__range=(start, end)).exclude(has_ended("stream"))
    rows = rows.select_related("owner", *with_leads("stream"))
    # A reading is its owner's, or the lab lead's if the owner has no account.
    assigned = Q(pk__in=scope.of(rows.filter(owner__user=None), "stream").order_by().values("pk"))
    if scope.owner not in (None, NOBODY):
        assigned |= Q(owner__user=scope.owner)
    for metric in scope.of(rows, "stream", assigned=assigned).order_by("next_due_on", "pk")[: scope.most]:
        assert metric.next_due_on is not None  # noqa: S101 - asked for by its day
        yield Entry(
            key=f"reading-{metric.pk}",
            kind=DateKind.READING.value,
            on=metric.next_due_on,
            title=_("Reading due: %(metric)s") % {"metric": metric},
            url=metric.get_absolute_url(),
            state=DateState.DUE.value,
            about=about(metric.subject),
            assignee=metric.owner.user_id if metric.owner else None,
            assignee_name=metric.owner.name if metric.owner else "",
        )
