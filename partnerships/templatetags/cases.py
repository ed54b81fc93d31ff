"""Template filters for a case study's fields: its codes and days are text, as they were published."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django import template

from partnerships.models.cases import Tagged
from web.templatetags.portal import day

register = template.Library()


@register.filter
def code_labels(codes: Iterable[str], name: str) -> list[str]:
    """Return the labels of the codes in one of a case's columns."""
    choices = Tagged.TAGS["leaves" if name == "models" else name]
    return [str(choices(code).label) for code in codes if code in choices.values]


@register.filter
def step_day(text: str) -> str:
    """Write the day of a next step; empty without one."""
    return day(datetime.date.fromisoformat(text)) if text else ""
