"""What a status report says about a subject's agreements (EL-34, EL-96)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import AgreementVersion
from agreements.models.agreement import State
from dates.moments import moment_of
from ledger.subjects import Subject
from oversight.status.sources import Contribution, Period, Rows, Source, SourceRow, SourceTable, status_source
from web.templatetags.portal import day


def read(subject: Subject, period: Period) -> Iterator[SourceRow]:
    """Yield the versions that came into force since the period began, and those out for signature; one query."""
    rows = AgreementVersion.objects.filter(agreement__stream=subject.stream_id, agreement__voided_at=None)
    wanted = rows.filter(Q(in_force_at__gte=moment_of(period.start)) | Q(state=State.CIRCULATED)).order_by("agreement", "number")
    for version in wanted.select_related("agreement").defer("canonical"):
        in_force_on = timezone.localdate(version.in_force_at) if version.in_force_at else None
        yield SourceRow("version", version.pk, str(version), {"in_force_on": in_force_on, "is_open": version.is_open})


def count(rows: Rows, period: Period) -> Contribution:
    """Return the versions that came into force in the period, and those out for signature."""
    in_force = ((row.label, row.day("in_force_on")) for row in rows["version"])
    done = [
        _("%(agreement)s came into force on %(day)s.") % {"agreement": label, "day": day(in_force_on)}
        for label, in_force_on in in_force
        if in_force_on
    ]
    upcoming = [
        _("Collect the signatures on %(agreement)s.") % {"agreement": row.label} for row in rows["version"] if row.values["is_open"]
    ]
    return Contribution({"versions_out": len(upcoming)}, tuple(done), tuple(upcoming))


VERSION = SourceTable(
    gettext_lazy("Agreement"), {"is_open": gettext_lazy("sent to its parties"), "in_force_on": gettext_lazy("in force since")}
)
status_source(
    Source("agreements", 25, {"version": VERSION}, {"versions_out": gettext_lazy("Agreements that wait for signatures")}, read, count)
)
