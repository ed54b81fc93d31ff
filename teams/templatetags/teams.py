"""What opened and resolved a finding, and hours of training, in words; and which dates of the calendar are late."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people.todo import Entry

register = template.Library()

WORDS: dict[str, Any] = {
    "seat-added": _("a person joined the roster"),
    "seat-edited": _("an entry was corrected"),
    "seat-changed": _("a seat changed"),
    "seat-struck": _("an entry was removed"),
    "training-logged": _("a course in Agile was logged"),
    "training-struck": _("a course in Agile was removed from the log"),
    "time": _("a date passed, or the residency moved on"),
}


@register.filter
def act_words(because: str) -> str:
    """ "a person joined the roster" for `seat-added`."""
    return str(WORDS.get(because, because))


@register.filter
def is_late_on(entry: Entry, today: datetime.date) -> bool:
    """Whether what was due by the day of `entry` had not happened by `today`."""
    return entry.is_late(today)


@register.filter
def hours(count: Decimal | int) -> str:
    """ "1 hour", "3.5 hours"."""
    return ngettext("%(count)s hour", "%(count)s hours", 1 if count == 1 else 2) % {"count": shortly(count)}


def shortly(count: Decimal | int) -> str:
    """A number of hours without a needless nought: "3", "3.5"."""
    return f"{count:.0f}" if count == int(count) else f"{count:.1f}"
