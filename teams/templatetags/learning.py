"""Hours of training in words."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def hours(count: Decimal | int) -> str:
    """ "1 hour", "3.5 hours"."""
    return ngettext("%(count)s hour", "%(count)s hours", 1 if count == 1 else 2) % {"count": shortly(count)}


def shortly(count: Decimal | int) -> str:
    """A number of hours without a needless nought: "3", "3.5"."""
    return f"{count:.0f}" if count == int(count) else f"{count:.1f}"
