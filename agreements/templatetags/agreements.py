"""What the agreement's pages say in its own words."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agreements.changes import ClauseChange
from agreements.standing import Standing
from web.once import FIELD

register = template.Library()


class Tally(NamedTuple):
    signed: int
    total: int


@register.filter
def signed_of(rows: Iterable[Standing]) -> Tally:
    """How many of those who must sign have signed."""
    must = [row for row in rows if row.role.must_sign]
    return Tally(sum(row.signature is not None for row in must), len(must))


@register.filter
def of_clause(changed: Mapping[str, ClauseChange] | str, number: str) -> ClauseChange | None:
    """What a version changed of the clause with this number, if anything."""
    return changed.get(number) if isinstance(changed, Mapping) else None


@register.simple_tag
def one_press() -> SafeString:
    """The id that makes a second press of a bare button harmless (web/once.py)."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4())
