"""The frame of a metric's pages, and the lookups of metrics and readings in addresses."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from ledger.subjects import Subject, kind_of_subject, subject_or_404
from metrics.models import Metric, Observation
from people.models import User

TAB = "value"


def framed(subject: Subject, **more: Any) -> dict[str, Any]:
    """Return the template context for the subject's frame, whatever its kind."""
    kind = kind_of_subject(subject)
    return {"base": kind.base, "subject": subject, kind.name: subject, "tab": TAB, **more}


def metric_or_404(user: User, reference: str, metric: int) -> Metric:
    """Return a metric. Raises `Http404` if `user` can't see its subject."""
    subject = subject_or_404(user, reference)
    row = Metric.objects.select_related("owner").filter(pk=metric, stream=subject.stream_id).first()
    if row is None:
        raise Http404(_("This metric doesn’t exist."))
    row.stream = subject.stream
    return row


def observation_or_404(user: User, reference: str, metric: int, observation: int) -> Observation:
    """Return a reading. Raises `Http404` if `user` can't see its subject."""
    parent = metric_or_404(user, reference, metric)
    row = Observation.objects.filter(pk=observation, metric=parent).first()
    if row is None:
        raise Http404(_("This reading doesn’t exist."))
    row.metric = parent
    return row
