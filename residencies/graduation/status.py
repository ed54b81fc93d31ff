"""What a status report says about a residency's releases and its graduation (EL-80, EL-96)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ledger.subjects import Subject
from oversight.status.facts import Contribution, Figure, Period, status_facts
from residencies.models import Release, Residency
from residencies.models.states import State
from web.templatetags.portal import day, days_from_now


@status_facts(place=20)
def releases(subject: Subject, period: Period) -> Contribution:
    """Return the releases in the period and the day graduation is due; one query. Other kinds of subject have neither."""
    if not isinstance(subject, Residency):
        return Contribution()
    rows = Release.objects.filter(residency=subject, released_on__range=(period.start, period.today))
    done = tuple(_line(row) for row in rows)
    due_on = subject.graduation_due_on if subject.state == State.LIVE else None
    if due_on is None:
        return Contribution({"graduation_days_late": 0}, done)
    late = max(0, (period.today - due_on).days)
    params = {"day": day(due_on), "when": days_from_now((due_on - period.today).days)}
    return Contribution(
        {"graduation_days_late": late},
        done,
        (_("Graduate; it’s due on %(day)s.") % params,),
        (Figure("graduation", _("Graduation due"), f"{params['day']} ({params['when']})"),),
    )


def _line(release: Release) -> str:
    params = {"stage": str(release.get_stage_display()).lower(), "day": day(release.released_on), "note": release.note}
    return (_("Released %(stage)s on %(day)s: %(note)s") if release.note else _("Released %(stage)s on %(day)s.")) % params
