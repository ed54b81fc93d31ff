"""Queries about follow-ups."""

from __future__ import annotations

from django.http import Http404

from ledger.subjects import Subject, subject_or_404
from oversight.models import FollowUp
from people.models import User


def follow_ups_of(subject: Subject) -> list[FollowUp]:
    """Return a subject's follow-ups in order; one query."""
    return list(FollowUp.objects.filter(stream=subject.stream).select_related("contact"))


def follow_up_or_404(user: User, reference: str, follow_up: int) -> FollowUp:
    """Return a follow-up. Raises `Http404` if `user` can't see its subject."""
    subject = subject_or_404(user, reference)
    rows = FollowUp.objects.select_related("contact", "fallback", "answered_by")
    row = rows.filter(stream=subject.stream, pk=follow_up).first()
    if row is None:
        raise Http404(follow_up)
    row.stream = subject.stream
    return row
