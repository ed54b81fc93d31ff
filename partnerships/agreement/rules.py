"""What an auditor would find in an agreement on a day (SP-06). Plain facts in, findings out; none of them blocks anything."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from findings import Finding, Severity

Topics = Mapping[str, tuple[str, Sequence[str]]]
"""Topics by code: what they are called, and the words of which a heading has one."""


@dataclass(frozen=True)
class Audited:
    """An agreement in force on a day, with what decides whether it is in order. `until` is its last day, if it names one."""

    reference: str
    name: str
    url: str
    has_owner: bool
    needs_review: bool
    review_on: datetime.date | None
    started_on: datetime.date | None
    first_in_force_on: datetime.date
    until: datetime.date | None
    is_operating: bool
    headings: tuple[str, ...]


def _warns(code: str, message: str) -> Finding:
    return Finding(code, Severity.WARNS, message)


def missing_topics(headings: Sequence[str], topics: Topics) -> list[str]:
    """Return the topics that no clause covers: none of its words is in a heading."""
    folded = [heading.casefold() for heading in headings]
    return [label for label, words in topics.values() if not any(word in heading for word in words for heading in folded)]


def audit(agreement: Audited, topics: Topics, on: datetime.date) -> Iterator[Finding]:
    """Yield everything that isn't in order on the day `on`."""
    for topic in missing_topics(agreement.headings, topics):
        yield _warns("topic-missing", _("No clause covers %(topic)s. Propose a change that adds one.") % {"topic": topic})
    if agreement.started_on and agreement.started_on <= on and agreement.first_in_force_on > agreement.started_on:
        params = {"signed": date_format(agreement.first_in_force_on), "start": date_format(agreement.started_on)}
        yield _warns("signed-after-start", _("It came into force on %(signed)s, after the start on %(start)s.") % params)
    if agreement.until and agreement.until < on and agreement.is_operating:
        params = {"day": date_format(agreement.until)}
        yield _warns(
            "agreement-expired",
            _("It expired on %(day)s, but the service is still operating. Extend the agreement or end the partnership.") % params,
        )
    if agreement.needs_review and agreement.review_on is None:
        yield _warns("agreement-no-review", _("There is no review date. Set one under Sunset and review."))
    if not agreement.has_owner:
        yield _warns("agreement-no-owner", _("It has no owner. Choose a lead."))
