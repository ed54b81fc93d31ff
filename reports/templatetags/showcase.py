"""Template filters for a product's page: its fields are JSON, as they were frozen."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import template
from django.utils.translation import gettext as _

from reports.showcase.rules import STAGES, TRANSPARENCY
from web.templatetags.portal import day

register = template.Library()


@dataclass(frozen=True)
class Part:
    """A part of the transparency row: whether it is there, in words."""

    label: str
    text: str
    is_present: bool


@register.filter
def stage_label(stage: str) -> str:
    return str(STAGES.get(stage, stage))


@register.filter
def iso_day(value: str) -> str:
    """Write a day that is kept as text."""
    return day(datetime.date.fromisoformat(value))


@register.filter
def transparency_row(parts: Mapping[str, bool]) -> Iterator[Part]:
    """Yield each part of the transparency row, also those that are missing."""
    for name, (label, present) in TRANSPARENCY.items():
        yield Part(str(label), str(present) if parts[name] else _("Missing"), parts[name])
