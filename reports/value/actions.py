"""The act that seals a value report (EL-94, EL-97)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from ledger.subjects import Subject, lock
from reports import runs
from reports.models import ReportRun
from reports.value.document_kinds import KIND, labels_of
from reports.value.figures import CALCULATION, bytes_of
from web.templatetags.portal import day


@act("reports.seal_value_report")
def seal_value_report(subject: Subject, *, by: Actor) -> ReportRun:
    """Seal a subject's figures as they are known now, as a document that anyone can verify.

    Every act on money, savings and metrics locks the subject before it writes, and dates its rows after that. So under the same
    lock, nothing that is dated before now can still arrive, and the figures can be worked out again. Raises `Refused`
    (`letter-unprintable`, `ended`).
    """
    subject = lock(subject.stream)
    now = timezone.now()
    on = timezone.localdate(now)
    return runs.seal(
        subject.stream, KIND, title=lambda number: _("Value report %(number)d, %(day)s") % {"number": number, "day": day(on)},
        known=runs.Knowledge(on, now), calculation=CALCULATION, figures=bytes_of(CALCULATION, subject.stream_id, on, now),
        labels=labels_of(subject.stream_id), event="value-report-sealed", by=by,
    )  # fmt: skip
