"""What a status report says about a subject's agreements (EL-34, EL-96)."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import AgreementVersion
from agreements.models.agreement import State
from dates.moments import moment_of
from ledger.subjects import Subject
from oversight.status.facts import Contribution, Period, status_facts
from web.templatetags.portal import day


@status_facts(place=25)
def agreements(subject: Subject, period: Period) -> Contribution:
    """Return the versions that came into force in the period, and those out for signature; one query."""
    rows = AgreementVersion.objects.filter(agreement__stream=subject.stream_id, agreement__voided_at=None)
    rows = (
        rows.filter(Q(in_force_at__gte=moment_of(period.start)) | Q(state=State.CIRCULATED))
        .select_related("agreement")
        .order_by("agreement", "number")
    )
    versions = list(rows.defer("canonical"))
    done = [
        _("%(agreement)s came into force on %(day)s.") % {"agreement": version, "day": day(timezone.localdate(version.in_force_at))}
        for version in versions
        if version.in_force_at
    ]
    upcoming = [_("Collect the signatures on %(agreement)s.") % {"agreement": version} for version in versions if version.is_open]
    return Contribution({"versions_out": len(upcoming)}, tuple(done), tuple(upcoming))
