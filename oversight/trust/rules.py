"""Rules for trust and openness: what is required before something is recorded (EL-55, EL-57). No database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext as _

from findings import Finding, blocking

PLACE = "trust"
SPRINT_DAYS = 14  # an approval that waits longer than a sprint is on home
REVIEW_DAYS = 90  # the default time until a plan for openness is reviewed


def is_long(days: int) -> bool:
    """Return whether an approval has been waiting longer than a sprint."""
    return days > SPRINT_DAYS


def day_fault(day: datetime.date, today: datetime.date) -> Iterator[Finding]:
    """Yield a finding for something that is recorded for a future date."""
    if day > today:
        yield blocking("trust-ahead", _("That date is in the future."), _("Use today’s date or an earlier one."), PLACE)


def text_fault(text: str, message: str) -> Iterator[Finding]:
    """Yield a finding with `message` if `text` is empty."""
    if not text.strip():
        yield blocking("trust-no-text", message, _("Fill it in."), PLACE)


def review_fault(next_review_on: datetime.date, today: datetime.date) -> Iterator[Finding]:
    if next_review_on <= today:
        yield blocking("openness-review-past", _("The next review must be after today."), _("Choose a later date."), PLACE)


def closed_fault() -> Finding:
    return blocking("trust-closed", _("This entry is closed."), _("Add a new one."), PLACE)


def early_fault() -> Finding:
    return blocking("trust-early", _("That date is before it started waiting."), _("Use a later date."), PLACE)
