"""Template filters for figures."""

from __future__ import annotations

from decimal import Decimal

from django import template

from metrics.figures import figure as written

register = template.Library()


@register.filter
def figure(value: Decimal | None, unit: str) -> str:
    """Write a value with its unit: "61 days"."""
    return written(value, unit)
