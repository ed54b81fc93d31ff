"""Who can see a subject's metrics and savings, define them, and enter readings: the lab, its product owners, and a metric's owner by link (EL-90, EL-91)."""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from ledger.subjects import subject_of
from metrics.readings.links import ReadingLinkHolder
from people.permissions import KEEPS_SUBJECT, SEES_SUBJECT, declare


@rules.predicate
def sees_subject_of(user: Actor, part: Any) -> bool:
    """Return whether the account can see the subject of `part`: a metric, a reading, or a saving as it is seen from a subject."""
    return SEES_SUBJECT.test(user, part.subject)


@rules.predicate
def keeps_subject_of(user: Actor, part: Any) -> bool:
    return KEEPS_SUBJECT.test(user, part.subject)


@rules.predicate
def keeps_either_of(user: Actor, link: Any) -> bool:
    """Return whether the account keeps the subject that took a component, or the one that gave it."""
    return link is not None and any(KEEPS_SUBJECT.test(user, subject_of(stream)) for stream in (link.taker, link.giver))


@rules.predicate
def holds_reading_link(by: Actor, metric: Any) -> bool:
    """Return whether they came through a link for this metric."""
    return isinstance(by, ReadingLinkHolder) and by.may_record(metric)


@rules.predicate
def entered_by_link(by: Actor, observation: Any) -> bool:
    """Return whether they entered this reading through their link."""
    return isinstance(by, ReadingLinkHolder) and by.may_correct(observation)


declare(
    {
        "metrics.view_metrics": SEES_SUBJECT,
        "metrics.keep_metrics": KEEPS_SUBJECT,
        "metrics.view_metric": sees_subject_of,
        "metrics.keep_metric": keeps_subject_of,
        "metrics.record_reading": keeps_subject_of | holds_reading_link,
        "metrics.keep_reading": keeps_subject_of,
        "metrics.correct_reading": keeps_subject_of | entered_by_link,
        "metrics.view_saving": sees_subject_of,
        "metrics.keep_savings": KEEPS_SUBJECT,
        "metrics.keep_saving": keeps_subject_of,
        "metrics.keep_reuse": keeps_either_of,
    }
)
