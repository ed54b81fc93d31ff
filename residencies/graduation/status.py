"""What a status report says about a residency's releases and its graduation (EL-80, EL-96)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.subjects import Subject
from oversight.status.sources import Contribution, Figure, Period, Rows, Source, SourceRow, SourceTable, status_source
from residencies.models import Release, Residency
from residencies.models.states import State
from web.templatetags.portal import day, days_from_now


def read(subject: Subject, period: Period) -> Iterator[SourceRow]:
    """Yield the releases since the period began and the day graduation is due; one query. Other kinds of subject have neither."""
    if not isinstance(subject, Residency):
        return
    due_on = subject.graduation_due_on if subject.state == State.LIVE else None
    yield SourceRow("residency", subject.pk, subject.reference, {"graduation_due_on": due_on})
    for row in Release.objects.filter(residency=subject, released_on__gte=period.start):
        yield SourceRow("release", row.pk, str(row.get_stage_display()), {"released_on": row.released_on}, line=row.note)


def count(rows: Rows, period: Period) -> Contribution:
    """Return the releases in the period, and the day graduation is due."""
    if not rows["residency"]:
        return Contribution()
    done = tuple(_line(row) for row in rows["release"] if period.covers(row.day("released_on")))
    due_on = rows["residency"][0].day("graduation_due_on")
    if due_on is None:
        return Contribution({"graduation_days_late": 0}, done)
    ahead = (due_on - period.today).days
    params = {"day": day(due_on), "when": days_from_now(ahead)}
    return Contribution(
        {"graduation_days_late": max(0, -ahead)},
        done,
        (_("Graduate; it’s due on %(day)s.") % params,),
        (Figure("graduation", _("Graduation due"), f"{params['day']} ({params['when']})", {"due_on": due_on, "days": ahead}),),
    )


def _line(row: SourceRow) -> str:
    params = {"stage": row.label.lower(), "day": day(row.day("released_on")), "note": row.line}
    return (_("Released %(stage)s on %(day)s: %(note)s") if row.line else _("Released %(stage)s on %(day)s.")) % params


TABLES = {
    "residency": SourceTable(gettext_lazy("Residency"), {"graduation_due_on": gettext_lazy("graduation due")}),
    "release": SourceTable(gettext_lazy("Release"), {"released_on": gettext_lazy("date")}),
}
status_source(Source("graduation", 20, TABLES, {"graduation_days_late": gettext_lazy("Days that graduation is late")}, read, count))
